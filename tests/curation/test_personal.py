"""Follow, favourites, visits and announcements."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from catalog.models import Announcement, Asset, Favourite, Follow, Visit
from catalog.queries import announcements as told
from catalog.services import announcements, personal
from portal.accounts.models import User
from tests.factories import DomainFactory

pytestmark = pytest.mark.django_db


def act(client: Client, what: str, asset: Asset, on: str = "1", **headers: str) -> int:
    return client.post(reverse(f"catalog:{what}", args=[asset.uuid]), {"on": on}, headers=headers).status_code


def test_following_and_liking_twice_is_once_and_can_be_ended(as_viewer: Client, orders: Asset) -> None:
    for what, model in (("follow", Follow), ("favour", Favourite)):
        assert [act(as_viewer, what, orders) for _ in range(2)] == [302, 302]
        assert model.objects.count() == 1
        act(as_viewer, what, orders, "0")
        assert not model.objects.exists()


def test_by_htmx_the_buttons_come_back(as_viewer: Client, orders: Asset) -> None:
    answer = as_viewer.post(reverse("catalog:follow", args=[orders.uuid]), {"on": "1"}, headers={"HX-Request": "true"})
    assert "Following" in answer.content.decode()


def test_a_page_that_is_read_is_remembered_at_most_once_a_minute(as_viewer: Client, orders: Asset) -> None:
    assert act(as_viewer, "visit", orders) == 204
    first = Visit.objects.get().at
    act(as_viewer, "visit", orders)
    assert Visit.objects.get().at == first
    Visit.objects.update(at=first - timedelta(minutes=2))
    act(as_viewer, "visit", orders)
    assert Visit.objects.get().at > first


def test_old_visits_are_forgotten(orders: Asset, viewer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(personal, "KEPT", 2)
    for number, asset in enumerate(Asset.objects.order_by("pk")):
        personal.visit(asset=asset, by=viewer)
        Visit.objects.filter(asset=asset).update(at=timezone.now() - timedelta(hours=5 - number))
    personal.visit(asset=orders, by=viewer)
    assert Visit.objects.count() == 2


def test_home_has_what_was_seen_liked_and_followed(as_viewer: Client, orders: Asset) -> None:
    for what in ("visit", "favour"):
        act(as_viewer, what, orders)
    page = as_viewer.get("/").content.decode()
    assert "Seen lately" in page
    assert "Favourites" in page


@pytest.mark.parametrize("what", ["follow", "favour", "visit"])
def test_the_hidden_is_not_there(as_viewer: Client, orders: Asset, what: str) -> None:
    Asset.objects.update(domain=DomainFactory(restricted=True))
    assert act(as_viewer, what, orders) == 404


def announced(asset: Asset, by: User, **changes: object) -> Announcement:
    values = {"title": "Moves to Snowflake", "begins_at": timezone.now(), "ends_at": None} | changes
    return announcements.announce(asset=asset, by=by, **values)  # type: ignore[arg-type]


def test_an_announcement_stands_on_the_page_and_on_followers_home(
    as_viewer: Client, orders: Asset, steward: User, viewer: User
) -> None:
    announced(orders, steward)
    assert "Moves to Snowflake" in as_viewer.get(orders.get_absolute_url()).content.decode()
    assert "Moves to Snowflake" not in as_viewer.get("/").content.decode()
    personal.follow(asset=orders, on=True, by=viewer)
    assert "Moves to Snowflake" in as_viewer.get("/").content.decode()


def test_it_ends_by_itself_or_by_being_withdrawn(as_steward: Client, orders: Asset, steward: User) -> None:
    now = timezone.now()
    announced(orders, steward, title="over", begins_at=now - timedelta(days=2), ends_at=now - timedelta(days=1))
    made = announced(orders, steward)
    assert [row.title for row in told.of_asset(orders)] == ["Moves to Snowflake"]
    as_steward.post(reverse("catalog:withdraw_announcement", args=[made.uuid]))
    assert told.of_asset(orders) == []


def test_only_stewards_and_owners_announce(as_viewer: Client, orders: Asset, viewer: User) -> None:
    assert as_viewer.get(reverse("catalog:announce", args=[orders.uuid])).status_code == 403
    with pytest.raises(PermissionDenied):
        announced(orders, viewer)


def test_what_would_end_before_it_begins_is_refused(as_steward: Client, orders: Asset, steward: User) -> None:
    with pytest.raises(ValidationError, match="before it begins"):
        announced(orders, steward, ends_at=timezone.now() - timedelta(days=1))
    data = {"title": "x", "begins": "2026-12-02", "ends": "2026-12-01"}
    assert as_steward.post(reverse("catalog:announce", args=[orders.uuid]), data).status_code == 422
    data |= {"ends": "2026-12-02"}
    assert as_steward.post(reverse("catalog:announce", args=[orders.uuid]), data).status_code == 302
