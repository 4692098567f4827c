"""SQL that jobs tell of themselves: columns of pairs that an event names and its producer says nothing of the columns of.

Events say which datasets a run reads and writes, so SQL adds no pair to these; a name in it means the one of them whose name
ends like it. What the producer itself tells of an output's columns counts more, and its SQL is not asked then.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from catalog.identity.naming import split
from catalog.models import Asset, AssetName, Source
from lineage.claims import Claim, statement_digest
from lineage.models import Parsed, ToldDataset, ToldJob
from lineage.openlineage.adding import values
from lineage.parsing.outcome import SECONDS, Text, Write, writes
from lineage.parsing.texts import dialect_of
from lineage.queries.reading import VERSION, Tables
from lineage.services.telling import keep_statements
from lineage.sql.mentions import mentioned
from lineage.states import Confidence
from portal.kernel.bulk import upsert

MOST = 1_000_000  # characters of one job's SQL; a batch of events has hundreds of jobs
BATCH_SECONDS = 15.0  # for the SQL of a batch; what is left over is read with the job's next run
TOO_LONG = f"It has more than {MOST:,} characters."
NO_TIME = "There was no time left for it; it is read with the next run."
Ends = tuple[int, int]  # ids of the upstream and the downstream
Columns = Mapping[int, Sequence[str]]  # by dataset


@dataclass(slots=True)
class Asked:
    """A job's SQL, and the pairs of whose columns it may tell."""

    job: ToldJob
    asset: int
    sql: str
    dialect: str
    pairs: set[Ends]
    own: Mapping[tuple[str, ...], int] = field(default_factory=dict)  # by the parts of every name of its datasets

    @property
    def datasets(self) -> set[int]:
        return {pk for pair in self.pairs for pk in pair}

    @property
    def digest(self) -> str:
        return statement_digest(self.dialect, self.sql)

    def means(self, name: str) -> int | None:
        """The one dataset whose name ends so."""
        parts = tuple(part.casefold() for part in split(name))
        found = {pk for own, pk in self.own.items() if parts and own[-len(parts) :] == parts}
        return found.pop() if len(found) == 1 else None


class Answer(NamedTuple):
    claims: list[Claim]
    unread: str  # why nothing was read out of it


def asked_of(job: ToldJob, pairs: Collection[Ends]) -> Asked | None:
    """None where there is nothing to ask, or no SQL that could be."""
    facet = values(job.facets).get("sql") or {}
    sql = str(facet.get("query") or "")
    if not (sql.strip() and pairs and job.asset_id):
        return None
    return Asked(job, job.asset_id, sql, str(facet.get("dialect") or "").lower(), set(pairs))


def read(asked: Sequence[Asked]) -> dict[int, Answer]:
    """By the id of the job. The same SQL with the same columns is read once (``outcome.CACHE``)."""
    if not asked:
        return {}
    _look_up(asked)
    columns = _columns_of({pk for one in asked for pk in one.datasets})
    until = time.monotonic() + BATCH_SECONDS
    return {one.job.pk: _answer(one, columns, until) for one in asked}


def keep(
    source: Source, jobs: Iterable[ToldJob], asked: Iterable[Asked], read: Mapping[int, Answer], now: datetime
) -> list[tuple[ToldJob, str]]:
    """What was not understood is counted with the SQL of all others; a job that has none any more is not. Returns
    the news of what was not understood, and why."""
    kept = {one.asset: one for one in asked}
    standing = Parsed.objects.filter(source=source, asset__in=[job.asset_id for job in jobs if job.asset_id])
    known = {pk: told for pk, *told in standing.values_list("asset", "statement__digest", "unread")}
    standing.filter(asset__in=known.keys() - kept.keys()).delete()
    fresh = [one for pk, one in kept.items() if known.get(pk) != [one.digest, read[one.job.pk].unread[:500]]]
    ids = keep_statements((one.dialect, one.sql) for one in fresh)
    rows = [
        Parsed(
            asset_id=one.asset,
            source=source,
            statement_id=ids[one.digest],
            key=VERSION,
            unread=read[one.job.pk].unread[:500],
            at=now,
        )
        for one in fresh
    ]
    upsert(Parsed, rows, key=["asset", "source"], update=["statement", "key", "unread", "at"])
    return [(one.job, read[one.job.pk].unread) for one in fresh if read[one.job.pk].unread]


