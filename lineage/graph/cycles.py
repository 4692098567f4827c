"""Things that are made from one another, on the slice that somebody looks at. Pure; networkx."""

from __future__ import annotations

from collections.abc import Iterable

import networkx as nx


def circles(pairs: Iterable[tuple[int, int]]) -> list[list[int]]:
    """For each group of nodes that all lead to one another, a shortest way round, from its smallest node; no more than one
    a group, since there may be exponentially many.

    >>> circles([(1, 2), (2, 3), (3, 1), (3, 4), (5, 5)])
    [[1, 2, 3]]
    """
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_edges_from((up, down) for up, down in pairs if up != down)
    groups = [sorted(group) for group in nx.strongly_connected_components(graph) if len(group) > 1]
    return [_round(graph.subgraph(group), group[0]) for group in sorted(groups)]


def _round(group: nx.DiGraph[int], start: int) -> list[int]:
    ways = nx.single_source_shortest_path(group, start)
    last = min(group.predecessors(start), key=lambda node: (len(ways[node]), node))
    return list(ways[last])
