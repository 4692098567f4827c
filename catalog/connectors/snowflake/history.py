"""Who read what on which day, out of ACCESS_HISTORY, and what depends on what. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from catalog.facts import EdgeFact, UsageFact
from catalog.sql.tally import Tally

Row = Mapping[str, Any]
_PART = re.compile(r'"((?:[^"]|"")*)"|([^."]+)')


def reads(rows: Sequence[Row], known: Collection[str]) -> Iterator[UsageFact]:
    """Each row is one day, user and set of objects, with how often; objects that no run described have no key."""
    tally = Tally()
    for row in rows:
        keys = {key for key in objects_of(row["DIRECT_OBJECTS_ACCESSED"]) if key in known}
        if keys:
            tally.add(keys, str(row["USER_NAME"] or "unknown"), _day(row["DAY"]), int(row["TIMES"] or 0))
    for key, principal, day, read in tally:
        joined = tuple(sorted(read.joined.items()))
        yield UsageFact(asset=key, day=day, principal=principal, reads=read.times, joined=joined)


def objects_of(told: Any) -> list[str]:
    """Keys of the tables and views in ACCESS_HISTORY's array, which comes as JSON in a text; functions and stages are
    no tables. Without its rights a session sees objects that have no name."""
    if isinstance(told, str | bytes):
        try:
            told = json.loads(told)
        except ValueError:
            return []
    if not isinstance(told, list):
        return []
    found = []
    for item in told:
        if not isinstance(item, dict):
            continue
        domain, name = str(item.get("objectDomain") or "").lower(), item.get("objectName")
        if isinstance(name, str) and ("table" in domain or "view" in domain):
            found.append(key_of(name))
    return found


def key_of(name: str) -> str:
    """``db.schema.table`` without the quotes around parts that need them.

    >>> key_of('DB.S."My table"')
    'DB.S.My table'
    """
    if '"' not in name:
        return name
    return ".".join(quoted.replace('""', '"') or plain for quoted, plain in _PART.findall(name))


def edges(rows: Sequence[Row], known: Collection[str]) -> Iterator[EdgeFact]:
    """OBJECT_DEPENDENCIES: the referenced is read to make the referencing."""
    for row in rows:
        upstream = ".".join(str(row[f"REFERENCED_{part}"]) for part in ("DATABASE", "SCHEMA", "OBJECT_NAME"))
        downstream = ".".join(str(row[f"REFERENCING_{part}"]) for part in ("DATABASE", "SCHEMA", "OBJECT_NAME"))
        if upstream in known and downstream in known and upstream != downstream:
            yield EdgeFact(upstream=upstream, downstream=downstream)


def _day(value: Any) -> str:
    return value.isoformat()[:10] if isinstance(value, date | datetime) else str(value or "")[:10]
