"""A table was renamed, as a job tells: what people see of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from portal.accounts.models import User
from tests.factories import SourceFactory, pour, table
from tests.lineage.openlineage.events import dataset, run_event, send
from tests.lineage.openlineage.test_renaming import renamed

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def told(stew: User) -> None:
    pour(SourceFactory(title="Shop"), [table("marts.old")])
    pour(SourceFactory(title="Shop, as it was"), [table("marts.before")])
    pour(SourceFactory(title="Warehouse"), [table("marts.after")])
    schema = {"fields": [{"name": "id", "type": "int"}]}
    send(
        stew,
        run_event(
            inputs=[dataset("db.raw.orders", schema=schema)],
            outputs=["db.marts.old"],
            job_facets={"sql": {"query": "insert into marts.old selec ("}},
        ),
        renamed("db.marts.old", "db.marts.new"),
        renamed("db.marts.before", "db.marts.after", 3),
    )


def test_the_old_address_leads_to_the_new_name_and_its_history(
    told: None, ana: User, visit: Callable[..., Any]
) -> None:
    page = visit(ana).go("/datasets/marts.old/?tab=activity")
    expect(page.get_by_role("heading", level=1)).to_contain_text("marts.new")
    page = visit(ana).go("/datasets/marts.new/?tab=activity")
    expect(page.get_by_text("Renamed from marts.old to marts.new")).to_be_visible()


def test_two_names_that_are_both_described_are_one_by_a_click(
    told: None, stew: User, visit: Callable[..., Any]
) -> None:
    page = visit(stew).go("/unmatched/")
    card = page.locator(".sheet", has_text="Renamed, and still told under both names")
    expect(card).to_contain_text("OpenLineage says that the one was renamed to the other")
    card.get_by_role("button", name="They are one").click()
    expect(page.get_by_text("are one now")).to_be_visible()
    expect(card).to_have_count(0)
