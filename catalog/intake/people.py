"""Owners that sources name, linked to the people and teams that sign in here."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db.models.functions import Lower
from django.utils.text import slugify

from catalog.curation.overlay import Account
from catalog.facts import OwnerFact
from catalog.models import AssetOwner
from portal.accounts.models import Team, User


def accounts_of(owners: Collection[OwnerFact]) -> dict[OwnerFact, Account]:
    """By e-mail address first, then by user name or team name. Two statements whatever the number."""
    if not owners:
        return {}
    emails = {owner.email.lower() for owner in owners if owner.email}
    names = {owner.name.lower() for owner in owners}
    slugs = {slugify(owner.name) for owner in owners}
    people = User.objects.annotate(mail=Lower("email")).filter(is_active=True)
    found = people.filter(mail__in=emails - {""}) | people.filter(username__in=names)
    by_mail = {person.email.lower(): person for person in found if person.email}
    by_name = {person.username.lower(): person for person in found}
    teams = list(Team.objects.filter(slug__in=slugs) | Team.objects.filter(email__in=emails - {""}))
    team_of = {team.slug: team for team in teams} | {team.email.lower(): team for team in teams if team.email}
    accounts: dict[OwnerFact, Account] = {}
    for owner in owners:
        mail = owner.email.lower()
        if team := team_of.get(slugify(owner.name)) or team_of.get(mail):
            accounts[owner] = Account(team=team.pk)
        elif person := by_mail.get(mail) or by_name.get(owner.name.lower()):
            accounts[owner] = Account(user=person.pk)
    return accounts


def link_owners(owners: Sequence[AssetOwner]) -> list[AssetOwner]:
    """Rows whose names were nobody's until now."""
    facts = [OwnerFact(name=row.name, email=row.email, is_team=row.is_team) for row in owners]
    accounts = accounts_of(set(facts))
    for row, fact in zip(owners, facts, strict=True):
        account = accounts.get(fact, Account())
        row.user_id, row.team_id = account.user, account.team
    return list(owners)
