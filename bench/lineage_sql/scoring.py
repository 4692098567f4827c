"""Found edges against known ones. Each source is judged by its own conventions, and they live here alone.

- OpenLineage's parser does not tell where a statement writes, and counts columns without a name: ``_0``.
- sqllineage counts the rows of ``count(*)`` as a column ``*``, which none of the others does.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

Edge = tuple[str | None, str, str | None, str]  # (target, column, table, column)
COLUMN_FILES = ("sqllineage_column", "openlineage_sql_column", "collate_corpus_column", "tpch_column")

_PLACE = re.compile(r"_(?:col_)?\d+\Z")


class Record(NamedTuple):
    """One statement with what is known of it."""

    source: str  # the file's name, and so whose conventions hold
    id: str
    dialect: str
    sql: str
    schema: dict[str, dict[str, str]]
    expected: list[dict[str, Any]]


@dataclass(slots=True)
class Score:
    right: int = 0
    found: int = 0
    known: int = 0
    exact: int = 0
    statements: int = 0

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.known if self.known else 1.0

    def add(self, found: set[Edge], known: set[Edge]) -> None:
        self.right += len(found & known)
        self.found += len(found)
        self.known += len(known)
        self.exact += found == known
        self.statements += 1


def records(folder: Path, names: Iterable[str] = COLUMN_FILES) -> Iterator[Record]:
    for name in names:
        with (folder / f"{name}.jsonl").open(encoding="utf-8") as lines:
            for line in lines:
                read = json.loads(line)
                yield Record(name, read["id"], read["dialect"], read["sql"], read["schema"], read["expected"])


def edges_known(record: Record) -> set[Edge]:
    found = {
        (_plain(item["out_table"]), _text(item["out_column"]), _plain(each["table"]), _text(each["column"]))
        for item in record.expected
        for each in item["sources"]
    }
    if record.source.startswith("sqllineage"):
        found = {edge for edge in found if edge[3] != "*" or edge[1] == "*"}
    return _by_convention(record, found)


def edges_found(record: Record, answer: dict[str, Any]) -> set[Edge]:
    """Out of the answer of the command or the API."""
    return _by_convention(
        record,
        {
            (_plain(item["target"]), _text(item["column"]), _plain(each["table"]), _text(each["column"]))
            for item in answer["columns"]
            for each in item["sources"]
        },
    )


def _by_convention(record: Record, edges: set[Edge]) -> set[Edge]:
    if not record.source.startswith("openlineage"):
        return edges
    return {(None, "_" if _PLACE.match(column) or " " in column else column, *rest) for _, column, *rest in edges}  # type: ignore[misc]


def _plain(name: str | None) -> str | None:
    return None if name is None else name.lower().removeprefix("<default>.")


def _text(name: str) -> str:
    return " ".join(name.lower().split())
