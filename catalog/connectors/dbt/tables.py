"""What the warehouse itself told dbt in catalog.json: columns, kind, comment, owner, size."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import msgspec

from catalog.connectors.dbt.artifacts import Artifact
from catalog.connectors.dbt.mending import decode
from catalog.connectors.dbt.notes import Notes, short
from catalog.connectors.dbt.shapes import CatalogTable, Stat

ROWS = ("row_count", "num_rows", "rows", "rowcount", "number_of_rows")
BYTES = ("bytes", "num_bytes", "size_bytes", "size", "total_bytes")
BIGGEST = 2**63 - 1


class Tables:
    """The catalog's relations by the manifest's keys, decoded when asked for."""

    def __init__(self, catalog: Artifact | None, notes: Notes) -> None:
        self._file, self._notes = (catalog.name if catalog else ""), notes
        self._raw: dict[str, tuple[str, msgspec.Raw]] = {}
        for section in ("nodes", "sources") if catalog else ():
            self._raw |= {key: (section, raw) for key, raw in catalog.members(section).items()} if catalog else {}
        self._found = 0
        if catalog:
            self._report_errors(catalog)

    def of(self, key: str) -> CatalogTable | None:
        entry = self._raw.get(key)
        if entry is None:
            return None
        self._found += 1
        section, raw = entry
        return decode(CatalogTable, raw, self._file, f"{section}.{key}", self._notes)

    def note_if_foreign(self) -> None:
        if self._raw and not self._found:
            message = f"none of its {len(self._raw):,} relations are in the manifest; is it of another project?"
            self._notes.add(self._file, "", message)

    def _report_errors(self, catalog: Artifact) -> None:
        for text in _strings(catalog.sections.get("errors")):
            self._notes.add(self._file, "errors", short(text.strip(), 300))


def _strings(raw: msgspec.Raw | None) -> Iterator[str]:
    """The catalog's own complaints, where it has them: a list of texts, or null."""
    try:
        found = msgspec.json.decode(raw, type=list[str] | None) if raw is not None else None
    except (ValueError, RecursionError):
        return
    yield from (found or ())[:20]


def figure(stats: dict[str, Stat] | None, names: tuple[str, ...]) -> int | None:
    """The first of the named statistics that is a count; adapters write it as number, float or text."""
    for name in names:
        stat = (stats or {}).get(name)
        count = _count(stat.value) if stat else None
        if count is not None:
            return count
    return None


def _count(value: Any) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value.replace(",", "") if isinstance(value, str) else value)
    except (ValueError, OverflowError):
        return None
    if not math.isfinite(number) or not 0 <= number <= BIGGEST:
        return None
    return min(int(value) if isinstance(value, int) else int(number), BIGGEST)
