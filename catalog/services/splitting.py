"""One asset that was two: what some sources say of it leaves into an asset of its own, and comes back when that is undone."""

from __future__ import annotations

from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from catalog.events import AssetSplit
from catalog.intake import joining, splitting
from catalog.intake.cause import Cause
from catalog.intake.joining import Pair
from catalog.intake.turns import wait_for_turn
from catalog.models import Asset, Sighting, Split
from catalog.services.identity import found
from portal.accounts.models import User
from portal.kernel.authz import require
from portal.kernel.events import publish


@transaction.atomic
def split(*, asset: Asset, sightings: Collection[int], by: User, reason: str = "") -> Split:
    """``sightings`` are ids of those that leave.

    Raises:
        PermissionDenied: the asset is not there for this person, or they are no steward.
        ValidationError: nothing would leave, or nothing would stay.
    """
    wait_for_turn()
    standing = found(asset, by)
    require(by, "catalog.merge", standing)
    if standing.merged_into_id is not None:
        raise ValidationError(f"{standing} is part of another asset.")
    rows = list(standing.sightings.select_related("source").order_by("pk"))
    leaving = [row for row in rows if row.pk in sightings]
    if not leaving:
        raise ValidationError("Choose what leaves.")
    if not any(row.pk not in sightings and row.retired_at is None for row in rows):
        raise ValidationError("Something has to stay: leave at least one source that still reports it.")
    made = splitting.split(standing, leaving, by=by, now=timezone.now(), reason=reason)
    _publish(made, by, undone=False)
    return made


@transaction.atomic
def undo(*, split: Split, by: User) -> Split:
    """What left comes back, with everything that has come to hang on it, and is led by its names again.

    Raises:
        PermissionDenied: the asset is not there for this person, or they are no steward.
        ValidationError: it is undone already, or one of the two has become part of another asset.
    """
    wait_for_turn()
    row = Split.objects.select_for_update(no_key=True).select_related("asset", "made").get(pk=split.pk)
    asset, made = found(row.asset, by), found(row.made, by)
    require(by, "catalog.merge", asset)
    if row.undone_at is not None:
        raise ValidationError("This is undone already.")
    if asset.merged_into_id or made.merged_into_id or asset.retired_at:
        raise ValidationError(f"{asset} or {made} has become part of another asset, or is retired. Undo that first.")
    cause = Cause(now=timezone.now(), by=by)
    joining.join([Pair(kept=asset.pk, gone=made.pk, reason="put back")], cause)
    Sighting.objects.filter(pk__in=[int(pk) for pk, was in row.moved["pinned"].items() if not was]).update(pinned=False)
    row.undone_by, row.undone_at = by, cause.now
    row.save(update_fields=["undone_by", "undone_at"])
    _publish(row, by, undone=True)
    return row


def _publish(split: Split, by: User, *, undone: bool) -> None:
    event = AssetSplit(str(split.uuid), str(split.asset.uuid), str(split.made.uuid), undone)
    publish(event, by=by, subject=f"asset:{split.asset.uuid}")
