"""YAML files of curated metadata: one list under one key, read with the safe loader of contracts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from catalog.contracts.dumping import dump
from catalog.contracts.loading import load
from catalog.contracts.problems import Refused
from catalog.curation.sheets import BadSheet, Row, joined


def is_yaml(content: bytes, key: str, name: str = "") -> bool:
    """By its name, else by its beginning: comments and blank lines aside, the first word is the key of the list."""
    if name.lower().endswith((".yaml", ".yml")):
        return True
    for text in content[:20_000].decode("utf-8-sig", "replace").splitlines():
        if text.strip() and not text.lstrip().startswith("#"):
            return text.startswith((f"{key}:", f'"{key}"', "{", "---"))
    return False


def item(key_values: Mapping[str, Any]) -> str:
    """One item of the list, as text that stands below its key."""
    head, _, rest = dump({"items": [dict(key_values)]}).partition("\n")
    return rest if head == "items:" else ""


def rows(
    content: bytes, key: str, known: Sequence[str], needed: Sequence[str], lists: Sequence[str], limit: int
) -> list[Row]:
    """As those of a sheet; a list becomes the text that a cell would hold.

    Raises:
        BadSheet: no YAML, or not of this form.
    """
    try:
        loaded = load(content, limit)
    except Refused as error:
        raise BadSheet([str(problem) for problem in error.problems]) from error
    value = loaded.value
    if not isinstance(value, dict) or set(value) != {key} or not isinstance(value[key], list):
        raise BadSheet([f"line 1: the file has one key, “{key}”, with a list"])
    problems: list[str] = []
    found = []
    there = f"there are: {', '.join(known)}"
    for at, entry in enumerate(value[key]):
        number = loaded.places.get((key, at), (0, 0))[0]
        place = f"line {number}" if number else f"{key}[{at}]"
        if not isinstance(entry, dict):
            problems.append(f"{place}: is no mapping")
            continue
        problems += [f"{place}: there is no key “{name[:60]}”; {there}" for name in entry if name not in known]
        problems += [f"{place}: “{name}” is missing" for name in needed if not entry.get(name)]
        texts = loaded.texts
        cells = {name: _cell(cell, name in lists, texts.get((key, at, name))) for name, cell in entry.items()}
        problems += [f"{place}: “{name}” is no text" for name, cell in cells.items() if cell is None]
        found.append(Row(place, {name: cell for name, cell in cells.items() if cell is not None}))
    if problems:
        raise BadSheet(problems)
    return found


def _cell(value: Any, is_list: bool, written: str | None) -> str | None:
    if isinstance(value, list) and is_list:
        return joined(value) if all(isinstance(item, str) for item in value) else None
    if value is None:
        return ""
    if isinstance(value, str):
        return joined([value]) if is_list and value else value
    if isinstance(value, bool):
        return "yes" if value else "no"
    return written if isinstance(value, int | float) else None
