"""The dataset page in a browser."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import expect

from catalog.facts import ColumnFact
from catalog.models import Asset, Source
from catalog.services.contracts import save_contract
from portal.accounts.models import User
from tests.factories import SourceFactory, pour, table

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_column_opens_in_a_drawer_and_escape_closes_it(visit: Callable[..., Any], ana: User, world: Source) -> None:
    page = visit(ana).go("/datasets/raw.charges/")
    page.get_by_role("link", name="email").first.click()
    drawer = page.get_by_role("dialog")
    expect(drawer).to_contain_text("Declared in dbt meta")
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()


def test_the_filter_leaves_the_columns_that_match(visit: Callable[..., Any], ana: User, world: Source) -> None:
    page = visit(ana).go("/datasets/raw.charges/")
    page.get_by_placeholder("Filter columns").fill("total")
    expect(page.get_by_role("link", name="email")).to_have_count(0)
    expect(page.get_by_role("link", name="total_cents").first).to_be_visible()


def test_tabs_change_without_loading_the_page_and_stand_in_the_address(
    visit: Callable[..., Any], ana: User, world: Source
) -> None:
    page = visit(ana).go("/datasets/staging.stg_payments/")
    page.evaluate("window.kept = true")
    page.locator("main").get_by_role("link", name="Lineage").first.click()
    page.wait_for_url("**tab=lineage**")
    expect(page.locator("main")).to_contain_text("marts.revenue_by_day")
    assert page.evaluate("window.kept") is True
    page.go_back()
    expect(page.get_by_placeholder("Filter columns")).to_be_visible()


def test_a_failing_check_is_told_in_words(visit: Callable[..., Any], ana: User, world: Source) -> None:
    page = visit(ana).go("/datasets/raw.charges/?tab=quality")
    expect(page.locator("main")).to_contain_text("3 twice")
    expect(page.locator("main")).to_contain_text("failed")


def test_the_theme_is_kept_over_pages(visit: Callable[..., Any], ana: User, world: Source) -> None:
    visitor = visit(ana, color_scheme="light")
    visitor.go("/").evaluate("localStorage.setItem('theme', 'dark')")
    page = visitor.go("/domains/")
    assert page.locator("html").get_attribute("data-bs-theme") == "dark"


def test_a_broken_promise_is_seen_on_the_page_and_in_the_columns_drawer(
    visit: Callable[..., Any], ana: User, world: Source, steward: User
) -> None:
    warehouse = replace(
        table("raw.charges", key="db.raw.charges", materialized="", columns_known=True, first_hand=True),
        columns=(ColumnFact(name="total_cents", position=1, data_type="text", observed=True),),
    )
    text = "model: {name: charges, columns: [{name: total_cents, type: integer}]}"
    pour(SourceFactory(title="Lake"), [warehouse])
    save_contract(asset=Asset.objects.get(path="raw.charges"), content=text.encode(), by=steward)
    page = visit(ana).go("/datasets/raw.charges/")
    expect(page.locator("main")).to_contain_text("Contract broken")
    page.get_by_role("link", name="total_cents").first.click()
    expect(page.get_by_role("dialog")).to_contain_text("It is text.")
