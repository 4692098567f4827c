"""What is known of lineage and what is not: shares by schema, things without any, SQL that was not understood, how old the
evidence is. All through the eyes of who asks: an edge counts where both of its ends may be seen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db import connection
from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet
from django.utils import timezone

from catalog.facts import Kind
from catalog.models import Asset, Domain, Source
from lineage.models import Edge, Parsed, Verdict
from lineage.states import Confidence
from portal.kernel import wiring

PLACES = frozenset({Kind.DATABASE, Kind.SCHEMA})  # hold data and are not made of any
PAGE = 50
SHOWN = 20
LATELY = timedelta(days=30)
OLD = timedelta(days=7)  # what nobody has confirmed for so long may no longer be so
MOST_SQL = 4000  # characters that the page shows


class Known(StrEnum):
    """How much is known of an asset's lineage."""

    COLUMNS = "columns"
    TABLES = "tables"
    RESTRICTED = "restricted"
    NONE = "none"


WORDS: Mapping[Known, str] = {
    Known.COLUMNS: "column by column",
    Known.TABLES: "tables only",
    Known.RESTRICTED: "only with what you may not see",
    Known.NONE: "none",
}


@dataclass(frozen=True, slots=True)
class Share:
    """``restricted``: all that is known of them leads to what the person may not see."""

    schema: str
    columns: int = 0
    tables: int = 0
    restricted: int = 0
    none: int = 0

    @property
    def total(self) -> int:
        return self.columns + self.tables + self.restricted + self.none

    @property
    def linked(self) -> int:
        return self.columns + self.tables

    def percent(self, part: int) -> int:
        """Never 100 where something is missing, never 0 where something is there."""
        if not self.total or part in {0, self.total}:
            return 100 if part else 0
        return min(max(round(100 * part / self.total), 1), 99)

    @property
    def parts(self) -> list[tuple[Known, str, str]]:
        """(what, start, width) of a bar that is 100 wide."""
        found, at = [], 0.0
        for known in Known:
            if amount := getattr(self, known):
                width = 100 * amount / self.total
                found.append((known, f"{at:.2f}", f"{width:.2f}"))
                at += width
        return found

    @property
    def percent_columns(self) -> int:
        return self.percent(self.columns)

    @property
    def percent_linked(self) -> int:
        return self.percent(self.linked)


@dataclass(frozen=True, slots=True)
class Placed:
    """An asset, by what is known of it."""

    asset: Asset
    known: Known

    @property
    def words(self) -> str:
        return WORDS[self.known]


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


_LEVELS = """
WITH seen AS (
  SELECT id, schema, path FROM catalog_asset
  WHERE retired_at IS NULL AND NOT stub AND kind <> ALL(%(places)s) AND (domain_id IS NULL OR domain_id = ANY(%(domains)s))
), ends AS (
  SELECT upstream_id AS id, downstream_id AS other, detail FROM lineage_edge WHERE closed_at IS NULL AND NOT overruled
  UNION ALL
  SELECT downstream_id, upstream_id, detail FROM lineage_edge WHERE closed_at IS NULL AND NOT overruled
), told AS (
  SELECT ends.id, max(CASE WHEN o.domain_id IS NULL OR o.domain_id = ANY(%(domains)s)
                      THEN 2 + (ends.detail > 0)::int ELSE 1 END) AS level
  FROM ends JOIN catalog_asset o ON o.id = ends.other AND o.retired_at IS NULL GROUP BY ends.id
), levels AS (
  SELECT seen.*, (ARRAY['none', 'restricted', 'tables', 'columns'])[1 + coalesce(told.level, 0)] AS known
  FROM seen LEFT JOIN told USING (id)
)
"""
_SHARES = (
    _LEVELS
    + """SELECT schema, count(*) FILTER (WHERE known = 'columns'), count(*) FILTER (WHERE known = 'tables'),
  count(*) FILTER (WHERE known = 'restricted'), count(*) FILTER (WHERE known = 'none')
FROM levels GROUP BY schema ORDER BY count(*) FILTER (WHERE known = 'none') DESC, count(*) DESC, schema"""
)
_LISTED = (
    _LEVELS  # noqa: S608 - constants
    + """SELECT id, known FROM levels WHERE known = ANY(%(known)s) AND (%(schema)s::text IS NULL OR schema = %(schema)s)
ORDER BY path, id LIMIT %(limit)s OFFSET %(offset)s"""
)


def shares(user: Any) -> list[Share]:
    """By schema, those with the most to do first."""
    with connection.cursor() as cursor:
        cursor.execute(_SHARES, _sight(user))
        return [Share(*row) for row in cursor.fetchall()]


def together(found: Sequence[Share]) -> Share:
    return Share(
        "",
        sum(one.columns for one in found),
        sum(one.tables for one in found),
        sum(one.restricted for one in found),
        sum(one.none for one in found),
    )


def listed(
    user: Any, known: Sequence[Known], schema: str | None = None, *, limit: int = PAGE, offset: int = 0
) -> list[Placed]:
    """Assets of which so much is known, by path. ``schema`` "" are those without one."""
    values = {"known": [str(one) for one in known], "schema": schema, "limit": limit, "offset": offset}
    with connection.cursor() as cursor:
        cursor.execute(_LISTED, _sight(user) | values)
        rows = cursor.fetchall()
    assets = Asset.objects.visible_to(user).select_related("domain").in_bulk([pk for pk, _ in rows])
    return [Placed(assets[pk], Known(found)) for pk, found in rows if pk in assets]


def every(user: Any, schema: str | None = None, most: int = 100_000) -> Iterator[Placed]:
    """For an export, in portions."""
    for offset in range(0, most, 1000):
        rows = listed(user, list(Known), schema, limit=1000, offset=offset)
        yield from rows
        if len(rows) < 1000:
            break


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


def _sight(user: Any) -> dict[str, Any]:
    domains = list(Domain.objects.visible_to(user).values_list("pk", flat=True))
    return {"domains": domains, "places": [str(kind) for kind in PLACES]}
