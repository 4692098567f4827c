"""What is hit, how an edge is known, what is known at all, and jobs with their runs, in a browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from catalog.facts import EdgeFact
from catalog.models import Asset, Source
from lineage.models import Edge, QueuedEvent
from portal.accounts.models import User
from tests.browser.axe import faulty
from tests.factories import pour
from tests.lineage.openlineage.events import columns, dataset, run_event, send
from tests.lineage.test_reading import RAW, STG, made

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
IMPACT = "/lineage/impact/?asset=raw.charges&column=amount"


def evidence(upstream: str = "staging.payments", downstream: str = "marts.revenue") -> str:
    return reverse(
        "lineage:evidence", args=[Edge.objects.open().get(upstream__path=upstream, downstream__path=downstream).uuid]
    )


@pytest.fixture
def job(river: Source, stew: User) -> Asset:
    """Two runs, the last one failed; and an event that could not be understood."""
    error = {"errorMessage": {"message": "disk is full", "programmingLanguage": "SQL", "stackTrace": "at 1\nat 2"}}
    rich = dataset("db.marts.rich", columnLineage=columns(("db.raw.charges", "amount", "total", "AGGREGATION")))
    send(
        stew,
        run_event("START", at="2026-01-01T00:00:00Z", run="one"),
        run_event("COMPLETE", at="2026-01-01T00:10:00Z", run="one", inputs=["db.raw.charges"], outputs=[rich]),
        run_event("START", at="2026-01-02T00:00:00Z", run="two"),
        run_event("FAIL", at="2026-01-02T00:01:00Z", run="two", facets=error),
    )
    QueuedEvent.objects.create(digest="d", body=b'{"a": 1}', by=stew, error="It has no job", failed_at=timezone.now())
    return Asset.objects.get(kind="job")


@pytest.fixture
def unread(river: Source) -> None:
    """SQL that cannot be read."""
    pour(river, [RAW, STG, made("stg.bad", "select ((((( from where"), EdgeFact(upstream="stg.bad", downstream="told")])


@pytest.mark.slow
def test_pages_are_accessible_and_fit_their_window(
    visit: Callable[..., Any], stew: User, job: Asset, unread: None
) -> None:
    here = job.get_absolute_url()
    edge = evidence()
    paths = ["/lineage/", "/lineage/impact/", IMPACT, "/lineage/impact/?asset=marts.revenue&direction=up&group=owner"]
    paths += ["/lineage/coverage/", edge, f"{edge}correct/", "/lineage/edges/add/", "/lineage/events/"]
    paths += [here, f"{here}?tab=runs", f"{here}?tab=runs&run=two", f"{here}?tab=lineage"]
    assert faulty(visit(stew), paths) == {}


def test_what_is_hit_is_asked_in_a_sentence(visit: Callable[..., Any], ana: User, river: Source) -> None:
    page = visit(ana).go("/lineage/impact/")
    expect(page.get_by_text("What if?", exact=True)).to_be_visible()
    page.get_by_label("Asset", exact=True).fill("raw.charges")
    page.get_by_role("button", name="Show", exact=True).click()
    page.locator("select[name=column]").select_option("amount")
    page.locator("select[name=change]").select_option("rename")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_role("heading", level=2)).to_have_text("What is hit if I rename amount of raw.charges")
    answer = page.locator("#impact-answer")
    for words in ("staging.payments", "marts.revenue", "aggregation", "board"):
        expect(answer).to_contain_text(words)


def test_totals_choose_a_kind_and_hits_are_grouped(visit: Callable[..., Any], ana: User, river: Source) -> None:
    page: Page = visit(ana).go(IMPACT)
    page.get_by_role("list", name="Totals by kind").get_by_role("link", name="Dashboard").click()
    page.wait_for_url("**kinds=dashboard**")
    expect(page.locator("#impact-answer")).to_contain_text("board")
    page.get_by_role("link", name="owner", exact=True).click()
    page.wait_for_url("**group=owner**")
    expect(page.get_by_role("heading", name="Nobody")).to_be_visible()


def test_an_impact_is_taken_along_as_a_sheet(visit: Callable[..., Any], ana: User, river: Source) -> None:
    page: Page = visit(ana).go(IMPACT)
    with page.expect_download() as saved:
        page.get_by_role("link", name="CSV", exact=True).click()
    assert "marts.revenue,total,aggregation" in saved.value.path().read_text()


def test_what_is_not_there_is_said_at_the_form(visit: Callable[..., Any], ana: User, river: Source) -> None:
    visitor = visit(ana)
    page = visitor.go("/lineage/impact/?asset=hr.salaries")
    expect(page.locator("#impact-answer")).to_contain_text("Not found")
    visitor.trouble = [trouble for trouble in visitor.trouble if "404" not in trouble]


def test_a_steward_rejects_an_edge_and_takes_it_back(visit: Callable[..., Any], stew: User, river: Source) -> None:
    page: Page = visit(stew).go(evidence())
    page.get_by_text("Reject", exact=True).click()
    page.get_by_label("There is no such edge, because").fill("it is read in a comment alone")
    page.get_by_role("button", name="Reject the edge").click()
    expect(page.get_by_role("main")).to_contain_text("it is read in a comment alone")
    assert not Edge.objects.open().filter(downstream__path="marts.revenue", upstream__path="staging.payments").exists()
    page.get_by_role("button", name="Take back what was said by hand").click()
    expect(page.get_by_role("main")).to_contain_text("took back what")


def test_an_edge_is_added_and_what_is_wrong_stands_at_its_field(
    visit: Callable[..., Any], stew: User, river: Source
) -> None:
    visitor = visit(stew)
    page = visitor.go("/lineage/edges/add/")
    page.locator("#id_upstream").fill("raw.charges")
    page.locator("#id_downstream").fill("marts.revenue")
    page.locator("#id_columns").fill("gone -> total")
    page.locator("#id_reason").fill("a script of mine")
    page.get_by_role("button", name="Add the edge").click()
    expect(page.get_by_role("main")).to_contain_text("raw.charges has no column “gone”")
    page.locator("#id_columns").fill("")
    page.get_by_role("button", name="Add the edge").click()
    expect(page.get_by_role("main")).to_contain_text("Stated by a person")
    visitor.trouble = [trouble for trouble in visitor.trouble if "422" not in trouble]


def test_coverage_tells_what_is_not_known_and_why(visit: Callable[..., Any], ana: User, unread: None) -> None:
    page: Page = visit(ana).go("/lineage/coverage/")
    expect(page.get_by_role("heading", name="SQL that was not understood")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("stg.bad")
    assert "salaries" not in page.content()


def test_a_job_tells_its_runs_and_its_last_error(visit: Callable[..., Any], ana: User, job: Asset) -> None:
    page: Page = visit(ana).go(f"{job.get_absolute_url()}?tab=runs")
    expect(page.get_by_role("heading", name="The newest run failed")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("disk is full")
    page.get_by_role("row", name="Succeeded").get_by_role("link").click()
    page.wait_for_url("**run=one**")
    expect(page.get_by_role("heading", name="One run")).to_be_visible()
    expect(page.get_by_role("main")).not_to_contain_text("disk is full")


@pytest.mark.parametrize("path", [IMPACT, "/lineage/coverage/"])
def test_pages_can_be_read_without_any_script(visit: Callable[..., Any], ana: User, river: Source, path: str) -> None:
    page = visit(ana, java_script_enabled=False).go(path)
    assert "marts" in page.locator("main").inner_text()
