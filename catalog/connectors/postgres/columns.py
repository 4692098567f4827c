"""Rows of PostgreSQL's catalog as columns: parts of composite types become dotted columns below their own. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from catalog.facts import ColumnFact

Row = Mapping[str, Any]
DEEPEST = 6  # levels of nested types; deeper ones are shown as their type alone
MOST_PARTS = 2000  # nested columns of one relation
LONGEST_TEXT = 2000  # characters of a default or a list of labels
_GENERATED = {"s": "stored", "v": "virtual"}
_IDENTITY = {"a": "always", "d": "by default"}


@dataclass(slots=True)
class Keys:
    """What constraints say about one relation; columns by their number."""

    primary: tuple[int, ...] = ()
    unique: list[tuple[int, ...]] = field(default_factory=list)
    foreign: dict[int, str] = field(default_factory=dict)  # number -> schema.table.column
    checks: list[str] = field(default_factory=list)

    @property
    def all_unique(self) -> list[tuple[int, ...]]:
        return [numbers for numbers in (self.primary, *self.unique) if numbers]


class Types:
    """Types that have parts, labels or a base."""

    def __init__(self, types: Sequence[Row], parts: Sequence[Row]) -> None:
        self._types = {row["oid"]: row for row in types}
        self._parts: dict[int, list[Row]] = {}
        for row in parts:
            self._parts.setdefault(row["relation"], []).append(row)

    def parts(self, oid: int) -> Sequence[Row]:
        """Those of a composite type, of a domain over one, or of an array's elements."""
        found = self._resolved(oid)
        return self._parts.get(found["relation"], ()) if found and found["kind"] == "c" else ()

    def meta(self, oid: int) -> dict[str, object]:
        told: dict[str, object] = {}
        own = self._types.get(oid)
        if own and own["kind"] == "d":
            told["domain over"] = own["base"]
        found = self._resolved(oid)
        if found and found["kind"] == "e" and len(", ".join(found["labels"])) <= LONGEST_TEXT:
            told["labels"] = list(found["labels"])
        return told

    def _resolved(self, oid: int) -> Row | None:
        found = self._types.get(oid)
        for _ in range(DEEPEST):
            if found is None or not (found["element"] or found["kind"] == "d"):
                return found
            found = self._types.get(found["element"] or found["base_oid"])
        return None


def columns_of(rows: Sequence[Row], types: Types, keys: Keys, *, nulls_known: bool) -> tuple[ColumnFact, ...]:
    """``nulls_known`` is False for views: PostgreSQL does not tell there."""
    made: list[ColumnFact] = []
    for row in rows:
        made.append(
            ColumnFact(
                name=row["name"],
                position=len(made) + 1,
                data_type=row["type"],
                nullable=not row["not_null"] if nulls_known else None,
                is_key=row["number"] in keys.primary,
                description=row["comment"] or "",
                meta=_meta(row) | types.meta(row["type_oid"]),
                observed=True,
                foreign_key=keys.foreign.get(row["number"], ""),
            )
        )
        made += _nested(row["name"], row["type_oid"], types, start=len(made) + 1, room=MOST_PARTS - len(made))
    return tuple(made)


def _nested(name: str, oid: int, types: Types, *, start: int, room: int) -> list[ColumnFact]:
    parts = list(_below(name, oid, types, 1))[: max(room, 0)]
    return [
        ColumnFact(
            name=path,
            position=start + at,
            data_type=row["type"],
            description=row["comment"] or "",
            meta=types.meta(row["type_oid"]),
            observed=True,
        )
        for at, (path, row) in enumerate(parts)
    ]


def _below(name: str, oid: int, types: Types, level: int) -> Iterator[tuple[str, Row]]:
    """Depth first, in order; a type cannot hold itself, but several levels multiply."""
    if level > DEEPEST:
        return
    for row in types.parts(oid):
        path = f"{name}.{row['name']}"
        if len(path) <= 500:
            yield path, row
            yield from _below(path, row["type_oid"], types, level + 1)


def _meta(row: Row) -> dict[str, object]:
    told = {
        "generated": _GENERATED.get(row["generated"] or ""),
        "identity": _IDENTITY.get(row["identity"] or ""),
        "default": (row["default_value"] or "")[:LONGEST_TEXT] or None,
    }
    if told["generated"]:
        told |= {"generated": f"{told['generated']}: {told['default']}", "default": None}
    return {name: value for name, value in told.items() if value}
