"""One person or team owns a thing once, however many names sources have for them."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from catalog.facts import OwnerFact
from catalog.models import Asset, AssetOwner
from catalog.services.curation import Line, annotate
from portal.accounts import people
from portal.accounts.models import User
from portal.kernel import deliveries
from tests.factories import SourceFactory, TeamFactory, UserFactory, pour, table

pytestmark = pytest.mark.django_db

TOM = OwnerFact(name="Tom", email="tom@example.com")


def owned_by(*owners: OwnerFact) -> Asset:
    """Each by a source of its own."""
    for owner in owners:
        pour(SourceFactory(), [table(owners=(owner,))])
    return Asset.objects.get(path="marts.orders")


def names(asset: Asset) -> list[str]:
    return list(AssetOwner.objects.filter(asset=asset).order_by("name").values_list("name", flat=True))


def test_two_names_of_one_person_are_one_owner() -> None:
    UserFactory(username="tom")
    orders = owned_by(TOM, OwnerFact(name="tom"), OwnerFact(name="Tom Teller", email="TOM@example.com"))
    assert names(orders) == ["Tom"]


def test_two_names_of_one_team_are_one_owner() -> None:
    TeamFactory(slug="finance-analytics", email="finance@example.com")
    orders = owned_by(OwnerFact(name="Finance analytics"), OwnerFact(name="FIN", email="finance@example.com"))
    assert names(orders) == ["Finance analytics"]


def test_names_that_nobody_has_here_stay_apart() -> None:
    assert names(owned_by(TOM, OwnerFact(name="tom"))) == ["Tom", "tom"]


def test_whom_a_person_takes_away_is_gone_under_every_name(as_steward: Client) -> None:
    UserFactory(username="tom")
    orders = owned_by(TOM, OwnerFact(name="tom"), OwnerFact(name="Lea"))
    as_steward.post(f"/assets/{orders.uuid}/edit/owners/", {"action": "save", "keep": ["Lea"], "add": ""})
    assert names(orders) == ["Lea"]
    owned_by(OwnerFact(name="Tom T", email="tom@example.com"))
    assert names(orders) == ["Lea"]


def test_a_persons_word_names_the_owner_first(steward: User) -> None:
    UserFactory(username="tom")
    orders = owned_by(TOM)
    annotate(lines=[Line(orders.pk, "", "owners", {"add": [{"name": "tom"}], "drop": []})], by=steward)
    assert list(AssetOwner.objects.filter(asset=orders).values_list("name", "because")) == [("tom", "set by stew")]


def test_who_comes_later_is_one_owner_too(administrator: User) -> None:
    orders = owned_by(TOM, OwnerFact(name="tom"))
    people.create_person(username="tom", role="viewer", email="tom@example.com", by=administrator)
    for delivery in deliveries.waiting():
        deliveries.deliver(delivery)
    owner = AssetOwner.objects.get(asset=orders)
    assert owner.user is not None and owner.user.username == "tom"
    before: Any = Asset.objects.values().get(pk=orders.pk)
    owned_by(OwnerFact(name="tom"))
    assert names(orders) == ["Tom"]
    assert Asset.objects.values().get(pk=orders.pk) == before
