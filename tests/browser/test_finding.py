"""Search with the keyboard and the mouse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from catalog.models import Source
from portal.accounts.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("keys", ["/", "Control+k"])
def test_a_key_opens_the_search_and_enter_leads_to_the_first_hit(
    visit: Callable[..., Any], ana: User, world: Source, keys: str
) -> None:
    page = visit(ana).go("/domains/")
    page.keyboard.press(keys)
    page.keyboard.type("chrages")
    expect(page.locator("#palette-hits [role=option]").first).to_contain_text("charges")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{page.url.split('/domains')[0].split('/datasets')[0]}/datasets/raw.charges/")


def test_escape_closes_the_search_and_gives_the_focus_back(visit: Callable[..., Any], ana: User, world: Source) -> None:
    page = visit(ana).go("/domains/")
    page.keyboard.press("/")
    expect(page.locator("#palette")).to_be_visible()
    page.keyboard.type("charges")
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()


def test_a_facet_narrows_the_results_and_stands_in_the_address(
    visit: Callable[..., Any], ana: User, world: Source
) -> None:
    page = visit(ana).go("/search/?q=revenue")
    page.get_by_role("link", name="Dashboards").first.click()
    page.wait_for_url("**kind=dashboard**")
    expect(page.locator("main")).to_contain_text("Revenue Overview")
    expect(page.locator("main")).not_to_contain_text("marts.revenue_by_day")


def test_p_peeks_at_the_schema_of_the_chosen_result(visit: Callable[..., Any], ana: User, world: Source) -> None:
    page = visit(ana).go("/search/?q=charges")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("p")
    expect(page.get_by_text("total_cents").first).to_be_visible()


def test_nothing_found_says_what_to_try(visit: Callable[..., Any], ana: User, world: Source) -> None:
    page = visit(ana).go("/search/?q=zzzzqqqq")
    assert "zzzzqqqq" in page.locator("main").inner_text()


def test_another_spelling_leads_from_nothing_to_what_was_meant(
    visit: Callable[..., Any], ana: User, world: Source
) -> None:
    page = visit(ana).go("/search/?q=charges+schema:rav")
    expect(page.locator("main")).to_contain_text("Did you mean")
    page.get_by_role("link", name="charges schema:raw").click()
    expect(page.locator("main")).to_contain_text("raw.charges")
