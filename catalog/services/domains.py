"""Verbs on domains: all on record and chained, for they decide who sees what."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from catalog.events import DomainMemberAdded, DomainMemberRemoved, DomainRestrictionChanged
from catalog.models import Domain
from portal.accounts.models import Team, User
from portal.kernel import rights
from portal.kernel.authz import require
from portal.kernel.events import publish


@transaction.atomic
def set_restricted(*, domain: Domain, restricted: bool, by: Any) -> None:
    """``by`` is None for commands on the server. Whoever restricts a domain becomes a member: a domain that nobody can
    see could never be opened again."""
    if by is not None:
        require(by, "catalog.administer", domain)
    if not Domain.objects.filter(pk=domain.pk, restricted=not restricted).update(restricted=restricted):
        return
    if restricted and by is not None:
        rights.give(by, "view_domain", domain)
    publish(DomainRestrictionChanged(domain.slug, restricted), by=by, subject=f"domain:{domain.slug}")


@transaction.atomic
def add_member(*, domain: Domain, name: str, by: Any) -> None:
    """Raises ValidationError where nobody has this name."""
    if by is not None:
        require(by, "catalog.administer", domain)
    rights.give(_principal(name), "view_domain", domain)
    publish(DomainMemberAdded(domain.slug, name), by=by, subject=f"domain:{domain.slug}")


@transaction.atomic
def remove_member(*, domain: Domain, name: str, by: Any) -> None:
    """Raises ValidationError where nobody has this name."""
    if by is not None:
        require(by, "catalog.administer", domain)
    rights.take(_principal(name), "view_domain", domain)
    publish(DomainMemberRemoved(domain.slug, name), by=by, subject=f"domain:{domain.slug}")


def _principal(name: str) -> User | Team:
    plain = name.replace("\0", "").strip()
    found = User.objects.filter(username=plain, is_active=True).first() or Team.objects.filter(slug=plain).first()
    if found is None:
        raise ValidationError(f"There is no person or team “{plain[:60]}”.")
    return found
