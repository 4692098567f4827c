"""What kind of values a data type holds, whatever platform it is of. Pure."""

from __future__ import annotations

import re
from functools import lru_cache

TEXT, NUMBER, DATE, BOOLEAN, ID, OTHER, UNKNOWN = "text", "number", "date", "boolean", "id", "other", ""

_FAMILIES = (
    (BOOLEAN, re.compile(r"bool|bit$|bit\(1\)|flag")),
    (
        OTHER,
        re.compile(
            r"struct|record|row\(|map|variant|object|json|xml|hstore|interval|range|vector|binary|bytea|blob|bytes"
        ),
    ),
    (ID, re.compile(r"uuid|uniqueidentifier")),
    (DATE, re.compile(r"date|time")),
    (TEXT, re.compile(r"char|text|string|clob|inet|cidr|macaddr|enum|symbol")),
    (OTHER, re.compile(r"geography|geometry|point")),
    (NUMBER, re.compile(r"int|num|dec|float|double|real|serial|money|long|short|byte")),
)


@lru_cache(maxsize=4096)
def family(data_type: str) -> str:
    """ "" for a type that says nothing, such as a domain of somebody's own.

    >>> family("VARCHAR(200)"), family("timestamp with time zone"), family("Phone"), family("ARRAY<STRING>")
    ('text', 'date', '', 'text')
    """
    low = data_type[:200].lower()
    return next((name for name, pattern in _FAMILIES if pattern.match(low) or _inside(pattern, low)), UNKNOWN)


def _inside(pattern: re.Pattern[str], low: str) -> bool:
    """``nvarchar``, ``tinyint``, ``array<string>``: the telling part stands further in."""
    return pattern.search(low) is not None
