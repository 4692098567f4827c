"""The page of personal data and its neighbours, as a steward works with them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import expect

from catalog.facts import AssetFact, ColumnFact, Kind, Relation, SampleFact
from catalog.models import Asset, Source
from catalog.services.contracts import save_contract
from catalog.services.pii import Decision, decide
from portal.accounts.models import User
from tests.browser.axe import faulty
from tests.factories import SourceFactory, pour, table

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MAILS = [f"anna.{number}@mail.example" for number in range(50)]
CONTRACT = b"model: {name: raw.users, columns: [{name: email, type: text, tests: [not_null]}]}"


@pytest.fixture
def found(world: Source, stew: User) -> Asset:
    """Columns found by name and by values, one declared, a name that nobody describes, a contract."""
    columns = (
        ColumnFact(name="email", position=1, data_type="text"),
        ColumnFact(name="c7", position=2, data_type="text"),
        ColumnFact(name="phone", position=3, data_type="text", pii="phone", pii_reason="declared in dbt meta"),
        ColumnFact(name="mail_again", position=4, data_type="text", pii="phone", pii_reason="declared in dbt meta"),
    )
    users = replace(table("raw.users", key="users"), columns=columns)
    values = {"c7": MAILS, "mail_again": MAILS}
    named = AssetFact(
        key="named",
        kind=Kind.TABLE,
        title="usres",
        platform="postgres",
        relation=Relation(database="", schema="raw", identifier="usres"),
        mention=True,
    )
    pour(SourceFactory(slug="people", title="People"), [users, named, SampleFact(asset=users.key, values=values)])
    asset = Asset.objects.get(path="raw.users")
    save_contract(asset=asset, content=CONTRACT, by=stew)
    return asset


@pytest.mark.slow
def test_they_are_accessible_and_fit_their_window(visit: Callable[..., Any], stew: User, found: Asset) -> None:
    decide(decisions=[Decision(found.pk, "email", "name")], reason="of our testers", by=stew)
    stub = Asset.objects.get(stub=True)
    here = found.get_absolute_url()
    paths = [
        "/privacy/",
        "/privacy/?what=conflict",
        "/privacy/?what=decided",
        "/privacy/?schema=none",
        "/unmatched/",
        stub.get_absolute_url(),
    ]
    paths += [f"{here}?tab=contract", f"{here}?tab=activity", f"{here}?column=c7", "/contracts/"]
    assert faulty(visit(stew), paths) == {}


def test_a_steward_decides_and_is_told_what_is_not_theirs(visit: Callable[..., Any], stew: User, found: Asset) -> None:
    page = visit(stew).go("/privacy/")
    item = page.locator(".pii-item", has_text="c7")
    item.get_by_role("button", name="Accept").click()
    page.get_by_text("Decided on c7").first.wait_for()
    assert page.locator(".pii-item", has_text="c7").count() == 0
    assert page.locator("#pii-waiting").inner_text() == str(page.locator(".pii-item").count())
    for name in ("email", "mail_again"):
        page.get_by_label(f"Choose {name} of raw.users").check()
    page.locator("#bulk-class").select_option("none")
    page.get_by_role("button", name="Decide", exact=True).last.click()
    page.get_by_text("Left as it is: raw.users.mail_again").first.wait_for()
    assert page.locator(".pii-item").count() == 1


def test_a_field_that_was_made_larger_breaks_no_policy_when_it_is_swapped(
    visit: Callable[..., Any], stew: User, found: Asset
) -> None:
    """Browsers write the size of a field into its style; htmx would carry that over as an attribute."""
    page = visit(stew).go("/privacy/")
    page.evaluate("document.getElementById('bulk-reason').style.height = '4rem'")
    page.locator(".pii-item", has_text="c7").get_by_role("button", name="Accept").click()
    page.get_by_text("Decided on c7").first.wait_for()
    assert page.locator("#bulk-reason").get_attribute("style") is None


def test_a_decision_is_undone_where_it_was_made_and_the_sidebar_counts_along(
    visit: Callable[..., Any], stew: User, found: Asset
) -> None:
    page = visit(stew).go("/privacy/?sure=yes")
    number = page.locator("#count-rail-privacy")
    before = int(number.inner_text())
    page.locator(".pii-item", has_text="c7").get_by_role("button", name="Accept").click()
    expect(number).to_have_text(str(before - 1))
    page.locator("#queue .banner").get_by_role("button", name="Undo").click()
    expect(number).to_have_text(str(before))
    expect(page.locator(".pii-item", has_text="c7")).to_have_count(1)
    assert page.url.endswith("/privacy/?sure=yes")


def test_what_was_decided_is_decided_anew_or_left_to_the_sources(
    visit: Callable[..., Any], stew: User, found: Asset
) -> None:
    decide(decisions=[Decision(found.pk, "c7", "name")], reason="of our testers", by=stew)
    page = visit(stew).go("/privacy/")
    page.get_by_label("Kind").select_option("decided")
    item = page.locator(".pii-item", has_text="c7")
    expect(item).to_contain_text("of our testers")
    item.get_by_role("link", name="Decide anew").click()
    drawer = page.get_by_role("dialog")
    drawer.locator("summary", has_text="Decide anew").click()
    drawer.get_by_label("It is").select_option("none")
    drawer.get_by_role("button", name="Decide", exact=True).click()
    expect(item).to_contain_text("Not personal")
    page.keyboard.press("Escape")
    number = int(page.locator("#count-rail-privacy").inner_text())
    item.get_by_role("button", name="Leave to the sources").click()
    expect(item).to_have_count(0)
    expect(page.locator("#count-rail-privacy")).to_have_text(str(number + 1))
