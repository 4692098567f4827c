"""What a change would hit, and what could be the cause of trouble: a sentence to fill in, and its answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from catalog.kinds import KINDS
from catalog.models import Asset, Column
from lineage import asking
from lineage.impact_answer import as_json
from lineage.impact_telling import GROUPS, VERBS, as_csv, as_markdown, grouped, how, sentence
from lineage.queries.impact import LIMIT, Impact, impact
from lineage.queries.moments import Moment
from lineage.queries.naming import NotKnown, named
from lineage.queries.reach import Direction
from portal.kernel.htmx import page

FORMATS = {"csv", "json", "md"}
MOST_EXPORTED = 5000
FARTHEST = 10_000_000


@dataclass(frozen=True, slots=True)
class Asked:
    """The sentence, as far as it is filled in. What is no value of a choice is the choice's first."""

    name: str = ""
    asset: Asset | None = None
    column: str = ""
    change: str = "drop"
    direction: Direction = "down"
    kinds: tuple[str, ...] = ()
    group: str = "distance"
    after: int = 0
    at: Moment = None
    error: str = ""
    status: int = 404  # where there is an error
    columns: list[str] = field(default_factory=list)


@require_safe
def page_of_impact(request: HttpRequest) -> HttpResponse:
    asked = _asked(request)
    form = request.GET.get("format", "")
    if asked.asset is None or asked.error:
        if form in FORMATS and asked.status == 400:
            return HttpResponse(f"as_of: {asked.error}", status=400, content_type="text/plain; charset=utf-8")
        if form in FORMATS:
            raise Http404
        status = asked.status if asked.error else 200
        return page(request, "lineage/impact.html", "answer", _form(asked), status=status)
    if form in FORMATS:
        return _export(request, asked, form)
    found = _impact(request, asked, limit=LIMIT, after=asked.after)
    totals = _impact(request, asked, limit=1, kinds=()).totals if asked.kinds else found.totals
    link = request.build_absolute_uri(request.get_full_path())
    context = {
        **_form(asked),
        "impact": found,
        "sentence": sentence(found),
        "totals": [(KINDS[kind], kind, count, kind in asked.kinds) for kind, count in _ordered(totals).items()],
        "groups": [(group, [(hit, how(hit)) for hit in group.hits]) for group in grouped(found.hits, asked.group)],
        "since": found.known_since.isoformat() if found.known_since else "",
        "markdown": as_markdown(found, _ordered(totals), link),
        "unsure": sum(not hit.sure for hit in found.hits),
        "everything": sum(totals.values()),
    }
    return page(request, "lineage/impact.html", "answer", context)


def _asked(request: HttpRequest) -> Asked:
    query = request.GET
    name = query.get("asset", "").replace("\0", "").strip()[:2000]
    given: dict[str, Any] = {
        "name": name,
        "column": query.get("column", "").replace("\0", "").strip()[:500],
        "change": query.get("change") if query.get("change") in VERBS else "drop",
        "direction": "up" if query.get("direction") == "up" else "down",
        "kinds": tuple(kind for text in query.getlist("kinds") for kind in text.split(",") if kind in KINDS),
        "group": query.get("group") if query.get("group") in GROUPS else "distance",
    }
    try:
        given["after"] = asking.number(query, "after", 0, 0, FARTHEST)
    except ValidationError:
        given["after"] = 0
    try:
        given["at"] = asking.past(query)
    except ValidationError as error:
        return Asked(**given, error=" ".join(error.messages), status=400)
    if not name:
        return Asked(**given)
    try:
        asset = named(request.user, name)
    except ValidationError as error:
        return Asked(**given, error=" ".join(error.messages))
    columns = Column.objects.filter(asset=asset, retired_at=None).order_by("position", "name")
    names = list(columns.values_list("name", flat=True))
    folded = {one.casefold(): one for one in names}
    given["column"] = folded.get(given["column"].casefold(), given["column"])
    asked = Asked(**given | {"name": asset.path}, asset=asset, columns=names)
    try:
        _impact(request, asked, limit=1) if asked.column and asked.column not in names else None
    except NotKnown as error:
        return Asked(**given | {"name": asset.path, "column": ""}, asset=asset, columns=names, error=str(error.message))
    return asked


def _impact(
    request: HttpRequest, asked: Asked, *, limit: int, after: int = 0, kinds: tuple[str, ...] | None = None
) -> Impact:
    if asked.asset is None:
        raise Http404
    wanted = asked.kinds if kinds is None else kinds
    return impact(
        request.user,
        asked.asset,
        asked.column,
        asked.change,
        list(wanted) or None,
        asked.direction,
        limit=limit,
        after=after,
        at=asked.at,
    )


def _form(asked: Asked) -> dict[str, Any]:
    return {"asked": asked, "verbs": VERBS, "by": GROUPS}


def _ordered(totals: Any) -> dict[str, int]:
    """What people look at comes before what is in between."""
    ordered = sorted(totals.items(), key=lambda item: (KINDS[item[0]].section in {"datasets", "jobs"}, -item[1]))
    return dict(ordered)


def _export(request: HttpRequest, asked: Asked, form: str) -> HttpResponse:
    found = _impact(request, asked, limit=MOST_EXPORTED)
    name = f'attachment; filename="impact.{form}"'
    if form == "json":
        return JsonResponse(as_json(found), headers={"Content-Disposition": name})
    if form == "csv":
        return HttpResponse(
            as_csv(found), content_type="text/csv; charset=utf-8", headers={"Content-Disposition": name}
        )
    query = request.GET.copy()
    query.pop("format")
    link = request.build_absolute_uri(f"{reverse('lineage:impact')}?{query.urlencode()}")
    text = as_markdown(found, _ordered(found.totals), link, MOST_EXPORTED)
    return HttpResponse(text, content_type="text/markdown; charset=utf-8", headers={"Content-Disposition": name})
