"""When two ways of writing a type mean the same on a platform. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import SqlglotError

LONGEST = 5000
_BARE = frozenset({"number", "decimal", "numeric"})
_T = exp.DataType.Type

# what sqlglot keeps apart although most warehouses do not
_EVERYWHERE = {
    _T.SERIAL: _T.INT,
    _T.BIGSERIAL: _T.BIGINT,
    _T.SMALLSERIAL: _T.SMALLINT,
    _T.BPCHAR: _T.CHAR,
    _T.NCHAR: _T.CHAR,
    _T.NVARCHAR: _T.VARCHAR,
    _T.TIMESTAMPNTZ: _T.TIMESTAMP,
    _T.DATETIME: _T.TIMESTAMP,
}
_SNOWFLAKE = {
    **dict.fromkeys((_T.TEXT, _T.CHAR, _T.NCHAR, _T.NVARCHAR), _T.VARCHAR),
    **dict.fromkeys((_T.INT, _T.BIGINT, _T.SMALLINT, _T.TINYINT, _T.INT128), _T.DECIMAL),
    _T.FLOAT: _T.DOUBLE,
    _T.BINARY: _T.VARBINARY,
}
_OF_PLATFORM = {
    "snowflake": _SNOWFLAKE,
    "bigquery": {
        _T.VARCHAR: _T.TEXT,
        _T.INT: _T.BIGINT,
        _T.SMALLINT: _T.BIGINT,
        _T.TINYINT: _T.BIGINT,
        _T.FLOAT: _T.DOUBLE,
    },
    "duckdb": {_T.TEXT: _T.VARCHAR, _T.CHAR: _T.VARCHAR},
    "spark": {_T.VARCHAR: _T.TEXT},
    "databricks": {_T.VARCHAR: _T.TEXT},
    "redshift": {_T.TEXT: _T.VARCHAR},
}
# parameters that a type without any has, where that is not "any"
_IMPLIED = {("snowflake", kind): ("38", "0") for kind in (_T.INT, _T.BIGINT, _T.SMALLINT, _T.TINYINT)}


@dataclass(frozen=True, slots=True)
class Shape:
    """A type as it is compared: ``parameters`` are empty where nobody said them."""

    name: str
    parameters: tuple[str, ...] = ()
    parts: tuple[tuple[str, Shape], ...] = ()  # fields of a structure by name; elements of an array without one


def same_type(platform: str, one: str, other: str) -> bool:
    """Whether both mean the same. Less said is no difference: ``varchar`` agrees with ``varchar(80)``.

    >>> same_type("postgres", "int4", "integer"), same_type("snowflake", "NUMBER(38,0)", "INTEGER")
    (True, True)
    """
    return one == other or _agree(shape_of(platform, one), shape_of(platform, other))


def _agree(one: Shape, other: Shape) -> bool:
    if one.name != other.name:
        return False
    if one.parameters and other.parameters and one.parameters != other.parameters:
        return False
    if not (one.parts and other.parts):
        return True
    if [name for name, _ in one.parts] != [name for name, _ in other.parts]:
        return False
    return all(_agree(mine, theirs) for (_, mine), (_, theirs) in zip(one.parts, other.parts, strict=True))


@lru_cache(maxsize=10_000)
def shape_of(platform: str, text: str) -> Shape:
    """Types that sqlglot does not know (enumerations, domains) are compared by their last name."""
    own = Shape(text.rpartition(".")[2].strip().strip('"').casefold())
    if len(text) > LONGEST:
        return own
    dialect = platform if Dialect.get(platform) else ""
    try:
        parsed = exp.DataType.build(text, dialect=dialect or None)
    except (SqlglotError, RecursionError, ValueError, AttributeError, TypeError):
        return own
    if parsed.this == _T.USERDEFINED:
        return own
    # a bare NUMBER is any: sqlglot writes Snowflake's default precision, but dbt's catalog.json leaves the real one out
    found = _shape(parsed, platform)
    return replace(found, parameters=()) if text.strip().lower() in _BARE else found


def _shape(parsed: exp.DataType, platform: str) -> Shape:
    kind = parsed.this
    if not isinstance(kind, _T):
        return Shape(parsed.sql().casefold())
    parameters = tuple(item.sql() for item in parsed.expressions if isinstance(item, exp.DataTypeParam))
    parts = tuple(
        ("" if isinstance(item, exp.DataType) else item.name.casefold(), _shape(inner, platform))
        for item in parsed.expressions
        if isinstance(inner := item if isinstance(item, exp.DataType) else item.args.get("kind"), exp.DataType)
    )
    name = _OF_PLATFORM.get(platform, {}).get(kind, kind)
    name = _EVERYWHERE.get(name, name)
    return Shape(name.value, parameters or _IMPLIED.get((platform, kind), ()), parts)
