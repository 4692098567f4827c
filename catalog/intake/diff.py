"""What is different between an asset as it stands and as it is now told. Pure.

A diff is {field: [before, after]}, small enough to be shown: long texts are cut, code is named but not repeated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from catalog.models import Column

SHOWN = (
    *("kind", "title", "description", "tier", "url", "tags", "terms", "deprecated_at", "deprecation_note", "domain_id"),
    *("successor_id", "certified_at"),
)
COLUMN_SHOWN = ("data_type", "nullable", "is_key", "description", "pii", "tags", "terms")  # a key may name the hidden
SEEN = frozenset({"data_type", "nullable"})  # what only the warehouse really knows
QUIET = (
    *("row_count", "size_bytes", "meta", "column_count", "pii", "database", "schema", "path", "platform"),
    *("altered_at", "stub"),
)
CUT = 1000


def _short(value: Any) -> Any:
    if isinstance(value, str) and len(value) > CUT:
        return value[:CUT] + "…"
    return value.isoformat() if hasattr(value, "isoformat") else value


def fields(before: Any, after: Any, names: Sequence[str] = SHOWN) -> dict[str, list[Any]]:
    """The named attributes that differ."""
    return {
        name: [_short(getattr(before, name)), _short(getattr(after, name))]
        for name in names
        if getattr(before, name) != getattr(after, name)
    }


def columns(before: Mapping[str, Column], after: Mapping[str, Column]) -> dict[str, Any]:
    """{"added": […], "removed": […], "dropped": […], "changed": {name: {field: [before, after]}}} without empty parts;
    ``dropped`` are those of the removed that the warehouse had shown.

    ``before`` may hold retired columns: those count as absent.
    """
    live = {name: column for name, column in before.items() if column.retired_at is None}
    removed = [name for name in live if name not in after]
    looked = _looked(live) and _looked(after)
    changed = {
        name: difference for name in live.keys() & after.keys() if (difference := _one(live[name], after[name], looked))
    }
    parts = {
        "added": [name for name in after if name not in live],
        "removed": removed,
        "dropped": [name for name in removed if live[name].observed],
        "changed": changed,
    }
    return {part: value for part, value in parts.items() if value}


def _looked(columns: Mapping[str, Column]) -> bool:
    return any(column.observed for column in columns.values())


def _one(before: Column, after: Column, looked: bool) -> dict[str, list[Any]]:
    """That a column came to sight or went from it is told where somebody ``looked`` both times: the first look shows
    every column, and changes none. Of one that went, type and nulls are only hearsay from then on."""
    found = fields(before, after, COLUMN_SHOWN)
    if looked and before.observed != after.observed:
        found = found if after.observed else {name: value for name, value in found.items() if name not in SEEN}
        found["observed"] = [before.observed, after.observed]
    return found
