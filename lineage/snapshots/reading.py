"""The graph out of the database: all of it by binary COPY, or that of some pairs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np
from django.db import connection
from psycopg import sql

from catalog.kinds import KINDS
from lineage.graph.arrays import Ids
from lineage.graph.arrows import Columns, Pairs
from lineage.graph.model import Graph, graph, spliced
from lineage.graph.nodes import LAST, Assets
from lineage.states import Detail

KIND_NAMES = tuple(sorted(str(kind) for kind in KINDS))  # an asset's kind is its place in here
OF_ROWS = 64  # beside the use, in one number
HEADER = 19  # of PostgreSQL's binary COPY
BLOCK = 1 << 20

PAIRS = """
    SELECT upstream_id, downstream_id, max(detail)::bigint FROM lineage_edge
    WHERE closed_at IS NULL AND NOT overruled {} GROUP BY upstream_id, downstream_id"""
COLUMNS = """
    SELECT told.upstream_id, told.downstream_id, told.upstream_key, told.downstream_key,
      told.use + CASE WHEN told.downstream_column = '' THEN 64 ELSE 0 END::bigint
    FROM lineage_columnedge told {}"""
ASSETS = """
    SELECT id, array_position({}::text[], kind::text)::bigint - 1, coalesce(domain_id, 0),
      (retired_at IS NOT NULL)::int::bigint, {}
    FROM catalog_asset WHERE id {}"""
RANK = 'row_number() OVER (ORDER BY path COLLATE "C", id)'

ENDS = """IN (
      SELECT upstream_id FROM lineage_edge WHERE closed_at IS NULL AND NOT overruled
      UNION SELECT downstream_id FROM lineage_edge WHERE closed_at IS NULL AND NOT overruled)"""
PAIRS_THEN = """
    SELECT upstream_id, downstream_id, max(detail)::bigint FROM lineage_edge
    WHERE first_seen <= {at} AND (closed_at IS NULL OR closed_at > {at}) AND NOT overruled
    GROUP BY upstream_id, downstream_id"""
COLUMNS_THEN = """
    JOIN lineage_edge edge ON edge.id = told.edge_id
    WHERE edge.first_seen <= {at} AND (edge.closed_at IS NULL OR edge.closed_at > {at}) AND NOT edge.overruled"""
ASSETS_THEN = """
    SELECT id, array_position({kinds}::text[], kind::text)::bigint - 1, coalesce(domain_id, 0),
      (retired_at IS NOT NULL AND retired_at <= {at})::int::bigint, {rank}
    FROM catalog_asset WHERE id = ANY({ids})"""
OF_PAIRS = "AND (upstream_id, downstream_id) IN (SELECT * FROM unnest(%s::bigint[], %s::bigint[]))"
COLUMNS_OF_PAIRS = """
    JOIN lineage_edge edge ON edge.id = told.edge_id
    JOIN unnest(%s::bigint[], %s::bigint[]) AS pair (upstream, downstream)
      ON edge.upstream_id = pair.upstream AND edge.downstream_id = pair.downstream
    WHERE edge.closed_at IS NULL AND NOT edge.overruled AND told.live"""


def all_of_it() -> Graph:
    """Pairs first, then columns, then assets: what comes in between is told by ``Touched`` as changed later."""
    pairs = _pairs(_copied(sql.SQL(PAIRS.format("")), 3))
    columns = _columns(_copied(sql.SQL(COLUMNS.format("WHERE told.live")), 5))
    assets = _assets(_copied(sql.SQL(ASSETS).format(list(KIND_NAMES), sql.SQL(RANK), sql.SQL(ENDS)), 5))
    return graph(assets, pairs, columns)


def all_of_it_at(moment: datetime) -> Graph:
    """As it was known at that moment. Kept nowhere: verdicts and merges of today hold for the past as well."""
    at = sql.Literal(moment)
    pairs = _pairs(_copied(sql.SQL(PAIRS_THEN).format(at=at), 3))
    columns = _columns(_copied(sql.SQL(COLUMNS.format(COLUMNS_THEN)).format(at=at), 5))
    ids = np.union1d(pairs.upstream, pairs.downstream).tolist()
    told = sql.SQL(ASSETS_THEN).format(kinds=list(KIND_NAMES), at=at, rank=sql.SQL(RANK), ids=ids)
    return graph(_assets(_copied(told, 5)), pairs, columns)


def with_changed(old: Graph, upstream: Ids, downstream: Ids, changed: Ids) -> Graph:
    """``old`` with these pairs as they are now, and with the ``changed`` assets. Nothing is asked about nothing."""
    rows = _fetched(PAIRS.format(OF_PAIRS), [upstream.tolist(), downstream.tolist()], 3)
    pairs, told = _pairs(rows), rows[rows[:, 2] > Detail.NONE]
    ends = [told[:, 0].tolist(), told[:, 1].tolist()]
    columns = _columns(_fetched(COLUMNS.format(COLUMNS_OF_PAIRS), ends, 5) if len(told) else _none(5))
    near = np.unique(np.concatenate((pairs.upstream, pairs.downstream)))
    wanted = np.union1d(near[old.book.position.find(near) < 0], changed[old.book.position.find(changed) >= 0])
    named = [list(KIND_NAMES), wanted.tolist()]
    assets = _assets(_fetched(ASSETS.format("%s", LAST, "= ANY(%s)"), named, 5) if len(wanted) else _none(5))
    return spliced(old, (upstream, downstream), assets, pairs, columns)


def _pairs(rows: Ids) -> Pairs:
    return Pairs(rows[:, 0].copy(), rows[:, 1].copy(), rows[:, 2] == Detail.ALL)


def _columns(rows: Ids) -> Columns:
    upstream, downstream, upstream_key, downstream_key = (rows[:, place].copy() for place in range(4))
    use = rows[:, 4]
    return Columns(upstream, downstream, upstream_key, downstream_key, (use % OF_ROWS).astype(np.uint8), use >= OF_ROWS)


def _assets(rows: Ids) -> Assets:
    kind, domain, rank = (rows[:, place].astype(np.int32) for place in (1, 2, 4))
    return Assets(rows[:, 0].copy(), kind, domain, rows[:, 3].astype(bool), rank)


def _fetched(statement: str, params: Sequence[Any], width: int) -> Ids:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return np.array(cursor.fetchall(), np.int64).reshape(-1, width)


def _none(width: int) -> Ids:
    return np.empty((0, width), np.int64)


def _copied(statement: sql.Composable, width: int) -> Ids:
    """Of a statement whose columns are all bigint and never null, a block at a time."""
    field = [("length", ">i4"), ("value", ">i8")]
    row = np.dtype([("count", ">i2"), *((str(place), field) for place in range(width))])
    blocks: list[Ids] = []
    waiting = bytearray()

    def unpack() -> None:
        whole = len(waiting) // row.itemsize
        rows = np.frombuffer(bytes(waiting[: whole * row.itemsize]), row)
        del waiting[: whole * row.itemsize]
        blocks.append(np.stack([rows[str(place)]["value"].astype(np.int64) for place in range(width)], axis=1))

    with connection.cursor() as cursor:
        with cursor.copy(sql.SQL("COPY ({}) TO STDOUT (FORMAT BINARY)").format(statement)) as copy:
            head = HEADER
            for data in copy:
                waiting += data
                if head and len(waiting) >= head:
                    del waiting[:head]
                    head = 0
                if len(waiting) >= BLOCK and not head:
                    unpack()
        unpack()
    return np.concatenate(blocks)
