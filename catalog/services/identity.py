"""What people decide about who is who: two assets are one, one is two, a namespace has two names. All of it can be undone."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from catalog.events import AssetsMerged, MergeUndone
from catalog.intake import joining
from catalog.intake.cause import Cause
from catalog.intake.joining import Pair
from catalog.intake.turns import wait_for_turn
from catalog.models import Apart, Asset, Merge
from portal.accounts.models import User
from portal.kernel.authz import require
from portal.kernel.events import publish


@transaction.atomic
def merge(*, kept: Asset, gone: Asset, by: User, reason: str = "") -> Merge:
    """Everything that hangs on ``gone`` moves to ``kept``, and so does whatever sources will say of it. Of a restricted
    and an open one the restricted one is kept, whichever was named: nothing that was shut is opened.

    Raises:
        PermissionDenied: an asset is not there for this person, or they are no steward.
        ValidationError: one of them is part of another asset already, or they are shut in two different domains.
    """
    wait_for_turn()
    first, second = found(kept, by), found(gone, by)
    require(by, "catalog.merge", first)
    first, second = _directed(first, second)
    _check(first, second)
    made = joining.join([Pair(first.pk, second.pk, reason)], Cause(now=timezone.now(), by=by))[0]
    publish(
        AssetsMerged(str(made.uuid), str(first.uuid), str(second.uuid), made.reason),
        by=by,
        subject=f"asset:{first.uuid}",
    )
    return made


@transaction.atomic
def undo(*, merge: Merge, by: User) -> Merge:
    """The two are two again, with what each of them had; what came since stays with the one that was kept.

    Raises:
        PermissionDenied: the merged asset is not there for this person, or they are no steward.
        ValidationError: it is undone already, or the asset has become part of a third one since.
    """
    wait_for_turn()
    row = Merge.objects.select_for_update(no_key=True).get(pk=merge.pk)
    kept = found(row.kept, by)
    require(by, "catalog.merge", kept)
    if row.undone_at is not None:
        raise ValidationError("This is undone already.")
    if kept.merged_into_id is not None:
        raise ValidationError(f"{kept} has become part of another asset since. Undo that first.")
    joining.part(row, Cause(now=timezone.now(), by=by))
    publish(MergeUndone(str(row.uuid), str(kept.uuid), str(row.gone.uuid)), by=by, subject=f"asset:{kept.uuid}")
    return row


@transaction.atomic
def set_apart(*, asset: Asset, other: Asset | None = None, by: User) -> Apart:
    """It is something of its own: no more proposed for ``other``, or for anything, and it joins nothing by itself."""
    first = found(asset, by)
    require(by, "catalog.merge", first)
    second = found(other, by) if other else None
    if second is not None and second.pk < first.pk:
        first, second = second, first
    return Apart.objects.get_or_create(asset=first, other=second, defaults={"by": by})[0]


@transaction.atomic
def undo_apart(*, apart: Apart, by: User) -> None:
    """It waits again, or is proposed again: as if nobody had looked."""
    require(by, "catalog.merge", found(apart.asset, by))
    if apart.other:
        found(apart.other, by)
    if not Apart.objects.filter(pk=apart.pk).delete()[0]:
        raise ValidationError("This is undone already.")


def found(asset: Asset, by: User) -> Asset:
    """The asset as it stands now, for whoever may see it."""
    row = Asset.objects.visible_to(by).filter(pk=asset.pk).select_related("domain").first()
    if row is None:
        raise PermissionDenied("There is no such asset.")
    return row


def _directed(kept: Asset, gone: Asset) -> tuple[Asset, Asset]:
    return (gone, kept) if _is_shut(gone) and not _is_shut(kept) else (kept, gone)


def _check(kept: Asset, gone: Asset) -> None:
    if kept.pk == gone.pk:
        raise ValidationError("An asset cannot be merged into itself.")
    for asset in (kept, gone):
        if asset.merged_into_id is not None:
            raise ValidationError(f"{asset} is part of another asset already.")
    if kept.retired_at is not None:
        raise ValidationError(f"{kept} is retired. Merge it into the other one instead.")
    if kept.section != gone.section:
        raise ValidationError(f"{kept} and {gone} are different kinds of things.")
    if _is_shut(gone) and gone.domain_id != kept.domain_id:
        raise ValidationError("They lie in two restricted domains. Bring both into one first.")


def _is_shut(asset: Asset) -> bool:
    return asset.domain is not None and asset.domain.restricted
