"""Which node is which: assets by their position, each as a whole and as a hub, and columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from lineage.graph.arrays import Flags, Ids, Index, Nodes, index

LAST = np.iinfo(np.int32).max


class Assets(NamedTuple):
    """What of assets decides answers, by row. ``kind``: place in ``lineage.graph.KINDS`` of whoever reads them."""

    ids: Ids
    kind: Nodes
    domain: Nodes  # 0: of none
    retired: Flags
    rank: Nodes  # in the order of their names, when all of them were read; LAST for those that came later

    def at(self, where: Flags | npt.NDArray[np.intp]) -> Assets:
        return Assets(self.ids[where], self.kind[where], self.domain[where], self.retired[where], self.rank[where])

    def plus(self, more: Assets) -> Assets:
        return Assets(
            np.concatenate((self.ids, more.ids)),
            np.concatenate((self.kind, more.kind)),
            np.concatenate((self.domain, more.domain)),
            np.concatenate((self.retired, more.retired)),
            np.concatenate((self.rank, more.rank)),
        )

    def now(self, at: Nodes, told: Assets) -> Assets:
        """With what is told of those at the places."""
        kind, domain, retired = self.kind.copy(), self.domain.copy(), self.retired.copy()
        kind[at], domain[at], retired[at] = told.kind, told.domain, told.retired
        return self._replace(kind=kind, domain=domain, retired=retired)


@dataclass(frozen=True, slots=True)
class Book:
    """``whole`` and ``hub`` are the nodes of an asset, by its position; ``owner`` is the asset's position of any node.

    The columns that were there at the beginning stand together, those of one asset side by side (``first``); ``added``
    has those that came later.
    """

    assets: Assets
    whole: Nodes
    hub: Nodes
    owner: Nodes
    is_column: Flags
    key: Ids  # of columns; 0 for others
    blocked: Flags  # nodes of retired assets: nothing goes through them
    first: Nodes  # by position of the first assets, and one more
    position: Index
    column: Index
    added: Mapping[int, tuple[int, ...]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.owner)

    def nodes_of(self, positions: Sequence[int]) -> Nodes:
        """All nodes of the assets."""
        found = [self.whole[list(positions)], self.hub[list(positions)]]
        for at in positions:
            if at + 1 < len(self.first):
                found.append(np.arange(self.first[at], self.first[at + 1], dtype=np.int32))
            found.append(np.array(self.added.get(at, ()), np.int32))
        return np.concatenate(found)


def book(assets: Assets, keys: Ids, owners: Ids) -> Book:
    """``keys`` of columns may come more than once; ``owners`` are the ids of their assets."""
    order = np.argsort(assets.ids, kind="stable")
    assets = assets.at(order)
    count = len(assets.ids)
    places = np.arange(count, dtype=np.int32)
    position = Index(assets.ids, places)
    keys, at = np.unique(keys, return_index=True)
    owner = position.find(owners[at])
    side_by_side = np.argsort(owner, kind="stable")
    side_by_side = side_by_side[owner[side_by_side] >= 0]
    keys, owner = keys[side_by_side], owner[side_by_side]
    all_owners = np.concatenate((places, places, owner))
    return Book(
        assets=assets,
        whole=places,
        hub=places + np.int32(count),
        owner=all_owners,
        is_column=np.arange(len(all_owners)) >= 2 * count,
        key=np.concatenate((np.zeros(2 * count, np.int64), keys)),
        blocked=assets.retired[all_owners],
        first=(2 * count + np.searchsorted(owner, np.arange(count + 1))).astype(np.int32),
        position=position,
        column=index(keys, np.arange(2 * count, 2 * count + len(keys), dtype=np.int32)),
    )


def with_assets(known: Book, told: Assets) -> Book:
    """With what is told now of assets that are there, and with those that are new."""
    if not len(told.ids):
        return known
    at = known.position.find(told.ids)
    new = at < 0
    there = ~new
    assets = known.assets.now(at[there], told.at(there)) if there.any() else known.assets
    blocked = known.blocked.copy()
    for place in at[there].tolist():
        blocked[known.nodes_of([place])] = assets.retired[place]
    count = int(new.sum())
    places = np.arange(len(assets.ids), len(assets.ids) + count, dtype=np.int32)
    whole = np.arange(len(known), len(known) + count, dtype=np.int32)
    longer = replace(
        known,
        assets=assets.plus(told.at(new)),
        blocked=blocked,
        whole=np.concatenate((known.whole, whole)),
        hub=np.concatenate((known.hub, whole + np.int32(count))),
        position=known.position.plus(told.ids[new], places),
    )
    return _longer(longer, np.concatenate((places, places)), keys=np.zeros(2 * count, np.int64), columns=False)


def with_columns(known: Book, keys: Ids, owners: Ids) -> Book:
    """With those of the columns that are new; all of assets that are there."""
    keys, at = np.unique(keys, return_index=True)
    owner = known.position.find(owners[at])
    new = (known.column.find(keys) < 0) & (owner >= 0)
    keys, owner = keys[new], owner[new]
    if not len(keys):
        return known
    nodes = np.arange(len(known), len(known) + len(keys), dtype=np.int32)
    added = dict(known.added)
    for place, node in zip(owner.tolist(), nodes.tolist(), strict=True):
        added[place] = (*added.get(place, ()), node)
    return _longer(replace(known, added=added, column=known.column.plus(keys, nodes)), owner, keys=keys, columns=True)


def _longer(known: Book, owner: Nodes, *, keys: Ids, columns: bool) -> Book:
    """With nodes at the end."""
    return replace(
        known,
        owner=np.concatenate((known.owner, owner)),
        is_column=np.concatenate((known.is_column, np.full(len(owner), columns))),
        key=np.concatenate((known.key, keys)),
        blocked=np.concatenate((known.blocked, known.assets.retired[owner])),
    )
