"""Results while typing, grouped by kind; the exact name is always the very first. A filter that is being written is
completed instead."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict

from catalog.kinds import KINDS
from catalog.models import Asset
from catalog.models.assets import AssetQuerySet, asset_url
from catalog.search import completing, finding
from catalog.search.filters import condition
from catalog.search.highlights import best_columns, pattern, place
from catalog.search.matching import Plan, attempts, finds, whole
from catalog.search.request import SearchRequest
from catalog.search.sight import Rows, fetch, rows_of
from portal.kernel.slots import Hit, HitGroup

RANKED = 200
COLUMNS = 2  # that are named of each
# All that is shown, in one question: it is asked at every letter
HITS = """
WITH {found} SELECT kind, title, path, section, address, namespace, database,
  ARRAY(SELECT name FROM catalog_column WHERE asset_id = best.id AND retired_at IS NULL AND name ~* %s ORDER BY position),
  EXISTS (SELECT FROM ({visible}) other WHERE other.path = best.path AND other.pk <> best.id)
FROM best
"""


def assets(user: Any, text: str, limit: int) -> list[HitGroup]:
    """Groups in the order of their best hit."""
    query = QueryDict(mutable=True)
    query["q"] = text
    request = SearchRequest.of(query)
    visible = Asset.objects.visible_now(user).live()
    written = completing.values(user, visible, text)
    return [*written, *_found(user, visible, request, limit), *completing.filters(text)]


def _found(user: Any, visible: AssetQuerySet, request: SearchRequest, limit: int) -> list[HitGroup]:
    groups: dict[str, list[Hit]] = {}
    for label, hit in _hits(user, visible, request, limit):
        groups.setdefault(label, []).append(hit)
    return [HitGroup(label=label, hits=hits) for label, hits in groups.items()]


def _hits(user: Any, visible: AssetQuerySet, request: SearchRequest, limit: int) -> list[tuple[str, Hit]]:
    """Each with the group that it belongs to, best first."""
    if not request.text:
        return []
    seen = rows_of(visible, "path")
    rows = rows_of(visible.filter(condition(user, request.active))) if request.active else seen
    for planned in attempts(whole(user, request.text), seen):
        found = _best(planned, seen, rows, limit) if planned.words else []
        if found or (rows is not seen and finds(planned, seen)):
            return found
    return []


def _best(planned: Plan, seen: Rows, rows: Rows, limit: int) -> list[tuple[str, Hit]]:
    if rows.are_none:
        return []
    found, best = finding.sample(planned, rows, RANKED), finding.best(planned, limit, most=RANKED)
    sql = HITS.format(found=found.sql + best.sql, visible=seen.sql)
    told = fetch(sql, [*found.params, *best.params, pattern(planned.found), *seen.params])
    return [_hit(planned, *row) for row in told]


def _hit(planned: Plan, kind: str, title: str, path: str, section: str, address: str, *rest: Any) -> tuple[str, Hit]:
    namespace, database, columns, has_namesakes = rest
    look = KINDS[kind]
    hit = Hit(
        title=title,
        path=path,
        url=asset_url(section, address),
        icon=look.icon,
        kind=look.label,
        matched=", ".join(best_columns(columns, planned.found, COLUMNS)),
        place=place(namespace, database) if has_namesakes else "",
    )
    return look.plural, hit
