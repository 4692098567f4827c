"""Names of owners for many assets at once."""

from __future__ import annotations

import pytest

from catalog.models import Asset, AssetOwner
from catalog.queries.owners import owners_of
from portal.accounts.models import Team, User
from tests.factories import SourceFactory, pour, table

pytestmark = pytest.mark.django_db


@pytest.fixture
def asset() -> Asset:
    pour(SourceFactory(), [table("marts.orders")])
    return Asset.objects.get()


@pytest.fixture
def ana() -> User:
    return User.objects.create(username="ana", first_name="Ana", last_name="Ruiz")


def test_owners_are_called_as_each_of_them_is_on_a_page(asset: Asset, ana: User) -> None:
    AssetOwner.objects.create(asset=asset, name="ana@example.com", user=ana)
    AssetOwner.objects.create(asset=asset, name="bo@example.com", user=User.objects.create(username="bo"))
    AssetOwner.objects.create(asset=asset, name="cy", user=User.objects.create(username="cy", last_name="Young"))
    AssetOwner.objects.create(asset=asset, name="d", team=Team.objects.create(name="Data", slug="d"), is_team=True)
    AssetOwner.objects.create(asset=asset, name="someone")
    rows = AssetOwner.objects.order_by("-is_team", "name")
    assert owners_of([asset.pk]) == {asset.pk: [owner.called for owner in rows]}


def test_somebody_by_two_names_is_told_once(asset: Asset, ana: User) -> None:
    AssetOwner.objects.create(asset=asset, name="ana", user=ana)
    AssetOwner.objects.create(asset=asset, name="ana@example.com", user=ana)
    assert owners_of([asset.pk]) == {asset.pk: ["Ana Ruiz"]}
