"""Dated words to everybody who looks at an asset."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from catalog.events import Announced, AnnouncementWithdrawn
from catalog.models import Announcement, Asset
from portal.accounts.models import User
from portal.kernel.authz import require
from portal.kernel.events import publish


@transaction.atomic
def announce(
    *, asset: Asset, title: str, text: str = "", begins_at: datetime, ends_at: datetime | None = None, by: User
) -> Announcement:
    """
    Raises:
        PermissionDenied: the asset is not there, or not theirs to speak for.
        ValidationError: no title, or it would end before it begins.
    """
    _require(asset, by)
    title = title.replace("\0", "").strip()
    if not title:
        raise ValidationError("An announcement needs a title.")
    if ends_at is not None and ends_at <= begins_at:
        raise ValidationError("It would end before it begins.")
    made = Announcement.objects.create(
        asset=asset,
        title=title[:200],
        text=text.replace("\0", "").strip()[:5000],
        begins_at=begins_at,
        ends_at=ends_at,
        by=by,
    )
    publish(Announced(str(made.uuid), made.title), by=by, subject=f"asset:{asset.uuid}")
    return made


@transaction.atomic
def withdraw(*, announcement: Announcement, by: User) -> None:
    """Withdrawing again changes nothing."""
    _require(announcement.asset, by)
    moved = Announcement.objects.filter(pk=announcement.pk, withdrawn_at=None).update(withdrawn_at=timezone.now())
    if moved:
        told = AnnouncementWithdrawn(str(announcement.uuid))
        publish(told, by=by, subject=f"asset:{announcement.asset.uuid}")


def _require(asset: Asset, by: User) -> None:
    if not Asset.objects.visible_to(by).live().filter(pk=asset.pk).exists():
        raise PermissionDenied("There is no such asset.")
    require(by, "catalog.curate", asset)
