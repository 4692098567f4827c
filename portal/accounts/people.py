"""Verbs on people, teams and offices, for administrators: guard, change, publish, in one transaction. All are chained."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.tokens import default_token_generator
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.core.validators import validate_email, validate_slug
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from portal.accounts import events, sessions
from portal.accounts.models import ApiToken, OfficeHolder, Team, User
from portal.accounts.states import Office, Role
from portal.kernel.authz import require
from portal.kernel.events import publish

LONGEST = {"first_name": 150, "last_name": 150, "email": 254, "job_title": 100}
PERSON_FIELDS = tuple(LONGEST)
TEAM_FIELDS = ("name", "description", "email", "lead")
LAST = "This is the last administrator. Make another one first."


@transaction.atomic
def create_person(*, username: str, role: str, by: Any, **fields: str) -> User:
    """A person without a password: they come by the company's sign-in service, or by a link (``password_link``).

    Raises:
        PermissionDenied: only administrators may.
        ValidationError: the name is taken or malformed, the role unknown, the address none.
    """
    require(by, "accounts.administer")
    username = _clean(username)
    UnicodeUsernameValidator()(username)
    if role not in Role.values:
        raise ValidationError("There is no such role.")
    if len(username) > 150 or User.objects.filter(username__iexact=username).exists():
        raise ValidationError(f"The name “{username[:60]}” is taken or too long.")
    person = User(username=username, role=role, **_person_fields(fields))
    person.set_unusable_password()
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError as error:
        raise ValidationError(f"The name “{username}” is taken.") from error
    publish(events.PersonCreated(username, role), by=by, subject=f"user:{username}")
    return person


@transaction.atomic
def change_person(*, person: User, by: Any, **fields: str) -> None:
    """Raises PermissionDenied and ValidationError."""
    require(by, "accounts.administer", person)
    row = User.objects.select_for_update().get(pk=person.pk)
    after = _person_fields(fields)
    changed = [name for name, value in after.items() if getattr(row, name) != value]
    if changed:
        User.objects.filter(pk=row.pk).update(**after)
        publish(events.PersonChanged(row.username, tuple(changed)), by=by, subject=f"user:{row.username}")


@transaction.atomic
def set_role(*, person: User, role: str, by: Any) -> None:
    """Raises PermissionDenied, and ValidationError where nobody would be left to administer."""
    require(by, "accounts.administer", person)
    if role not in Role.values:
        raise ValidationError("There is no such role.")
    row = User.objects.select_for_update().get(pk=person.pk)
    if row.role == role:
        return
    if row.is_administrator and is_last_administrator(row):
        raise ValidationError(LAST)
    write_role(row, role, by=by)


@transaction.atomic
def set_active(*, person: User, active: bool, by: Any) -> None:
    """Whoever is deactivated is out at once: their sessions end and their tokens are revoked with this transaction.

    Raises:
        PermissionDenied: only administrators may.
        ValidationError: nobody would be left to administer.
    """
    require(by, "accounts.administer", person)
    row = User.objects.select_for_update().get(pk=person.pk)
    if row.is_active == active:
        return
    if not active and row.is_administrator and is_last_administrator(row):
        raise ValidationError(LAST)
    User.objects.filter(pk=row.pk).update(is_active=active)
    if active:
        publish(events.PersonActivated(row.username), by=by, subject=f"user:{row.username}")
        return
    tokens = ApiToken.objects.filter(user=row, revoked_at=None).update(revoked_at=timezone.now())
    ended = sessions.end(row)
    publish(events.PersonDeactivated(row.username, ended, tokens), by=by, subject=f"user:{row.username}")


@transaction.atomic
def password_link(*, person: User, by: Any) -> str:
    """The path by which somebody sets their password, once, within a day. It stands in this one answer and nowhere else."""
    require(by, "accounts.administer", person)
    if not person.is_active:
        raise ValidationError("Activate the account first.")
    publish(events.PasswordLinkMade(person.username), by=by, subject=f"user:{person.username}")
    uid = urlsafe_base64_encode(force_bytes(person.pk))
    return reverse("accounts:set_password", args=[uid, default_token_generator.make_token(person)])


@transaction.atomic
def end_sessions(*, person: User, by: Any, but: str | None = None, only: str | None = None) -> int:
    """Signs the person out: everywhere, everywhere but in one session, or in one alone. One's own, or as administrator."""
    if person.pk != by.pk:
        require(by, "accounts.administer", person)
    ended = sessions.end(person, but=but, only=only)
    if ended:
        publish(events.SessionsEnded(person.username, ended), by=by, subject=f"user:{person.username}")
    return ended


