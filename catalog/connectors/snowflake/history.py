"""Who read what on which day and what was written out of what, out of ACCESS_HISTORY, and what depends on what. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from catalog.facts import ColumnUseFact, EdgeFact, EdgeOrigin, QueryFact, UsageFact
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
    """Keys of the tables and views in ACCESS_HISTORY's array."""
    return [key for key, _ in _tables(told)]


def written(rows: Sequence[Row], known: Collection[str]) -> Iterator[EdgeFact | QueryFact]:
    """Tables out of which others were written, with the columns of which ACCESS_HISTORY tells; filters and joins are in
    the statement alone, which is told too."""
    queries: dict[str, QueryFact] = {}
    for row in rows:
        text = str(row.get("QUERY_TEXT") or "")
        accessed = [key for key in objects_of(row["DIRECT_OBJECTS_ACCESSED"]) if key in known]
        for target, item in _tables(row["OBJECTS_MODIFIED"]):
            if target not in known:
                continue
            columns = _columns(item)
            for upstream in dict.fromkeys([*accessed, *(key for key in columns if key in known)]):
                if upstream != target:
                    yield _edge(upstream, target, columns.get(upstream, []), text)
            if text and text not in queries:
                queries[text] = _query(row, text)
    yield from queries.values()


def _edge(upstream: str, downstream: str, columns: Sequence[ColumnUseFact], sql: str) -> EdgeFact:
    return EdgeFact(
        upstream=upstream,
        downstream=downstream,
        origin=EdgeOrigin.OBSERVED,
        columns=tuple(dict.fromkeys(columns)),
        sql=sql,
        dialect="snowflake",
    )


def _query(row: Row, sql: str) -> QueryFact:
    at = row.get("AT")
    return QueryFact(
        key=f"query {row.get('QUERY_ID') or ''}".strip(),
        sql=sql,
        dialect="snowflake",
        database=str(row.get("DATABASE_NAME") or ""),
        schema=str(row.get("SCHEMA_NAME") or ""),
        at=at.isoformat() if isinstance(at, datetime) else "",
    )


def _columns(item: Row) -> dict[str, list[ColumnUseFact]]:
    """By table that they came from. A value that came through is all that Snowflake tells of their use."""
    found: dict[str, list[ColumnUseFact]] = {}
    for column in _dicts(item.get("columns")):
        into = column.get("columnName")
        for source in _dicts(column.get("directSources")) or _dicts(column.get("baseSources")):
            table, name = source.get("objectName"), source.get("columnName")
            if isinstance(into, str) and isinstance(table, str) and isinstance(name, str):
                found.setdefault(key_of(table), []).append(ColumnUseFact(name, into, "transformation"))
    return found


def _tables(told: Any) -> list[tuple[str, Row]]:
    """Tables and views of an array that comes as JSON in a text; functions and stages are no tables. Without its rights a
    session sees objects that have no name."""
    if isinstance(told, str | bytes):
        try:
            told = json.loads(told)
        except (ValueError, RecursionError):
            return []
    found: list[tuple[str, Row]] = []
    for item in _dicts(told):
        domain, name = str(item.get("objectDomain") or "").lower(), item.get("objectName")
        if isinstance(name, str) and ("table" in domain or "view" in domain):
            found.append((key_of(name), item))
    return found


def _dicts(told: Any) -> list[dict[str, Any]]:
    return [item for item in told if isinstance(item, dict)] if isinstance(told, list) else []


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
