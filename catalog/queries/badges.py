"""Badges of all rooms for many assets at once."""

from __future__ import annotations

from collections.abc import Sequence

from catalog.models import Asset
from portal.kernel import wiring
from portal.kernel.slots import Badge

# what an asset must have been read with, so that telling where it stands asks nothing more
STANDING = ("pii", "tier", "deprecated_at", "retired_at", "gone_at", "certified_at")


def badges_of(assets: Sequence[Asset]) -> dict[int, list[Badge]]:
    """By id. One bulk question a room, whatever the number of assets."""
    found: dict[int, list[Badge]] = {asset.pk: [] for asset in assets}
    if not assets:
        return found
    for source in wiring.listed("BADGES"):
        for asset_id, badges in source(assets).items():
            found[asset_id].extend(badges)
    return found
