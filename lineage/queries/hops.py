"""Which assets stand around another, hop by hop: each hop one indexed statement, however many nodes it starts at.

A node with 50,000 neighbours gives the first few and their number.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from django.db import connection

from catalog.models import Asset
from catalog.models.assets import AssetQuerySet
from lineage.queries import moments as at
from lineage.queries.moments import Condition, Moment

Side = Literal["up", "down"]
SIDES: tuple[Side, ...] = ("up", "down")
MOST_NODES = 400  # of one answer
ALL = Condition("TRUE")

_ENDS = {"up": ("downstream_id", "upstream_id"), "down": ("upstream_id", "downstream_id")}


@dataclass(frozen=True, slots=True)
class Look:
    """Whose eyes, at which moments, and which neighbours they want to see."""

    user: Any
    assets: AssetQuerySet  # what they may see
    sight: Condition  # on the asset ``a``: it is one of those
    moments: tuple[Moment, ...] = (None,)
    only: Condition = ALL  # on the asset ``a``

    @classmethod
    def of(cls, user: Any, moments: tuple[Moment, ...] = (None,), only: Condition = ALL) -> Look:
        """What the person may see is asked here, once for all that is looked at."""
        assets = Asset.objects.visible_now(user)
        return cls(user, assets, at.sight(assets), moments, only)


@dataclass(slots=True)
class Around:
    """``level``: {asset's id: signed distance}, in the order in which they were found. ``left``: visible neighbours that
    were not taken, by (asset's id, side)."""

    level: dict[int, int] = field(default_factory=dict)
    left: dict[tuple[int, Side], int] = field(default_factory=dict)
    full: bool = False  # ``MOST_NODES`` was reached


def around(
    look: Look, start: Iterable[int], *, up: int, down: int, width: int, expanded: Mapping[tuple[int, Side], int]
) -> Around:
    """``up`` and ``down`` hops from ``start``, at most ``width`` a node and side; ``expanded`` says of how many of a node's
    neighbours are wanted on a side, whatever the distance."""
    found = Around(dict.fromkeys(start, 0))
    hops: dict[Side, int] = {"up": up, "down": down}
    frontier = [(pk, side) for side in SIDES for pk in found.level]
    for hop in range(1, max(up, down) + 1):
        wide = {key: max(width, expanded.get(key, 0)) for key in frontier if hop <= hops[key[1]]}
        frontier = _take(found, look, wide, hop)
    _expand(found, look, expanded)
    return found


def _expand(found: Around, look: Look, expanded: Mapping[tuple[int, Side], int]) -> None:
    """Nodes that were opened by hand, as long as one of them leads to the next."""
    rest = dict(expanded)
    while ready := {key: count for key, count in rest.items() if key[0] in found.level}:
        for key, count in sorted(ready.items(), key=lambda one: abs(found.level[one[0][0]])):
            rest.pop(key)
            _take(found, look, {key: count}, abs(found.level[key[0]]) + 1)


def _take(found: Around, look: Look, wide: Mapping[tuple[int, Side], int], hop: int) -> list[tuple[int, Side]]:
    """New nodes, one step on, and the sides on which they lie."""
    new: list[tuple[int, Side]] = []
    for side, near, far, total in neighbours(look, wide):
        key = (near, side)
        found.left.setdefault(key, total)
        found.left[key] -= 1
        if far in found.level:
            continue
        if len(found.level) >= MOST_NODES:
            found.full = True
            found.left[key] += 1
            continue
        found.level[far] = -hop if side == "up" else hop
        new.append((far, side))
    return new


class Neighbour(NamedTuple):
    """``near``, ``far``: ids of assets. ``total``: how many visible neighbours ``near`` has on that side."""

    side: Side
    near: int
    far: int
    total: int


def neighbours(look: Look, wide: Mapping[tuple[int, Side], int]) -> list[Neighbour]:
    """As many as are wanted by (asset's id, side), the most used first."""
    if not wide:
        return []
    edge, seen = at.edges(look.moments), at.visible(look.sight, look.moments)
    sides = [side for side in SIDES if any(key[1] == side for key in wide)]
    pairs, params = [], []
    for side in sides:
        near, far = _ENDS[side]
        pairs.append(
            f"SELECT DISTINCT '{side}' AS side, e.{near} AS near, e.{far} AS far FROM lineage_edge e "  # noqa: S608 - names
            f"WHERE e.{near} = ANY(%s) AND {edge.sql}"
        )
        params += [[pk for pk, of in wide if of == side], *edge.params]
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT side, near, far, total FROM (
              SELECT p.side, p.near, p.far, w.wide, count(*) OVER (PARTITION BY p.side, p.near) AS total,
                row_number() OVER (PARTITION BY p.side, p.near ORDER BY a.popularity DESC, a.path, a.id) AS place
              FROM ({" UNION ALL ".join(pairs)}) p
              JOIN catalog_asset a ON a.id = p.far
              JOIN unnest(%s::text[], %s::bigint[], %s::int[]) AS w(side, near, wide) ON w.side = p.side AND w.near = p.near
              WHERE {seen.sql} AND {look.only.sql}
            ) ranked WHERE place <= wide ORDER BY side DESC, near, place
            """,  # noqa: S608 - names of columns and conditions of our own, values as parameters
            [
                *(*params, [side for _, side in wide], [pk for pk, _ in wide], list(wide.values())),
                *(*seen.params, *look.only.params),
            ],
        )
        return [Neighbour(*row) for row in cursor.fetchall()]


class Counts(NamedTuple):
    """Visible neighbours on one side; of two moments those that only the shown one has, and only the other one."""

    all: int = 0
    added: int = 0
    removed: int = 0


class Beside(NamedTuple):
    """What stands on one side of an asset. ``hidden``: also something that the person may not see; how many, or what, is not
    told."""

    counts: Counts = Counts()
    hidden: bool = False


def beside(look: Look, ids: Sequence[int], sides: Sequence[Side] = SIDES) -> dict[Side, dict[int, Beside]]:
    """Of those that have anything there."""
    edge, there = at.edges(look.moments), at.alive(look.moments)
    shown, other = at.edges(look.moments[:1]), at.edges(look.moments[-1:])
    parts, params = [], []
    for side in sides:
        near, far = _ENDS[side]
        parts.append(
            f"""
            SELECT '{side}', near, count(*) FILTER (WHERE seen), count(*) FILTER (WHERE seen AND NOT other),
              count(*) FILTER (WHERE seen AND NOT shown), bool_or(NOT seen)
            FROM (
              SELECT e.{near} AS near, bool_or({shown.sql}) AS shown, bool_or({other.sql}) AS other,
                bool_or({look.sight.sql}) AS seen
              FROM lineage_edge e JOIN catalog_asset a ON a.id = e.{far}
              WHERE e.{near} = ANY(%s) AND {edge.sql} AND {there.sql} AND (NOT {look.sight.sql} OR {look.only.sql})
              GROUP BY 1, e.{far}
            ) beside GROUP BY 2"""  # noqa: S608 - names of columns and conditions of our own, values as parameters
        )
        params += [*shown.params, *other.params, *look.sight.params, list(ids)]
        params += [*edge.params, *there.params, *look.sight.params, *look.only.params]
    found: dict[Side, dict[int, Beside]] = {side: {} for side in sides}
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), params)
        for side, pk, *counts, hidden in cursor.fetchall():
            found[side][pk] = Beside(Counts(*counts), hidden)
    return found


def beside_hidden(look: Look, side: Side, ids: Sequence[int]) -> set[int]:
    """Those that have a neighbour on that side which the person may not see."""
    return {pk for pk, found in beside(look, ids, [side])[side].items() if found.hidden}


def only(*, kinds: Collection[str] = (), platforms: Collection[str] = (), schemas: Collection[str] = ()) -> Condition:
    """Neighbours of these kinds, platforms and schemas alone; of all where none are named."""
    parts, params = [], []
    for column, values in (("kind", kinds), ("platform", platforms), ("schema", schemas)):
        if values:
            parts.append(f"lower(a.{column}) = ANY(%s)")
            params.append([value.lower() for value in values])
    return Condition(" AND ".join(parts) or "TRUE", tuple(params))
