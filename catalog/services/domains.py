"""Verbs on domains: all on record and chained, for they decide who sees what."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from catalog.events import DomainMemberAdded, DomainMemberRemoved, DomainRestrictionChanged
from catalog.models import Domain, DomainTeamRight, DomainUserRight
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
        _give(domain, by, by.username, by)
    publish(DomainRestrictionChanged(domain.slug, restricted), by=by, subject=f"domain:{domain.slug}")


@transaction.atomic
def add_member(*, domain: Domain, name: str, by: Any) -> None:
    """Adding a member again changes nothing. Raises ValidationError where nobody has this name."""
    if by is not None:
        require(by, "catalog.administer", domain)
    _give(domain, _principal(name), name, by)


@transaction.atomic
def remove_member(*, domain: Domain, name: str, by: Any) -> None:
    """Removing who is no member changes nothing. Raises ValidationError where nobody has this name."""
    if by is not None:
        require(by, "catalog.administer", domain)
    principal = _principal(name)
    if _is_member(domain, principal):
        rights.take(principal, "view_domain", domain)
        publish(DomainMemberRemoved(domain.slug, name), by=by, subject=f"domain:{domain.slug}")


def _give(domain: Domain, principal: User | Team, name: str, by: Any) -> None:
    if not _is_member(domain, principal):
        rights.give(principal, "view_domain", domain)
        publish(DomainMemberAdded(domain.slug, name), by=by, subject=f"domain:{domain.slug}")


def _is_member(domain: Domain, principal: User | Team) -> bool:
    """By a right of its own; a person may also see by way of a team."""
    if isinstance(principal, Team):
        return DomainTeamRight.objects.filter(content_object=domain, group=principal).exists()
    return DomainUserRight.objects.filter(content_object=domain, user=principal).exists()


def _principal(name: str) -> User | Team:
    """Inactive people too: their membership must be removable."""
    name = name.replace("\0", "").strip()
    found = User.objects.filter(username=name).first() or Team.objects.filter(slug=name).first()
    if found is None:
        raise ValidationError(f"There is no person or team “{name[:60]}”.")
    return found
