"""Tags, ``meta`` and personal data, which dbt lets people write in many ways and in two places."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec

from catalog.connectors.dbt.notes import short
from catalog.connectors.dbt.shapes import Meta, Texts

Note = Callable[[str, str], None]  # (place below the node, message)
NOTHING: Mapping[str, object] = {}
META_MAX = 4096  # bytes of JSON in one value
NAME_MAX = 200
DEPTH_MAX = 100

_NO = frozenset({"", "0", "false", "no", "none", "n", "null", "free", "safe", "public"})
_PERSONAL = frozenset({"pii", "personal", "personal_data", "personal data", "contains_pii"})
_YES = _PERSONAL | {"1", "true", "yes", "y", "sensitive"}
_FLAGS = ("contains_pii", "is_pii", "has_pii")
_CLASSES = ("pii", "pii_type", "pii_class", "pii_category", "sensitivity", "classification", "data_classification")
_TAG = re.compile(r"(?:contains[_-]|has[_-]|is[_-])?pii(?:[:_\-./=](.*))?", re.IGNORECASE | re.DOTALL)
_VALUE = re.compile(r"(?:pii|personal)[:_\-./= ](.+)", re.IGNORECASE)


def texts(*found: Texts) -> list[str]:
    """Lists and single texts as one list without doubles, in order."""
    values: dict[str, None] = {}
    for item in found:
        for text in (item,) if isinstance(item, str) else item or ():
            if text.strip():
                values[text.strip()] = None
    return list(values)


def tags(note: Note, *found: Texts) -> tuple[str, ...]:
    kept = []
    for tag in texts(*found):
        if len(tag) > NAME_MAX:
            note("tags", f"a tag is longer than {NAME_MAX} characters; left out")
        else:
            kept.append(tag)
    return tuple(kept)


def meta(note: Note, *found: Meta) -> dict[str, Any]:
    """The merged values that are small and plain enough to keep; later mappings win."""
    kept: dict[str, Any] = {}
    for mapping in found:
        for key, value in (mapping or {}).items():
            if len(key) > NAME_MAX:
                note(f"meta.{short(key, 40)}", f"is a name of more than {NAME_MAX} characters; left out")
            elif _small(value):
                kept[key] = value
            else:
                note(f"meta.{short(key, 40)}", f"is larger than {META_MAX:,} bytes or not plain; left out")
    return kept


def _small(value: Any) -> bool:
    if value is None or isinstance(value, bool):
        return True
    if isinstance(value, float):
        return math.isfinite(value)
    try:
        encoded = msgspec.json.encode(value)
    except (OverflowError, RecursionError, ValueError):
        return False
    return len(encoded) <= META_MAX and encoded.count(b"[") + encoded.count(b"{") <= DEPTH_MAX


def personal(given: Mapping[str, Any], given_tags: Iterable[str]) -> tuple[str, str]:
    """(class of personal data, where it was declared), both "" where nothing is declared."""
    for key in _CLASSES:
        found = _class_of(given.get(key), strict=key not in _CLASSES[:4])
        if found:
            return found, "declared in dbt meta"
    if any(_class_of(given.get(key), strict=False) for key in _FLAGS):
        return "pii", "declared in dbt meta"
    for tag in given_tags:
        match = _TAG.fullmatch(tag.strip())
        if match and (match[1] or "pii").strip().lower() not in _NO:
            return _name(match[1] or "pii"), f"declared by dbt tag {short(tag, 40)}"
    return "", ""


def _class_of(value: Any, *, strict: bool) -> str:
    """The class that a value of ``meta`` declares. ``strict``: only where the value itself speaks of personal data."""
    if isinstance(value, bool):
        return "pii" if value and not strict else ""
    if isinstance(value, list):
        return next((found for found in (_class_of(item, strict=strict) for item in value[:20]) if found), "")
    if isinstance(value, dict):
        inner = next((value[key] for key in ("type", "class", "category", "kind") if key in value), bool(value))
        return _class_of(inner, strict=strict) if not isinstance(inner, dict) else "pii"
    if not isinstance(value, str):
        return "pii" if value and not strict else ""
    word = value.strip().lower()
    if word in _NO:
        return ""
    named = _VALUE.fullmatch(word)
    if named:
        return "" if named[1] in _NO else _name(named[1])
    if word in _YES:
        return "pii" if not strict or word in _PERSONAL else ""
    return "" if strict else _name(word)


def _name(word: str) -> str:
    return word.strip().lower()[:60] or "pii"
