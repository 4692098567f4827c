"""SQL that sources hold becomes edges: what is new is read, and what reads something whose columns changed."""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import NamedTuple

from django.db.models import Q

from catalog.models import Source
from lineage.claims import Claim
from lineage.models import Parsed
from lineage.parsing.outcome import Outcome, Text, read
from lineage.parsing.places import Place, in_order, is_data
from lineage.parsing.texts import NOT_COMPILED, inlined
from lineage.queries import reading as queries
from lineage.queries.reading import VERSION, Row, Tables
from lineage.services.telling import Scope, Told, tell
from lineage.sql.mentions import mentioned
from lineage.states import Confidence
from portal.kernel.bulk import upsert

CHUNK = 200  # texts whose trees and claims are in memory at once
MOST_WAVES = 50  # of texts that give other columns than before, and so change what reads them

# (source, names by place) -> asset ids by place and name: what nobody knows waits on the unmatched page
Mention = Callable[[Source, Collection[tuple[Place, str]]], Mapping[tuple[Place, str], int]]


class Plan(NamedTuple):
    """A row with what it mentions: full names, and models that are written out in it."""

    row: Row
    place: Place
    names: tuple[str, ...]
    inlined: Mapping[str, int]


@dataclass(slots=True)
class Figures:
    """``changed`` as in ``Told``."""

    read: int = 0
    new: int = 0
    closed: int = 0
    changed: set[int] = field(default_factory=set)

    def add(self, told: Told) -> None:
        self.new += told.new
        self.closed += told.closed
        self.changed |= told.changed


def keep(*, source: Source, statements: Mapping[int, int | None]) -> None:
    """Notes the SQL of assets, by id of its ``Statement``; None where there is but a template of it."""
    rows = (
        Parsed(source=source, asset_id=asset, statement_id=statement, unread="" if statement else NOT_COMPILED)
        for asset, statement in statements.items()
    )
    upsert(Parsed, rows, key=["asset", "source"], update=["statement", "key", "unread"])


def forget(*, source: Source, assets: Collection[int], now: datetime) -> Told:
    """What the source has no SQL of any more."""
    Parsed.objects.filter(source=source, asset__in=assets).delete()
    return tell(scope=_scope(source, assets), claims=(), now=now)


def mark(asset_ids: Sequence[int]) -> None:
    """Assets that were merged or taken apart: what reads them, or they are made by, is read at the next run."""
    ids = list(asset_ids)
    Parsed.objects.filter(Q(asset__in=ids) | Q(reads__overlap=ids)).update(key="")


def read_anew(*, now: datetime, mention: Mention, tick: Callable[[int, int], None]) -> Figures:
    """Reads all that has to be, of whichever source. In an intake's turn."""
    figures = Figures()
    tables = Tables()
    wanted = queries.to_read()
    done = 0
    with _collected():
        for _ in range(MOST_WAVES):
            rippled: set[int] = set()
            for source, rows in queries.by_source(wanted).items():
                rippled.update(Reading(source, tables, now, mention, figures).all(rows, partial(_ahead, tick, done)))
                done += len(rows)
            wanted = queries.readers(rippled) if rippled else set()
            if not wanted:
                break
    return figures


