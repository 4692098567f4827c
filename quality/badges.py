"""Health in one look: the worst of an asset's newest check results and of its freshness."""

from __future__ import annotations

from collections.abc import Sequence

from portal.kernel.slots import Badge
from quality import queries
from quality.models import Check
from quality.states import Status

LOOKS = {
    Status.PASS: ("Healthy", "good", "circle-check"),
    Status.SKIPPED: ("Not checked", "quiet", "circle-dashed"),
    Status.WARN: ("Warning", "attention", "alert-triangle"),
    Status.ERROR: ("Check broken", "attention", "alert-circle"),
    Status.FAIL: ("Failing", "bad", "circle-x"),
}


def health(asset_ids: Sequence[int]) -> dict[int, list[Badge]]:
    """One query for any number of assets. Assets that nobody checks get no badge: silence is not health."""
    found = {}
    for asset_id, summary in queries.summaries(asset_ids).items():
        word, tone, icon = LOOKS[summary.worst]
        found[asset_id] = [Badge(word=word, tone=tone, icon=icon, title=summary.words, slot="health")]
    return found


def column_checks(asset_id: int) -> dict[str, list[Check]]:
    """Live checks of an asset by the folded name of their column."""
    marks: dict[str, list[Check]] = {}
    for check in Check.objects.filter(asset=asset_id, retired_at=None).exclude(column="").order_by("kind"):
        marks.setdefault(check.column.casefold(), []).append(check)
    return marks
