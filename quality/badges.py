"""Health in one look: the worst of an asset's newest check results and of its freshness."""

from __future__ import annotations

from collections.abc import Sequence

from catalog.models import Asset
from portal.kernel.slots import Badge, Mark
from quality import queries
from quality.models import Check
from quality.states import Status

LOOKS = {
    Status.PASS: Mark("Healthy", "good", "circle-check"),
    Status.SKIPPED: Mark("Not checked", "quiet", "circle-dashed"),
    Status.WARN: Mark("Warning", "attention", "alert-triangle"),
    Status.ERROR: Mark("Check broken", "attention", "alert-circle"),
    Status.FAIL: Mark("Failing", "bad", "circle-x"),
}
FRESHNESS = {
    Status.PASS: Mark("Fresh", "good", "clock"),
    Status.WARN: Mark("Late", "attention", "hourglass"),
    Status.ERROR: Mark("Stale", "bad", "alert-octagon"),
    Status.FAIL: Mark("Stale", "bad", "alert-octagon"),
}


def health(assets: Sequence[Asset]) -> dict[int, list[Badge]]:
    """One query for any number of assets. Assets that nobody checks get no badge: silence is not health."""
    summaries = queries.summaries([asset.pk for asset in assets])
    return {pk: [_badge(summary)] for pk, summary in summaries.items()}


def _badge(summary: queries.Summary) -> Badge:
    layers = {}
    if summary.checks is not None:
        layers["quality"] = LOOKS[summary.checks]
    if summary.freshness in FRESHNESS:
        layers["freshness"] = FRESHNESS[summary.freshness]
    return Badge(**LOOKS[summary.worst]._asdict(), title=summary.words, slot="health", layers=layers)


def column_checks(asset_id: int) -> dict[str, list[Check]]:
    """Live checks of an asset by the folded name of their column."""
    marks: dict[str, list[Check]] = {}
    for check in Check.objects.filter(asset=asset_id, retired_at=None).exclude(column="").order_by("kind"):
        marks.setdefault(check.column.casefold(), []).append(check)
    return marks
