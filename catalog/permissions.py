"""Rules of the catalog, each with a reason that its asker can act on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q

from catalog.models import Asset, AssetOwner, Domain
from catalog.states import Field
from portal.accounts.states import Office
from portal.kernel.authz import Answer

YES = Answer(True)


def administer(user: Any, obj: Any) -> Answer:
    return YES if user.is_administrator else Answer(False, "Only administrators may do this.")


# What owners may say of what is theirs; where it belongs and what is promised of it is for stewards
OWNERS_FIELDS = frozenset({Field.DESCRIPTION, Field.TAGS, Field.TERMS, Field.DEPRECATION})


def curate(user: Any, obj: Any) -> Answer:
    """``obj`` is an asset (may this person edit anything of it?) or the lines of an edit
    (``catalog.services.curation.Line``)."""
    if isinstance(obj, Asset):
        owns = user.is_steward or _owned(user, {obj.pk})
        return YES if owns else Answer(False, "Stewards and owners edit; you can suggest.")
    personal = [line for line in obj if line.field == Field.PII]
    if personal and not (answer := decide_pii(user, personal)):
        return answer
    others = [line for line in obj if line.field != Field.PII]
    if user.is_steward or not others:
        return YES
    if _owned(user, {line.asset_id for line in others}) != {line.asset_id for line in others}:
        return Answer(False, "Only stewards and owners edit assets. You can suggest a change.")
    beyond = {line.field for line in others} - OWNERS_FIELDS
    return Answer(False, f"Only stewards set the {Field(min(beyond)).label}.") if beyond else YES


def decide_pii(user: Any, lines: Sequence[Any]) -> Answer:
    """Stewards and the Privacy office decide what is personal."""
    if user.is_steward or user.offices.filter(office=Office.PRIVACY).exists():
        return YES
    return Answer(False, "Only stewards and the Privacy office decide what is personal data.")


def _owned(user: Any, asset_ids: set[int]) -> set[int]:
    """Those of the assets that the person owns, alone or with a team."""
    mine = Q(user=user) | Q(team__in=user.groups.values("pk"))
    return set(AssetOwner.objects.filter(mine, asset__in=asset_ids).values_list("asset", flat=True))


def ingest(user: Any, obj: Any) -> Answer:
    return YES if user.is_steward else Answer(False, "Only stewards and administrators may send metadata to sources.")


def see_source(user: Any, obj: Any) -> Answer:
    """Runs name what they read, hidden things too, so sources are for those who look after them."""
    return YES if user.is_steward else Answer(False, "Only stewards and administrators look after sources.")


def see_asset(user: Any, obj: Asset) -> Answer:
    seen = Asset.objects.visible_to(user).filter(pk=obj.pk).exists()
    return YES if seen else Answer(False, "There is no such asset.")


def see_domain(user: Any, obj: Domain) -> Answer:
    seen = Domain.objects.visible_to(user).filter(pk=obj.pk).exists()
    return YES if seen else Answer(False, "There is no such domain.")
