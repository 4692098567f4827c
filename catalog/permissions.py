"""Rules of the catalog, each with a reason that its asker can act on."""

from __future__ import annotations

from typing import Any

from catalog.models import Asset, Domain
from portal.kernel.authz import Answer

YES = Answer(True)


def administer(user: Any, obj: Any) -> Answer:
    return YES if user.is_administrator else Answer(False, "Only administrators may do this.")


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
