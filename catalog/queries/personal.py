"""What one person follows, likes, has seen lately and has suggested; always only what they may still see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q

from catalog.models import Announcement, Asset, AssetChange, AssetOwner, Favourite, Follow, Suggestion, Visit
from catalog.queries import announcements
from catalog.states import ChangeKind, SuggestionState


@dataclass(frozen=True, slots=True)
class Kept:
    """Of one asset, for the buttons in its head."""

    follows: bool
    likes: bool


@dataclass(frozen=True, slots=True)
class Personal:
    """The personal part of the home page."""

    recent: Sequence[Asset]
    favourites: Sequence[Asset]
    followed: Sequence[AssetChange]
    announcements: Sequence[Announcement]
    suggestions: Sequence[Suggestion]


def kept(user: Any, asset: Asset) -> Kept:
    mine = {"user": user, "asset": OuterRef("pk")}
    found = Asset.objects.filter(pk=asset.pk).values_list(
        Exists(Follow.objects.filter(**mine)), Exists(Favourite.objects.filter(**mine))
    )
    follows, likes = found[0]
    return Kept(follows, likes)


def home(user: Any) -> Personal:
    return Personal(
        recent=_by(user, Visit, 6),
        favourites=_by(user, Favourite, 8),
        followed=followed_changes(user, 6),
        announcements=announcements.told_to(user, 5),
        suggestions=own_suggestions(user, 5),
    )


def _by(user: Any, model: Any, limit: int) -> list[Asset]:
    visible = Asset.objects.visible_to(user).live().values("pk")
    rows = model.objects.filter(user=user, asset__in=visible).select_related("asset")
    return [row.asset for row in rows.order_by("-at", "-id")[:limit]]


def followed_changes(user: Any, limit: int) -> list[AssetChange]:
    """The newest change of each followed asset."""
    mine = Follow.objects.filter(user=user).values("asset")
    visible = Asset.objects.visible_to(user).filter(pk__in=mine).values("pk")
    rows = AssetChange.objects.filter(asset__in=visible).exclude(kind=ChangeKind.CREATED)
    newest = rows.order_by("asset", "-at", "-id").distinct("asset").values("pk")
    told = AssetChange.objects.filter(pk__in=newest).select_related("asset", "run__source", "by")
    return list(told.order_by("-at", "-id")[:limit])


def own_suggestions(user: Any, limit: int) -> list[Suggestion]:
    """Open ones first, then the newest answers."""
    visible = Asset.objects.visible_to(user).values("pk")
    rows = Suggestion.objects.filter(by=user, asset__in=visible).exclude(state=SuggestionState.WITHDRAWN)
    ordered = rows.annotate(waiting=Q(state=SuggestionState.OPEN)).order_by("-waiting", "-decided_at", "-at")
    return list(ordered.select_related("asset", "decided_by")[:limit])


def owned(user: Any) -> Any:
    """Keys of assets that the person owns, alone or with a team."""
    mine = Q(user=user.pk) | Q(team__in=user.groups.values("pk"))
    return AssetOwner.objects.filter(mine).values("asset")


def owned_of(user: Any, asset_ids: Sequence[int]) -> set[int]:
    return set(owned(user).filter(asset__in=asset_ids).values_list("asset", flat=True))
