"""Everything that an asset or a column reaches, as far as a person may see it: distances, paths and names."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import numpy as np
from django.db import connection

from catalog.models import Asset, Domain
from catalog.models.assets import AssetQuerySet
from lineage.graph.arrays import Flags, Nodes
from lineage.graph.model import Graph
from lineage.graph.walking import Walk, walk
from lineage.queries.moments import Moment
from lineage.snapshots import fresh, reading

Direction = Literal["up", "down"]
SECONDS = 5.0  # that a walk may take

# what counts now, or at the moment ``at``
NAMES = """
SELECT key, name FROM (
  SELECT hashtextextended(lower(name), asset_id) AS key, name FROM catalog_column
  WHERE asset_id = ANY(%(assets)s) AND (retired_at IS NULL OR retired_at > %(at)s::timestamptz)) AS known
WHERE key = ANY(%(keys)s)"""
NAMES_TOLD = """
SELECT key, coalesce(
  (SELECT upstream_column FROM lineage_columnedge
   WHERE (live OR %(at)s::timestamptz IS NOT NULL) AND upstream_key = key AND upstream_id = asset LIMIT 1),
  (SELECT downstream_column FROM lineage_columnedge
   WHERE (live OR %(at)s::timestamptz IS NOT NULL) AND downstream_key = key AND downstream_id = asset LIMIT 1))
FROM unnest(%(keys)s::bigint[], %(assets)s::bigint[]) AS told (key, asset)"""
IS_COLUMN = """
SELECT EXISTS (SELECT FROM catalog_column WHERE asset_id = %(asset)s AND lower(name) = lower(%(name)s)
    AND (retired_at IS NULL OR retired_at > %(at)s::timestamptz))
  OR EXISTS (SELECT FROM lineage_columnedge WHERE (live OR %(at)s::timestamptz IS NOT NULL)
    AND upstream_id = %(asset)s AND upstream_key = hashtextextended(lower(%(name)s), %(asset)s))
  OR EXISTS (SELECT FROM lineage_columnedge WHERE (live OR %(at)s::timestamptz IS NOT NULL)
    AND downstream_id = %(asset)s AND downstream_key = hashtextextended(lower(%(name)s), %(asset)s))"""


@dataclass(frozen=True)
class Sight:
    """What somebody may see. ``user`` None is whoever works at the database itself, with a command: everything."""

    user: Any

    @cached_property
    def domains(self) -> list[int]:
        """Those that the person may look into, looked up once."""
        return Domain.objects.ids_seen_by(self.user)

    def assets(self) -> AssetQuerySet:
        if self.user is None:
            return Asset.objects.all()
        return Asset.objects.visible_now(self.user, self.domains if self.user.is_authenticated else ())

    def among(self, ids: Collection[int]) -> AssetQuerySet:
        """Those of them that may be seen."""
        return self.assets().filter(pk__one_of=ids)

    def hides(self, domains: Nodes) -> Flags:
        """Which of the domains, by id, the person may not look into: the rule of ``visible_to``, for very many assets."""
        if self.user is None or not len(domains):
            return np.zeros(len(domains), bool)
        if not (self.user.is_authenticated and self.user.is_active):
            return np.ones(len(domains), bool)
        open_ones = np.zeros(int(domains.max()) + 1, bool)
        visible = np.array(self.domains, np.int64)
        open_ones[visible[visible < len(open_ones)]] = True
        open_ones[0] = True
        hidden: Flags = ~open_ones[domains]
        return hidden


@dataclass(frozen=True, slots=True)
class Reach:
    """``hidden``, ``distance``: by place in ``walk.nodes``. A distance is that of the path as the person sees it: steps that
    they may not see count as one, however many follow one another."""

    graph: Graph
    walk: Walk
    hidden: Flags
    distance: Nodes
    asset: int
    at: Moment = None

    @property
    def owners(self) -> Nodes:
        """Positions of the assets."""
        found: Nodes = self.graph.book.owner[self.walk.nodes]
        return found

    def asset_ids(self, nodes: Sequence[int] | Nodes) -> list[int]:
        """By node."""
        book = self.graph.book
        found: list[int] = book.assets.ids[book.owner[np.asarray(nodes, np.int32)]].tolist()
        return found


def reach(
    sight: Sight,
    asset: Asset,
    column: str = "",
    *,
    direction: Direction = "down",
    depth: int | None = None,
    at: Moment = None,
) -> Reach:
    """From the asset as a whole, or from one of its columns. A graph of the past is read out of the database for each
    answer: seconds where there are millions of edges, and nothing to be kept."""
    graph = fresh.current() if at is None else reading.all_of_it_at(at)
    rows = graph.down if direction == "down" else graph.up
    done = walk(rows, graph.book, _starts(graph, asset, column), depth=depth, until=time.monotonic() + SECONDS)
    book = graph.book
    hidden = sight.hides(book.assets.domain[book.owner[done.nodes]])
    return Reach(graph, done, hidden, _distances(done, hidden, len(book)), asset.pk, at)


def _starts(graph: Graph, asset: Asset, column: str) -> Nodes:
    book = graph.book
    at = book.position.place(asset.pk)
    if at < 0:
        return np.empty(0, np.int32)
    if not column:
        return book.whole[[at]]
    node = book.column.place(key_of(asset, column))
    # nobody tells of this column: it goes where any column goes
    return np.array([node], np.int32) if node >= 0 else book.hub[[at]]


def key_of(asset: Asset, column: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT hashtextextended(lower(%s), %s)", [column, asset.pk])
        return int(cursor.fetchone()[0])


def has_column(asset: Asset, name: str, at: Moment = None) -> bool:
    """Whether the catalog or a claim knows it, or did at that moment."""
    with connection.cursor() as cursor:
        cursor.execute(IS_COLUMN, {"asset": asset.pk, "name": name, "at": at})
        return bool(cursor.fetchone()[0])


def _distances(done: Walk, hidden: Flags, size: int) -> Nodes:
    if not hidden.any():
        return done.distances()
    by_node, is_hidden = np.zeros(size, np.int32), np.zeros(size, bool)
    is_hidden[done.nodes] = hidden
    for first, end in zip(done.bounds[1:], done.bounds[2:], strict=False):
        level = done.nodes[first:end]
        before = done.source[level]
        by_node[level] = by_node[before] + ~(is_hidden[level] & is_hidden[before])
    return by_node[done.nodes]


@dataclass(frozen=True, slots=True)
class Names:
    """Names of columns by node."""

    known: dict[int, str] = field(default_factory=dict)

    def of(self, node: int) -> str:
        return self.known.get(node, "")


def names(found: Reach, nodes: Sequence[int]) -> Names:
    """As the catalog writes them; as claims do where it does not know the column."""
    book = found.graph.book
    columns = [node for node in dict.fromkeys(nodes) if book.is_column[node]]
    if not columns:
        return Names()
    keys: list[int] = book.key[columns].tolist()
    owner: dict[int, int] = dict(zip(keys, book.assets.ids[book.owner[columns]].tolist(), strict=True))
    with connection.cursor() as cursor:
        cursor.execute(NAMES, {"assets": list({*owner.values()}), "keys": keys, "at": found.at})
        known = dict(cursor.fetchall())
        if missing := [key for key in keys if key not in known]:
            asked = {"keys": missing, "assets": [owner[key] for key in missing], "at": found.at}
            cursor.execute(NAMES_TOLD, asked)
            known |= dict(cursor.fetchall())
    return Names({node: known.get(key, "") for node, key in zip(columns, keys, strict=True)})
