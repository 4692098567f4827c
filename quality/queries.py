"""What pages ask about quality."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from catalog.models import Asset
from quality.models import Check, CheckResult, FreshnessReading, Health
from quality.states import RANK, Status

WORDS = {"pass": "passed", "warn": "warned", "fail": "failed", "error": "could not run", "skipped": "not run"}


@dataclass(frozen=True, slots=True)
class Summary:
    worst: Status
    words: str  # "12 checks passed, 1 failed; data is fresh"
    checks: Status | None  # the worst of them
    freshness: Status | None


def summaries(asset_ids: Sequence[int]) -> dict[int, Summary]:
    """Only of assets that are checked or watched for freshness at all. One query."""
    return {row.asset_id: _summary(row) for row in Health.objects.filter(asset__pk__one_of=asset_ids)}


def _summary(row: Health) -> Summary:
    parts, worst = [], None
    if row.checks:
        worst = Status(max(row.checks, key=RANK.__getitem__))
        told = sorted(row.checks.items(), key=lambda item: RANK[item[0]])
        parts.append("checks: " + ", ".join(f"{number} {WORDS[status]}" for status, number in told))
    if row.freshness:
        parts.append({"pass": "data is fresh", "warn": "data is late"}.get(row.freshness, "data is stale"))
    freshness = Status(row.freshness) if row.freshness else None
    return Summary(worst=Status(row.status), words="; ".join(parts), checks=worst, freshness=freshness)


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
    rows = Health.objects.filter(status__in=bad, asset__in=visible.values("pk")).select_related("asset")
    return [(row.asset, _summary(row)) for row in rows.order_by("-rank", "asset")[:limit]]
