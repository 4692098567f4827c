"""The whole graph, made at once or with what has changed since laid over it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lineage.graph.arrays import NOTHING, Flags, Ids, Nodes
from lineage.graph.arrows import NO_ARROWS, Arrows, Columns, Pairs, both_ways, together
from lineage.graph.nodes import Assets, Book, book, with_assets, with_columns
from lineage.graph.rows import Rows, pack


@dataclass(frozen=True, slots=True)
class Graph:
    book: Book
    down: Rows
    up: Rows

    @property
    def edges(self) -> int:
        return int(self.down.start[-1]) + self.down.patched


def graph(assets: Assets, pairs: Pairs, columns: Columns) -> Graph:
    known = book(assets, *columns.keys())
    down, up = both_ways(known, pairs, columns)
    return Graph(known, pack(down, len(known)), pack(up, len(known)))


def spliced(old: Graph, changed: tuple[Ids, Ids], assets: Assets, pairs: Pairs, columns: Columns) -> Graph:
    """``pairs`` and ``columns`` are all that counts now of the ``changed`` pairs (upstream, downstream), ``assets`` those
    that are new or changed."""
    known = with_columns(with_assets(old.book, assets), *columns.keys())
    down, up = both_ways(known, pairs, columns)
    above, below = known.position.find(changed[0]), known.position.find(changed[1])
    there = (above >= 0) & (below >= 0)
    above, below = above[there], below[there]
    return Graph(
        known,
        _over(old.down, known, above, below, down),
        _over(old.up, known, below, above, up),
    )


def _over(rows: Rows, known: Book, near: Nodes, far: Nodes, fresh: Arrows) -> Rows:
    """The rows of the near ends without what led to the far ends, and with what leads there now."""
    before = rows.with_rows(NOTHING, NO_ARROWS, len(known)) if _grown(rows, known) else rows
    if not len(near):
        return before
    nodes = known.nodes_of(np.unique(near).tolist())
    standing = before.arrows_of(nodes)
    gone = _pair(known.owner[standing.source], known.owner[standing.target])
    kept = standing.at(~np.isin(gone, _pair(near, far)))
    return before.with_rows(nodes, together(kept, fresh), len(known))


def _grown(rows: Rows, known: Book) -> bool:
    return len(known) > (len(rows.patch.covers) if rows.patch else len(rows.start) - 1)


def _pair(near: Nodes, far: Nodes) -> Ids:
    return (near.astype(np.int64) << 32) | far


def whole(given: Graph, asset_ids: Sequence[int]) -> Nodes:
    """Nodes of assets as wholes; of those that are in the graph."""
    at = given.book.position.find(np.array(asset_ids, np.int64))
    found: Nodes = given.book.whole[at[at >= 0]]
    return found


def flags(size: int, nodes: Nodes) -> Flags:
    found = np.zeros(size, bool)
    found[nodes] = True
    return found
