"""The tables that a statement reads, for counting who uses what. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

LONGEST = 200_000  # characters; longer statements are generated, and parsing one would cost seconds
_MADE = (
    r"create\s+(?:(?:or\s+replace|global|local|temp|temporary|unlogged|transient)\s+)*(?:table|materialized\s+view)\b"
)
_STARTS = rf"(?:(?:select|with|insert|merge|update|delete)\b|copy\s*\(|{_MADE})"
_READS = re.compile(rf"(?:\s|--[^\n]*\n|/\*.*?\*/|\()*{_STARTS}", re.IGNORECASE | re.DOTALL)
_PARAMETER = re.compile(r"\$\d+\b")  # of normalized statements; sqlglot takes "$1,$2" for the start of a quoted text
_WRITING = (exp.Insert, exp.Create, exp.Merge, exp.Update, exp.Delete, exp.Copy)

Parts = tuple[str, ...]  # (database, schema, table), (schema, table) or (table,), as the dialect compares them


class Unreadable(ValueError):
    """The statement is not SQL of its dialect, or longer than anybody writes."""


@lru_cache(maxsize=20_000)
def tables_read(sql: str, dialect: str) -> frozenset[Parts]:
    """Names of the tables and views that the statement reads; what it only writes to is not among them.

    >>> sorted(tables_read("insert into t select * from a.b join c using (id)", "postgres"))
    [('a', 'b'), ('c',)]

    Raises:
        Unreadable: nothing can be told of it.
    """
    if not _READS.match(sql):
        return frozenset()
    if len(sql) > LONGEST:
        raise Unreadable("longer than a statement that is parsed")
    try:
        trees = sqlglot.parse(_PARAMETER.sub("'1'", sql), dialect=dialect)
        return frozenset(parts for tree in trees if tree is not None for parts in _read(tree, dialect))
    except (SqlglotError, RecursionError, ValueError, AttributeError, KeyError, TypeError) as error:
        raise Unreadable(str(error)) from None


def _read(tree: exp.Expr, dialect: str) -> Iterator[Parts]:
    written = _written(tree)
    if isinstance(tree, exp.Create):  # what it is made from; keys that its columns point to are not read
        tree = tree.expression or exp.Select()
    for table in tree.find_all(exp.Table):
        parts = tuple(_compared(part, dialect) for part in table.parts if isinstance(part, exp.Identifier))
        if table is not written and len(parts) == len(table.parts) and not _is_common(table):
            yield parts[-3:]


def _written(tree: exp.Expr) -> exp.Expr | None:
    target = tree.this if isinstance(tree, _WRITING) else None
    return target.this if isinstance(target, exp.Schema) else target


def _is_common(table: exp.Table) -> bool:
    """Whether the name is that of a common table expression that can be seen from where it stands."""
    if len(table.parts) > 1:
        return False
    node: exp.Expr = table
    inside: exp.Expr | None = None  # the common table expression that we come from
    while node.parent is not None:
        if isinstance(node, exp.CTE):
            inside = node
        node = node.parent
        clause = node.args.get("with_")
        if clause is not None and table.name in _visible(clause, inside):
            return True
    return False


def _visible(clause: exp.Expr, inside: exp.Expr | None) -> list[str]:
    """Names of a WITH that a part of it may use: all from outside it or where it recurses, else those before."""
    every = clause.expressions
    known_from = next((at for at, common in enumerate(every) if common is inside), len(every))
    return [common.alias for common in (every if clause.args.get("recursive") else every[:known_from])]


def _compared(part: exp.Identifier, dialect: str) -> str:
    if part.args.get("quoted"):
        return part.name
    return part.name.upper() if dialect == "snowflake" else part.name.lower()
