"""Rules of the catalog, each with a reason that its asker can act on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q

from catalog.models import Asset, AssetOwner, Domain, SavedView
from catalog.queries import pii
from catalog.states import OWNERS_FIELDS, Field
from portal.accounts.states import Office
from portal.kernel.authz import Answer

YES = Answer(True)


def administer(user: Any, obj: Any) -> Answer:
    return YES if user.is_administrator else Answer(False, "Only administrators may do this.")


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


def edit_contract(user: Any, obj: Asset) -> Answer:
    """``obj`` is the asset that is promised something of."""
    if user.is_steward or _owned(user, {obj.pk}):
        return YES
    return Answer(False, "Only stewards and owners of a table write its contract.")


def undo(user: Any, obj: Any) -> Answer:
    """``obj`` is an edit; its lines are asked for as those of any edit."""
    if user.is_steward or obj.by_id == user.pk:
        return YES
    return Answer(False, "Only stewards undo what others have edited.")


def keep_glossary(user: Any, obj: Any) -> Answer:
    return YES if user.is_steward else Answer(False, "Only stewards keep the glossary.")


def rule_owners(user: Any, obj: Any) -> Answer:
    return YES if user.is_steward else Answer(False, "Only stewards write the rules of ownership.")


def decide_pii(user: Any, lines: Sequence[Any]) -> Answer:
    """Stewards and the Privacy office decide what is personal. What a source declared is cleared, and what that office
    decided is changed, by the office alone. ``lines`` are of an edit; None asks for the right as such."""
    if user.is_steward and not lines:
        return YES
    if user.offices.filter(office=Office.PRIVACY).exists():
        return YES
    if not user.is_steward:
        return Answer(False, "Only stewards and the Privacy office decide what is personal data.")
    said = {
        (line.asset_id, line.column.casefold()): line.value is None or bool(line.value.get("class"))
        for line in lines or ()
    }
    refused = pii.not_for_stewards(said) if said else {}
    return Answer(False, next(iter(refused.values()))) if refused else YES


def _owned(user: Any, asset_ids: set[int]) -> set[int]:
    """Those of the assets that the person owns, alone or with a team."""
    mine = Q(user=user) | Q(team__in=user.groups.values("pk"))
    return set(AssetOwner.objects.filter(mine, asset__in=asset_ids).values_list("asset", flat=True))


def ingest(user: Any, obj: Any) -> Answer:
    return YES if user.is_steward else Answer(False, "Only stewards and administrators may send metadata to sources.")


def merge(user: Any, obj: Any) -> Answer:
    return YES if user.is_steward else Answer(False, "Only stewards decide which assets are one and the same.")


def see_source(user: Any, obj: Any) -> Answer:
    """Runs name what they read, hidden things too, so sources are for those who look after them."""
    return YES if user.is_steward else Answer(False, "Only stewards and administrators look after sources.")


def see_asset(user: Any, obj: Asset) -> Answer:
    seen = Asset.objects.visible_to(user).filter(pk=obj.pk).exists()
    return YES if seen else Answer(False, "There is no such asset.")


def see_domain(user: Any, obj: Domain) -> Answer:
    seen = Domain.objects.visible_to(user).filter(pk=obj.pk).exists()
    return YES if seen else Answer(False, "There is no such domain.")


def save_view(user: Any, obj: Any) -> Answer:
    return YES


def change_view(user: Any, obj: SavedView) -> Answer:
    """What is shared may be taken back by administrators too: people leave, and their views stay."""
    if obj.owner_id == user.pk or (obj.shared and user.is_administrator):
        return YES
    return Answer(False, "Only its owner changes a saved view.")
