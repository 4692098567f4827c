"""One column's way, hop by hop: where its values come from and go to, and what it decides without being in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db import connection

from lineage.queries import moments as at
from lineage.queries.hops import MOST_NODES, Look, Side
from lineage.states import Detail, Use

MOST_COLUMNS = 5_000  # of one way


class ColumnPair(NamedTuple):
    """``downstream`` "": it decides which rows there are."""

    upstream: str
    downstream: str
    use: Use


class Spot(NamedTuple):
    """``column`` in lower case; "" is the asset as a whole."""

    asset_id: int
    column: str


@dataclass(slots=True)
class Trace:
    level: dict[int, int] = field(default_factory=dict)  # {asset's id: signed distance}
    steps: dict[tuple[int, int], set[tuple[str, str]]] = field(
        default_factory=dict
    )  # pairs of columns by pair of assets
    full: bool = False

    def kept(self, pairs: Mapping[tuple[int, int], Sequence[ColumnPair]]) -> dict[tuple[int, int], list[ColumnPair]]:
        """Those of the pairs that are on the column's way; where nobody knows what is read, a use that is not known."""
        found: dict[tuple[int, int], list[ColumnPair]] = {}
        for key, steps in self.steps.items():
            known = [one for one in pairs.get(key, ()) if (one.upstream.lower(), one.downstream.lower()) in steps]
            told = {(one.upstream.lower(), one.downstream.lower()) for one in known}
            found[key] = known + [ColumnPair(*step, Use.UNKNOWN) for step in sorted(steps - told)]
        return found


def trace(look: Look, asset_id: int, column: str, *, up: int, down: int) -> Trace:
    """A column ends where it only decides rows, or where nobody knows what is read: that asset is shown, and not passed."""
    found = Trace({asset_id: 0})
    start = Spot(asset_id, column.lower())
    sides: list[tuple[Side, int]] = [("up", up), ("down", down)]
    for side, hops in sides:
        frontier, seen = [start], {start}
        for hop in range(1, hops + 1):
            frontier = _step(found, look, side, frontier, seen, -hop if side == "up" else hop)
    return found


def _step(found: Trace, look: Look, side: Side, frontier: Sequence[Spot], seen: set[Spot], level: int) -> list[Spot]:
    going = [spot for spot in frontier if spot.column]
    new: list[Spot] = []
    for near, far in _columns(look, side, going) + _untold(look, side, going):
        if (far.asset_id not in found.level and len(found.level) >= MOST_NODES) or len(seen) >= MOST_COLUMNS:
            found.full = True
            continue
        found.level.setdefault(far.asset_id, level)
        ends, columns = (
            ((far, near), (far.column, near.column)) if side == "up" else ((near, far), (near.column, far.column))
        )
        found.steps.setdefault((ends[0].asset_id, ends[1].asset_id), set()).add(columns)
        if far not in seen:
            seen.add(far)
            new.append(far)
    return new


def _columns(look: Look, side: Side, spots: Sequence[Spot]) -> list[tuple[Spot, Spot]]:
    """What is known of columns."""
    if not spots:
        return []
    near, far = ("downstream", "upstream") if side == "up" else ("upstream", "downstream")
    edge, seen = at.edges(look.moments), at.visible(look.sight, look.moments)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT DISTINCT c.{near}_id, lower(c.{near}_column), c.{far}_id, lower(c.{far}_column)
            FROM unnest(%s::bigint[], %s::text[]) AS s(asset, name)
            JOIN lineage_columnedge c ON c.{near}_key = hashtextextended(s.name, s.asset) AND c.{near}_id = s.asset
             AND (c.live OR %s)
            JOIN lineage_edge e ON e.id = c.edge_id AND {edge.sql}
            JOIN catalog_asset a ON a.id = c.{far}_id AND {seen.sql} AND {look.only.sql}
            ORDER BY 1, 2, 3, 4 LIMIT %s
            """,  # noqa: S608 - names of columns and conditions of our own, values as parameters
            [
                *([spot.asset_id for spot in spots], [spot.column for spot in spots], look.moments != (None,)),
                *(*edge.params, *seen.params, *look.only.params, MOST_COLUMNS),
            ],
        )
        return [(Spot(one, name), Spot(other, its)) for one, name, other, its in cursor.fetchall()]


def _untold(look: Look, side: Side, spots: Sequence[Spot]) -> list[tuple[Spot, Spot]]:
    """Pairs of assets of which no claim tells all columns: any may matter."""
    if not spots:
        return []
    near, far = ("downstream", "upstream") if side == "up" else ("upstream", "downstream")
    edge, seen = at.edges(look.moments), at.visible(look.sight, look.moments)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT e.{near}_id, e.{far}_id FROM lineage_edge e JOIN catalog_asset a ON a.id = e.{far}_id
            WHERE e.{near}_id = ANY(%s) AND {edge.sql} AND {seen.sql} AND {look.only.sql}
            GROUP BY 1, 2 HAVING max(e.detail) < %s ORDER BY 1, 2 LIMIT %s
            """,  # noqa: S608
            [
                *(sorted({spot.asset_id for spot in spots}), *edge.params, *seen.params, *look.only.params),
                *(int(Detail.ALL), MOST_COLUMNS),
            ],
        )
        pairs = cursor.fetchall()
    return [(spot, Spot(other, "")) for one, other in pairs for spot in spots if spot.asset_id == one]
