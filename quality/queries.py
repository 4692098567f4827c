"""What pages ask about quality."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet

from catalog.models import Asset
from quality.models import Check, CheckResult, FreshnessReading
from quality.states import RANK, Status

WORDS = {"pass": "passed", "warn": "warned", "fail": "failed", "error": "could not run", "skipped": "not run"}


@dataclass(frozen=True, slots=True)
class Summary:
    worst: Status
    words: str  # "12 checks passed, 1 failed; data is fresh"


def summaries(asset_ids: Sequence[int]) -> dict[int, Summary]:
    """Only of assets that are checked or watched for freshness at all."""
    counts: dict[int, dict[str, int]] = {}
    rows = Check.objects.filter(asset__in=asset_ids, retired_at=None).exclude(status="")
    for asset_id, status, number in rows.values_list("asset", "status").annotate(n=Count("id")):
        counts.setdefault(asset_id, {})[status] = number
    fresh = {reading.asset_id: reading for reading in newest_readings(asset_ids)}
    return {
        asset_id: _summary(counts.get(asset_id, {}), fresh.get(asset_id)) for asset_id in counts.keys() | fresh.keys()
    }


def _summary(counts: dict[str, int], reading: FreshnessReading | None) -> Summary:
    parts = []
    if counts:
        told = [
            f"{number} {WORDS[status]}" for status, number in sorted(counts.items(), key=lambda item: RANK[item[0]])
        ]
        parts.append("checks: " + ", ".join(told))
    statuses = [*counts]
    if reading:
        statuses.append(reading.status)
        parts.append({"pass": "data is fresh", "warn": "data is late"}.get(reading.status, "data is stale"))
    return Summary(Status(max(statuses, key=lambda status: RANK[status])), "; ".join(parts))


def newest_readings(asset_ids: Sequence[int]) -> QuerySet[FreshnessReading]:
    return FreshnessReading.objects.filter(asset__in=asset_ids).order_by("asset", "-at").distinct("asset")


def checks_of(asset: Asset) -> list[Check]:
    """Live checks, the worst first."""
    rows = Check.objects.filter(asset=asset, retired_at=None)
    return sorted(rows, key=lambda check: (-RANK.get(check.status, -1), check.column, check.kind))


@dataclass(frozen=True, slots=True)
class Point:
    """One result in a check's little chart."""

    status: str
    at: Any


def history_of(checks: Sequence[Check], limit: int = 20) -> dict[int, list[Point]]:
    """The newest results of each check, oldest first: one query."""
    rows = CheckResult.objects.filter(check_run__in=[check.pk for check in checks]).order_by("-at")
    found: dict[int, list[Point]] = {}
    for check, status, at in rows.values_list("check_run", "status", "at")[: limit * max(len(checks), 1)]:
        points = found.setdefault(check, [])
        if len(points) < limit:
            points.insert(0, Point(status, at))
    return found


def needing_attention(user: Any, limit: int = 8) -> list[tuple[Asset, Summary]]:
    """Visible assets whose newest checks or freshness are not well, worst first."""
    visible = Asset.objects.visible_to(user).live()
    bad = [Status.WARN, Status.ERROR, Status.FAIL]
    failing = set(
        Check.objects.filter(asset__in=visible.values("pk"), retired_at=None, status__in=bad).values_list(
            "asset", flat=True
        )
    )
    late = FreshnessReading.objects.filter(asset__in=visible.values("pk"), status__in=bad).values_list(
        "asset", flat=True
    )
    found = summaries(list(failing | set(late)))
    troubled = {pk: summary for pk, summary in found.items() if summary.worst in bad}
    ranked = sorted(troubled, key=lambda pk: (-RANK[troubled[pk].worst], pk))[:limit]
    assets = visible.in_bulk(ranked)
    return [(assets[pk], troubled[pk]) for pk in ranked]
