"""How popular assets are: their reads of the last 30 days."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from catalog.models import UsageDay

WINDOW = timedelta(days=30)
KEPT = timedelta(days=400)  # of figures by day: a year and what it is compared with

_REFRESH = """
WITH told AS (
    SELECT asset_id, LEAST(SUM(reads), 4611686018427387904)::bigint AS reads
    FROM catalog_usageday WHERE day > %(since)s AND (%(all)s OR asset_id = ANY(%(ids)s)) GROUP BY asset_id
), other AS (
    SELECT a.id, COALESCE(told.reads, 0) AS reads
    FROM catalog_asset a LEFT JOIN told ON told.asset_id = a.id
    WHERE (%(all)s OR a.id = ANY(%(ids)s)) AND a.popularity <> COALESCE(told.reads, 0)
    ORDER BY a.id
)
UPDATE catalog_asset SET popularity = other.reads FROM other WHERE catalog_asset.id = other.id
"""


def refresh_popularity(asset_ids: Collection[int] | None = None, *, today: date) -> None:
    """Of these assets, or of all; inside the caller's transaction."""
    if asset_ids is not None and not asset_ids:
        return
    with connection.cursor() as cursor:
        values: dict[str, Any] = {"since": today - WINDOW, "all": asset_ids is None, "ids": list(asset_ids or ())}
        cursor.execute(_REFRESH, values)


def popularity_of(asset_ids: Collection[int]) -> None:
    """Of assets whose figures have changed hands."""
    refresh_popularity(asset_ids, today=timezone.now().date())


@transaction.atomic
def age_usage() -> None:
    """Once a day: what was read a month ago is popular no more, and figures of the year before last are dropped."""
    today = timezone.now().date()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(823746102)")  # intakes write the same rows
    UsageDay.objects.filter(day__lt=today - KEPT).delete()
    refresh_popularity(today=today)
