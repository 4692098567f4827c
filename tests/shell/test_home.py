"""What is yours on the home page: the most used of it, and the way to the rest."""

from __future__ import annotations

import pytest
from django.test import Client

from catalog.models import Asset
from portal.accounts.models import User
from portal.shell import front
from tests.catalog.facts import owned
from tests.factories import SourceFactory, pour, table

pytestmark = pytest.mark.django_db
REST = '<a href="/search/?q=owner:me">All that is yours</a>'


def mine(viewer: User, count: int) -> None:
    who = owned(viewer.username, viewer.email)
    pour(SourceFactory(), [table(f"marts.t{at}", owners=who) for at in range(count)])


def test_all_of_it_where_there_is_room(viewer: User, as_viewer: Client) -> None:
    mine(viewer, front.MINE)
    assert len(front.page(viewer).mine) == front.MINE
    assert REST not in as_viewer.get("/").content.decode()


def test_the_most_used_of_it_and_the_way_to_the_rest(viewer: User, as_viewer: Client) -> None:
    mine(viewer, front.MINE + 1)
    Asset.objects.filter(path="marts.t8").update(popularity=5)
    names = [one.asset.path for one in front.page(viewer).mine]
    assert names == ["marts.t8", *(f"marts.t{at}" for at in range(front.MINE - 1))]
    assert REST in as_viewer.get("/").content.decode()
