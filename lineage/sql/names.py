"""Dialects by their many names, and names as each dialect compares them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect, NormalizationStrategy

from lineage.sql.relations import Relation

# what others call a dialect -> sqlglot's name
ALIASES = {
    "ansi": "", "generic": "", "sql": "", "": "",
    "postgresql": "postgres", "greenplum": "postgres", "cockroachdb": "postgres", "alloydb": "postgres", "vertica": "postgres",
    "netezza": "postgres", "sparksql": "spark", "pyspark": "spark", "flink": "spark", "flinksql": "spark", "impala": "hive",
    "sqlserver": "tsql", "mssql": "tsql", "synapse": "tsql", "azuresql": "tsql", "mariadb": "mysql", "tidb": "mysql",
    "awsathena": "athena", "prestosql": "presto", "google_bigquery": "bigquery", "plsql": "oracle", "db2": "",
}  # fmt: skip

# a name may stand for an expression of the same select list that comes before it
LATERAL_ALIASES = {"snowflake", "redshift", "databricks", "spark", "duckdb", "clickhouse", "teradata"}
# a common table expression may read itself without the word RECURSIVE
SELF_READING = {"tsql", "oracle", "snowflake", "teradata", "fabric"}

_SHARD = re.compile(r"(.*?[_$])?(?:(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])|\d*\*|yyyymmdd)\Z", re.DOTALL)
_PARTITION = re.compile(r"\$(?:\d+|__\w+__)\Z")
# what stands where a column could, and is none
PSEUDO = {
    "oracle": frozenset(
        {"level", "rownum", "user", "uid", "connect_by_isleaf", "connect_by_iscycle", "nextval", "currval"}
    ),
    "snowflake": frozenset({"nextval"}),
}


class UnknownDialect(ValueError):
    """No dialect has this name; the message lists those that there are."""


@lru_cache(maxsize=64)
def known(dialect: str) -> str:
    """sqlglot's name of a dialect.

    Raises:
        UnknownDialect: there is none.
    """
    lowered = dialect.strip().lower()
    name = ALIASES.get(lowered, lowered)
    if name not in available():
        raise UnknownDialect(f"no dialect “{dialect[:40]}”; there are {', '.join(sorted(available() - {''}))}")
    return name


@lru_cache(maxsize=1)
def available() -> frozenset[str]:
    tools = {"dialect", "dax", "prql", "python", "solr", "tableau", "druid"}
    return frozenset(name for name in Dialect.classes if name not in tools)


class Names:
    """The names of one dialect: how it folds what is not quoted, and how its tables are written in full."""

    def __init__(self, dialect: str, database: str = "", schema: str = "") -> None:
        self.dialect = known(dialect)
        strategy = Dialect.get_or_raise(self.dialect).normalization_strategy
        self._upper = strategy is NormalizationStrategy.UPPERCASE
        self._blind = strategy in {
            NormalizationStrategy.CASE_INSENSITIVE,
            NormalizationStrategy.CASE_INSENSITIVE_UPPERCASE,
        }
        self._kept = strategy is NormalizationStrategy.CASE_SENSITIVE
        self.pseudo = PSEUDO.get(self.dialect, frozenset())  # lower case
        self.rows: dict[str, Relation] = {}  # variables that hold one, by their name in lower case
        self._shards = self.dialect == "bigquery"
        self.default = tuple(self._plain(part) for part in (database, schema) if part)

    def fold(self, name: str, quoted: Any = False) -> str:
        """A column's name, or a common table's, as the database keeps it."""
        if self._kept or (quoted and not self._blind):
            return name
        return name.upper() if self._upper else name.lower()

    def column(self, node: exp.Expr) -> str:
        """The folded name of an identifier."""
        args = node.args
        name = args.get("this")
        return self.fold(name, args.get("quoted")) if isinstance(name, str) else self.fold(node.name)

    def parts(self, table: exp.Table) -> tuple[str, ...]:
        """The folded parts of a table's name, the last one its own; as long as the statement wrote it."""
        args = table.args
        found = [args[key] for key in ("catalog", "db", "this") if args.get(key)]
        if found and isinstance(found[-1], exp.Dot):
            found[-1:] = list(found[-1].flatten())
        names = [self._table_part(part) for part in found]
        if self._shards and names:
            names[-1] = family(names[-1])
        return tuple(name for name in names if name)

    def full(self, parts: tuple[str, ...]) -> tuple[str, ...]:
        """With the defaults in front, where it has fewer parts than they give."""
        missing = len(self.default) + 1 - len(parts)
        return (*self.default[:missing], *parts) if missing > 0 else parts

    def _table_part(self, node: exp.Expr) -> str:
        name = node.name
        if self._shards:  # BigQuery's tables keep their case, its columns do not
            return name
        return self.fold(name, node.args.get("quoted"))

    def _plain(self, name: str) -> str:
        return name if self._shards or self._kept else name if not self._blind else name.lower()


def family(table: str) -> str:
    """The name that the daily shards of a BigQuery table share, and a table without its partition's decorator.

    >>> family("events_20240131"), family("events_2024*"), family("events$20240131"), family("sales_2024")
    ('events_*', 'events_*', 'events', 'sales_2024')
    """
    bare = _PARTITION.sub("", table)
    match = _SHARD.match(bare)
    return f"{match[1]}*" if match and match[1] else bare
