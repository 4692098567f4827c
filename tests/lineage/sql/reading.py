"""What the machine says, in the short form that the tests are written in."""

from __future__ import annotations

from typing import NamedTuple

from lineage.sql import Lineage, read_script
from lineage.sql.schemas import Given

Pairs = dict[str, dict[str, str]]


class Case(NamedTuple):
    """``columns``: target → its sources, each as ``table.column kind``; identity is not said."""

    dialect: str
    sql: str
    columns: dict[str, str]
    schema: Given = {}
    indirect: str = ""


def lineage(sql: str, dialect: str = "", schema: Given | None = None) -> Lineage:
    return read_script(sql, dialect, schema).together


def pairs(found: Lineage) -> dict[str, str]:
    return {
        _dotted(target.table, target.column): ", ".join(
            sorted(
                _dotted(source.table or "?", source.column)
                + ("" if source.kind.label == "identity" else f" {source.kind.label}")
                for source in target.sources
            )
        )
        for target in found.columns
    }


def indirect(found: Lineage) -> str:
    return ", ".join(sorted(f"{_dotted(use.table or '?', use.column)} {use.kind.label}" for use in found.indirect))


def _dotted(table: str | None, column: str) -> str:
    return f"{table}.{column}" if table else column
