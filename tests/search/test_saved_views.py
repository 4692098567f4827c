"""Saved views: kept, opened, renamed, shared, deleted, each by who may."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client

from catalog.models import SavedView
from catalog.queries import saved_views
from portal.accounts.models import User
from portal.kernel.models import Event

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shop")]


def kept(client: Client, name: str = "Gold", query: str = "q=revenue&schema=marts", **more: str) -> SavedView:
    client.post("/views/", {"name": name, "query": query, **more})
    return SavedView.objects.get(name=name)


def test_a_search_is_kept_and_opened_by_its_address(as_viewer: Client) -> None:
    view = kept(as_viewer, query="?q=revenue+schema:marts&page=3")
    assert view.query == "?q=revenue&schema=marts"
    response = as_viewer.get(f"/search/?view={view.uuid}")
    assert response.context["results"].total == 2
    assert "Gold" in response.content.decode()


def test_a_view_may_be_sorted_and_turned(as_viewer: Client) -> None:
    view = kept(as_viewer)
    asked = as_viewer.get(f"/search/?view={view.uuid}&sort=name&page=2").context["asked"]
    assert (asked.sort, asked.page, asked.text) == ("name", 2, "revenue")


def test_the_same_name_again_is_the_same_view(as_viewer: Client) -> None:
    kept(as_viewer)
    assert kept(as_viewer, query="q=orders").query == "?q=orders"
    assert SavedView.objects.count() == 1


@pytest.mark.parametrize("name", ["", "  ", "x" * 101, "\0"])
def test_a_name_that_cannot_be_is_refused(as_viewer: Client, name: str) -> None:
    response = as_viewer.post("/views/", {"name": name, "query": "q=a\r\nX: y"}, follow=True)
    assert response.status_code == 200
    assert not SavedView.objects.exists()


def test_nobody_sees_or_opens_what_another_keeps(as_viewer: Client, as_steward: Client, steward: User) -> None:
    view = kept(as_viewer)
    assert saved_views.listed(steward) == []
    assert as_steward.get(f"/search/?view={view.uuid}").status_code == 404
    assert as_steward.post(f"/views/{view.uuid}/delete/").status_code == 404
    assert as_steward.get(f"/search/?view={uuid.uuid4()}").status_code == 404
    assert as_steward.get("/search/?view=x").status_code == 404


def test_a_shared_view_is_there_for_everybody_and_changed_by_its_owner(
    as_viewer: Client, as_steward: Client, as_administrator: Client, steward: User
) -> None:
    view = kept(as_viewer, shared="on")
    assert [(entry.view, entry.own) for entry in saved_views.listed(steward)] == [(view, False)]
    assert as_steward.get(f"/search/?view={view.uuid}").status_code == 200
    assert as_steward.post(f"/views/{view.uuid}/", {"name": "Mine"}).status_code == 403
    assert as_steward.post(f"/views/{view.uuid}/delete/").status_code == 403
    assert as_administrator.post(f"/views/{view.uuid}/delete/").status_code == 302
    assert not SavedView.objects.exists()


def test_sharing_and_taking_back_are_on_record(as_viewer: Client) -> None:
    view = kept(as_viewer)
    assert not Event.objects.filter(name="catalog.ViewShared").exists()
    as_viewer.post(f"/views/{view.uuid}/", {"name": "For all", "shared": "on"})
    as_viewer.post(f"/views/{view.uuid}/", {"name": "For all"})
    events = Event.objects.filter(name="catalog.ViewShared").order_by("id")
    assert [event.payload["shared"] for event in events] == [True, False]


def test_a_name_that_another_view_has_is_refused(as_viewer: Client) -> None:
    kept(as_viewer)
    other = kept(as_viewer, name="Other")
    response = as_viewer.post(f"/views/{other.uuid}/", {"name": "Gold"}, follow=True)
    assert "already" in response.content.decode()
    assert SavedView.objects.get(pk=other.pk).name == "Other"


def test_the_list_and_the_search_page_name_the_views(as_viewer: Client) -> None:
    kept(as_viewer)
    for path in ("/views/", "/search/", "/search/?q=orders"):
        assert "Gold" in as_viewer.get(path).content.decode()
