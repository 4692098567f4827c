"""The map of lineage in a browser: one world for all, each test a walk through it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import FloatRect, Page, expect

from catalog.models import Source
from lineage.states import Detail
from portal.accounts.models import User
from tests.browser.axe import in_all_looks
from tests.lineage.world import claim, thing, told

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MART = "/lineage/?asset=marts.revenue"
CARDS = ".lin-card:not(.lin-stub)"


@pytest.fixture
def open_map(visit: Callable[..., Any], ana: User, river: Source) -> Callable[..., Page]:
    def open_map(path: str = MART, **options: Any) -> Page:
        page: Page = visit(
            ana, **{"viewport": {"width": 1440, "height": 900}, "reduced_motion": "reduce"} | options
        ).go(path)
        expect(page.locator(".lin-card").first).to_be_visible(timeout=20_000)
        return page

    return open_map


def card(page: Page, name: str) -> Any:
    return page.locator(f"{CARDS}[aria-label*='{name}']")


def test_the_map_shows_two_hops_with_words_for_ears_and_a_stub_without_a_name(open_map: Callable[..., Page]) -> None:
    page = open_map()
    expect(page.locator(CARDS)).to_have_count(4)
    expect(card(page, "marts.revenue")).to_have_attribute("aria-label", "Table marts.revenue, in focus, Not checked")
    expect(page.locator(".lin-stub")).to_have_count(1)
    assert "salaries" not in page.content()
    expect(page.locator("[data-partial]")).to_contain_text("may not see")
    expect(page.locator("[data-count]")).to_have_text("4 assets, 4 edges")


def test_what_one_does_stands_in_the_address_and_back_undoes_it(open_map: Callable[..., Page]) -> None:
    page = open_map()
    page.get_by_role("button", name="One hop less upstream").click()
    expect(page.locator(CARDS)).to_have_count(3)
    page.wait_for_url("**up=1**")
    page.get_by_text("Columns", exact=True).click()
    expect(page.locator(".lin-row[data-column='total']")).to_be_visible()
    page.wait_for_url("**grain=column**")
    page.go_back()
    expect(page.locator(".lin-row")).to_have_count(0)
    page.go_back()
    expect(page.locator(CARDS)).to_have_count(4)
    assert "up=" not in page.url


def test_arrows_walk_along_the_wires_and_enter_opens_the_panel(open_map: Callable[..., Page]) -> None:
    page = open_map()
    card(page, "marts.revenue").focus()
    page.keyboard.press("ArrowLeft")
    expect(card(page, "staging.payments")).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(card(page, "bi.board")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("Dashboard")
    page.keyboard.press("Escape")
    expect(card(page, "bi.board")).to_be_focused()
    page.keyboard.press("t")
    expect(page.locator(".lin-edges")).to_be_visible()
    expect(page.locator(".lin-frame")).to_be_hidden()


def test_a_column_lights_its_own_way_alone(open_map: Callable[..., Page]) -> None:
    page = open_map(f"{MART}&grain=column")
    card(page, "raw.charges").locator(".lin-row[data-column='amount']").hover()
    expect(page.locator(".lin-row.is-lit")).to_have_count(3)  # amount, cents, total
    expect(page.locator(".lin-wires .is-lit")).to_have_count(2)


def test_a_side_opens_and_closes_and_a_link_keeps_it(open_map: Callable[..., Page]) -> None:
    page = open_map("/lineage/?asset=staging.payments&up=0&down=0")
    expect(page.locator(CARDS)).to_have_count(1)
    page.get_by_role("button", name="Show 1 more downstream").click()
    expect(page.locator(CARDS)).to_have_count(2)
    page.reload()
    expect(page.locator(CARDS)).to_have_count(2)
    page.get_by_role("button", name="Hide what is downstream").focus()
    page.keyboard.press("Enter")
    expect(page.locator(CARDS)).to_have_count(1)


def test_a_hub_tells_how_many_there_are_and_brings_fifty_at_a_time(open_map: Callable[..., Page]) -> None:
    page = open_map("/lineage/?asset=raw.hub")
    page.get_by_role("button", name="Show 55 more downstream of hub").click()
    drawer = page.get_by_role("dialog")
    expect(drawer).to_contain_text("60 assets")
    drawer.get_by_role("searchbox").fill("f07")
    expect(drawer.locator("li")).to_have_count(1)
    drawer.get_by_role("button", name="Show 50 more on the map").click()
    expect(page.locator("[data-count]")).to_have_text("56 assets, 55 edges", timeout=20_000)


def test_two_days_are_compared_by_words(open_map: Callable[..., Page]) -> None:
    day = (timezone.now() - timedelta(days=2)).date().isoformat()
    page = open_map(f"/lineage/?asset=staging.payments&compare={day}")
    expect(page.locator(".lin-wires .is-removed")).to_have_count(1)
    expect(page.locator(".lin-wire-note")).to_have_text("− removed")
    page = open_map(f"/lineage/?asset=staging.payments&as_of={day}")
    expect(card(page, "raw.rates")).to_have_count(1)


def test_no_word_of_a_change_lies_over_another(open_map: Callable[..., Page], river: Source) -> None:
    day = (timezone.now() - timedelta(days=2)).date().isoformat()
    makers, made = ([thing(f"{schema}.t{number}") for number in range(4)] for schema in ("raw", "marts"))
    told(river, *(claim(one, other, detail=Detail.NONE) for one in makers for other in made))
    page = open_map(f"/lineage/?asset=marts.t1&compare={day}&depth=2", viewport={"width": 390, "height": 844})
    words = page.locator(".lin-wire-note")
    expect(words.first).to_have_text("+ added")
    boxes = [word.bounding_box() for word in words.all()]
    assert not [(one, other) for one, other in combinations(filter(None, boxes), 2) if meet(one, other)]


def meet(one: FloatRect, other: FloatRect) -> bool:
    beside = one["x"] + one["width"] <= other["x"] or other["x"] + other["width"] <= one["x"]
    above = one["y"] + one["height"] <= other["y"] or other["y"] + other["height"] <= one["y"]
    return not beside and not above


def test_what_differs_among_those_that_are_not_drawn_is_told(open_map: Callable[..., Page]) -> None:
    day = (timezone.now() - timedelta(days=2)).date().isoformat()
    page = open_map(f"/lineage/?asset=raw.hub&compare={day}")
    expect(page.get_by_role("button", name="Show 55 more downstream of hub, 55 new")).to_have_text(
        "Show 55 more downstream of hub, 55 new+55, 55 new"
    )
    page.locator(".lin-as-table").click()
    expect(page.locator(".lin-links").get_by_text("55 more, 55 new")).to_be_visible()


def test_the_map_of_a_day_before_all_leads_to_the_first_that_is_known(open_map: Callable[..., Page]) -> None:
    page = open_map(f"{MART}&as_of=2001-01-01")
    expect(page.locator(CARDS)).to_have_count(1)
    expect(page.locator("[data-partial]")).to_contain_text("Nothing was known before")
    page.get_by_role("link", name="Show that moment").click()
    expect(page.locator(CARDS)).to_have_count(5)
    expect(page.locator("[data-partial]")).not_to_contain_text("Nothing was known")


@pytest.mark.parametrize("width", [1440, 390])
def test_nothing_lies_over_a_map_that_is_seen_whole(open_map: Callable[..., Page], width: int) -> None:
    page = open_map(f"{MART}&up=1&down=1", viewport={"width": width, "height": 700})
    page.get_by_role("button", name="Show all of it").click()
    expect(page.locator("[data-minimap]")).to_be_hidden()
    over = page.evaluate(
        """() => {
          const boxes = (css) => [...document.querySelectorAll(css)].map((one) => one.getBoundingClientRect());
          const meets = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
          const over = [...boxes("[data-over]"), ...boxes(".lin-find")];
          return boxes(".lin-face").filter((card) => over.some((one) => meets(card, one))).length;
        }"""
    )
    assert over == 0


def test_a_selection_in_dbts_words_is_shown(open_map: Callable[..., Page]) -> None:
    page = open_map()
    box = page.get_by_label("Selection in dbt’s words")
    box.fill("+marts.revenue+")
    box.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Lineage of a selection")
    expect(page.locator(CARDS)).to_have_count(4)


@pytest.mark.parametrize(("text", "words"), [("colour:red", "colour"), ("tag:nobody", "Nothing that you may see")])
def test_a_selection_without_an_answer_leaves_nothing_of_the_last_one(
    visit: Callable[..., Any], ana: User, river: Source, text: str, words: str
) -> None:
    visitor = visit(ana, reduced_motion="reduce")
    page = visitor.go(MART)
    expect(page.locator(CARDS)).to_have_count(4, timeout=20_000)
    box = page.get_by_label("Selection in dbt’s words")
    box.fill(text)
    box.press("Enter")
    expect(page.locator("#lin-select-error")).to_contain_text(words)
    expect(box).to_have_attribute("aria-invalid", "true")
    expect(page.locator("[data-trouble]")).to_contain_text(words)
    expect(page.locator(".lin-card, .lin-wire, .lin-knob")).to_have_count(0)
    expect(page.locator("[data-count]")).to_be_empty()
    page.keyboard.press("Escape")
    page.locator(".lin-as-table").click()
    expect(page.locator("[data-table-holder]")).to_contain_text(words)
    expect(page.locator(".lin-edges")).to_have_count(0)
    page.go_back()
    page.go_back()
    expect(page.locator(CARDS)).to_have_count(4)
    expect(page.locator("[data-trouble]")).to_be_hidden()
    visitor.trouble = [trouble for trouble in visitor.trouble if "400" not in trouble]


def saved(page: Page, form: str, path: Path) -> bytes:
    page.get_by_title("Save what is shown").click()
    with page.expect_download() as file:
        page.locator(f"[data-form={form}]").click()
    file.value.save_as(path / form)
    page.keyboard.press("Escape")
    return (path / form).read_bytes()


def test_a_picture_has_the_dashes_faces_and_badges_that_are_shown(
    open_map: Callable[..., Page], tmp_path: Path
) -> None:
    page = open_map(f"{MART}&grain=column")
    shown = page.locator(".lin-wire-line").evaluate_all(
        "all => all.map((one) => getComputedStyle(one).strokeDasharray)"
    )
    drawn = saved(page, "svg", tmp_path).decode()
    assert {dashes for dashes in shown if f'stroke-dasharray="{dashes}"' not in drawn} == set()
    assert drawn.count("@font-face") == 3
    assert "IBM Plex Mono&quot;" in drawn
    page = open_map("/lineage/?asset=raw.hub")
    assert "+55<" in saved(page, "svg", tmp_path).decode()


def test_what_is_shown_is_saved_as_it_is(open_map: Callable[..., Page], tmp_path: Path) -> None:
    page = open_map(f"{MART}&grain=column")
    files = {form: saved(page, form, tmp_path) for form in ("svg", "png", "csv", "json")}
    assert b"stroke=" in files["svg"] and b"revenue" in files["svg"] and b"var(" not in files["svg"]
    assert files["png"].startswith(b"\x89PNG")
    assert b"raw.charges,amount,staging.payments,cents,transformation,parsed,Shop" in files["csv"]
    assert {node.get("path") for node in json.loads(files["json"])["nodes"]} >= {"marts.revenue", None}


def test_the_map_and_its_table_are_accessible(open_map: Callable[..., Page]) -> None:
    page = open_map(f"{MART}&grain=column&layers=quality&layers=pii&layers=owner")
    assert in_all_looks(page) == {}
    page.get_by_role("button", name="Table").or_(page.locator(".lin-as-table")).first.click()
    expect(page.locator(".lin-edges")).to_be_visible()
    assert in_all_looks(page) == {}


def test_without_scripts_the_same_graph_is_a_table_and_a_form(
    visit: Callable[..., Any], ana: User, river: Source
) -> None:
    page = visit(ana, java_script_enabled=False).go(f"{MART}&grain=column")
    expect(page.locator(".lin-map")).to_be_hidden()
    table = page.get_by_role("table")
    expect(table.get_by_role("row")).to_have_count(5)
    expect(table).to_contain_text("cents → total aggregation")
    page.locator("[name=up]").fill("1")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_role("table").get_by_role("row")).to_have_count(4)


def test_the_tab_of_an_asset_has_the_map(open_map: Callable[..., Page]) -> None:
    page = open_map("/datasets/marts.revenue/?tab=lineage")
    expect(page.locator(CARDS)).to_have_count(4)
    page.get_by_role("button", name="One hop less downstream").click()
    page.wait_for_url("**/datasets/marts.revenue/?tab=lineage&down=1")


def test_a_filter_that_leaves_nothing_says_so_and_has_no_nameless_choice(open_map: Callable[..., Page]) -> None:
    page = open_map("/lineage/?asset=raw.charges&platform=nothing")
    expect(page.locator("[data-partial]")).to_contain_text("Filters are set")
    expect(page.locator("[data-nothing]")).to_be_hidden()
    page.goto(page.url.split("&")[0])
    expect(page.locator(CARDS)).to_have_count(3)
    page.locator("summary", has_text="Filter").click()
    names = page.locator("[data-options] .lin-choice").all_inner_texts()
    assert names and all(name.strip() for name in names)