class Reading:
    """The SQL of one source."""

    def __init__(self, source: Source, tables: Tables, now: datetime, mention: Mention, figures: Figures) -> None:
        self.source, self.tables, self.now = source, tables, now
        self.mention, self.figures = mention, figures
        self.places: Mapping[int, Place] = {}
        self.ephemeral: Mapping[str, int] = {}

    def all(self, rows: Sequence[Row], tick: Callable[[int, int], None]) -> Iterator[int]:
        """Assets that now give other columns than before."""
        platform = next((row.dialect for row in rows if row.dialect), "")
        self.places = queries.places([row.asset for row in rows], self.source, platform)
        self.ephemeral = queries.ephemeral(self.source)
        plans = {plan.row.asset: plan for chunk in _chunks(rows) for plan in self._planned(chunk)}
        order = in_order({asset: self._known(plan) for asset, plan in plans.items()})
        for start in range(0, len(order), CHUNK):
            yield from self._chunk([plans[asset] for asset in order[start : start + CHUNK]])
            tick(min(start + CHUNK, len(order)), len(order))

    def _planned(self, rows: Sequence[Row]) -> list[Plan]:
        texts = queries.texts(rows)
        plans = []
        for row in rows:
            place, sql = self.places[row.asset], texts[row.statement]
            names = {place.full(parts) for parts in mentioned(sql, row.dialect)}
            common = {at: self.ephemeral[title] for at, title in inlined(sql).items() if title in self.ephemeral}
            plans.append(Plan(row, place, tuple(sorted(names)), common))
        self.tables.learn((plan.place, name) for plan in plans for name in plan.names)
        return plans

    def _known(self, plan: Plan) -> set[int]:
        found = {pk for name in plan.names if (pk := self.tables.find(plan.place, name))}
        return {*found, *plan.inlined.values()}

    def _chunk(self, plans: Sequence[Plan]) -> Iterator[int]:
        self.tables.look_at(pk for plan in plans for pk in (plan.row.asset, *plan.row.reads, *self._known(plan)))
        texts = queries.texts([plan.row for plan in plans])
        outcomes: dict[int, Outcome] = {}
        for plan in plans:
            if self._key(plan, plan.row.reads) == plan.row.key:
                continue
            outcome = outcomes[plan.row.pk] = self._read(plan, texts)
            if self.tables.gives(plan.row.asset, outcome.columns):
                yield plan.row.asset
        again = [plan for plan in plans if plan.row.pk in outcomes]
        same = [plan.row.pk for plan in plans if plan.row.pk not in outcomes]
        Parsed.objects.filter(pk__in=same).update(at=self.now)
        self._read_again(again, outcomes, texts)
        self._write([(plan, outcomes[plan.row.pk]) for plan in again], texts)
        gc.collect()

    def _read(self, plan: Plan, texts: Mapping[int, str], more: Iterable[str] = ()) -> Outcome:
        self.figures.read += 1
        row, place = plan.row, plan.place
        ids = {name: self.tables.find(place, name) for name in (*plan.names, *more)}
        ids |= {place.full((name,)): pk for name, pk in plan.inlined.items()}
        columns = {name: found for name, pk in ids.items() if pk and (found := self.tables.columns(pk))}
        text = Text(texts[row.statement], row.dialect, place.database, place.schema, plan.inlined.keys())
        return read(text, columns, self.tables.own(row.asset))

    def _read_again(self, plans: Sequence[Plan], outcomes: dict[int, Outcome], texts: Mapping[int, str]) -> None:
        """Those that read tables whose names nobody found beforehand, if the catalog knows their columns."""
        missed = {
            plan.row.pk: [name for name in outcomes[plan.row.pk].tables if self._is_missed(plan, name)]
            for plan in plans
        }
        self.tables.learn((plan.place, name) for plan in plans for name in missed[plan.row.pk])
        found = {
            plan.row.pk: [pk for name in missed[plan.row.pk] if (pk := self.tables.find(plan.place, name))]
            for plan in plans
        }
        self.tables.look_at(pk for ids in found.values() for pk in ids)
        for plan in plans:
            if any(self.tables.columns(pk) for pk in found[plan.row.pk]):
                outcomes[plan.row.pk] = self._read(plan, texts, missed[plan.row.pk])

    def _is_missed(self, plan: Plan, name: str) -> bool:
        return is_data(name) and name not in plan.names and self._inlined(plan, name) is None

    def _inlined(self, plan: Plan, name: str) -> int | None:
        return plan.inlined.get(name.rpartition(".")[2].lower()) if plan.inlined else None

    def _write(self, read: Sequence[tuple[Plan, Outcome]], texts: Mapping[int, str]) -> None:
        if not read:
            return
        self._mention(read)
        claims: list[Claim] = []
        rows: list[Parsed] = []
        for plan, outcome in read:
            ids = {name: self._inlined(plan, name) or self.tables.find(plan.place, name) for name in outcome.tables}
            sql = texts[plan.row.statement]
            claims += [
                Claim(
                    upstream=pk,
                    downstream=plan.row.asset,
                    confidence=Confidence.PARSED,
                    columns=frozenset(used.columns),
                    detail=used.detail,
                    sql=sql,
                    dialect=plan.row.dialect,
                )
                for name, used in outcome.tables.items()
                if (pk := ids[name])
            ]
            rows.append(self._row(plan, outcome, ids))
        assets = [plan.row.asset for plan, _ in read]
        self.figures.add(tell(scope=_scope(self.source, assets), claims=claims, now=self.now))
        upsert(
            Parsed,
            rows,
            key=["asset", "source"],
            update=["key", "reads", "unknown", "columns", "warnings", "unread", "at"],
        )

    def _mention(self, read: Sequence[tuple[Plan, Outcome]]) -> None:
        """dbt declares what its models read, so a name that it does not know is none that somebody waits for."""
        if self.source.kind == "dbt":
            return
        wanted = {
            (plan.place, name)
            for plan, outcome in read
            for name in outcome.tables
            if is_data(name) and self._inlined(plan, name) is None and not self.tables.find(plan.place, name)
        }
        for (place, name), pk in self.mention(self.source, wanted).items() if wanted else ():
            self.tables.name(place, name, pk)

    def _row(self, plan: Plan, outcome: Outcome, ids: Mapping[str, int | None]) -> Parsed:
        reads = sorted({*(pk for pk in ids.values() if pk), *self._known(plan)} - {plan.row.asset})
        self.tables.look_at(reads)
        return Parsed(
            asset_id=plan.row.asset,
            source=self.source,
            statement_id=plan.row.statement,
            key=self._key(plan, reads),
            reads=reads,
            unknown=sorted(name for name, pk in ids.items() if not pk and is_data(name))[:100],
            columns=[name[:500] for name in outcome.columns],
            warnings=[words[:500] for words in outcome.warnings],
            unread=outcome.unread[:500],
            at=self.now,
        )

    def _key(self, plan: Plan, reads: Iterable[int]) -> str:
        ids = sorted({*reads, *self._known(plan)} - {plan.row.asset})
        place, tables = plan.place, self.tables
        told = [plan.row.digest, place.database, place.schema, repr(tables.own(plan.row.asset))]
        told += [f"{pk}:{tables.columns(pk)!r}" for pk in ids]
        return VERSION + hashlib.blake2b("\0".join(told).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _ahead(tick: Callable[[int, int], None], before: int, done: int, total: int) -> None:
    tick(before + done, before + total)


def _scope(source: Source, assets: Collection[int]) -> Scope:
    return Scope(source=source, confidence=Confidence.PARSED, downstreams=list(assets))


def _chunks(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    for start in range(0, len(rows), CHUNK):
        yield rows[start : start + CHUNK]


@contextmanager
def _collected() -> Iterator[None]:
    """Syntax trees are circles, which only the collector frees; it shall not walk all that the run holds besides."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
