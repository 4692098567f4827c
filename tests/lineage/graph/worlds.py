"""Small graphs of all shapes, and what networkx says of them: the rules of reach written a second time, plainly."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import networkx as nx
import numpy as np
from hypothesis import strategies as st

from lineage.graph.arrows import UNKNOWN, WHOLE, Columns, Pairs
from lineage.graph.model import Graph, graph, spliced
from lineage.graph.nodes import Assets

COLUMNS = 3  # each asset has columns 0, 1, 2
ROWS = -1  # in the place of a downstream column

Pair = tuple[int, int]
ColumnUse = tuple[int, int, int]  # upstream column, downstream column or ROWS, use


@dataclass(frozen=True)
class World:
    """``edges``: by pair, whether all columns are told, and the uses that are."""

    assets: int
    edges: dict[Pair, tuple[bool, frozenset[ColumnUse]]]
    retired: frozenset[int] = field(default_factory=frozenset)


def key(asset: int, column: int) -> int:
    return asset * 1000 + 7 * column + 1


@st.composite
def worlds(draw: st.DrawFn, assets: int = 7) -> World:
    """With cycles, and with assets that nobody connects."""
    ends = st.integers(1, assets)
    pairs = st.tuples(ends, ends).filter(lambda pair: pair[0] != pair[1])
    used = st.tuples(st.integers(0, COLUMNS - 1), st.integers(ROWS, COLUMNS - 1), st.integers(0, 8))
    told = st.tuples(st.booleans(), st.frozensets(used, max_size=4))
    return World(assets, draw(st.dictionaries(pairs, told, max_size=14)), draw(st.frozensets(ends, max_size=2)))


def assets_of(world: World, wanted: Iterable[int] | None = None) -> Assets:
    ids = np.array(sorted(range(1, world.assets + 1) if wanted is None else wanted), np.int64)
    retired = np.array([one in world.retired for one in ids.tolist()], bool)
    nothing = np.zeros(len(ids), np.int32)
    return Assets(ids, nothing, nothing, retired, nothing)


def told_of(world: World, wanted: Iterable[Pair]) -> tuple[Pairs, Columns]:
    there = [pair for pair in wanted if pair in world.edges]
    uses = [(pair, *use) for pair in there for use in sorted(world.edges[pair][1])]
    pairs = Pairs(
        np.array([up for up, _ in there], np.int64),
        np.array([down for _, down in there], np.int64),
        np.array([world.edges[pair][0] for pair in there], bool),
    )
    columns = Columns(
        np.array([pair[0] for pair, *_ in uses], np.int64),
        np.array([pair[1] for pair, *_ in uses], np.int64),
        np.array([key(pair[0], up) for pair, up, _, _ in uses], np.int64),
        np.array([key(pair[1], down) for pair, _, down, _ in uses], np.int64),
        np.array([use for *_, use in uses], np.uint8),
        np.array([down == ROWS for _, _, down, _ in uses], bool),
    )
    return pairs, columns


def packed(world: World) -> Graph:
    return graph(assets_of(world), *told_of(world, world.edges))


def changed(old: Graph, before: World, after: World) -> Graph:
    """As a snapshot becomes today's graph: only what differs is told."""
    pairs = [pair for pair in {**before.edges, **after.edges} if before.edges.get(pair) != after.edges.get(pair)]
    assets = before.retired ^ after.retired | set(range(before.assets + 1, after.assets + 1))
    ends = (np.array([up for up, _ in pairs], np.int64), np.array([down for _, down in pairs], np.int64))
    return spliced(old, ends, assets_of(after, assets), *told_of(after, pairs))


Spot = tuple[int, int | None]  # an asset's column, or it as a whole


def steps(world: World, spot: Spot, *, forward: bool) -> Iterator[tuple[Spot, int]]:
    """Where one goes from there, and how that is used."""
    asset, column = spot
    for (up, down), (complete, uses) in world.edges.items():
        near, far = (up, down) if forward else (down, up)
        if near != asset or {up, down} & world.retired:
            continue
        if column is None:
            yield (far, None), WHOLE
            continue
        if not complete:
            yield (far, None), UNKNOWN
        for above, below, use in uses:
            if forward and above == column:
                yield (far, None if below == ROWS else below), use
            if not forward and below in (column, ROWS):
                yield (far, above), use


def distances(world: World, start: Spot, *, forward: bool) -> dict[Spot, int]:
    oracle: nx.DiGraph[Spot] = nx.DiGraph()
    oracle.add_node(start)
    for asset in range(1, world.assets + 1):
        for column in (None, *range(COLUMNS)):
            for target, _ in steps(world, (asset, column), forward=forward):
                oracle.add_edge((asset, column), target)
    return dict(nx.single_source_shortest_path_length(oracle, start))
