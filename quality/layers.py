"""What the map of lineage shows of an asset in its layers of quality and freshness."""

from __future__ import annotations

from collections.abc import Sequence

from portal.kernel.slots import Badge
from quality.badges import LOOKS
from quality.models import Health
from quality.states import RANK, Status

FRESHNESS = {
    Status.PASS: ("Fresh", "good", "clock"),
    Status.WARN: ("Late", "attention", "hourglass"),
    Status.ERROR: ("Stale", "bad", "alert-octagon"),
    Status.FAIL: ("Stale", "bad", "alert-octagon"),
}


def layers(asset_ids: Sequence[int]) -> dict[int, list[Badge]]:
    """One query. What nobody checks or watches has no mark: silence is not health."""
    return {row.asset_id: list(_marks(row)) for row in Health.objects.filter(asset__in=asset_ids)}


def _marks(row: Health) -> list[Badge]:
    found = []
    if row.checks:
        word, tone, icon = LOOKS[Status(max(row.checks, key=RANK.__getitem__))]
        found.append(Badge(word=word, tone=tone, icon=icon, slot="quality"))
    if row.freshness in FRESHNESS:
        word, tone, icon = FRESHNESS[Status(row.freshness)]
        found.append(Badge(word=word, tone=tone, icon=icon, slot="freshness"))
    return found
