"""Announcements that hold now or are to come."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from catalog.models import Announcement, Asset, AssetOwner, Favourite, Follow


def standing() -> QuerySet[Announcement]:
    """Not withdrawn and not over."""
    lasting = Q(ends_at=None) | Q(ends_at__gt=timezone.now())
    return Announcement.objects.filter(lasting, withdrawn_at=None).select_related("by")


def of_asset(asset: Asset) -> list[Announcement]:
    return list(standing().filter(asset=asset).order_by("begins_at", "id")[:5])


def told_to(user: Any, limit: int) -> list[Announcement]:
    """On what the person follows, likes or owns, alone or with a team; the soonest first."""
    mine = Q(user=user) | Q(team__in=user.groups.values("pk"))
    theirs = (
        Q(asset__in=Follow.objects.filter(user=user).values("asset"))
        | Q(asset__in=Favourite.objects.filter(user=user).values("asset"))
        | Q(asset__in=AssetOwner.objects.filter(mine).values("asset"))
    )
    visible = Asset.objects.visible_to(user).live().values("pk")
    rows = standing().filter(theirs, asset__in=visible).select_related("asset")
    return list(rows.order_by("begins_at", "id")[:limit])
