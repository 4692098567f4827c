"""What leads where: the rules of reach as edges between nodes, in each direction.

Forward, a column reaches the columns that are made from it, or the whole of an asset whose rows it decides; where nobody
told which columns of a pair are used, any column reaches the whole of the downstream, through the hub of its asset. The
whole reaches the whole. Backward it is the same read the other way, where the hub leads to what decides the rows.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from lineage.graph.arrays import NOTHING, Flags, Ids, Nodes, Uses
from lineage.graph.nodes import Book

UNKNOWN = 9  # lineage.states.Use.UNKNOWN: it reads the table, its columns are not known
WHOLE = 10  # the asset as a whole, as asked for


class Pairs(NamedTuple):
    """Assets by id. ``complete``: one of the claims on the pair tells all of its columns."""

    upstream: Ids
    downstream: Ids
    complete: Flags


class Columns(NamedTuple):
    """Uses of columns: assets by id, columns by key. ``of_rows``: it decides the rows of the downstream."""

    upstream: Ids
    downstream: Ids
    upstream_key: Ids
    downstream_key: Ids
    use: Uses
    of_rows: Flags

    def keys(self) -> tuple[Ids, Ids]:
        """Keys of all columns, and the ids of their assets."""
        named = ~self.of_rows
        return (
            np.concatenate((self.upstream_key, self.downstream_key[named])),
            np.concatenate((self.upstream, self.downstream[named])),
        )


class Arrows(NamedTuple):
    source: Nodes
    target: Nodes
    use: Uses

    def at(self, where: Flags | npt.NDArray[np.intp]) -> Arrows:
        return Arrows(self.source[where], self.target[where], self.use[where])

    def once(self) -> Arrows:
        """By source, then target; of several uses the one that tells most."""
        if not len(self.use):
            return self
        by_use = np.argsort(self.use, kind="stable")
        pair = (self.source[by_use].astype(np.int64) << 32) | self.target[by_use]
        order = np.argsort(pair, kind="stable")
        pair = pair[order]
        return self.at(by_use[order[np.concatenate(([True], pair[1:] != pair[:-1]))]])


NO_ARROWS = Arrows(NOTHING, NOTHING, np.empty(0, np.uint8))


def together(*parts: Arrows) -> Arrows:
    return Arrows(
        np.concatenate([part.source for part in parts]),
        np.concatenate([part.target for part in parts]),
        np.concatenate([part.use for part in parts]),
    )


def _arrows(source: Nodes, target: Nodes, use: int | Uses) -> Arrows:
    uses = use if isinstance(use, np.ndarray) else np.full(len(source), use, np.uint8)
    kept = (source >= 0) & (target >= 0)
    return Arrows(source[kept], target[kept], uses[kept])


def both_ways(known: Book, pairs: Pairs, columns: Columns) -> tuple[Arrows, Arrows]:
    """(forward, backward). Ends that are not in the book lead nowhere."""
    up, down = known.position.find(pairs.upstream), known.position.find(pairs.downstream)
    there = (up >= 0) & (down >= 0)
    up, down, loose = up[there], down[there], ~pairs.complete[there]
    whole, hub = known.whole, known.hub
    made_from = known.column.find(columns.upstream_key)
    rows = columns.of_rows
    target = known.column.find(columns.downstream_key)
    below = known.position.find(columns.downstream)
    below_whole = np.where(below >= 0, whole[below], np.int32(-1)) if len(whole) else below
    below_hub = np.where(below >= 0, hub[below], np.int32(-1)) if len(hub) else below
    forward = together(
        _arrows(whole[up], whole[down], WHOLE),
        _arrows(hub[up[loose]], whole[down[loose]], UNKNOWN),
        _arrows(made_from, np.where(rows, below_whole, target), columns.use),
    )
    backward = together(
        _arrows(whole[down], whole[up], WHOLE),
        _arrows(hub[down[loose]], whole[up[loose]], UNKNOWN),
        _arrows(np.where(rows, below_hub, target), made_from, columns.use),
    )
    return forward.once(), backward.once()
