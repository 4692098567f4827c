"""Columns, with the parts of structured types as dotted columns below their own. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from catalog.connectors.snowflake.tags import Tagged
from catalog.facts import ColumnFact

Row = Mapping[str, Any]
LONGEST = frozenset({16_777_216, 134_217_728, 8_388_608, 67_108_864})  # what VARCHAR and BINARY have where nobody said
DEEPEST = 6
MOST_PARTS = 2000  # of one table
LONGEST_TEXT = 2000


@dataclass(slots=True)
class Keys:
    """What SHOW … KEYS told of one table."""

    primary: list[str] = field(default_factory=list)
    foreign: dict[str, str] = field(default_factory=dict)  # column -> schema.table.column


class Structures:
    """Parts of structured types: columns lead to them by an identifier that is unique within a table."""

    def __init__(self, columns: Sequence[Row] = (), fields: Sequence[Row] = (), elements: Sequence[Row] = ()) -> None:
        self._of_column = {
            (row["TABLE_SCHEMA"], row["TABLE_NAME"], row["COLUMN_NAME"]): row["DTD_IDENTIFIER"] for row in columns
        }
        self._fields: dict[tuple[str, str, str], list[Row]] = {}
        for row in fields:
            place = (row["OBJECT_SCHEMA"], row["OBJECT_NAME"], row["ROW_IDENTIFIER"])
            self._fields.setdefault(place, []).append(row)
        self._elements = {
            (row["OBJECT_SCHEMA"], row["OBJECT_NAME"], row["COLLECTION_TYPE_IDENTIFIER"]): row for row in elements
        }

    def below(self, schema: str, table: str, column: str) -> Iterator[tuple[str, Row]]:
        """(dotted path, row), depth first. An array is passed through: its element's fields are the column's."""
        identifier = self._of_column.get((schema, table, column))
        if identifier:
            yield from self._walk((schema, table, identifier), column, 1)

    def _walk(self, place: tuple[str, str, str], path: str, level: int) -> Iterator[tuple[str, Row]]:
        if level > DEEPEST:
            return
        element = self._elements.get(place)
        if element is not None and element["DTD_IDENTIFIER"]:
            yield from self._walk((*place[:2], element["DTD_IDENTIFIER"]), path, level + 1)
        for row in self._fields.get(place, ()):
            below = f"{path}.{row['FIELD_NAME']}"
            if len(below) <= 500:
                yield below, row
                if row["DTD_IDENTIFIER"]:
                    yield from self._walk((*place[:2], row["DTD_IDENTIFIER"]), below, level + 1)


def type_of(row: Row) -> str:
    """
    >>> type_of({"DATA_TYPE": "TEXT", "CHARACTER_MAXIMUM_LENGTH": 255})
    'VARCHAR(255)'
    """
    kind = str(row["DATA_TYPE"] or "")
    if kind in {"NUMBER", "DECIMAL"} and row.get("NUMERIC_PRECISION") is not None:
        return f"NUMBER({row['NUMERIC_PRECISION']},{row.get('NUMERIC_SCALE') or 0})"
    length = row.get("CHARACTER_MAXIMUM_LENGTH")
    if kind == "TEXT":
        return "VARCHAR" if length is None or length in LONGEST else f"VARCHAR({length})"
    return kind


def columns_of(
    rows: Sequence[Row], keys: Keys, structures: Structures, tagged: Mapping[str, Tagged]
) -> tuple[ColumnFact, ...]:
    """Of one table or view; ``tagged`` by column name."""
    made: list[ColumnFact] = []
    for row in rows:
        name = row["COLUMN_NAME"]
        tags = tagged.get(name, Tagged())
        made.append(
            ColumnFact(
                name=name,
                position=len(made) + 1,
                data_type=type_of(row),
                nullable={"YES": True, "NO": False}.get(row["IS_NULLABLE"]),
                is_key=name in keys.primary,
                description=row["COMMENT"] or "",
                tags=tuple(tags.words),
                pii=tags.pii,
                pii_reason=tags.pii_reason,
                meta={"default": default[:LONGEST_TEXT]} if (default := row.get("COLUMN_DEFAULT")) else {},
                observed=True,
                foreign_key=keys.foreign.get(name, ""),
            )
        )
        parts = structures.below(row["TABLE_SCHEMA"], row["TABLE_NAME"], name)
        for path, part in parts:
            if len(made) < MOST_PARTS:
                made.append(ColumnFact(name=path, position=len(made) + 1, data_type=type_of(part), observed=True))
    return tuple(made)
