"""Badges of all rooms for many assets at once."""

from __future__ import annotations

from collections.abc import Sequence

from portal.kernel import wiring
from portal.kernel.slots import Badge


def badges_of(asset_ids: Sequence[int]) -> dict[int, list[Badge]]:
    """One bulk question a room, whatever the number of assets."""
    found: dict[int, list[Badge]] = {asset_id: [] for asset_id in asset_ids}
    if not asset_ids:
        return found
    for source in wiring.listed("BADGES"):
        for asset_id, badges in source(asset_ids).items():
            found[asset_id].extend(badges)
    return found
