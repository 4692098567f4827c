"""Stewardship in a browser: writing in place, undoing, suggesting, following; and its pages under axe."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from catalog.models import Asset, Source, Visit
from catalog.services import glossary, suggestions
from catalog.services.curation import Line, annotate
from catalog.services.glossary import Wording
from portal.accounts.models import User
from tests.browser.axe import faulty
from tests.factories import SourceFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Visit_ = Callable[..., Any]
PAGE = "/datasets/raw.charges/"


def test_a_description_is_written_in_place_and_undone(visit: Visit_, stew: User, world: Source) -> None:
    page = visit(stew).go(PAGE)
    page.get_by_role("link", name="Edit the description").click()
    page.get_by_label("Text").fill("Every charge, **once**.")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator(".edit-preview strong")).to_have_text("once")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#about")).to_contain_text("Every charge, once.")
    expect(page.locator("#about")).to_contain_text("Shop says")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#about")).to_contain_text("What is in charges.")


def test_a_bulk_edit_offers_what_its_operation_takes(visit: Visit_, stew: User, world: Source) -> None:
    page = visit(stew).go("/bulk/?q=charges")
    page.get_by_label("Do").select_option("owners:add")
    page.get_by_label("What").fill("ste")
    expect(page.locator("#bulk-choices option[value=stew]")).to_have_count(1)
    page.get_by_label("Do").select_option("certified:set")
    expect(page.locator("#bulk-choices option")).to_have_count(0)


def test_a_bulk_edit_asks_for_what_its_operation_takes_alone(visit: Visit_, stew: User, world: Source) -> None:
    page = visit(stew).go("/bulk/?q=charges")
    do, what, day = (page.get_by_label(label) for label in ("Do", "What", "From"))
    expect(what).to_be_visible()
    expect(day).to_be_hidden()
    what.fill("core")
    do.select_option("deprecation:set")
    expect(day).to_be_visible()
    do.select_option("tags:restore")
    expect(what).to_be_hidden()
    page.get_by_role("button", name="See before and after").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tags: leave to the sources")


def test_crontab_is_asked_for_where_it_is_chosen_and_a_schedule_can_pause(visit: Visit_, stew: User) -> None:
    source = SourceFactory(slug="wh", kind="postgres", schedule="30 5 * * *")
    page = visit(stew).go("/sources/wh/")
    own = page.get_by_label("Its own schedule")
    expect(own).to_be_hidden()
    page.get_by_label("Read it").select_option("custom")
    own.fill("0 */6 * * mon")
    page.get_by_role("button", name="Set schedule").click()
    expect(page.locator(".facts code")).to_have_text("0 */6 * * mon")
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Go on")).to_be_visible()
    source.refresh_from_db()
    assert source.paused


def test_cancel_leaves_everything(visit: Visit_, stew: User, world: Source) -> None:
    page = visit(stew).go(PAGE)
    page.get_by_role("link", name="Edit the owners").click()
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator("#edit-slot form")).to_have_count(0)


def test_a_column_is_written_in_the_side_panel_which_stays_open(visit: Visit_, stew: User, world: Source) -> None:
    page = visit(stew).go(PAGE)
    page.get_by_role("link", name="email").first.click()
    drawer = page.get_by_role("dialog")
    drawer.get_by_role("link", name="Edit the description").click()
    drawer.get_by_label("Text").fill("Where the receipt goes.")
    drawer.get_by_role("button", name="Save").click()
    expect(drawer).to_contain_text("Written by stew")
    expect(page.locator("#columns-table")).to_contain_text("Where the receipt goes.")


def test_a_viewer_suggests_and_a_steward_accepts(visit: Visit_, ana: User, stew: User, world: Source) -> None:
    Asset.objects.get(path="raw.charges").owners.all().delete()
    page = visit(ana).go(PAGE)
    page.get_by_role("link", name="Suggest the description").click()
    page.get_by_label("Text").fill("Charges of Stripe.")
    page.get_by_role("button", name="Suggest").click()
    expect(page.locator("#messages")).to_contain_text("Suggested")
    inbox = visit(stew).go("/suggestions/")
    inbox.get_by_role("button", name="Accept").click()
    expect(inbox.locator("#messages")).to_contain_text("Accepted")
    expect(visit(ana).go(PAGE).locator("#about")).to_contain_text("Charges of Stripe.")


def test_following_and_being_seen(visit: Visit_, ana: User, world: Source) -> None:
    page = visit(ana).go(PAGE)
    page.get_by_role("button", name="Follow").click()
    expect(page.get_by_role("button", name="Following")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert Visit.objects.filter(user=ana).count() == 1


def test_forms_work_without_any_script(visit: Visit_, stew: User, world: Source) -> None:
    page = visit(stew, java_script_enabled=False).go(PAGE)
    page.get_by_role("link", name="Tag", exact=True).click()
    page.get_by_label("Add").fill("core")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#about")).to_contain_text("core")


@pytest.mark.slow
def test_its_pages_are_accessible_and_fit(visit: Visit_, stew: User, ana: User, world: Source) -> None:
    asset = Asset.objects.get(path="marts.revenue_by_day")
    term = glossary.save_term(wording=Wording("Revenue", "What is **paid**.", ["sales"]), by=stew)
    glossary.save_term(wording=Wording("Net revenue", relations=[("broader", term.slug)]), by=stew)
    edit = annotate(lines=[Line(asset.pk, "", "terms", {"add": [term.slug]})], by=stew)
    assert edit is not None
    annotate(lines=[Line(asset.pk, "", "description", "ours"), Line(asset.pk, "", "certified", {"note": ""})], by=stew)
    suggestions.suggest(line=Line(asset.pk, "", "description", "mine"), note="why", by=ana)
    paths = [asset.get_absolute_url(), f"/edits/{edit.uuid}/", "/edits/", "/suggestions/", "/owners/", "/import/"]
    paths += ["/glossary/", term.get_absolute_url(), "/glossary/new/", "/glossary/import/", "/bulk/?schema=raw"]
    paths += [f"/assets/{asset.uuid}/edit/{field}/" for field in ("description", "owners", "deprecation")]
    paths += [f"/assets/{asset.uuid}/announce/"]
    assert faulty(visit(stew), paths) == {}
