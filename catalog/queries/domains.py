"""Who belongs to a restricted domain, and which one a name means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from catalog.models import Domain, DomainTeamRight, DomainUserRight
from portal.accounts.models import Team, User


@dataclass(frozen=True, slots=True)
class Members:
    people: Sequence[User]
    teams: Sequence[Team]


def members(domain: Domain) -> Members:
    people = DomainUserRight.objects.filter(content_object=domain, permission__codename="view_domain").values("user")
    teams = DomainTeamRight.objects.filter(content_object=domain, permission__codename="view_domain").values("group")
    return Members(
        people=list(User.objects.filter(pk__in=people).order_by("username")),
        teams=list(Team.objects.filter(pk__in=teams).order_by("name")),
    )


def named(user: Any) -> dict[str, str]:
    """Slugs of the domains that the person sees, by what people write: the slug, and the name in lower case."""
    known = list(Domain.objects.visible_to(user).order_by("-pk").values_list("slug", "name"))
    return {name.lower(): slug for slug, name in known} | {slug: slug for slug, _ in known}
