"""Who somebody is that the company's sign-in service sends, and what the service decides about them: teams and role."""

from __future__ import annotations

import re
from dataclasses import dataclass

from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db import IntegrityError, transaction

from portal.accounts import people
from portal.accounts.events import PersonCreated, PersonLinked
from portal.accounts.models import Team, User
from portal.accounts.states import Role
from portal.kernel.events import publish

STRANGE = re.compile(r"[^\w.@+-]")


class Refused(Exception):
    """``why``: inactive, or taken: somebody else here has this name or address."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


@dataclass(frozen=True, slots=True)
class Claims:
    """``email`` is empty where the service has not verified it; ``groups`` is None where it does not tell any."""

    subject: str
    username: str
    email: str
    first_name: str
    last_name: str
    groups: frozenset[str] | None


@transaction.atomic
def recognise(claims: Claims, known: User | None) -> User:
    """The person, made or linked where this is the first time, with teams and role as their groups say.

    Raises:
        Refused: they may not come in.
    """
    person = User.objects.get(pk=known.pk) if known else _by_address(claims) or _made(claims)
    if not person.is_active:
        raise Refused("inactive")
    if claims.groups is not None:
        _to_teams(person, claims.groups)
        _to_role(person, claims.groups)
    person.refresh_from_db()
    return person


def _by_address(claims: Claims) -> User | None:
    """A person whom an administrator made, known by a verified address, and linked to nobody at the service yet."""
    if not claims.email:
        return None
    found = list(User.objects.filter(email__iexact=claims.email)[:2])
    if not found:
        return None
    if len(found) > 1 or SocialAccount.objects.filter(user=found[0]).exists():
        raise Refused("taken")
    publish(PersonLinked(found[0].username, claims.subject), by=found[0], subject=f"user:{found[0].username}")
    return found[0]


def _made(claims: Claims) -> User:
    username = STRANGE.sub("-", claims.username)[:150] or "person"
    if User.objects.filter(username__iexact=username).exists():
        raise Refused("taken")  # whoever chooses a name at the service does not choose to be somebody here
    person = User(
        username=username,
        email=claims.email,
        first_name=claims.first_name,
        last_name=claims.last_name,
        role=Role.VIEWER,
    )
    person.set_unusable_password()
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError as error:
        raise Refused("taken") from error
    publish(PersonCreated(username, person.role), by=person, subject=f"user:{username}")
    return person


def _to_teams(person: User, groups: frozenset[str]) -> None:
    """With ``OIDC_GROUPS``, the teams that it names follow the service; without, all do, by their short names. Teams that
    do not follow it are left alone."""
    told = {settings.OIDC_GROUPS[group] for group in groups if group in settings.OIDC_GROUPS}
    followed = Team.objects.all()
    if settings.OIDC_GROUPS:
        followed = followed.filter(slug__in=settings.OIDC_GROUPS.values())
    wanted = {team.pk: team for team in followed.filter(slug__in=told if settings.OIDC_GROUPS else groups)}
    there = {team.pk: team for team in followed.filter(user=person)}
    for pk in wanted.keys() - there.keys():
        people.join(wanted[pk], person, by=None)
    for pk in there.keys() - wanted.keys():
        people.leave(there[pk], person, by=None)


def _to_role(person: User, groups: frozenset[str]) -> None:
    """Only where a group is named for a role. The last administrator stays one: somebody must be able to mend a mistake."""
    if not (settings.OIDC_ADMINISTRATORS or settings.OIDC_STEWARDS):
        return
    role = Role.VIEWER
    if settings.OIDC_STEWARDS and settings.OIDC_STEWARDS in groups:
        role = Role.STEWARD
    if settings.OIDC_ADMINISTRATORS and settings.OIDC_ADMINISTRATORS in groups:
        role = Role.ADMINISTRATOR
    if role != person.role and not (person.is_administrator and people.is_last_administrator(person)):
        people.write_role(person, role, by=None)