@transaction.atomic
def create_team(*, slug: str, by: Any, **fields: Any) -> Team:
    require(by, "accounts.administer")
    validate_slug(slug)
    if slug == "new":
        raise ValidationError("“new” is the name of a page. Choose another.")
    values = _team_fields(fields)
    if Team.objects.filter(slug=slug).exists() or Team.objects.filter(name=values.get("name", "")).exists():
        raise ValidationError(f"There is a team “{slug}” or “{values.get('name')}” already.")
    team = Team.objects.create(slug=slug, **values)
    publish(events.TeamCreated(slug), by=by, subject=f"team:{slug}")
    return team


@transaction.atomic
def change_team(*, team: Team, by: Any, **fields: Any) -> None:
    require(by, "accounts.administer", team)
    after = _team_fields(fields)
    changed = [name for name, value in after.items() if getattr(team, name) != value]
    if not changed:
        return
    if "name" in changed and Team.objects.filter(name=after["name"]).exclude(pk=team.pk).exists():
        raise ValidationError(f"There is a team “{after['name']}” already.")
    for name in changed:
        setattr(team, name, after[name])
    team.save()
    publish(events.TeamChanged(team.slug, tuple(changed)), by=by, subject=f"team:{team.slug}")


@transaction.atomic
def join(team: Team, person: User, *, by: Any) -> None:
    """``by`` is None where the company's sign-in service says so. Joining again changes nothing."""
    if by is not None:
        require(by, "accounts.administer", team)
    if not team.user_set.filter(pk=person.pk).exists():
        team.user_set.add(person)
        publish(events.TeamMemberAdded(team.slug, person.username), by=by, subject=f"team:{team.slug}")


@transaction.atomic
def leave(team: Team, person: User, *, by: Any) -> None:
    if by is not None:
        require(by, "accounts.administer", team)
    if team.user_set.filter(pk=person.pk).exists():
        team.user_set.remove(person)
        publish(events.TeamMemberRemoved(team.slug, person.username), by=by, subject=f"team:{team.slug}")


@transaction.atomic
def give_office(*, office: str, person: User, by: Any) -> None:
    """Raises PermissionDenied and ValidationError."""
    require(by, "accounts.administer", person)
    if office not in Office.values or not person.is_active:
        raise ValidationError("There is no such office, or the account is not active.")
    _, given = OfficeHolder.objects.get_or_create(office=office, user=person)
    if given:
        publish(events.OfficeGiven(office, person.username), by=by, subject=f"user:{person.username}")


@transaction.atomic
def take_office(*, office: str, person: User, by: Any) -> None:
    require(by, "accounts.administer", person)
    taken, _ = OfficeHolder.objects.filter(office=office, user=person).delete()
    if taken:
        publish(events.OfficeTaken(office, person.username), by=by, subject=f"user:{person.username}")


def write_role(person: User, role: str, *, by: Any) -> None:
    """Inside the caller's transaction, after its checks."""
    User.objects.filter(pk=person.pk).update(role=role)
    publish(events.RoleChanged(person.username, person.role, role), by=by, subject=f"user:{person.username}")


def is_last_administrator(person: User) -> bool:
    """Locks all of them: two who remove each other at the same time come one after the other."""
    active = User.objects.select_for_update().filter(role=Role.ADMINISTRATOR, is_active=True)
    return {row.pk for row in active} <= {person.pk}


def _person_fields(fields: Mapping[str, str]) -> dict[str, str]:
    found = {name: _clean(fields[name]) for name in PERSON_FIELDS if name in fields}
    if found.get("email"):
        validate_email(found["email"])
    for name, value in found.items():
        if len(value) > LONGEST[name]:
            raise ValidationError(f"{name.replace('_', ' ').capitalize()} is too long.")
    return found


def _team_fields(fields: Mapping[str, Any]) -> dict[str, Any]:
    found = {name: fields[name] for name in TEAM_FIELDS if name in fields}
    found = {name: _clean(value) if isinstance(value, str) else value for name, value in found.items()}
    if found.get("email"):
        validate_email(found["email"])
    if "name" in found and not 0 < len(found["name"]) <= 150:
        raise ValidationError("A team has a name of at most 150 characters.")
    return found


def _clean(text: str) -> str:
    return text.replace("\0", "").strip()
