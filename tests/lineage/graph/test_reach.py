"""Who is reached at which distance by which path, beside networkx; after changes, too."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lineage.graph.model import Graph
from lineage.graph.walking import Walk, walk
from tests.lineage.graph.worlds import COLUMNS, Spot, World, changed, distances, key, packed, steps, worlds

LARGE = settings(max_examples=150, deadline=None)
COLUMN = {(asset, column): key(asset, column) for asset in range(1, 20) for column in range(COLUMNS)}
SPOT = {wanted: spot for spot, wanted in COLUMN.items()}


def node(graph: Graph, spot: Spot) -> int:
    asset, column = spot
    if column is None:
        at = graph.book.position.place(asset)
        return int(graph.book.whole[at])
    return graph.book.column.place(key(asset, column))


def spot(graph: Graph, number: int) -> Spot:
    if graph.book.is_column[number]:
        return SPOT[int(graph.book.key[number])]
    return int(graph.book.assets.ids[graph.book.owner[number]]), None


def walked(graph: Graph, start: Spot, *, forward: bool, depth: int | None = None) -> Walk:
    first = node(graph, start)
    if first < 0:  # a column that nobody uses: its asset's hub says where any column leads
        first = int(graph.book.hub[graph.book.position.place(start[0])])
    return walk(graph.down if forward else graph.up, graph.book, np.array([first], np.int32), depth=depth)


def found(graph: Graph, start: Spot, *, forward: bool) -> dict[Spot, int]:
    done = walked(graph, start, forward=forward)
    told = zip(done.nodes.tolist(), done.distances().tolist(), strict=True)
    hubs = set(graph.book.hub.tolist())
    return {start if number in hubs else spot(graph, number): distance for number, distance in told}


starts = st.tuples(st.integers(1, 7), st.one_of(st.none(), st.integers(0, COLUMNS - 1)))


@LARGE
@given(worlds(), starts, st.booleans())
def test_distances_are_those_of_networkx(world: World, start: Spot, forward: bool) -> None:
    if start[0] not in world.retired:
        assert found(packed(world), start, forward=forward) == distances(world, start, forward=forward)


@LARGE
@given(worlds(), worlds(), worlds(assets=9), starts, st.booleans())
def test_what_changed_since_is_laid_over(first: World, second: World, third: World, start: Spot, forward: bool) -> None:
    graph = changed(changed(packed(first), first, second), second, third)
    if start[0] not in third.retired:
        assert found(graph, start, forward=forward) == distances(third, start, forward=forward)


@LARGE
@given(worlds(), worlds(), starts, st.booleans())
def test_a_path_is_as_long_as_its_distance_and_each_step_of_it_is_told(
    before: World, world: World, start: Spot, forward: bool
) -> None:
    graph = changed(packed(before), before, world)
    if start[0] in world.retired or node(graph, start) < 0:
        return
    done = walked(graph, start, forward=forward)
    for number, distance in zip(done.nodes.tolist(), done.distances().tolist(), strict=True):
        path = done.path(number)
        assert len(path) == distance + 1
        for one, other in pairwise(path):
            told = set(steps(world, spot(graph, one.node), forward=forward))
            assert (spot(graph, other.node), other.use) in told


@given(worlds(), starts, st.integers(0, 3))
def test_a_depth_ends_the_walk_and_is_told_where_there_is_more(world: World, start: Spot, depth: int) -> None:
    graph = packed(world)
    if start[0] in world.retired or node(graph, start) < 0:
        return
    done = walked(graph, start, forward=True, depth=depth)
    near = distances(world, start, forward=True)
    assert len(done.nodes) == sum(distance <= depth for distance in near.values())
    assert (done.stopped == "depth") == any(distance > depth for distance in near.values())


@pytest.mark.parametrize("forward", [True, False])
def test_of_several_uses_the_one_that_tells_most_is_shown(forward: bool) -> None:
    world = World(2, {(1, 2): (True, frozenset({(0, 0, 8), (0, 0, 2), (0, 0, 5)}))})
    start, end = ((1, 0), (2, 0)) if forward else ((2, 0), (1, 0))
    graph = packed(world)
    assert walked(graph, start, forward=forward).path(node(graph, end))[-1].use == 2


def test_time_that_is_up_ends_the_walk() -> None:
    graph = packed(World(2, {(1, 2): (True, frozenset())}))
    done = walk(graph.down, graph.book, np.array([node(graph, (1, None))], np.int32), until=0)
    assert (done.stopped, len(done.nodes)) == ("time", 1)


def test_an_empty_graph_has_no_edges_and_can_get_some() -> None:
    nothing, world = World(0, {}), World(2, {(1, 2): (False, frozenset())})
    assert packed(nothing).edges == 0
    assert found(changed(packed(nothing), nothing, world), (1, None), forward=True) == {(1, None): 0, (2, None): 1}


def test_50_000_edges_of_one_node_are_one_step() -> None:
    world = World(50_001, {(1, other): (False, frozenset()) for other in range(2, 50_002)})
    assert len(walked(packed(world), (1, None), forward=True).nodes) == 50_001
