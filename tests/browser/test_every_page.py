"""Every page in both themes, wide and narrow: accessible, quiet in the console, nothing wider than the window."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from catalog.models import IngestionRun, Source
from portal.accounts.models import User
from tests.browser.axe import faults, faulty

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = [
    "/",
    "/search/",
    "/search/?q=payments",
    "/search/?q=nothing-of-that-kind",
    "/datasets/raw.charges/",
    "/datasets/raw.charges/?tab=lineage",
    "/datasets/raw.charges/?tab=quality",
    "/datasets/raw.charges/?tab=activity",
    "/datasets/raw.charges/?column=email",
    "/dashboards/exposure.shop.revenue/",
    "/domains/",
    "/domains/finance/",
    "/people/",
    "/account/",
    "/sources/",
    "/sources/new/",
    "/sources/shop/",
    "/styleguide/",
    "/no-such-page/",
]


@pytest.mark.slow
def test_pages_are_accessible_and_fit_their_window(visit: Callable[..., Any], stew: User, world: Source) -> None:
    visitor = visit(stew)
    run = IngestionRun.objects.get()
    found = faulty(visitor, [*PAGES, f"/sources/shop/runs/{run.uuid}/"])
    visitor.trouble = [trouble for trouble in visitor.trouble if "404" not in trouble]
    assert found == {}


def test_the_sign_in_page_is_accessible(visit: Callable[..., Any], stew: User) -> None:
    assert faults(visit().go("/login/")) == []


@pytest.mark.parametrize("path", ["/", "/search/?q=charges", "/datasets/raw.charges/", "/sources/shop/"])
def test_pages_do_not_shift_while_they_load(visit: Callable[..., Any], stew: User, world: Source, path: str) -> None:
    visitor = visit(stew)
    visitor.page.add_init_script(
        "window.shift = 0; new PerformanceObserver(list => list.getEntries().forEach(entry => window.shift += entry.value))"
        ".observe({type: 'layout-shift', buffered: true})"
    )
    page = visitor.go(path)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.shift") < 0.02


@pytest.mark.parametrize(
    "path", ["/", "/search/?q=charges", "/datasets/raw.charges/?tab=lineage", "/datasets/raw.charges/?column=email"]
)
def test_pages_can_be_read_without_any_script(visit: Callable[..., Any], stew: User, world: Source, path: str) -> None:
    page = visit(stew, java_script_enabled=False).go(path)
    assert page.locator("main").inner_text().count("charges") > 0


def test_the_pages_of_the_api_are_shown_and_quiet(visit: Callable[..., Any], stew: User) -> None:
    page = visit(stew).go("/api/docs/")
    page.get_by_text("/api/v1/assets/lookup/").wait_for()
