"""Signing in and out in a browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from portal.accounts.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_person_signs_in_lands_where_they_wanted_and_signs_out(visit: Callable[..., Any], ana: User) -> None:
    ana.set_password("a long demo password")
    ana.save()
    page = visit().go("/domains/")
    page.get_by_label("User name").fill("ana")
    page.get_by_label("Password").fill("a long demo password")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/domains/")
    page.locator("summary, button").filter(has_text="AO").first.click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/login/**")


def test_a_wrong_password_says_so_and_keeps_the_name(visit: Callable[..., Any], ana: User) -> None:
    visitor = visit()
    page = visitor.go("/login/")
    page.get_by_label("User name").fill("ana")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.locator("main")).to_contain_text("do not match")
    expect(page.get_by_label("User name")).to_have_value("ana")
    visitor.trouble = [trouble for trouble in visitor.trouble if "422" not in trouble]


def test_a_token_is_shown_once(visit: Callable[..., Any], ana: User) -> None:
    visitor = visit(ana)
    page = visitor.go("/account/")
    page.get_by_label("Name").fill("nightly job")
    page.get_by_role("button", name="Make token").click()
    expect(page.locator("main")).to_contain_text("dcp_")
    secret = page.locator("main").inner_text().split("dcp_")[1].split()[0]
    assert secret not in visitor.go("/account/").content()
