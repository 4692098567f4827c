"""The columns of tables, found by as much of a name as a statement gives."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from lineage.sql.names import Names, family

Given = Mapping[str, Mapping[str, object] | Iterable[str]]  # {table: {column: type}}, or {table: [column]}


class Known(NamedTuple):
    name: str
    columns: tuple[str, ...]  # in their order, as the schema spells them


class Schemas:
    """What is known of tables before the statement is read. Names are compared without their case."""

    def __init__(self, given: Given, names: Names) -> None:
        self._names = names
        self._exact: dict[tuple[str, ...], Known] = {}
        self._endings: dict[tuple[str, ...], Known | None] = {}  # None: several tables end like this
        for table, columns in given.items():
            self._learn(table, Known(table, tuple(columns)))

    def find(self, parts: tuple[str, ...]) -> Known | None:
        """By all parts, else by those that both names have, where that is one table only."""
        key = tuple(part.lower() for part in parts)
        found = self._exact.get(key) or self._endings.get(key)
        if found or key in self._endings:
            return found
        for start in range(1, len(key)):  # the schema may leave out the database that the statement names
            if known := self._exact.get(key[start:]):
                return known
        return None

    def _learn(self, table: str, known: Known) -> None:
        parts = [part.strip('`"[]') for part in table.lower().split(".")]
        if self._names.dialect == "bigquery":
            parts[-1] = family(parts[-1])
        key = tuple(parts)
        self._exact.setdefault(key, known)
        for start in range(1, len(key)):
            ending = key[start:]
            self._endings[ending] = known if self._endings.get(ending, known) is known else None


def digest(given: Given) -> bytes:
    """The same for the same tables with the same columns in the same order."""
    text = "\n".join("\t".join((table, *columns)) for table, columns in sorted(given.items(), key=_name))
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _name(item: tuple[str, object]) -> str:
    return item[0]
