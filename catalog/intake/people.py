"""Owners that sources name, linked to the people and teams that sign in here."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models.functions import Lower
from django.utils.text import slugify

from catalog.models import AssetOwner
from portal.accounts.models import Team, User


def link_owners(owners: Sequence[AssetOwner]) -> list[AssetOwner]:
    """By e-mail address first, then by user name or team name. Two statements whatever the number."""
    emails = {owner.email.lower() for owner in owners if owner.email}
    names = {owner.name.lower() for owner in owners}
    slugs = {slugify(owner.name) for owner in owners}
    people = User.objects.annotate(mail=Lower("email")).filter(is_active=True)
    found = people.filter(mail__in=emails - {""}) | people.filter(username__in=names)
    by_mail = {person.email.lower(): person for person in found if person.email}
    by_name = {person.username.lower(): person for person in found}
    teams = list(Team.objects.filter(slug__in=slugs) | Team.objects.filter(email__in=emails - {""}))
    team_of = {team.slug: team for team in teams} | {team.email.lower(): team for team in teams if team.email}
    for owner in owners:
        mail = owner.email.lower()
        owner.team = team_of.get(slugify(owner.name)) or team_of.get(mail)
        owner.user = None if owner.team else by_mail.get(mail) or by_name.get(owner.name.lower())
    return list(owners)
