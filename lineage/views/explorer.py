"""The explorer: what stands around an asset, as a map and as a table. Its state stands in the address alone."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from catalog.models import Asset
from lineage import asking
from lineage.queries.beside import beside
from lineage.queries.starting import with_lineage
from lineage.showing import ICONS, LAYERS, look
from portal.kernel.htmx import page


@require_GET
def explorer(request: HttpRequest) -> HttpResponse:
    """The map, or for who reads without scripts, and as a fragment, its table."""
    shown, data = look(request)
    nothing = shown.graph is None
    context = {
        "shown": shown,
        "data": data,
        "query": shown.query,
        "layers": LAYERS,
        "icons": ICONS,
        "with_table": shown.is_small or shown.query.get("view") == "table",
        "first": with_lineage(request.user) if nothing else [],
    }
    return page(request, "lineage/explorer.html", "table", context, status=shown.status)


@require_GET
def neighbours(request: HttpRequest) -> HttpResponse:
    """Neighbours of one asset beyond those that are drawn, to be looked through."""
    query = request.GET
    try:
        asset = get_object_or_404(Asset.objects.visible_to(request.user), uuid=query.get("of", ""))
        eyes = asking.look_of(request.user, query)
        number = asking.number(query, "page", 1, 1, 1000)
    except ValidationError as error:
        raise Http404 from error
    text = query.get("q", "").replace("\0", "").strip()[:200]
    side = "up" if query.get("side") == "up" else "down"
    found = beside(eyes, asset, side, text=text, page=number)  # type: ignore[arg-type]  # one of two words
    context = {"found": found, "text": text, "kept": _kept(query), "asset": asset}
    only_hits = getattr(request, "htmx", None) and request.htmx.target == "beside-hits"  # type: ignore[attr-defined]
    return page(request, "lineage/neighbours.html", "hits" if only_hits else "drawer", context)


def _kept(query: QueryDict) -> list[tuple[str, str]]:
    """What a form must carry on so that the same graph is meant."""
    return [(name, value) for name, values in query.lists() if name not in {"q", "page"} for value in values]


@require_GET
def edges_csv(request: HttpRequest) -> HttpResponse:
    """The edges of the graph that the address asks for, one a line."""
    shown, data = look(request)
    if data is None and shown.status == 400:
        return HttpResponse(told(shown.errors), status=400, content_type="text/plain; charset=utf-8")
    if data is None:
        raise Http404
    response = HttpResponse("".join(_lines(data)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="lineage.csv"'
    return response


def told(errors: dict[str, list[str]]) -> str:
    return "\n".join(f"{name}: {' '.join(texts)}" for name, texts in errors.items())


FORMULAS = ("=", "+", "-", "@", "\t", "\r")
HEAD = [
    "from", "from_column", "to", "to_column", "use", "confidence", "sources", "jobs", "first_seen", "last_seen", "change",
]  # fmt: skip


def _lines(data: dict[str, Any]) -> Iterator[str]:
    paths = {node["id"]: node.get("path", "restricted") for node in data["nodes"]}
    yield _line(HEAD)
    for edge in data["edges"]:
        for pair in edge.get("columns") or [{}]:
            yield _line(
                [
                    paths[edge["from"]], pair.get("from"), paths[edge["to"]], pair.get("to"), pair.get("use"),
                    " ".join(edge.get("confidence", [])),
                    " ".join(origin["title"] for origin in edge.get("origins", [])),
                    " ".join(job["title"] for job in edge.get("jobs", [])),
                    edge.get("first_seen"), edge.get("last_seen"), edge.get("change"),
                ]
            )  # fmt: skip


def _line(values: list[Any]) -> str:
    """A spreadsheet takes what begins like a formula for one."""
    out = StringIO()
    texts = ("" if value is None else str(value) for value in values)
    csv.writer(out).writerow(f"'{text}" if text.startswith(FORMULAS) else text for text in texts)
    return out.getvalue()
