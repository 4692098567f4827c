"""The page of impact: the sentence, totals, groups, exports; without a name or a number of what is hidden."""

from __future__ import annotations

import csv
from io import StringIO
from typing import Any

import pytest
from django.test import Client

from catalog.facts import AssetFact, ColumnUseFact, EdgeFact, Kind
from catalog.models import Asset, AssetOwner, Source
from tests.factories import pour, table

pytestmark = pytest.mark.django_db

BOARD = AssetFact(key="board", kind=Kind.DASHBOARD, title="Revenue", platform="looker", address="revenue")
FACTS: list[Any] = [
    table("raw.charges", ["id", "amount"], key="raw"),
    table("staging.payments", ["amount_cents", "n"], key="stg"),
    table("marts.=revenue", ["total"], key="mart"),
    BOARD,
    EdgeFact(
        upstream="raw",
        downstream="stg",
        columns=(ColumnUseFact("amount", "amount_cents", "transformation"), ColumnUseFact("id", "", "filter")),
        columns_complete=True,
    ),
    EdgeFact(
        upstream="stg",
        downstream="mart",
        columns=(ColumnUseFact("amount_cents", "total", "aggregation"),),
        columns_complete=True,
    ),
    EdgeFact(upstream="mart", downstream="board"),
]


@pytest.fixture(autouse=True)
def world(source: Source) -> None:
    pour(source, FACTS)


def ask(client: Client, query: str, **headers: str) -> Any:
    return client.get(f"/lineage/impact/?{query}", headers=headers)


def test_without_a_name_it_asks_for_one(as_viewer: Client) -> None:
    answer = ask(as_viewer, "")
    assert answer.status_code == 200
    assert "What if?" in answer.content.decode()


def test_a_column_hits_what_is_made_of_it_down_to_the_dashboard(as_viewer: Client) -> None:
    text = ask(as_viewer, "asset=raw.charges&column=AMOUNT").content.decode()
    for words in ("What is hit if I drop amount of raw.charges", "amount_cents", "aggregation", "Revenue", "3 steps"):
        assert words in text
    assert "Dashboard" in text


def test_hits_of_one_kind_alone_and_all_totals_stay(as_viewer: Client) -> None:
    text = ask(as_viewer, "asset=raw.charges&kinds=dashboard").content.decode()
    assert text.count('<th scope="row">') == 1
    assert "Tables" in text


def test_groups_by_owner_tell_what_nobody_answers_for(as_viewer: Client) -> None:
    AssetOwner.objects.create(asset=Asset.objects.get(path="staging.payments"), name="Ana")
    text = ask(as_viewer, "asset=raw.charges&group=owner").content.decode()
    assert text.index("<span>Ana</span>") < text.index("<span>Nobody</span>")


def test_upstream_it_looks_for_the_cause(as_viewer: Client) -> None:
    text = ask(as_viewer, "asset=marts.%3Drevenue&direction=up").content.decode()
    assert "What could be the cause" in text
    assert "where it begins" in text


@pytest.mark.parametrize("query", ["asset=nothing", "asset=raw.charges&column=nothing", "asset=%00"])
def test_what_is_not_there_is_said(as_viewer: Client, query: str) -> None:
    answer = ask(as_viewer, query)
    assert answer.status_code == (200 if query == "asset=%00" else 404)
    assert "Internal" not in answer.content.decode()


@pytest.mark.parametrize(
    "query", ["change=%27", "direction=x", "after=x", "after=99999999", "group=x", "kinds=x", "format=x"]
)
def test_what_is_no_value_of_a_choice_is_the_first_one(as_viewer: Client, query: str) -> None:
    assert ask(as_viewer, f"asset=raw.charges&{query}").status_code == 200


def test_the_sheet_carries_out_nothing(as_viewer: Client) -> None:
    answer = ask(as_viewer, "asset=raw.charges&format=csv")
    rows = list(csv.DictReader(StringIO(answer.content.decode())))
    assert {row["asset"] for row in rows} >= {"staging.payments", "revenue"} or len(rows) >= 3
    assert not any(cell.startswith(("=", "+", "@")) for row in rows for cell in row.values())


def test_the_other_exports_say_the_same(as_viewer: Client) -> None:
    told = ask(as_viewer, "asset=raw.charges&format=json").json()
    text = ask(as_viewer, "asset=raw.charges&format=md").content.decode()
    assert told["totals"] == {"table": 2, "dashboard": 1}
    assert "1 dashboard, 2 tables" in text
    assert "| Table | staging.payments |" in text
    assert ask(as_viewer, "format=csv").status_code == 404


def test_a_fragment_is_the_answer_alone(as_viewer: Client) -> None:
    text = ask(as_viewer, "asset=raw.charges", **{"HX-Request": "true"}).content.decode()
    assert text.strip().startswith('<div id="impact-answer">')


@pytest.mark.parametrize("form", ["", "csv", "json", "md"])
def test_what_is_hidden_has_no_name_and_is_not_counted(as_viewer: Client, restricted: Any, form: str) -> None:
    Asset.objects.filter(path="staging.payments").update(domain=restricted)
    text = ask(as_viewer, f"asset=raw.charges&column=amount&format={form}").content.decode()
    assert "payments" not in text
    assert "amount_cents" not in text
    assert "restricted" in text or "not for your eyes" in text


def test_a_hidden_asset_is_asked_for_in_vain(as_viewer: Client, restricted: Any) -> None:
    Asset.objects.filter(path="raw.charges").update(domain=restricted)
    assert ask(as_viewer, "asset=raw.charges").status_code == 404
