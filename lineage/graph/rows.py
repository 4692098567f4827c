"""Edges in compressed rows: those of one node side by side, with rows that changed since laid over."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from lineage.graph.arrays import Flags, Nodes, Uses
from lineage.graph.arrows import Arrows, together

Number = TypeVar("Number", bound=np.generic)


@dataclass(frozen=True, slots=True)
class Patch:
    """Rows that count instead of the packed ones. ``covers``: by node, whether its row is here."""

    covers: Flags
    nodes: Nodes  # sorted; those that have edges
    start: Nodes
    arrows: Arrows


@dataclass(frozen=True, slots=True)
class Rows:
    """``start[node]`` to ``start[node + 1]`` are the positions of its edges. Those of a patch follow after them."""

    start: Nodes
    target: Nodes
    use: Uses
    patch: Patch | None = None

    def spans(self, nodes: Nodes) -> tuple[Nodes, Nodes]:
        """(first position, number) of each node's edges."""
        patch = self.patch
        if patch is None:
            first = self.start.take(nodes)
            return first, self.start[1:].take(nodes) - first
        packed = np.minimum(nodes, len(self.start) - 2)
        first = self.start.take(packed)
        count = self.start[1:].take(packed) - first
        over = np.flatnonzero(patch.covers.take(nodes))
        if len(over):
            first[over], count[over] = self._over(patch, nodes.take(over))
        return first, count

    def _over(self, patch: Patch, nodes: Nodes) -> tuple[Nodes, Nodes]:
        if not len(patch.nodes):
            return np.zeros(len(nodes), np.int32), np.zeros(len(nodes), np.int32)
        at = np.minimum(np.searchsorted(patch.nodes, nodes), len(patch.nodes) - 1)
        there = patch.nodes[at] == nodes
        first = patch.start[at]
        count = np.where(there, patch.start[at + 1] - first, 0)
        return first + np.int32(len(self.target)), count.astype(np.int32)

    def targets(self, positions: Nodes) -> Nodes:
        return _at(positions, self.target, self.patch.arrows.target if self.patch else None)

    def uses(self, positions: Nodes) -> Uses:
        return _at(positions, self.use, self.patch.arrows.use if self.patch else None)

    def arrows_of(self, nodes: Nodes) -> Arrows:
        """All edges of the nodes."""
        first, count = self.spans(nodes)
        positions = spread(first, count)
        return Arrows(np.repeat(nodes, count), self.targets(positions), self.uses(positions))

    def with_rows(self, nodes: Nodes, arrows: Arrows, size: int) -> Rows:
        """With ``arrows`` as the whole of these nodes' edges; ``size`` is how many nodes there are now."""
        old = self.patch
        covers = np.ones(size, bool)
        covers[: len(self.start) - 1] = False
        if old is not None:
            covers[: len(old.covers)] |= old.covers
        replaced = np.zeros(size, bool)
        replaced[nodes] = True
        covers |= replaced
        merged = together(old.arrows.at(~replaced[old.arrows.source]), arrows) if old else arrows
        order = np.lexsort((merged.target, merged.source))
        merged = merged.at(order)
        listed, starts = np.unique(merged.source, return_index=True)
        start = np.append(starts, len(merged.source)).astype(np.int32)
        return replace(self, patch=Patch(covers, listed, start, merged))

    @property
    def patched(self) -> int:
        """How many edges stand in the patch."""
        return len(self.patch.arrows.source) if self.patch else 0


def pack(arrows: Arrows, size: int) -> Rows:
    """Of arrows sorted by source."""
    start = np.zeros(max(size, 1) + 1, np.int32)
    if not len(arrows.source):  # so that there always is something to take from
        return Rows(start, np.zeros(1, np.int32), np.zeros(1, np.uint8))
    np.cumsum(np.bincount(arrows.source, minlength=size), out=start[1:])
    return Rows(start, np.ascontiguousarray(arrows.target), np.ascontiguousarray(arrows.use))


def spread(first: Nodes, count: Nodes) -> Nodes:
    """All positions of the spans.

    >>> spread(np.array([5, 0], np.int32), np.array([2, 1], np.int32)).tolist()
    [5, 6, 0]
    """
    ends = np.cumsum(count, dtype=np.int32)
    total = int(ends[-1]) if len(ends) else 0
    found: Nodes = np.repeat(first - ends + count, count)
    found += np.arange(total, dtype=np.int32)
    return found


def _at(positions: Nodes, packed: npt.NDArray[Number], over: npt.NDArray[Number] | None) -> npt.NDArray[Number]:
    if over is None or not len(over):
        return packed.take(positions)
    found = packed.take(positions, mode="clip")
    later = np.flatnonzero(positions >= len(packed))
    if len(later):
        found[later] = over[positions[later] - len(packed)]
    return found
