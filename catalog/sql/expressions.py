"""The columns that an expression uses, for what is written in SQL without being a statement. Pure."""

from __future__ import annotations

from functools import lru_cache

import sqlglot
from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import SqlglotError

LONGEST = 20_000
USES = ("identity", "transformation", "conditional")  # the first tells more


@lru_cache(maxsize=5_000)
def columns_used(sql: str, dialect: str) -> tuple[tuple[str, str], ...] | None:
    """(column, one of ``USES``), by name. None where it is no expression of which that can be told.

    >>> columns_used("case when is_food then price else 0 end", "postgres")
    (('is_food', 'conditional'), ('price', 'transformation'))
    """
    if len(sql) > LONGEST or "{{" in sql or "{%" in sql:
        return None
    try:
        tree = sqlglot.parse_one(sql, dialect=Dialect.get(dialect))  # one that is not known is read as plain SQL
        used = [(column, _use(column)) for column in tree.find_all(exp.Column)]
        fits = isinstance(tree, exp.Condition) and tree.find(exp.Query, exp.Star) is None
    except (SqlglotError, RecursionError, ValueError, AttributeError, KeyError, TypeError):
        return None
    if not fits or any(len(column.parts) > 1 for column, _ in used):  # of a table, or a part of a column: who knows
        return None
    return tuple(
        sorted({column.name: use for column, use in sorted(used, key=lambda one: -USES.index(one[1]))}.items())
    )


def _use(column: exp.Expr) -> str:
    use, node = USES[0], column
    while (above := node.parent) is not None:
        if isinstance(above, exp.If | exp.Case) and node.arg_key == "this":
            return USES[2]
        use = use if isinstance(above, exp.Paren) else USES[1]
        node = above
    return use