def _look_up(asked: Sequence[Asked]) -> None:
    """Names of all datasets, and the dialect where the facet tells none: that of what is written, else of what is read."""
    ids = {pk for one in asked for pk in one.datasets}
    names: dict[int, set[tuple[str, ...]]] = {}
    for pk, name in AssetName.objects.filter(asset__in=ids).values_list("asset", "name"):
        names.setdefault(pk, set()).add(tuple(part.casefold() for part in split(name)))
    platforms = dict(Asset.objects.filter(pk__in=ids).values_list("pk", "platform"))
    for one in asked:
        one.own = {parts: pk for pk in sorted(one.datasets) for parts in names.get(pk, ())}
        ordered = [pk for pair in sorted(one.pairs, key=lambda pair: (pair[1], pair[0])) for pk in pair[::-1]]
        told = (dialect_of(word) for word in (one.dialect, *(platforms.get(pk, "") for pk in ordered)) if word)
        one.dialect = next((word for word in told if word), "")


def _columns_of(ids: Collection[int]) -> Columns:
    """All columns of datasets: those that were seen in a warehouse, else those that events tell, which list them in full."""
    tables = Tables()
    tables.look_at(ids)
    found: dict[int, Sequence[str]] = {pk: names for pk in ids if (names := tables.columns(pk))}
    rows = ToldDataset.objects.filter(asset__in=set(ids) - found.keys(), facets__schema__isnull=False)
    for pk, schema in rows.order_by("alive_at").values_list("asset", "facets__schema") if len(found) < len(ids) else ():
        if schema[1] and (fields := schema[1].get("fields")):
            found[pk] = tuple(str(one["name"])[:500] for one in fields)
    return found


def _answer(one: Asked, columns: Columns, until: float) -> Answer:
    seconds = min(SECONDS, until - time.monotonic())
    if len(one.sql) > MOST:
        return Answer([], TOO_LONG)
    if seconds <= 0:
        return Answer([], NO_TIME)
    outputs = {downstream for _, downstream in one.pairs}
    text = Text(one.sql, one.dialect)
    into = next(iter(outputs)) if len(outputs) == 1 else None
    names = {".".join(parts) for parts in mentioned(one.sql, one.dialect)}
    written, unread = writes(text, _columns(one, names, columns), into=str(into or ""), seconds=seconds)
    more = {name for write in written for name in (write.target, *write.tables)} - names
    if any(one.means(name) for name in more):
        written, unread = writes(text, _columns(one, names | more, columns), into=str(into or ""), seconds=seconds)
    return Answer([claim for write in written for claim in _claims(one, write, into)], "" if written else unread)


def _columns(one: Asked, names: Iterable[str], columns: Columns) -> dict[str, Sequence[str]]:
    return {name: columns[pk] for name in names if (pk := one.means(name)) and pk in columns}


def _claims(one: Asked, write: Write, into: int | None) -> Iterator[Claim]:
    downstream = into if write.target == str(into) else one.means(write.target)
    for name, used in write.tables.items():
        upstream = one.means(name)
        if upstream and downstream and (upstream, downstream) in one.pairs and (used.columns or used.whole):
            yield Claim(
                upstream=upstream,
                downstream=downstream,
                confidence=Confidence.PARSED,
                job=one.asset,
                columns=frozenset(used.columns),
                detail=used.detail,
                sql=one.sql,
                dialect=one.dialect,
            )
