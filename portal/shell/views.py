"""Pages that belong to no single room: home, search, the style guide."""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from catalog.models import Asset, SavedView
from catalog.queries import assets, saved_views
from catalog.search import filters
from catalog.search.highlights import marks_of
from catalog.search.request import SearchRequest, sorts
from catalog.search.results import search as find
from catalog.search.syntax import MAX_LENGTH
from portal.kernel import wiring
from portal.kernel.htmx import page
from portal.kernel.slots import HitGroup
from portal.shell import examples, front

TYPED = 8  # matches while typing
PEEKED = 40  # columns in a peek


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What a person comes back for: their own assets, what needs attention, what changed, and the ways in."""
    return render(request, "shell/home.html", {"front": front.page(request.user)})


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    view, asked = _asked(request)
    results = find(request.user, asked)
    context = {
        "results": results,
        "asked": asked,
        "view": view,
        "views": saved_views.listed(request.user),
        "sorts": list(sorts().items()),
        "examples": filters.examples({facet.name: facet.values[0].value for facet in results.facets}),
    }
    return page(request, "shell/search.html", "results", context)


def _asked(request: HttpRequest) -> tuple[SavedView | None, SearchRequest]:
    """What the URL says; a saved view stands for the search that was kept, and may be sorted and turned."""
    if "view" not in request.GET:
        return None, SearchRequest.of(request.GET)
    with suppress(ValueError):
        if view := saved_views.find(request.user, UUID(request.GET["view"])):
            query = QueryDict(view.query.lstrip("?"), mutable=True)
            query.update({name: request.GET[name] for name in ("sort", "page", "peek") if name in request.GET})
            return view, SearchRequest.of(query)
    raise Http404


@require_GET
def typeahead(request: HttpRequest) -> HttpResponse:
    """Groups of matches for the search box; as a page of its own where htmx is off."""
    text = request.GET.get("q", "").replace("\0", "").lstrip()[:MAX_LENGTH]
    groups: list[HitGroup] = []
    if text:
        groups = [group for room in wiring.listed("SEARCH") for group in room(request.user, text, TYPED)]
    return page(request, "shell/typeahead.html", "hits", {"text": text, "groups": groups})


@require_GET
def peek(request: HttpRequest, asset_id: UUID) -> HttpResponse:
    """An asset at a glance beside the results. Who may not see it gets the answer of what does not exist."""
    asset = get_object_or_404(Asset.objects.visible_to(request.user).select_related("domain"), uuid=asset_id)
    marks = marks_of(request.user, SearchRequest.of(request.GET))
    columns = list(assets.columns_of(asset))
    context = {
        "asset": asset,
        "page": assets.page_of(asset),
        "columns": marks.first(columns, PEEKED),
        "rest": max(len(columns) - PEEKED, 0),
        "marks": marks,
    }
    return page(request, "shell/peek.html", "drawer", context)


@require_GET
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component in one place, for whoever builds the next page."""
    if not (settings.DEMO or settings.DEBUG):
        raise Http404
    context: dict[str, Any] = examples.all_of_them(request.user)
    return render(request, "shell/styleguide.html", context)
