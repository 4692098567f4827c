"""Editing one field in place: the page, the fragment, what is saved, what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from catalog.models import Annotation, Asset, AssetOwner, Edit, Suggestion
from catalog.services.curation import Line, annotate
from portal.accounts.models import User
from tests.factories import DomainFactory, TeamFactory, UserFactory

pytestmark = pytest.mark.django_db


def url(asset: Asset, field: str, column: str = "") -> str:
    return reverse("catalog:edit", args=[asset.uuid, field]) + (f"?column={column}" if column else "")


def said(asset: Asset, field: str, column: str = "") -> Any:
    return Annotation.objects.filter(asset=asset, field=field, column=column).values_list("value", flat=True).first()


def save(client: Client, asset: Asset, field: str, column: str = "", **data: Any) -> Any:
    return client.post(url(asset, field, column), {"action": "save", **data})


def test_a_stewards_description_is_shown_beside_what_the_source_says(as_steward: Client, orders: Asset) -> None:
    assert save(as_steward, orders, "description", text="*ours*").status_code == 302
    page = as_steward.get(orders.get_absolute_url()).content.decode()
    assert "<em>ours</em>" in page
    assert "Written by stew" in page
    assert "Shop dbt says: <q>from dbt</q>" in page
    assert "Use what Shop dbt says" in page


def test_the_toast_has_an_undo_that_works(as_steward: Client, orders: Asset) -> None:
    page = as_steward.post(url(orders, "description"), {"action": "save", "text": "ours"}, follow=True)
    undo = reverse("catalog:undo_edit", args=[Edit.objects.get().uuid])
    assert f'action="{undo}"' in page.content.decode()
    as_steward.post(undo)
    orders.refresh_from_db()
    assert orders.description == "from dbt"


def test_the_word_is_taken_back_with_one_button(as_steward: Client, orders: Asset) -> None:
    save(as_steward, orders, "description", text="ours")
    as_steward.post(url(orders, "description"), {"action": "restore"})
    orders.refresh_from_db()
    assert orders.description == "from dbt"
    assert said(orders, "description") is None


def test_what_the_source_says_anyway_is_no_word(as_steward: Client, orders: Asset) -> None:
    save(as_steward, orders, "description", text=" from dbt\r\n")
    assert said(orders, "description") is None


def test_a_preview_saves_nothing(as_steward: Client, orders: Asset) -> None:
    page = as_steward.post(url(orders, "description"), {"action": "preview", "text": "**bold**"})
    assert "<strong>bold</strong>" in page.content.decode()
    assert not Edit.objects.exists()


def test_a_column_is_described_and_the_side_panel_drawn_anew(as_steward: Client, orders: Asset) -> None:
    data = {"action": "save", "text": "where we write"}
    answer = as_steward.post(url(orders, "description", "email"), data, headers={"HX-Request": "true"})
    assert answer["HX-Retarget"] == "#drawer-body"
    assert "where we write" in answer.content.decode()
    assert said(orders, "description", "email") == "where we write"


def test_tags_are_ticked_off_and_added(as_steward: Client, orders: Asset) -> None:
    save(as_steward, orders, "tags", keep=[], add="ours, mine")
    orders.refresh_from_db()
    assert orders.tags == ["ours", "mine"]
    assert said(orders, "tags") == {"add": ["ours", "mine"], "drop": ["gold"]}


def test_people_and_teams_become_owners(as_steward: Client, orders: Asset, viewer: User) -> None:
    TeamFactory(slug="finance", name="Finance")
    save(as_steward, orders, "owners", add="vera")
    save(as_steward, orders, "owners", keep=["vera"], add="Finance")
    owners = AssetOwner.objects.filter(asset=orders).order_by("name")
    assert [(row.name, row.user, row.because) for row in owners] == [
        ("finance", None, "set by stew"),
        ("vera", viewer, "set by stew"),
    ]


def test_who_is_nobody_owns_nothing(as_steward: Client, orders: Asset) -> None:
    answer = save(as_steward, orders, "owners", add="nobody")
    assert answer.status_code == 422
    assert "There is no person or team" in answer.content.decode()


def test_a_deprecation_names_its_successor_by_its_path(as_steward: Client, orders: Asset) -> None:
    save(as_steward, orders, "deprecation", date="2026-12-31", successor="marts.revenue", reason="moved")
    orders.refresh_from_db()
    assert (str(orders.successor), orders.deprecation_note) == ("marts.revenue", "moved")
    assert "marts.revenue" in as_steward.get(orders.get_absolute_url()).content.decode()


def test_a_successor_goes_by_its_last_name_and_what_is_near_is_offered(as_steward: Client, orders: Asset) -> None:
    refused = save(as_steward, orders, "deprecation", date="2026-12-31", successor="marts.revenu")
    assert "Did you mean marts.revenue?" in refused.content.decode()
    save(as_steward, orders, "deprecation", date="2026-12-31", successor="revenue")
    orders.refresh_from_db()
    assert str(orders.successor) == "marts.revenue"


@pytest.mark.parametrize("name", ["marts.nothing", "marts.\0", "x" * 2000, "marts.orders"])
def test_a_successor_that_cannot_be_is_refused(as_steward: Client, orders: Asset, name: str) -> None:
    assert save(as_steward, orders, "deprecation", date="2026-12-31", successor=name).status_code == 422


def test_certified_with_what_was_checked(as_steward: Client, orders: Asset) -> None:
    save(as_steward, orders, "certified", reason="reconciled")
    assert "Certified" in as_steward.get(orders.get_absolute_url()).content.decode()
    as_steward.post(url(orders, "certified"), {"action": "restore"})
    orders.refresh_from_db()
    assert orders.certified_at is None


def test_a_domain_is_chosen_among_the_visible_ones(as_steward: Client, orders: Asset) -> None:
    DomainFactory(slug="finance")
    DomainFactory(slug="secret", restricted=True)
    assert save(as_steward, orders, "domain", domain="secret").status_code == 422
    save(as_steward, orders, "domain", domain="finance")
    orders.refresh_from_db()
    assert orders.domain is not None
    assert orders.domain.slug == "finance"


def test_who_may_not_edit_suggests_with_the_same_form(as_viewer: Client, orders: Asset) -> None:
    assert "Suggest" in as_viewer.get(url(orders, "description")).content.decode()
    save(as_viewer, orders, "description", text="mine", note="it is wrong")
    made = Suggestion.objects.get()
    assert (made.value, made.note, Edit.objects.count()) == ("mine", "it is wrong", 0)


def test_viewers_take_nothing_back(as_viewer: Client, orders: Asset, steward: User) -> None:
    annotate(lines=[Line(orders.pk, "", "description", "ours")], by=steward)
    assert as_viewer.post(url(orders, "description"), {"action": "restore"}).status_code == 403


@pytest.mark.parametrize(
    ("field", "column"),
    [("nothing", ""), ("pii", ""), ("owners", "email"), ("description", "nope"), ("description", "a%00b")],
)
def test_fields_and_columns_that_are_not_there(as_steward: Client, orders: Asset, field: str, column: str) -> None:
    assert as_steward.get(url(orders, field, column)).status_code == 404


def test_what_is_hidden_has_no_form(as_steward: Client, orders: Asset) -> None:
    Asset.objects.update(domain=DomainFactory(restricted=True))
    assert as_steward.get(url(orders, "description")).status_code == 404
    assert save(as_steward, orders, "description", text="x").status_code == 404


@pytest.mark.parametrize("text", ["a\0b", "x" * 20_001, "<script>alert(1)</script>", "ﷺ" * 5000])
def test_odd_texts_are_kept_or_refused_but_never_break(as_steward: Client, orders: Asset, text: str) -> None:
    assert save(as_steward, orders, "description", text=text).status_code in {302, 422}
    page = as_steward.get(orders.get_absolute_url())
    assert page.status_code == 200
    assert b"<script>alert" not in page.content


def test_the_activity_tab_has_who_and_undo(as_steward: Client, as_viewer: Client, orders: Asset) -> None:
    save(as_steward, orders, "description", text="ours")
    undo = reverse("catalog:undo_edit", args=[Edit.objects.get().uuid])
    tab = f"{orders.get_absolute_url()}?tab=activity"
    assert undo in as_steward.get(tab).content.decode()
    page = as_viewer.get(tab).content.decode()
    assert "by stew" in page
    assert undo not in page
    assert as_viewer.post(undo).status_code == 403


def test_edits_are_listed_without_what_the_reader_does_not_see(
    as_steward: Client, as_viewer: Client, orders: Asset, steward: User
) -> None:
    hidden = Asset.objects.get(path="marts.revenue")
    lines = [Line(row.pk, "", "tier", "1") for row in (orders, hidden)]
    edit = annotate(lines=lines, by=steward)
    assert edit is not None
    Asset.objects.filter(pk=hidden.pk).update(domain=DomainFactory(restricted=True))
    page = as_viewer.get(reverse("catalog:edits")).content.decode()
    assert "marts.orders" in page.replace("<wbr>", "")
    one = as_viewer.get(reverse("catalog:edit_page", args=[edit.uuid])).content.decode()
    assert "revenue" not in one
    Asset.objects.filter(pk=orders.pk).update(domain=hidden.domain_id or DomainFactory(restricted=True))
    assert as_viewer.get(reverse("catalog:edit_page", args=[edit.uuid])).status_code == 404


def test_choices_while_typing(as_viewer: Client, orders: Asset) -> None:
    UserFactory(username="zoe", first_name="Zoe", last_name="Quist")
    assert b'value="zoe"' in as_viewer.get(reverse("catalog:choices", args=["people"]), {"add": "quis"}).content
    assert b'value="gold"' in as_viewer.get(reverse("catalog:choices", args=["tags"]), {"add": "go"}).content
    assets = as_viewer.get(reverse("catalog:choices", args=["assets"]), {"successor": "reven"}).content
    assert b'value="marts.revenue"' in assets
    assert as_viewer.get(reverse("catalog:choices", args=["secrets"])).status_code == 404
