"""What an address shows of lineage: the graph, the table that says the same, and what there is to choose from."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict

from catalog.kinds import KINDS
from catalog.models import Asset
from lineage import asking
from lineage.answers import as_json
from lineage.queries.drawing import Graph, Link, Node
from lineage.queries.naming import NotKnown

HOPS = "2"
SMALL = 60
LAYERS = [
    ("quality", "Quality"),
    ("freshness", "Freshness"),
    ("pii", "Personal data"),
    ("owner", "Owner"),
    ("contract", "Contract"),
]
MARKS = [
    "alert-circle", "alert-octagon", "alert-triangle", "chevron-down", "chevron-up", "circle-check", "circle-dashed",
    "circle-x", "clock", "clock-pause", "file", "file-alert", "file-check", "hourglass", "lock", "minus", "shield-lock",
    "user-check", "user-x",
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
    def is_small(self) -> bool:
        """A large table is not written where a map will be looked at."""
        return self.graph is None or len(self.graph.nodes) <= SMALL

    @property
    def first_known(self) -> str:
        """The same question at the first moment of which anything is known."""
        query = self.query.copy()
        if self.graph is not None and (first := self.graph.known_since):
            for name in ("as_of", "compare"):
                at = asking.past(query, name)
                if at is not None and at < first:
                    query[name] = first.isoformat()
        return query.urlencode()

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
            "platform": ("Platform", {asset.platform: asset.platform for asset in assets if asset.platform}),
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
        graph = asking.graph(eyes, query)
    except NotKnown as error:
        return Shown(query, errors={"asset": error.messages}, missing=True), None
    except ValidationError as error:
        return Shown(query, errors=asking.complaints(error)), None
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
