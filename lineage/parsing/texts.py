"""Which SQL of a fact tells how the thing is made."""

from __future__ import annotations

import re
from functools import lru_cache

from catalog.facts import DATASET_KINDS, AssetFact, Kind
from lineage.sql import UnknownDialect
from lineage.sql.names import known
from lineage.sql.templates import has_templates

MADE_BY_SQL = DATASET_KINDS | {Kind.ANALYSIS}
NOT_COMPILED = "Its SQL is a template that was not compiled. dbt compile, run and build write the compiled SQL."
_INLINED = re.compile(r"\b((?:__)?dbt__cte__(\w+))", re.IGNORECASE)


def sql_of(fact: AssetFact) -> str | None:
    """None for what is not made by SQL, "" where there is only a template of it."""
    if fact.kind not in MADE_BY_SQL or fact.language not in {"", "sql"} or fact.mention:
        return None
    if fact.compiled_code.strip():
        return fact.compiled_code
    if not fact.code.strip():
        return None
    return "" if has_templates(fact.code) else fact.code


@lru_cache(maxsize=64)
def dialect_of(platform: str) -> str:
    """The machine's name of a platform's SQL; plain SQL for platforms that it does not know.

    >>> dialect_of("sqlserver"), dialect_of("unknown")
    ('tsql', '')
    """
    try:
        return known(platform)
    except UnknownDialect:
        return ""


def inlined(sql: str) -> dict[str, str]:
    """Common tables into which dbt wrote its ephemeral models, in lower case: {name there: name of the model}.

    >>> inlined("with __dbt__cte__stg_orders as (select 1) select * from __dbt__cte__stg_orders")
    {'__dbt__cte__stg_orders': 'stg_orders'}
    """
    return {found[1].lower(): found[2].lower() for found in _INLINED.finditer(sql)} if "dbt__cte__" in sql else {}
