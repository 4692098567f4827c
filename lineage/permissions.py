"""Rules of the lineage room, each with a reason that its asker can act on."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from catalog.models import Asset, AssetOwner
from portal.kernel.authz import Answer

YES = Answer(True)


def send_events(user: Any, obj: Any) -> Answer:
    return YES if user.is_steward else Answer(False, "Only stewards and administrators may send lineage events.")


def edit(user: Any, obj: Asset) -> Answer:
    """``obj`` is the asset that is made: who answers for it knows what from."""
    mine = Q(user=user) | Q(team__in=user.groups.values("pk"))
    if user.is_steward or AssetOwner.objects.filter(mine, asset=obj).exists():
        return YES
    return Answer(False, "Only stewards and owners of what is made say what it is made from.")
