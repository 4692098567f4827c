"""The types of arrays that the graph is made of, and looking up in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Nodes = npt.NDArray[np.int32]  # nodes, and positions of assets and of edges
Ids = npt.NDArray[np.int64]  # ids of the database, keys of columns
Uses = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]

NOTHING: Nodes = np.empty(0, np.int32)


@dataclass(frozen=True, slots=True)
class Index:
    """Where a number stands: sorted once, with few that came later beside it."""

    sorted: Ids
    places: Nodes
    later: Mapping[int, int] = field(default_factory=dict)

    def find(self, wanted: Ids) -> Nodes:
        """-1 for what is not there."""
        if len(self.sorted):
            at = np.minimum(np.searchsorted(self.sorted, wanted), len(self.sorted) - 1)
            found = np.where(self.sorted[at] == wanted, self.places[at], np.int32(-1)).astype(np.int32)
        else:
            found = np.full(len(wanted), -1, np.int32)
        if self.later:
            for place in np.flatnonzero(found < 0):
                found[place] = self.later.get(int(wanted[place]), -1)
        return found

    def place(self, wanted: int) -> int:
        return int(self.find(np.array([wanted], np.int64))[0])

    def plus(self, wanted: Ids, places: Nodes) -> Index:
        return Index(
            self.sorted, self.places, {**self.later, **dict(zip(wanted.tolist(), places.tolist(), strict=True))}
        )


def index(wanted: Ids, places: Nodes) -> Index:
    order = np.argsort(wanted, kind="stable")
    return Index(wanted[order], places[order])
