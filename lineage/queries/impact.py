"""What is hit when an asset or a column of it changes, or what could have caused what is wrong with it: nearest first, each
with its path, who answers for it, and how the column is used there."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np
from django.core.exceptions import ValidationError

from catalog.kinds import KINDS, Look
from catalog.models import Asset
from catalog.models.assets import asset_url
from catalog.queries.badges import STANDING, badges_of
from catalog.queries.owners import owners_of
from lineage.graph.arrays import Flags, Ids, Nodes
from lineage.graph.arrows import UNKNOWN, WHOLE
from lineage.graph.walking import Step as Walked
from lineage.queries.drawing import Reason, before
from lineage.queries.moments import Moment, begin
from lineage.queries.naming import NotKnown
from lineage.queries.reach import Direction, Names, Reach, Sight, has_column, names, reach
from lineage.snapshots.reading import KIND_NAMES
from lineage.states import Use
from portal.kernel.slots import Badge

CHANGES = ("drop", "rename", "retype", "delay")
DIRECTIONS = ("down", "up")
LIMIT = 50  # a page of hits; most of the time of an answer goes into their paths and names
FEW = (
    200  # hits of one distance whose names are looked up for their order; more are in that which names had in the graph
)
REASONS = {
    "restricted": "Something on the way is not for your eyes; it is neither named nor counted.",
    "time": "The graph is too large to be walked to its end in time.",
}


class Thing(NamedTuple):
    """An asset as far as an answer tells of it: hundreds of whole ones would take longer than the walk to them."""

    pk: int
    uuid: UUID
    kind: str
    title: str
    path: str
    section: str
    address: str
    tier: str

    @property
    def look(self) -> Look:
        return KINDS[self.kind]

    def get_absolute_url(self) -> str:
        return asset_url(self.section, self.address)


@dataclass(frozen=True, slots=True)
class Step:
    """``asset`` None: one or several in a row that the person may not see. ``use``: how what came before is used here;
    None at the start and where the asset is read as a whole."""

    asset: Thing | None
    column: str = ""
    use: Use | None = None


HIDDEN = Step(None)


@dataclass(frozen=True, slots=True)
class Hit:
    """``column`` "": the asset as a whole. ``sure``: each step of the path is told by somebody, none is only possible.
    ``badges`` and ``root`` (nothing visible or hidden stands before it) are told upstream alone."""

    asset: Thing
    column: str
    use: Use | None
    distance: int
    path: Sequence[Step]
    owners: Sequence[str]
    sure: bool
    badges: Sequence[Badge] = ()
    root: bool = False


@dataclass(frozen=True, slots=True)
class Impact:
    """``totals``: assets by kind, all that are visible, listed or not. ``following``: how many hits come before the next
    page; None on the last."""

    asset: Asset
    column: str
    change: str
    direction: Direction
    totals: Mapping[str, int]
    hits: Sequence[Hit]
    count: int
    following: int | None
    reasons: Sequence[Reason]
    at: Moment = None
    known_since: Moment = None  # where ``at`` lies before it

    @property
    def partial(self) -> bool:
        return bool(self.reasons)


def impact(
    user: Any,
    asset: Asset,
    column: str = "",
    change: str = "drop",
    kinds: Collection[str] | None = None,
    direction: Direction = "down",
    *,
    limit: int = LIMIT,
    after: int = 0,
    at: Moment = None,
) -> Impact:
    """``user`` None is who works with a command at the database itself. Late data is late in all columns: the delay of a
    column is that of its asset.

    Raises:
        ValidationError: a change, direction or kind that there is not. NotKnown: the asset has no such column.
    """
    column = _checked(asset, column, change, kinds, direction, at)
    sight = Sight(user)
    found = reach(sight, asset, "" if change == "delay" else column, direction=direction, at=at)
    first = begin([at])
    wanted = _wanted(found, kinds)
    chosen = _page(found, wanted, limit, after)
    count = int(wanted.sum())
    following = after + limit if after + limit < count else None
    return Impact(
        asset=asset,
        column=column,
        change=change,
        direction=direction,
        totals=_totals(found, wanted),
        hits=_hits(sight, found, chosen, direction),
        count=count,
        following=following,
        reasons=[*before(first), *_reasons(found, following, count)],
        at=at,
        known_since=first,
    )


def _checked(asset: Asset, column: str, change: str, kinds: Collection[str] | None, direction: str, at: Moment) -> str:
    wrong = {
        "change": change not in CHANGES and f"Is one of {', '.join(CHANGES)}.",
        "direction": direction not in DIRECTIONS and f"Is one of {', '.join(DIRECTIONS)}.",
        "kinds": not set(kinds or ()) <= set(KIND_NAMES) and f"Is a list out of {', '.join(KIND_NAMES)}.",
    }
    if errors := {name: str(words) for name, words in wrong.items() if words}:
        raise ValidationError(errors)
    column = column.replace("\0", "").strip()[:500]
    if column and not has_column(asset, column, at):
        raise NotKnown(f"{asset.path} has no column “{column}”.")
    return column


def _wanted(found: Reach, kinds: Collection[str] | None) -> Flags:
    """Hits, by place in the walk: what is visible, of the kinds, and not the asset itself."""
    assets, owners = found.graph.book.assets, found.owners
    wanted: Flags = ~found.hidden & (assets.ids[owners] != found.asset)
    if kinds:
        of_kind = np.isin(np.arange(len(KIND_NAMES)), [KIND_NAMES.index(kind) for kind in kinds])
        wanted &= of_kind[assets.kind[owners]]
    return wanted


def _totals(found: Reach, wanted: Flags) -> dict[str, int]:
    assets = found.graph.book.assets
    hit = np.zeros(len(assets.ids), bool)
    hit[found.owners[wanted]] = True
    counts = np.bincount(assets.kind[hit], minlength=len(KIND_NAMES)).tolist()
    return {kind: count for kind, count in zip(KIND_NAMES, counts, strict=True) if count}


def _page(found: Reach, wanted: Flags, limit: int, after: int) -> list[int]:
    """Places in the walk, by distance, path, id, the use that tells most."""
    places = np.flatnonzero(wanted)
    distances = found.distance[places]
    ordered = np.sort(distances)[after : after + limit]
    if not len(ordered):
        return []
    near, far = ordered[0], ordered[-1]
    before = int((distances < near).sum())
    group = places[(distances >= near) & (distances <= far)]
    nodes = found.walk.nodes[group]
    ids = np.array(found.asset_ids(nodes), np.int64)
    by = (found.graph.book.key[nodes], found.walk.uses(nodes), ids, _ranks(found, group, ids), found.distance[group])
    chosen: list[int] = group[np.lexsort(by)][after - before : after - before + limit].tolist()
    return chosen


def _ranks(found: Reach, group: Nodes, ids: Ids) -> Nodes:
    """What sorts as the names of the assets do."""
    if len(group) > FEW:
        return found.graph.book.assets.rank[found.owners[group]]
    paths = dict(Asset.objects.filter(pk__one_of=ids.tolist()).values_list("pk", "path"))
    ranks: Nodes = np.unique([paths.get(pk, "") for pk in ids.tolist()], return_inverse=True)[1].astype(np.int32)
    return ranks


def _hits(sight: Sight, found: Reach, places: Sequence[int], direction: Direction) -> list[Hit]:
    chosen = found.walk.nodes[np.array(places, np.int64)]
    nodes: list[int] = chosen.tolist()
    paths = found.walk.paths(chosen)
    walked = {step.node: step for path in paths for step in path}
    there = list(walked)
    ids = dict(zip(there, found.asset_ids(there), strict=True))
    rows = sight.among(set(ids.values())).order_by().values_list(*Thing._fields)
    assets = {thing.pk: thing for thing in map(Thing._make, rows)}
    called = names(found, [node for node in there if ids[node] in assets])
    hit_ids = list({ids[node] for node in nodes} & assets.keys())
    owners = owners_of(hit_ids)
    badges = _badges(hit_ids) if direction == "up" else {}
    roots = _roots(found, nodes) if direction == "up" else set()
    steps = {node: _step(step, ids, assets, called) for node, step in walked.items()}
    return [
        Hit(
            asset=assets[ids[path[-1].node]],
            column=called.of(path[-1].node),
            use=_use(path[-1]),
            distance=int(found.distance[place]),
            path=_shown([steps[step.node] for step in path]),
            owners=owners.get(ids[path[-1].node], ()),
            sure=all(step.use != UNKNOWN for step in path),
            badges=badges.get(ids[path[-1].node], ()),
            root=path[-1].node in roots,
        )
        for place, path in zip(places, paths, strict=True)
        if ids[path[-1].node] in assets
    ]


def _step(step: Walked, ids: Mapping[int, int], assets: Mapping[int, Thing], called: Names) -> Step:
    asset = assets.get(ids[step.node])
    return HIDDEN if asset is None else Step(asset, called.of(step.node), _use(step))


def _shown(path: Sequence[Step]) -> list[Step]:
    """What may not be seen is one step without anything, however much of it stands in a row."""
    return [*path[:1], *(step for before, step in pairwise(path) if not (step is HIDDEN and before is HIDDEN))]


def _use(step: Walked) -> Use | None:
    return None if step.use is None or step.use == WHOLE else Use(step.use)


def _badges(ids: Sequence[int]) -> dict[int, list[Badge]]:
    return badges_of(list(Asset.objects.filter(pk__one_of=ids).only(*STANDING)))


def _roots(found: Reach, nodes: Sequence[int]) -> set[int]:
    """Those of which the asset is made from nothing."""
    book, rows = found.graph.book, found.graph.up
    here = np.array(nodes, np.int32)
    first = book.whole[book.owner[here]]
    arrows = rows.arrows_of(first)
    made = set(arrows.source[~book.blocked[arrows.target]].tolist())
    return {node for node, whole in zip(nodes, first.tolist(), strict=True) if whole not in made}


def _reasons(found: Reach, following: int | None, count: int) -> list[Reason]:
    reasons = []
    if found.hidden.any():
        reasons.append(Reason("restricted", REASONS["restricted"]))
    if found.walk.stopped == "time":
        reasons.append(Reason("time", REASONS["time"]))
    if following is not None:
        reasons.append(Reason("width", f"Of {count:,} hits not all are listed; the totals count them all."))
    return reasons
