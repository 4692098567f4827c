"""What the catalog does when people and teams come to be."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q

from catalog.intake.people import link_owners
from catalog.models import AssetOwner
from portal.accounts.models import Team, User
from portal.kernel.models import Event

BATCH = 2000


def person_joined(event: Event) -> None:
    """Sources named them as an owner before they could sign in: by address or name, in bulk."""
    person = User.objects.filter(username=event.subject.removeprefix("user:"), is_active=True).first()
    if person is not None:
        mail = Q(email__iexact=person.email) if person.email else Q()
        _link(mail | Q(name__iexact=person.username))


def team_made(event: Event) -> None:
    team = Team.objects.filter(slug=event.subject.removeprefix("team:")).first()
    if team is not None:
        mail = Q(email__iexact=team.email) if team.email else Q()
        _link(mail | Q(name__iexact=team.slug) | Q(name__iexact=team.name))


def _link(named: Q) -> None:
    waiting = AssetOwner.objects.filter(named, user=None, team=None).order_by("id")
    for owners in iter(lambda: list(waiting[:BATCH]), []):
        linked = [owner for owner in link_owners(owners) if owner.user_id or owner.team_id]
        AssetOwner.objects.bulk_update(linked, ["user", "team"])
        _once({owner.asset_id for owner in linked})
        if len(linked) < len(owners):
            return  # the rest is of somebody with a like name, and would come up again for ever


def _once(asset_ids: Collection[int]) -> None:
    """Two names of one person were two owners until now; one that a person wrote, else the older one, stays."""
    rows = AssetOwner.objects.filter(asset__in=asset_ids).exclude(user=None, team=None)
    seen: set[tuple[int, int | None, int | None]] = set()
    twice = []
    for owner in sorted(rows, key=lambda row: (not row.because, row.pk)):
        account = (owner.asset_id, owner.user_id, owner.team_id)
        (twice.append(owner.pk) if account in seen else seen.add(account))
    AssetOwner.objects.filter(pk__in=twice).delete()
