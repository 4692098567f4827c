"""The asset that somebody names: its public id, or any name by which a tool or a person calls it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from catalog.models import Asset
from catalog.queries import assets, identity

NAMING = ("namespace", "name", "retired_at", "merged_into")  # what an asset must be read with to be told from others


class Ambiguous(ValidationError):
    """Several assets have the name."""


class NotKnown(ValidationError):
    """Nothing that the person may see has the name."""


def named(user: Any, text: str) -> Asset:
    """One that is live before one that is not.

    Raises:
        NotKnown: nothing visible has this name.
        Ambiguous: several have.
    """
    try:
        return named_among(Asset.objects.visible_to(user), text)
    except NotKnown as error:
        raise NotKnown(f"{error.messages[0]}{identity.meant(user, text)}") from None


def named_among(visible: QuerySet[Asset], text: str) -> Asset:
    text = text.replace("\0", "").strip()
    try:
        found = list(visible.filter(uuid=UUID(text)))
    except ValueError:
        found = assets.named_among(visible, text[:2000]) if text else []
    found = [_kept(visible, asset) for asset in found]
    live = list({asset.pk: asset for asset in found if asset.retired_at is None}.values())
    if len(live) == 1 or (not live and len(found) == 1):
        return (live or found)[0]
    if not found:
        raise NotKnown(f"Nothing is called “{text[:200]}”." if text else "Say which asset.")
    names = ", ".join(f"{asset.namespace} {asset.name}" for asset in (live or found)[:5])
    raise Ambiguous(f"Several assets are called “{text[:200]}”: {names}. Give the whole name or the id.")


def _kept(visible: QuerySet[Asset], asset: Asset) -> Asset:
    """What it was merged into, as far as the person may see that."""
    if asset.merged_into_id is None:
        return asset
    return visible.filter(pk=asset.merged_into_id).first() or asset
