"""Statements that were run in a warehouse become claims: who wrote which table out of which."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from catalog.facts import QueryFact
from catalog.intake.namespaces import Namespaces
from catalog.models import Source
from lineage.claims import Claim
from lineage.parsing.outcome import Text, Used, Write, writes
from lineage.parsing.places import Place, is_data
from lineage.parsing.texts import dialect_of
from lineage.queries.reading import Tables
from lineage.sql.mentions import mentioned
from lineage.states import Confidence, Detail

MADE_FIRST = ("__dbt_tmp", "__dbt_backup")  # names that dbt gives to what it renames a moment later


class Observed(NamedTuple):
    claims: list[Claim]
    read: int
    unread: list[tuple[str, str]]  # (key of the statement, why)


class _Query(NamedTuple):
    fact: QueryFact
    dialect: str
    place: Place
    names: frozenset[str]


def observe(facts: Iterable[QueryFact], source: Source) -> Observed:
    """Claims of pairs that the catalog knows; temporary tables and what nobody describes make none. The same statement is
    read once, whoever ran it."""
    tables, home = Tables(), Namespaces()
    queries = [_query(fact, source, home) for fact in {(one.dialect, one.sql): one for one in facts}.values()]
    tables.learn((query.place, name) for query in queries for name in query.names)
    tables.look_at(pk for query in queries for name in query.names if (pk := tables.find(query.place, name)))
    found = Observed([], len(queries), [])
    read = [(query, *_read(query, tables)) for query in queries]
    missed = [(query, name) for query, written, _ in read for name in _names(written) if is_data(name)]
    tables.learn((query.place, _real(name)) for query, name in missed)
    tables.look_at(pk for query, name in missed if (pk := tables.find(query.place, _real(name))))
    for query, written, problem in read:
        if any(name not in query.names and tables.find(query.place, name) for name in _names(written)):
            written, problem = _read(query, tables, _names(written))
        if problem:
            found.unread.append((query.fact.key, problem))
        found.claims.extend(claim for write in written for claim in _claims(query, write, tables))
    return found


def without_told(edges: Sequence[Claim], queries: Sequence[Claim]) -> list[Claim]:
    """Both: of pairs of which a statement itself tells all that a history says of them, the statement's word counts."""
    full: dict[tuple[int, int], set[tuple[str, str]]] = {}
    for claim in queries:
        if claim.detail is Detail.ALL:
            told = {(use.upstream.casefold(), use.downstream.casefold()) for use in claim.columns}
            full.setdefault((claim.upstream, claim.downstream), set()).update(told)
    kept = [
        claim
        for claim in edges
        if not {(use.upstream.casefold(), use.downstream.casefold()) for use in claim.columns}
        <= full.get((claim.upstream, claim.downstream), set())
        or (claim.upstream, claim.downstream) not in full
    ]
    return [*kept, *queries]


def _query(fact: QueryFact, source: Source, home: Namespaces) -> _Query:
    dialect = dialect_of(fact.dialect)
    space = home.canonical(source.namespace or f"{fact.dialect}://{source.slug}")
    place = Place(space, fact.dialect, fact.database, fact.schema)
    return _Query(fact, dialect, place, frozenset(place.full(parts) for parts in mentioned(fact.sql, dialect)))


def _read(query: _Query, tables: Tables, more: Iterable[str] = ()) -> tuple[list[Write], str]:
    ids = {name: tables.find(query.place, _real(name)) for name in (*query.names, *more)}
    columns = {name: found for name, pk in ids.items() if pk and (found := tables.columns(pk))}
    return writes(Text(query.fact.sql, query.dialect, query.place.database, query.place.schema), columns)


def _names(written: Iterable[Write]) -> list[str]:
    return list(dict.fromkeys(name for write in written for name in (write.target, *write.tables)))


def _real(name: str) -> str:
    """What a table is called once it is there.

    >>> _real("db.marts.orders__dbt_tmp")
    'db.marts.orders'
    """
    return next((name.removesuffix(end) for end in MADE_FIRST if name.lower().endswith(end)), name)


def _claims(query: _Query, write: Write, tables: Tables) -> Iterable[Claim]:
    downstream = tables.find(query.place, _real(write.target))
    for name, used in write.tables.items() if downstream else ():
        upstream = tables.find(query.place, name)
        if upstream and downstream and upstream != downstream:
            yield _claim(query, upstream, downstream, used)


def _claim(query: _Query, upstream: int, downstream: int, used: Used) -> Claim:
    return Claim(
        upstream=upstream,
        downstream=downstream,
        confidence=Confidence.OBSERVED,
        columns=frozenset(used.columns),
        detail=used.detail,
        sql=query.fact.sql,
        dialect=query.dialect,
    )
