"""Breadth first through the rows: who is reached, at which distance, by which edge."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lineage.graph.arrays import NOTHING, Flags, Nodes, Uses
from lineage.graph.arrows import UNKNOWN
from lineage.graph.nodes import Book
from lineage.graph.rows import Rows, spread

START = -1  # instead of the edge that led to a node


@dataclass(frozen=True, slots=True)
class Step:
    node: int
    use: int | None  # how what came before is used here; None for the start


@dataclass(frozen=True, slots=True)
class Walk:
    """``nodes`` in the order of their distance: ``bounds[k]`` to ``bounds[k + 1]`` stand at distance k.

    By node, as far as reached: ``edge`` is the position of the edge that led there first, ``source`` the node that it came
    from, which for an edge of a hub is the column that came to the hub. ``stopped``: "depth" or "time" where there is more
    than was walked.
    """

    nodes: Nodes
    bounds: tuple[int, ...]
    edge: Nodes
    source: Nodes
    rows: Rows
    stopped: str = ""

    def distances(self) -> Nodes:
        counts = np.diff(self.bounds)
        return np.repeat(np.arange(len(counts), dtype=np.int32), counts)

    def uses(self, nodes: Nodes) -> Uses:
        """How each one was reached; the start is none of them."""
        return self.rows.uses(self.edge[nodes])

    def paths(self, nodes: Nodes) -> list[list[Step]]:
        """From the start to each of the nodes. What several paths have in common is looked up once."""
        steps: dict[int, Step] = {}
        before: dict[int, int] = {}
        here = np.unique(nodes)
        while len(here):
            begins = self.edge[here] == START
            steps |= {node: Step(node, None) for node in here[begins].tolist()}
            here = here[~begins]
            there = here.tolist()
            steps |= {node: Step(node, use) for node, use in zip(there, self.uses(here).tolist(), strict=True)}
            came_from = self.source[here]
            before |= dict(zip(there, came_from.tolist(), strict=True))
            here = np.array([node for node in np.unique(came_from).tolist() if node not in steps], np.int32)
        return [_followed(node, steps, before) for node in nodes.tolist()]

    def path(self, node: int) -> list[Step]:
        return self.paths(np.array([node], np.int32))[0]


def _followed(node: int, steps: Mapping[int, Step], before: Mapping[int, int]) -> list[Step]:
    path = [steps[node]]
    while (found := before.get(node)) is not None:
        node = found
        path.append(steps[node])
    return path[::-1]


def sure(path: list[Step]) -> bool:
    """Whether each step of it is told by somebody."""
    return all(step.use != UNKNOWN for step in path)


def walk(rows: Rows, known: Book, starts: Nodes, *, depth: int | None = None, until: float = float("inf")) -> Walk:
    """From ``starts``, each node once, nothing through blocked ones. ``until``: when to stop, of ``time.monotonic``."""
    seen = known.blocked.copy()
    edge = np.empty(len(seen), np.int32)  # while a level is looked at, the place of the edge within it
    source = np.empty(len(seen), np.int32)
    level = starts[~seen[starts]]
    seen[level], edge[level] = True, START
    levels, stopped = [level], ""
    while len(level):
        if depth is not None and len(levels) > depth:
            stopped = "depth" if len(_next(rows, level, known, seen, edge)[0]) else ""
            break
        if time.monotonic() > until:
            stopped = "time"
            break
        level, positions, sources = _next(rows, level, known, seen, edge)
        if len(level):
            seen[level], edge[level], source[level] = True, positions, sources
            levels.append(level)
    bounds = np.cumsum([0, *(len(one) for one in levels)]).tolist()
    return Walk(np.concatenate(levels), tuple(bounds), edge, source, rows, stopped)


def _next(rows: Rows, level: Nodes, known: Book, seen: Flags, edge: Nodes) -> tuple[Nodes, Nodes, Nodes]:
    """(nodes that the level leads to, positions of the edges, who they come from); what the level says itself goes before
    what its hubs do."""
    hubs, columns = _hubs(level, known, seen)
    first, count = rows.spans(np.concatenate((level, hubs)) if len(hubs) else level)
    positions = spread(first, count)
    if not len(positions):
        return NOTHING, NOTHING, NOTHING
    targets = rows.targets(positions)
    new = np.flatnonzero(~seen.take(targets)).astype(np.int32)
    targets = targets.take(new)
    edge[targets[::-1]] = new[::-1]  # the last one written stays: the first of each
    kept = edge.take(targets) == new
    new = new[kept]
    sayers = np.concatenate((level, columns)) if len(hubs) else level
    sources = sayers.take(np.searchsorted(np.cumsum(count), new, side="right"))
    return targets[kept], positions.take(new), sources


def _hubs(level: Nodes, known: Book, seen: Flags) -> tuple[Nodes, Nodes]:
    """(hubs of the assets of which a column is in the level, as far as they were not passed; the column that came to each)."""
    columns = level[known.is_column.take(level)]
    if not len(columns):
        return NOTHING, NOTHING
    hubs = known.hub.take(known.owner.take(columns))
    new = ~seen.take(hubs)
    hubs, at = np.unique(hubs[new], return_index=True)
    seen[hubs] = True
    return hubs, columns[new][at]
