"""The results page: chips, help, what was searched besides, peek."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest
from django.test import Client

from catalog.models import Asset
from portal.accounts.models import User
from tests.search.world import ask, paths, term

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shop")]


def shown(client: Client, path: str) -> str:
    return client.get(path).content.decode().replace("<wbr>", "")


def test_the_box_holds_the_whole_search(as_viewer: Client) -> None:
    html = shown(as_viewer, "/search/?q=revenue&schema=marts&kind=table")
    assert 'value="revenue schema:marts kind:table"' in html or 'value="revenue kind:table schema:marts"' in html


def test_words_are_marked_in_names_prose_and_columns(as_viewer: Client) -> None:
    html = shown(as_viewer, "/search/?q=payment")
    assert "<mark>Payments</mark> of stripe" in html
    assert "stg_<mark>payment</mark>s" in html
    assert "<mark>payment</mark>_id" in html


def test_hints_and_the_glossary_are_told(as_viewer: Client, steward: User) -> None:
    term("Revenue", steward, synonyms=["takings"])
    html = shown(as_viewer, "/search/?q=takings+colour:red")
    assert "no filter “colour”" in html
    assert "Also searched for" in html


@pytest.mark.parametrize(("text", "told"), [("orders OR revenue", "OR is"), ("NOT orders", "NOT is")])
def test_operators_of_other_searches_are_told_to_be_words(as_viewer: Client, text: str, told: str) -> None:
    hint = f"{told} not understood"
    assert hint in shown(as_viewer, f"/search/?q={text}")
    assert hint not in shown(as_viewer, f"/search/?q={text.lower()}")
    assert hint not in shown(as_viewer, f'/search/?q="{text}"')


def test_a_peek_stays_in_the_address(as_viewer: Client) -> None:
    orders = Asset.objects.get(path="raw.orders")
    html = shown(as_viewer, f"/search/?q=orders&peek={orders.uuid}")
    assert 'hx-trigger="click, load"' in html
    assert "load" not in shown(as_viewer, "/search/?q=orders").split('id="results"')[1].split("</ol>")[0]
    assert shown(as_viewer, "/search/?q=orders&peek=nonsense")


def test_a_peek_marks_the_columns_that_match(as_viewer: Client) -> None:
    orders = Asset.objects.get(path="raw.orders")
    assert "<mark>customer</mark>_id" in shown(as_viewer, f"/search/peek/{orders.uuid}/?q=customer")
    assert "<mark>" not in shown(as_viewer, f"/search/peek/{orders.uuid}/")


def test_what_is_written_is_escaped(as_viewer: Client) -> None:
    html = shown(as_viewer, '/search/?q="><script>alert(1)</script> owner:"><b>" colour:<i>')
    assert "<script>alert" not in html
    assert "<b>" not in html.replace("<br>", "")
    assert "<i>" not in html


def test_examples_of_how_to_search_find_something(viewer: User, as_viewer: Client) -> None:
    page = as_viewer.get("/search/").content.decode()
    linked = re.findall(r'<dt><a href="/search/\?q=([^"]+)">', page)
    assert "schema%3Amarts" in linked
    assert "tier%3Agold" in linked
    for text in map(unquote, linked):
        assert paths(viewer, text), text


def test_a_name_that_is_written_out_needs_no_other_names(viewer: User, steward: User) -> None:
    term("Revenue Overview", steward, synonyms=["takings"])
    assert ask(viewer, "revenue overview").also == ()
    term("Country", steward, synonyms=["land"])
    assert list(ask(viewer, "country").also) == ["land"]


def test_a_peek_calls_personal_data_by_its_word(as_viewer: Client) -> None:
    customers = Asset.objects.get(path="raw.customers")
    assert "E-mail address" in as_viewer.get(f"/search/peek/{customers.uuid}/").content.decode()


def test_a_class_of_personal_data_is_called_as_everywhere_and_asked_for_by_its_key(as_viewer: Client) -> None:
    html = shown(as_viewer, "/search/")
    assert 'href="?pii=email"' in html
    assert '<span class="facet-label">E-mail address</span>' in html
    chosen = shown(as_viewer, "/search/?q=-pii:phone&pii=EMAIL")
    assert '<span class="chip-name">Personal data</span> E-mail address' in chosen
    assert 'not <span class="chip-name">Personal data</span> Phone number' in chosen, "nothing here has one"
    assert '<span class="facet-label">E-mail address</span>' in chosen
