"""Who reads which tables how often, and which statements write them, from pg_stat_statements."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import psycopg
from psycopg import sql

from catalog.connectors.postgres import statements
from catalog.connectors.postgres.connecting import MARK, Connection
from catalog.connectors.postgres.relations import PLATFORM, Found
from catalog.facts import QueryFact, UsageFact, WarningFact
from catalog.sql.reading import Unreadable, tables_read
from catalog.sql.tally import Lookup, Tally

PLACE = "pg_stat_statements"
HIDDEN = "<insufficient privilege>"
MOST_WRITES = 5000  # statements; the extension keeps as many by default
_WRITES = re.compile(r"\b(?:insert\s+into|merge\s+into|create\s[\w\s]*?\b(?:table|view)|update)\s", re.IGNORECASE)


def reads(connection: Connection, found: Found, day: date) -> Iterator[UsageFact | QueryFact | WarningFact]:
    extension = connection.execute(statements.EXTENSION).fetchone()
    if extension is None:
        yield _warn("the extension is not in this database, so nobody knows who reads what")
        return
    place = sql.Identifier(extension["schema"])
    try:
        with connection.transaction():
            rows = connection.execute(sql.SQL(statements.READS).format(schema=place), {"mark": MARK}).fetchall()
            since = connection.execute(sql.SQL(statements.SINCE).format(schema=place)).fetchone()
    except (psycopg.errors.ObjectNotInPrerequisiteState, psycopg.errors.InsufficientPrivilege):
        yield _warn("is not loaded by shared_preload_libraries or not open to this role; nobody knows who reads what")
        return
    except psycopg.errors.UndefinedTable:
        yield _warn("is older than PostgreSQL 14's, and does not tell since when it counts; left out")
        return
    yield from facts(rows, found, day=day, since=since["since"].isoformat() if since and since["since"] else "")


def facts(
    rows: Sequence[Mapping[str, Any]], found: Found, *, day: date, since: str
) -> Iterator[UsageFact | QueryFact | WarningFact]:
    """Statements and their counts as reads of tables, and those that write out of tables themselves. Pure."""
    lookup = _lookup(found)
    tally = Tally()
    writes: dict[str, QueryFact] = {}
    hidden = unreadable = 0
    for row in rows:
        if row["query"] == HIDDEN:
            hidden += 1
            continue
        try:
            keys = {key for parts in tables_read(row["query"], PLATFORM) if (key := lookup.find(parts))}
        except Unreadable:
            unreadable += 1
            continue
        tally.add(keys, row["principal"] or "a dropped role", day.isoformat(), row["calls"])
        if keys and len(writes) < MOST_WRITES and _WRITES.search(row["query"], 0, 2000):
            writes.setdefault(row["query"], _query(row["query"], found))
    for key, principal, told, read in tally:
        joined = tuple(sorted(read.joined.items()))
        yield UsageFact(
            asset=key, day=told, principal=principal, reads=read.times, running=True, since=since, joined=joined
        )
    yield from writes.values()
    if hidden:
        yield _warn(f"{hidden:,} statements of other roles are hidden; grant pg_read_all_stats to count them")
    if unreadable:
        yield _warn(f"{unreadable:,} of {len(rows):,} statements could not be parsed and do not count")


def _query(text: str, found: Found) -> QueryFact:
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return QueryFact(key=f"{PLACE} {digest[:12]}", sql=text, dialect=PLATFORM, database=found.database, schema="public")


def _lookup(found: Found) -> Lookup:
    names, keys = found.schema_names(), found.keys()
    tables = {
        (found.database, names[row["schema"]], row["name"]): keys[row["oid"]]
        for row in found.relations  # what a role's search_path was is not told: a bare name is public's, or the only one
    }
    return Lookup(tables, database=found.database, schema="public")


def _warn(message: str) -> WarningFact:
    return WarningFact(file="", place=PLACE, message=message)
