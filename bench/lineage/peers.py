"""The same question asked by others: networkx in memory, a recursive query, and the shape of Marquez's query."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import networkx as nx
from django.db import OperationalError, connection

LONGEST = 10.0  # seconds after which a query counts as not answered
KINDS = ["dashboard", "ml_model"]

RECURSIVE = """
WITH RECURSIVE reached (id) AS (
  VALUES (%s::bigint)
  UNION SELECT downstream_id FROM lineage_edge JOIN reached ON upstream_id = reached.id
    WHERE closed_at IS NULL AND NOT overruled)
SELECT kind, count(*) FROM reached JOIN catalog_asset USING (id) WHERE kind = ANY(%s) GROUP BY kind"""

RECURSIVE_COLUMNS = """
WITH RECURSIVE reached (key, asset) AS (
  SELECT hashtextextended('c1', %s), %s::bigint
  UNION SELECT downstream_key, downstream_id FROM lineage_columnedge JOIN reached ON upstream_key = reached.key WHERE live)
SELECT kind, count(DISTINCT asset) FROM reached JOIN catalog_asset ON id = asset WHERE kind = ANY(%s) GROUP BY kind"""

# Marquez: jobs with arrays of what they read and write, joined wherever two overlap, the depth a part of each row.
# A dataset is made by one job here, so a job is named by what it makes.
MARQUEZ = """
WITH RECURSIVE job_io AS (
  SELECT downstream_id AS job, array_agg(upstream_id) AS inputs, ARRAY[downstream_id] AS outputs
  FROM lineage_edge WHERE closed_at IS NULL AND NOT overruled GROUP BY downstream_id
), lineage (job, inputs, outputs, depth) AS (
  SELECT job, inputs, outputs, 0 FROM job_io WHERE %s = ANY(inputs)
  UNION SELECT io.job, io.inputs, io.outputs, l.depth + 1 FROM job_io io, lineage l
    WHERE io.job <> l.job AND array_cat(io.inputs, io.outputs) && array_cat(l.inputs, l.outputs) AND l.depth < %s - 1)
SELECT count(DISTINCT job) FROM lineage"""


def networkx_graph() -> nx.DiGraph[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT upstream_id, downstream_id FROM lineage_edge WHERE closed_at IS NULL AND NOT overruled")
        return nx.DiGraph(cursor.fetchall())


def networkx_kinds() -> dict[int, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, kind FROM catalog_asset WHERE kind = ANY(%s)", [KINDS])
        return dict(cursor.fetchall())


def asked(statement: str, *params: Any) -> Callable[[], None]:
    def ask() -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"SET statement_timeout = {int(LONGEST * 1000)}")
            try:
                cursor.execute(statement, params)
                cursor.fetchall()
            finally:
                cursor.execute("SET statement_timeout = 0")

    return ask


def timed(calls: list[Callable[[], None]], *, enough: float = 60.0) -> list[float] | None:
    """Seconds of each; None where one was not answered in time."""
    found: list[float] = []
    begun = time.perf_counter()
    for call in calls:
        started = time.perf_counter()
        try:
            call()
        except OperationalError:
            return None
        found.append(time.perf_counter() - started)
        if time.perf_counter() - begun > enough:
            break
    return found
