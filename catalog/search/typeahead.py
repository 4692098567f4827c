"""Results while typing, grouped by kind; the exact name is always the very first. A filter that is being written is
completed instead."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict

from catalog.kinds import KINDS
from catalog.models import Asset
from catalog.models.assets import AssetQuerySet
from catalog.search import completing, highlights
from catalog.search.filters import condition
from catalog.search.highlights import Marks
from catalog.search.matching import Plan, forgiving, whole
from catalog.search.request import SearchRequest
from portal.kernel.slots import Hit, HitGroup

RANKED = 100


def assets(user: Any, text: str, limit: int) -> list[HitGroup]:
    """Groups in the order of their best hit."""
    query = QueryDict(mutable=True)
    query["q"] = text
    request = SearchRequest.of(query)
    visible = Asset.objects.visible_now(user).live()
    written = completing.values(user, visible, text)
    return [*written, *(_assets(user, visible, request, limit) if request.text else []), *completing.filters(text)]


def _assets(user: Any, visible: AssetQuerySet, request: SearchRequest, limit: int) -> list[HitGroup]:
    planned = whole(user, request.text)
    if not planned.words:
        return []
    rows = visible.filter(condition(user, request.active))
    found = _best(planned, rows, limit)
    if not found and (other := forgiving(planned, visible)) is not planned:
        planned, found = other, _best(other, rows, limit)
    columns = highlights.columns([row.pk for row in found], Marks(planned.found))
    places = highlights.places(visible, found)
    groups: dict[str, list[Hit]] = {}
    for row in found:
        look = KINDS[row.kind]
        hit = Hit(
            title=row.title,
            path=row.path,
            url=row.get_absolute_url(),
            icon=look.icon,
            kind=look.label,
            matched=", ".join(columns.get(row.pk, [])[:2]),
            place=places.get(row.pk, ""),
        )
        groups.setdefault(look.plural, []).append(hit)
    return [HitGroup(label=label, hits=hits) for label, hits in groups.items()]


def _best(planned: Plan, rows: AssetQuerySet, limit: int) -> list[Asset]:
    found = planned.within(rows, RANKED).order_by("-rank", "path", "pk")
    return list(found.only("title", "path", "section", "address", "kind", "namespace", "database")[:limit])
