"""What lineage rests on: SQL that was not understood, how old the evidence of each source is, names whose edges wait, edges
that went, and what people decided. Through the eyes of who asks: an edge counts where both of its ends may be seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet
from django.utils import timezone

from catalog.models import Asset, Source
from lineage.models import Edge, Parsed, Verdict
from lineage.states import Confidence
from portal.kernel import wiring

SHOWN = 20
LATELY = timedelta(days=30)
OLD = timedelta(days=7)  # what nobody has confirmed for so long may no longer be so
MOST_SQL = 4000  # characters that the page shows


@dataclass(frozen=True, slots=True)
class NotRead:
    """``sql`` is None where the person may not see it."""

    asset: Asset
    source: str
    reason: str
    partly: bool
    at: datetime
    sql: str | None
    longer: bool


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one source says of edges, in one way."""

    source: Source
    confidence: Confidence
    edges: int
    with_columns: int
    newest: datetime


@dataclass(frozen=True, slots=True)
class Witness:
    """A source with all that it says of edges."""

    source: Source
    ways: Sequence[Evidence]

    @property
    def newest(self) -> datetime:
        return max(way.newest for way in self.ways)

    @property
    def is_old(self) -> bool:
        return timezone.now() - self.newest > OLD


@dataclass(frozen=True, slots=True)
class Waiting:
    asset: Asset
    edges: int


def unread(user: Any, schema: str | None = None) -> QuerySet[Parsed]:
    """SQL of visible assets that was not understood, wholly or in part."""
    assets = _visible(user)
    if schema is not None:
        assets = assets.filter(schema=schema)
    rows = Parsed.objects.exclude(unread="", warnings=[]).filter(asset__in=assets.values("pk"))
    return rows.select_related("asset__domain", "source", "statement").order_by("asset__path", "pk")


def not_read(user: Any, rows: Sequence[Parsed]) -> list[NotRead]:
    """With the SQL, but for code that names what the person may not see."""
    hidden = wiring.hidden_inputs(user, [row.asset_id for row in rows])
    return [
        NotRead(
            asset=row.asset,
            source=row.source.title,
            reason=row.unread or row.warnings[0],
            partly=not row.unread,
            at=row.at,
            sql=None if row.asset_id in hidden or row.statement is None else row.statement.text[:MOST_SQL],
            longer=row.statement is not None and len(row.statement.text) > MOST_SQL,
        )
        for row in rows
    ]


def evidence(user: Any) -> list[Evidence]:
    """By source and by how it knows, the oldest first: what nobody has confirmed for long stands on top."""
    rows = (
        _seen(Edge.objects.open(), user)
        .exclude(source=None)
        .values("source", "confidence")
        .annotate(edges=Count("pk"), columns=Count("pk", filter=Q(detail__gt=0)), newest=Max("last_seen"))
        .order_by("newest", "source", "confidence")
    )
    found = list(rows)
    sources = Source.objects.in_bulk({row["source"] for row in found})
    return [
        Evidence(sources[row["source"]], Confidence(row["confidence"]), row["edges"], row["columns"], row["newest"])
        for row in found
    ]


def witnesses(user: Any) -> list[Witness]:
    """The evidence by source, the oldest first."""
    found: dict[int, list[Evidence]] = {}
    for one in evidence(user):
        found.setdefault(one.source.pk, []).append(one)
    return sorted((Witness(ways[0].source, ways) for ways in found.values()), key=lambda one: one.newest)


def waiting(user: Any) -> list[Waiting]:
    """Names that match nothing and have edges, which wait with them: those with most first."""
    edges = _seen(Edge.objects.open(), user)
    stubs = _visible(user).filter(stub=True)
    ends: dict[int, int] = {}
    for side in ("upstream", "downstream"):
        rows = edges.filter(**{f"{side}__in": stubs.values("pk")}).values_list(side).annotate(Count("pk"))
        for pk, count in rows:
            ends[pk] = ends.get(pk, 0) + count
    most = sorted(ends, key=lambda pk: (-ends[pk], pk))[:SHOWN]
    assets = stubs.in_bulk(most)
    return [Waiting(assets[pk], ends[pk]) for pk in most if pk in assets]


def retired(user: Any) -> list[Edge]:
    """Edges that nobody tells any more, newest first; what is only told otherwise is not among them."""
    still = Edge.objects.open().filter(upstream=OuterRef("upstream"), downstream=OuterRef("downstream"))
    rows = Edge.objects.filter(~Exists(still), closed_at__gt=timezone.now() - LATELY, overruled=False)
    visible = Asset.objects.visible_to(user).values("pk")  # a thing that was dropped is why its edges were
    rows = rows.filter(upstream__in=visible, downstream__in=visible)
    return list(rows.select_related("upstream", "downstream", "source").order_by("-closed_at", "-pk")[:SHOWN])


def verdicts(user: Any) -> list[Verdict]:
    """What people decided on pairs, as long as it stands."""
    rows = _seen(Verdict.objects.filter(lifted_at=None), user)
    return list(rows.select_related("upstream", "downstream", "by").order_by("-at", "-pk")[:SHOWN])


def _visible(user: Any) -> QuerySet[Asset]:
    return Asset.objects.visible_to(user).live()


def _seen(rows: QuerySet[Any], user: Any) -> QuerySet[Any]:
    visible = _visible(user).values("pk")
    return rows.filter(upstream__in=visible, downstream__in=visible)
