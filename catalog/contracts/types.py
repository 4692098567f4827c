"""Types of columns as each platform means them, and what becomes of values when one takes another's place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

INFINITE = 10**9
SNOWFLAKE_TEXT = 16_777_216
_PLATFORMS = {"postgresql": "postgres", "cloudsql": "postgres", "redshift": "postgres", "alloydb": "postgres"}
_SHAPE = re.compile(
    r"([a-z_][\w ]*?)\s*(?:[(\[]\s*([\d\s,]*|max)\s*[)\]])?\s*((?:with|without) (?:local )?time ?zone)?\Z"
)


class Fit(StrEnum):
    """What becomes of the values of the old type in the new one."""

    SAME = "same"
    WIDENED = "widened"  # all fit, and more
    NARROWED = "narrowed"  # some may not fit
    OTHER = "other"  # they are something else


@dataclass(frozen=True, slots=True, kw_only=True)
class Type:
    """``digits`` before and ``scale`` after the point; ``length`` of texts; ``precision`` of times; ``INFINITE`` where
    nothing bounds them."""

    family: str  # exact, float, text, binary, boolean, date, time, timestamp, json, uuid, array, object, or a name
    digits: int = 0
    scale: int = 0
    length: int = 0
    precision: int = 0
    zone: str = ""
    inner: Type | None = None


def _whole(digits: int) -> Type:
    return Type(family="exact", digits=digits)


_INTEGERS = {
    **dict.fromkeys(("tinyint", "byteint"), 3),
    **dict.fromkeys(("smallint", "int2", "smallserial", "short"), 5),
    **dict.fromkeys(("mediumint",), 7),
    **dict.fromkeys(("int", "integer", "int4", "serial", "serial4", "int32"), 10),
    **dict.fromkeys(("bigint", "int8", "bigserial", "serial8", "long", "int64"), 19),
    **dict.fromkeys(("hugeint",), 39),
}
_EXACT = frozenset({"number", "numeric", "decimal", "dec", "bignumeric", "bigdecimal", "money"})
_FLOATS = {
    **dict.fromkeys(("real", "float4", "float32"), 7),
    **dict.fromkeys(("float", "double", "double precision", "float8", "float64"), 15),
}
_FIXED = frozenset({"char", "character", "nchar"})
_VARYING = frozenset({"varchar", "character varying", "nvarchar", "nvarchar2", "varchar2", "char varying"})
_TEXTS = frozenset({"text", "string", "clob", "bpchar", "name", "citext", "nclob"})
_PLAIN: Mapping[str, Type] = {
    **dict.fromkeys(("boolean", "bool", "bit"), Type(family="boolean")),
    **dict.fromkeys(("binary", "varbinary", "bytea", "bytes", "blob"), Type(family="binary")),
    **dict.fromkeys(("json", "jsonb", "variant", "super"), Type(family="json")),
    **dict.fromkeys(("object", "record", "struct", "map"), Type(family="object")),
    **dict.fromkeys(("array", "list"), Type(family="array")),
    "date": Type(family="date"),
    "uuid": Type(family="uuid"),
}
_TIMES: Mapping[str, tuple[str, str]] = {
    "time": ("time", ""),
    "timetz": ("time", "zone"),
    "timestamp": ("timestamp", ""),
    "datetime": ("timestamp", ""),
    "timestamp_ntz": ("timestamp", ""),
    "timestampntz": ("timestamp", ""),
    "timestamp without time zone": ("timestamp", ""),
    "timestamptz": ("timestamp", "zone"),
    "timestamp_tz": ("timestamp", "zone"),
    "timestamp with time zone": ("timestamp", "zone"),
    "timestamp_ltz": ("timestamp", "local"),
    "timestampltz": ("timestamp", "local"),
}


def platform_of(name: str) -> str:
    low = name.strip().lower()
    return _PLATFORMS.get(low, low)


def parse(text: str, platform: str = "") -> Type:
    """
    >>> parse("NUMBER(12,2)", "snowflake") == parse("decimal(12, 2)", "snowflake")
    True
    >>> parse("int", "snowflake").digits, parse("int", "postgres").digits
    (38, 10)
    """
    low = " ".join(text.strip().lower().replace("unsigned", "").split())
    if inner := _element(low):
        return Type(family="array", inner=parse(inner, platform))
    match = _SHAPE.match(low)
    if match is None:
        return Type(family=_outer(low))
    name, told, zone = match[1], match[2] or "", match[3] or ""
    sizes = [int(size[:9]) for size in re.findall(r"\d+", told)]
    return _named(f"{name} {zone.replace('timezone', 'time zone')}".strip(), sizes, platform_of(platform))


def _element(low: str) -> str:
    """What an array holds: ``int[]``, ``array<int>``, ``array(int)``, ``list(int)``."""
    if low.endswith("[]"):
        return low[:-2]
    match = re.fullmatch(r"(?:array|list)\s*[<(]\s*(.+)\s*[>)]", low)
    return match[1] if match else ""


def _outer(low: str) -> str:
    name = re.split(r"[<(]", low, maxsplit=1)[0].strip()
    return _PLAIN[name].family if name in _PLAIN else low


def _named(name: str, sizes: list[int], platform: str) -> Type:
    if name in _INTEGERS:
        return _whole(38 if platform == "snowflake" else _INTEGERS[name])
    if name in _EXACT:
        return _exact(name, sizes, platform)
    if name in _FLOATS:
        short = name == "float" and sizes and sizes[0] <= 24 and platform != "snowflake"
        return Type(family="float", digits=15 if platform == "snowflake" else 7 if short else _FLOATS[name])
    if name in _FIXED | _VARYING | _TEXTS:
        return _text(name, sizes, platform)
    if name in _TIMES or name.startswith(("time ", "timestamp")):
        return _moment(name, sizes, platform)
    return _PLAIN.get(name, Type(family=name))


def _exact(name: str, sizes: list[int], platform: str) -> Type:
    if not sizes:
        unsized = {"snowflake": (38, 0), "bigquery": (76, 38) if name.startswith("big") else (38, 9)}
        precision, scale = unsized.get(platform, (INFINITE, INFINITE))
        return Type(family="exact", digits=precision - scale if scale < INFINITE else INFINITE, scale=scale)
    scale = sizes[1] if len(sizes) > 1 else 0
    return Type(family="exact", digits=max(sizes[0] - scale, 0), scale=scale)


def _text(name: str, sizes: list[int], platform: str) -> Type:
    unbounded = SNOWFLAKE_TEXT if platform == "snowflake" else INFINITE
    length = sizes[0] if sizes else 1 if name in _FIXED else unbounded
    return Type(family="text", length=length)


def _moment(name: str, sizes: list[int], platform: str) -> Type:
    family, zone = _TIMES.get(name, ("time" if name.startswith("time ") else "timestamp", ""))
    if "local time zone" in name:
        zone = "local"
    elif "with time zone" in name:
        zone = "zone"
    unsized = 9 if platform == "snowflake" else 6
    return Type(family=family, zone=zone, precision=sizes[0] if sizes else unsized)


# --- one in the place of another ---------------------------------------------------------------------------------------


def fit(old: Type, new: Type) -> Fit:
    """
    >>> fit(parse("varchar(10)"), parse("varchar(20)")), fit(parse("bigint"), parse("int"))
    (<Fit.WIDENED: 'widened'>, <Fit.NARROWED: 'narrowed'>)
    """
    if old == new:
        return Fit.SAME
    if (old.family, new.family) == ("exact", "float"):
        return Fit.WIDENED if not old.scale and old.digits <= new.digits else Fit.OTHER
    if old.family != new.family or old.zone != new.zone:
        return Fit.OTHER
    if old.family == "array":
        return fit(old.inner, new.inner) if old.inner and new.inner else Fit.OTHER
    sizes = [(old.digits, new.digits), (old.scale, new.scale), (old.length, new.length), (old.precision, new.precision)]
    return Fit.WIDENED if all(before <= after for before, after in sizes) else Fit.NARROWED


def fit_logical(old: str, new: str) -> Fit:
    if old == new:
        return Fit.SAME
    return {("integer", "number"): Fit.WIDENED, ("number", "integer"): Fit.NARROWED}.get((old, new), Fit.OTHER)


# logical type of the standard -> families of warehouse types whose values it can be
LOGICAL: Mapping[str, frozenset[str]] = {
    "string": frozenset({"text", "uuid", "binary"}),
    "integer": frozenset({"exact"}),
    "number": frozenset({"exact", "float"}),
    "boolean": frozenset({"boolean"}),
    "date": frozenset({"date"}),
    "time": frozenset({"time"}),
    "timestamp": frozenset({"timestamp"}),
    "object": frozenset({"object", "json"}),
    "array": frozenset({"array", "json"}),
}
_FAMILIES = frozenset(family for families in LOGICAL.values() for family in families)


def stands_for(logical: str, physical: Type) -> bool:
    """Whether a warehouse's type is what a document calls by its logical name. Of a type that nobody knows it may be."""
    families = LOGICAL.get(logical)
    if families is None or physical.family not in _FAMILIES:
        return True
    return physical.family in families and not (logical == "integer" and physical.scale > 0)
