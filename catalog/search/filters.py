"""Facets and API filters as one set of conditions on assets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q

from catalog.models import AssetOwner
from portal.kernel import wiring
from portal.kernel.slots import RoomFacet

NO = {"no", "false", "0", "none"}
YES = {"yes", "true", "1", "any"}


def condition(chosen: Mapping[str, Sequence[str]]) -> Q:
    """All facets must hold; within one, any of its values."""
    whole = Q()
    for name, values in chosen.items():
        build = CONDITIONS.get(name) or (room_facet(name).condition if name in wiring.names("FACETS") else None)
        if build and values:
            whole &= build(list(values))
    return whole


def room_facet(name: str) -> RoomFacet:
    """A facet that a room above the catalog adds."""
    facet: RoomFacet = wiring.named("FACETS", name)()
    return facet


def _pii(values: list[str]) -> Q:
    classes = [value for value in values if value.lower() not in YES | NO]
    found = Q(pii__overlap=classes) if classes else Q(pk__in=[])
    if any(value.lower() in YES for value in values):
        found |= ~Q(pii=[])
    if any(value.lower() in NO for value in values):
        found |= Q(pii=[])
    return found


def _owner(values: list[str]) -> Q:
    """By the owner's name, address or user name."""
    names = Q()
    for value in values:
        names |= Q(name__iexact=value) | Q(email__iexact=value) | Q(user__username__iexact=value) | Q(team__slug=value)
    return Q(pk__in=AssetOwner.objects.filter(names).values("asset"))


CONDITIONS: dict[str, Any] = {
    "kind": lambda values: Q(kind__in=values),
    "platform": lambda values: Q(platform__in=values),
    "schema": lambda values: Q(schema__in=values),
    "domain": lambda values: Q(domain__slug__in=values),
    "owner": _owner,
    "tag": lambda values: Q(tags__overlap=values),
    "pii": _pii,
    "tier": lambda values: Q(tier__in=values),
}
