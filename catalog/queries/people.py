"""People and teams by the names that others write: user name, full name where one person has it, slug, name of the team."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.db.models import Q, Value
from django.db.models.functions import Concat, Lower, Trim

from portal.accounts.models import Team, User


def principal(text: str) -> User | Team | None:
    return principals([text]).get(text.strip().lower())


def principals(texts: Iterable[str]) -> dict[str, User | Team]:
    """By the text in lower case; a person before a team. Two queries whatever the number."""
    wanted = {text.strip().lower() for text in texts if text.strip() and "\0" not in text}
    if not wanted:
        return {}
    found: dict[str, User | Team] = {}
    teams = Team.objects.annotate(low=Lower("name")).filter(Q(slug__in=wanted) | Q(low__in=wanted))
    for team in teams:
        found |= {team.name.lower(): team, team.slug: team}
    full = Lower(Trim(Concat("first_name", Value(" "), "last_name")))
    people = User.objects.annotate(low=Lower("username"), full=full).filter(is_active=True)
    meant = list(people.filter(Q(low__in=wanted) | Q(full__in=wanted)))
    fulls = Counter(person.full for person in meant)
    called = {person.full: person for person in meant if person.full and fulls[person.full] == 1}
    return called | found | {person.username.lower(): person for person in meant}


def as_owner(found: User | Team) -> dict[str, Any]:
    """As an owner of ``catalog.curation.words``."""
    name = found.slug if isinstance(found, Team) else found.username
    return {"name": name, "email": found.email, "is_team": isinstance(found, Team)}
