"""Who belongs to a restricted domain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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
