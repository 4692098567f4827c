"""How much is known of lineage: shares by schema, and assets by what is known of them. Through the eyes of who asks: an edge
counts where both of its ends may be seen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db import connection

from catalog.facts import Kind
from catalog.models import Asset, Domain

# places hold what edges lead to, jobs are how edges come to be
NO_ENDS = frozenset({Kind.DATABASE, Kind.SCHEMA, Kind.JOB})
PAGE = 50


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


_LEVELS = """
WITH seen AS (
  SELECT id, schema, path FROM catalog_asset
  WHERE retired_at IS NULL AND NOT stub AND kind <> ALL(%(no_ends)s) AND (domain_id IS NULL OR domain_id = ANY(%(domains)s))
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


def _sight(user: Any) -> dict[str, Any]:
    domains = list(Domain.objects.visible_to(user).values_list("pk", flat=True))
    return {"domains": domains, "no_ends": [str(kind) for kind in NO_ENDS]}
