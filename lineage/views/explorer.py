"""The explorer: what stands around an asset, as a map and as a table. Its state stands in the address alone."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import StringIO
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from catalog.kinds import KINDS
from catalog.models import Asset
from lineage import asking
from lineage.answers import as_json
from lineage.queries.beside import beside
from lineage.queries.drawing import Graph, Link, Node
from lineage.queries.naming import NotKnown
from lineage.queries.starting import with_lineage
from portal.kernel.htmx import page

HOPS = "2"
LAYERS = [
    ("quality", "Quality"),
    ("freshness", "Freshness"),
    ("pii", "Personal data"),
    ("owner", "Owner"),
    ("contract", "Contract"),
]
MARKS = [
    "alert-circle", "alert-octagon", "alert-triangle", "chevron-down", "chevron-up", "circle-check", "circle-dashed",
    "circle-x", "clock", "clock-pause", "file", "file-check", "hourglass", "lock", "minus", "shield-lock", "user-check",
    "user-x",
]  # fmt: skip
ICONS = sorted({look.icon for look in KINDS.values()} | set(MARKS))


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table that says the same as the map."""

    node: Node
    inputs: list[Link] = field(default_factory=list)
    outputs: list[Link] = field(default_factory=list)

    @property
    def where(self) -> str:
        level = self.node.level
        return f"{abs(level)} {'upstream' if level < 0 else 'downstream'}" if level else "in focus"


@dataclass(frozen=True, slots=True)
class Shown:
    """What the address asks for, and what came of it."""

    query: QueryDict
    graph: Graph | None = None
    errors: dict[str, list[str]] = field(default_factory=dict)
    missing: bool = False

    @property
    def status(self) -> int:
        return 404 if self.missing else 400 if self.errors else 200

    @property
    def rows(self) -> list[Row]:
        """Nodes from the farthest upstream down, each with its links."""
        if self.graph is None:
            return []
        found = {
            node.asset.pk: Row(node)
            for node in sorted(self.graph.nodes, key=lambda node: (node.level, node.asset.path))
        }
        for link in self.graph.links:
            found[link.downstream.pk].inputs.append(link)
            found[link.upstream.pk].outputs.append(link)
        return list(found.values())

    @property
    def choices(self) -> list[tuple[str, str, list[tuple[str, str, bool]]]]:
        """What there is to filter by: what the graph has, and what is chosen already."""
        assets = [node.asset for node in self.graph.nodes] if self.graph else []
        names = {
            "kinds": ("Kind", {asset.kind: str(asset.look.label) for asset in assets}),
            "platform": ("Platform", {asset.platform: asset.platform for asset in assets}),
            "schema": ("Schema", {asset.schema: asset.schema for asset in assets if asset.schema}),
        }
        return [(name, label, _options(found, self.query, name)) for name, (label, found) in names.items()]


def _options(found: dict[str, str], query: QueryDict, name: str) -> list[tuple[str, str, bool]]:
    chosen = {part for text in query.getlist(name) for part in text.split(",") if part}
    known = {value: KINDS[value].label if name == "kinds" and value in KINDS else value for value in chosen} | found
    return sorted(((value, label, value in chosen) for value, label in known.items()), key=lambda one: one[1])


def look(request: HttpRequest) -> tuple[Shown, dict[str, Any] | None]:
    """The graph that the address asks for, and the same as data."""
    query = asked(request)
    if not (query.get("asset") or query.get("select")):
        return Shown(query), None
    try:
        eyes = asking.look_of(request.user, query)
        graph = asking.graph(request.user, query)
    except NotKnown as error:
        return Shown(query, errors={"asset": error.messages}, missing=True), None
    except ValidationError as error:
        return Shown(query, errors=getattr(error, "message_dict", None) or {"asset": error.messages}), None
    by_column = bool(query.get("column")) or query.get("grain") == "column"
    return Shown(query, graph), as_json(graph, eyes, by_column=by_column)


def asked(request: HttpRequest) -> QueryDict:
    """A person looks further than a program that says nothing of it."""
    query = request.GET.copy()
    if "depth" not in query:
        for side in ("up", "down"):
            if not query.get(side):
                query[side] = HOPS
    return query


def of_tab(request: HttpRequest, asset: Asset) -> dict[str, Any]:
    """The explorer within the asset's page: its data are fetched when it is drawn."""
    fixed = json.dumps({"asset": str(asset.uuid), "select": ""})
    return {"shown": Shown(asked(request)), "query": asked(request), "layers": LAYERS, "icons": ICONS, "fixed": fixed}


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
    _, data = look(request)
    if data is None:
        raise Http404
    response = HttpResponse("".join(_lines(data)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="lineage.csv"'
    return response


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
