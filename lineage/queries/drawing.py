"""The graph that the explorer draws: nodes with what stands on their cards, edges with who says so, in a constant number
of statements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import F
from django.utils import timezone

from catalog.models import Asset, Column
from catalog.queries.badges import STANDING, badges_of
from catalog.queries.owners import owners_of
from lineage.graph.cycles import circles
from lineage.models import ColumnEdge
from lineage.queries import moments as at
from lineage.queries.hops import MOST_NODES, SIDES, Beside, Counts, Look, Side, around, beside
from lineage.queries.moments import Moment, begin
from lineage.queries.tracing import ColumnPair, trace
from lineage.states import Confidence, Detail, Use
from portal.accounts.models import User
from portal.kernel.slots import Badge

# What an answer tells, and no more: whole rows of assets cost as much as all else that is read here
OF_ASSETS = (
    *("uuid", "kind", "platform", "schema", "title", "path", "section", "address", "stub"),
    *("column_count", *STANDING),
)
MOST_COLUMNS = 20_000  # pairs of columns of one answer


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an answer is not the whole truth. ``code``: depth, width, time, restricted, filter, unparsed, history or
    nothing."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class NodeColumn:
    name: str
    data_type: str
    pii: str


@dataclass(frozen=True, slots=True)
class Node:
    asset: Asset
    level: int
    domain: str
    owner: str
    badges: Sequence[Badge]
    columns: Sequence[NodeColumn]
    more_up: Counts
    more_down: Counts


@dataclass(frozen=True, slots=True)
class Stub:
    """Something beside ``asset`` that the person may not see."""

    asset: Asset
    side: Side
    level: int

    @property
    def id(self) -> str:
        return f"restricted:{self.asset.uuid}:{self.side}"


class Claim(NamedTuple):
    """What an answer tells of an ``Edge``. ``source``: its slug; None where a person says so, ``by_id``."""

    id: int
    uuid: UUID
    job_id: int | None
    confidence: str
    detail: int
    first_seen: datetime
    last_seen: datetime
    closed_at: datetime | None
    source: str | None
    said_by: str
    by_id: int | None

    @property
    def confidence_label(self) -> str:
        return str(Confidence(self.confidence).label)


@dataclass(slots=True)
class Link:
    """All claims of one pair of assets."""

    upstream: Asset
    downstream: Asset
    claims: list[Claim] = field(default_factory=list)
    columns: list[ColumnPair] = field(default_factory=list)
    change: str = ""

    @property
    def detail(self) -> Detail:
        return Detail(max(claim.detail for claim in self.claims))

    @property
    def first_seen(self) -> datetime:
        return min(claim.first_seen for claim in self.claims)

    @property
    def last_seen(self) -> datetime:
        return max(claim.last_seen for claim in self.claims)

    @property
    def closed_at(self) -> datetime | None:
        ends = [claim.closed_at for claim in self.claims]
        return None if None in ends else max(end for end in ends if end)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asked to see. ``compare``: the other moment; None there means now."""

    start: Sequence[int]
    focus: int | None = None
    column: str = ""
    up: int = 1
    down: int = 1
    width: int = 5
    by_column: bool = False
    comparing: bool = False
    expanded: Mapping[tuple[int, Side], int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Graph:
    focus: Asset | None
    column: str
    nodes: Sequence[Node]
    stubs: Sequence[Stub]
    links: Sequence[Link]
    reasons: Sequence[Reason]
    circles: Sequence[Sequence[Asset]] = ()  # ways round: each is made from the one before it, the first from the last
    known_since: Moment = None  # where a moment that was asked for lies before it


def draw(look: Look, wanted: Wanted) -> Graph:
    """``look.moments`` is the moment that is shown and, where two are compared, the other one."""
    if wanted.column and wanted.focus is not None:
        traced = trace(look, wanted.focus, wanted.column, up=wanted.up, down=wanted.down)
        level, full = traced.level, traced.full
    else:
        found = around(look, wanted.start, up=wanted.up, down=wanted.down, width=wanted.width, expanded=wanted.expanded)
        level, full = found.level, found.full
    assets, domains = _assets(look, list(level))
    links = _links(look, assets)
    if wanted.comparing:
        _compare(links, look.moments)
    pairs = _pairs(look, links.values()) if wanted.by_column or wanted.column else {}
    if wanted.column and wanted.focus is not None:
        pairs = traced.kept(pairs)
        links = {key: link for key, link in links.items() if key in traced.steps}
    for key, link in links.items():
        link.columns = pairs.get(key, [])
    ids = [pk for pk in level if pk in assets]
    around_them = beside(look, ids)
    nodes = _nodes([assets[pk] for pk in ids], domains, level, links, around_them)
    stubs = _stubs(assets, level, wanted, around_them)
    first = begin(look.moments)
    return Graph(
        focus=assets.get(wanted.focus) if wanted.focus is not None else None,
        column=wanted.column,
        nodes=nodes,
        stubs=stubs,
        links=list(links.values()),
        reasons=[*before(first), *_reasons(nodes, stubs, full)],
        circles=[[assets[pk] for pk in way] for way in circles(links)],
        known_since=first,
    )


def _assets(look: Look, ids: Sequence[int]) -> tuple[dict[int, Asset], dict[int, str]]:
    """The visible ones, and in what domain they are."""
    rows = list(look.assets.filter(pk__one_of=ids).only(*OF_ASSETS).annotate(of_domain=F("domain__name")))
    return {asset.pk: asset for asset in rows}, {asset.pk: vars(asset)["of_domain"] or "" for asset in rows}


def before(first: Moment) -> list[Reason]:
    """What is to be said of a moment before the ``first`` evidence."""
    if first is None:
        return []
    return [Reason("history", f"Nothing was known before {timezone.localtime(first):%-d %b %Y, %H:%M}.")]


def _links(look: Look, assets: Mapping[int, Asset]) -> dict[tuple[int, int], Link]:
    edge, ids = at.edges(look.moments), list(assets)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT e.upstream_id, e.downstream_id, e.id, e.uuid, e.job_id, e.confidence, e.detail, e.first_seen, e.last_seen,
              e.closed_at, s.slug, s.title, e.by_id
            FROM lineage_edge e LEFT JOIN catalog_source s ON s.id = e.source_id
            WHERE e.upstream_id = ANY(%s) AND e.downstream_id = ANY(%s) AND {edge.sql}
            ORDER BY e.upstream_id, e.downstream_id, e.confidence, e.id
            """,  # noqa: S608 - conditions of our own, values as parameters
            [ids, ids, *edge.params],
        )
        rows = cursor.fetchall()
    people = _people({row[-1] for row in rows} - {None})
    found: dict[tuple[int, int], Link] = {}
    for up, down, *told in rows:
        claim = Claim(*told)
        link = found.setdefault((up, down), Link(assets[up], assets[down]))
        link.claims.append(claim if claim.by_id is None else claim._replace(said_by=people[claim.by_id]))
    return found


def _people(ids: Collection[int]) -> dict[int, str]:
    """What they are called."""
    return {pk: str(user) for pk, user in User.objects.in_bulk(ids).items()} if ids else {}


def stood(claim: Claim, moment: Moment) -> bool:
    if moment is None:
        return claim.closed_at is None
    return claim.first_seen <= moment and (claim.closed_at is None or claim.closed_at > moment)


def _compare(links: Mapping[tuple[int, int], Link], moments: Sequence[Moment]) -> None:
    """A link that stood at both moments is told by who says so at the one that is shown."""
    shown, other = moments
    for link in links.values():
        now = [claim for claim in link.claims if stood(claim, shown)]
        then = any(stood(claim, other) for claim in link.claims)
        link.change = "same" if now and then else "added" if now else "removed"
        link.claims = now or link.claims


def _pairs(look: Look, links: Iterable[Link]) -> dict[tuple[int, int], list[ColumnPair]]:
    """Pairs of columns of all claims of a pair; of two uses the one that tells more."""
    claims = [claim.id for link in links for claim in link.claims]
    rows = ColumnEdge.objects.filter(edge__pk__one_of=claims).order_by("id")[:MOST_COLUMNS]
    found: dict[tuple[int, int], dict[tuple[str, str], ColumnPair]] = {}
    for up, down, column, target, use in rows.values_list(
        "upstream", "downstream", "upstream_column", "downstream_column", "use"
    ):
        pairs = found.setdefault((up, down), {})
        key = (column.lower(), target.lower())
        if key not in pairs or use < pairs[key].use:
            pairs[key] = ColumnPair(column, target, Use(use))
    return {key: list(pairs.values()) for key, pairs in found.items()}


def _nodes(
    assets: Sequence[Asset],
    domains: Mapping[int, str],
    level: Mapping[int, int],
    links: Mapping[tuple[int, int], Link],
    around_them: Mapping[Side, Mapping[int, Beside]],
) -> list[Node]:
    ids = [asset.pk for asset in assets]
    badges, owners, columns = badges_of(assets), owners_of(ids), _columns(links.values())
    drawn_up, drawn_down = _drawn(links, 1), _drawn(links, 0)
    all_up, all_down = around_them["up"], around_them["down"]
    return [
        Node(
            asset=asset,
            level=level[pk],
            domain=domains[pk],
            owner=owners[pk][0] if pk in owners else "",
            badges=badges[pk],
            columns=columns.get(pk, ()),
            more_up=_rest(all_up.get(pk, Beside()).counts, drawn_up.get(pk, Counts())),
            more_down=_rest(all_down.get(pk, Beside()).counts, drawn_down.get(pk, Counts())),
        )
        for pk, asset in zip(ids, assets, strict=True)
    ]


def _drawn(links: Mapping[tuple[int, int], Link], end: int) -> dict[int, Counts]:
    """How many links each asset has in the drawing, as the end of them."""
    kinds = Counter((key[end], link.change) for key, link in links.items())
    every = Counter(key[end] for key in links)
    return {pk: Counts(count, kinds[pk, "added"], kinds[pk, "removed"]) for pk, count in every.items()}


def _rest(every: Counts, drawn: Counts) -> Counts:
    return Counts(*(max(whole - part, 0) for whole, part in zip(every, drawn, strict=True)))


def _columns(links: Iterable[Link]) -> dict[int, list[NodeColumn]]:
    """Columns that take part, in their table's order; names that the catalog does not know come last."""
    named: dict[int, dict[str, str]] = {}
    for link in links:
        for pair in link.columns:
            named.setdefault(link.upstream.pk, {}).setdefault(pair.upstream.lower(), pair.upstream)
            if pair.downstream:
                named.setdefault(link.downstream.pk, {}).setdefault(pair.downstream.lower(), pair.downstream)
    found: dict[int, list[NodeColumn]] = {pk: [] for pk in named}
    if not named:
        return found
    rows = Column.objects.filter(asset__in=named).order_by("asset", "position", "id")
    for pk, name, data_type, pii in rows.values_list("asset", "name", "data_type", "pii"):
        if named[pk].pop(name.lower(), None) is not None:
            found[pk].append(NodeColumn(name, data_type, pii))
    for pk, rest in named.items():
        found[pk] += [NodeColumn(name, "", "") for name in rest.values()]
    return found


def _stubs(
    assets: Mapping[int, Asset],
    level: Mapping[int, int],
    wanted: Wanted,
    around_them: Mapping[Side, Mapping[int, Beside]],
) -> list[Stub]:
    hops = {"up": wanted.up, "down": wanted.down}
    return [
        Stub(assets[pk], side, level[pk] + (1 if side == "down" else -1))
        for side in SIDES
        if hops[side]
        for pk, found in sorted(around_them[side].items())
        if found.hidden
    ]


def _reasons(nodes: Sequence[Node], stubs: Sequence[Stub], full: bool) -> list[Reason]:
    found = []
    if full:
        found.append(Reason("width", f"More than {MOST_NODES} assets; the rest is left out."))
    elif any(node.more_up.all or node.more_down.all for node in nodes):
        found.append(Reason("depth", "There is more on the way: open a node for the rest."))
    if stubs:
        found.append(Reason("restricted", "Something that you may not see is part of it."))
    return found
