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
    """{"added": […], "removed": […], "changed": {name: {field: [before, after]}}} without empty parts.

    ``before`` may hold retired columns: those count as absent.
    """
    live = {name for name, column in before.items() if column.retired_at is None}
    changed = {
        name: difference
        for name in live & after.keys()
        if (difference := fields(before[name], after[name], COLUMN_SHOWN))
    }
    parts = {
        "added": [name for name in after if name not in live],
        "removed": [name for name in before if name in live and name not in after],
        "changed": changed,
    }
    return {part: value for part, value in parts.items() if value}
