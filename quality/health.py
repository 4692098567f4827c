"""Keeps the sum of an asset's health in step with its checks and readings: one statement a run."""

from __future__ import annotations

from collections.abc import Collection

from django.db import connection

from quality.states import Status

# Statuses stand in the order of ``Status``, worst last, so the worst is the highest place in that list
REFRESH = """
WITH checks AS (
  SELECT asset_id, max(array_position(%(ranks)s::text[], status::text)) AS rank, jsonb_object_agg(status, number) AS counts
  FROM (SELECT asset_id, status, count(*) AS number FROM quality_check
        WHERE asset_id = ANY(%(assets)s) AND retired_at IS NULL AND status <> '' GROUP BY asset_id, status) told
  GROUP BY asset_id
), fresh AS (
  SELECT DISTINCT ON (asset_id) asset_id, status FROM quality_freshnessreading
  WHERE asset_id = ANY(%(assets)s) ORDER BY asset_id, at DESC
), summed AS (
  SELECT coalesce(c.asset_id, f.asset_id) AS asset_id,
         greatest(c.rank, array_position(%(ranks)s::text[], f.status::text)) AS rank,
         coalesce(c.counts, '{}') AS counts, coalesce(f.status, '') AS freshness
  FROM checks c FULL JOIN fresh f USING (asset_id)
), gone AS (
  DELETE FROM quality_health WHERE asset_id = ANY(%(assets)s) AND asset_id NOT IN (SELECT asset_id FROM summed)
)
INSERT INTO quality_health (asset_id, status, rank, checks, freshness)
SELECT asset_id, (%(ranks)s::text[])[rank], rank, counts, freshness FROM summed
ON CONFLICT (asset_id) DO UPDATE SET
  status = EXCLUDED.status, rank = EXCLUDED.rank, checks = EXCLUDED.checks, freshness = EXCLUDED.freshness
"""


def refresh(asset_ids: Collection[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            REFRESH.replace("%(ranks)s", "%(ranks)s::text[]"), {"assets": list(asset_ids), "ranks": Status.values}
        )
