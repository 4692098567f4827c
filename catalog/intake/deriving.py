"""Assets anew out of everything that is said of them: after an edit, a decision, a merge."""

from __future__ import annotations

from collections.abc import Iterable

from catalog.intake.cause import Cause, write_changes
from catalog.intake.deciding import mark_decided
from catalog.intake.said import Target, facts_of, identity_of, owner_rules, tell
from catalog.intake.updating import Updater
from catalog.models import Asset, AssetChange, Sighting
from catalog.search.index import refresh

BATCH = 500  # assets, with all that is said of them, that are in memory at once


def derive(asset_ids: Iterable[int], cause: Cause) -> list[AssetChange]:
    """Inside the caller's transaction. Locks the assets first, in the order of their ids, so that what is read of them
    afterwards is all that was committed; retired ones keep what was last said."""
    wanted = sorted(set(asset_ids))
    changes: list[AssetChange] = []
    for start in range(0, len(wanted), BATCH):
        changes += _derive(wanted[start : start + BATCH], cause)
    return changes


def _derive(asset_ids: list[int], cause: Cause) -> list[AssetChange]:
    mark_decided(asset_ids)
    locked = Asset.objects.select_for_update(no_key=True).filter(pk__in=asset_ids, retired_at=None).order_by("pk")
    standing = {asset.pk: asset for asset in locked}
    said = facts_of(Sighting.objects.filter(asset__in=standing))
    targets = [Target(identity_of(asset), said[pk], asset) for pk, asset in standing.items() if pk in said]
    tell(targets, owner_rules())
    changes = Updater(cause).update(targets)
    write_changes(changes)
    refresh([target.row.id for target in targets])
    return changes
