"""What a change hits: as the platform's own question asks it, through the API and the command, with the reader's eyes."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from catalog.facts import AssetFact, ColumnUseFact, EdgeFact, Kind, OwnerFact
from catalog.models import Asset, Source
from lineage.queries.impact import Impact, impact
from lineage.snapshots import fresh
from lineage.states import Use
from portal.accounts.models import User
from tests.factories import UserFactory, pour, table

pytestmark = pytest.mark.django_db

API = "/api/v1/lineage/impact/"


def dashboard(key: str, title: str, kind: Kind = Kind.DASHBOARD) -> AssetFact:
    return AssetFact(
        key=key,
        kind=kind,
        title=title,
        platform="looker",
        address=key,
        owners=(OwnerFact(name="growth", is_team=True),),
    )


def edge(upstream: str, downstream: str, *columns: tuple[str, str, str], complete: bool = True) -> EdgeFact:
    uses = tuple(ColumnUseFact(*column) for column in columns)
    return EdgeFact(upstream=upstream, downstream=downstream, columns=uses, columns_complete=complete)


RAW = table("raw.stripe_charges", ("id", "amount", "status", "note"), key="raw")
STAGING = table("staging.stg_payments", ("payment_id", "amount_cents", "Status"), key="staging")
MART = table("marts.revenue_by_day", ("day", "revenue"), key="mart")
BOARD, MODEL = dashboard("revenue", "Revenue Overview"), dashboard("churn", "Churn Prediction", Kind.ML_MODEL)
EDGES = [
    edge("raw", "staging", ("id", "payment_id", "identity"), ("amount", "amount_cents", "transformation")),
    edge("staging", "mart", ("amount_cents", "revenue", "aggregation"), ("status", "", "filter")),
    edge("mart", "revenue", complete=False),
    edge("mart", "churn", complete=False),
]


@pytest.fixture(autouse=True)
def fresh_start() -> None:
    fresh.forget()


@pytest.fixture
def shop(source: Source) -> dict[str, Asset]:
    pour(source, [RAW, STAGING, MART, BOARD, MODEL, *EDGES])
    return assets()


def assets() -> dict[str, Asset]:
    return {asset.title: asset for asset in Asset.objects.all()}


def told(found: Impact) -> list[tuple[str, str, Use | None, int]]:
    return [(hit.asset.title, hit.column, hit.use, hit.distance) for hit in found.hits]


def hide(title: str, domain: Any) -> None:
    Asset.objects.filter(title=title).update(domain=domain)


def test_the_question_of_the_platform_is_answered(shop: dict[str, Asset], viewer: User) -> None:
    found = impact(viewer, shop["stripe_charges"])
    assert told(found) == [
        ("stg_payments", "", None, 1),
        ("revenue_by_day", "", None, 2),
        ("Churn Prediction", "", None, 3),
        ("Revenue Overview", "", None, 3),
    ]
    assert (found.totals, found.partial) == ({"dashboard": 1, "ml_model": 1, "table": 2}, False)


def test_a_column_hits_what_it_is_used_for_with_the_way_in_which_it_is(shop: dict[str, Asset], viewer: User) -> None:
    found = impact(viewer, shop["stripe_charges"], "AMOUNT")
    assert told(found) == [
        ("stg_payments", "amount_cents", Use.TRANSFORMATION, 1),
        ("revenue_by_day", "revenue", Use.AGGREGATION, 2),
        ("Churn Prediction", "", Use.UNKNOWN, 3),
        ("Revenue Overview", "", Use.UNKNOWN, 3),
    ]
    assert [hit.sure for hit in found.hits] == [True, True, False, False]
    board = found.hits[3]
    assert [(step.asset and step.asset.title, step.column) for step in board.path] == [
        ("stripe_charges", "amount"),
        ("stg_payments", "amount_cents"),
        ("revenue_by_day", "revenue"),
        ("Revenue Overview", ""),
    ]
    assert board.owners == ["growth"]


def test_a_dashboard_is_named_by_its_title(source: Source, as_viewer: Client) -> None:
    pour(source, [RAW, STAGING, MART, BOARD, MODEL, *EDGES])
    found = as_viewer.get(f"{API}?asset=revenue overview&direction=up").json()
    assert [hit["asset"]["path"] for hit in found["hits"]][:1] == ["marts.revenue_by_day"]


def test_one_who_answers_under_several_names_is_named_once(source: Source) -> None:
    user = UserFactory(username="tom", first_name="Tom", last_name="Becker", email="tom@example.com")
    names = (OwnerFact(name="Tom", email="tom@example.com"), OwnerFact(name="tom@example.com", email="tom@example.com"))
    pour(source, [RAW, replace(STAGING, owners=names), EDGES[0]])
    assert impact(user, Asset.objects.get(path="raw.stripe_charges")).hits[0].owners == ["Tom Becker"]


def test_a_column_that_filters_changes_all_rows_from_there_on(shop: dict[str, Asset], viewer: User) -> None:
    found = impact(viewer, shop["stg_payments"], "status")
    assert told(found)[0] == ("revenue_by_day", "", Use.FILTER, 1)
    assert [hit.sure for hit in found.hits] == [True, True, True]


def test_a_column_that_nothing_uses_hits_nothing(shop: dict[str, Asset], viewer: User) -> None:
    assert impact(viewer, shop["stripe_charges"], "note").count == 0


def test_any_column_may_matter_to_who_does_not_tell_its_columns(shop: dict[str, Asset], viewer: User) -> None:
    found = impact(viewer, shop["revenue_by_day"], "day")
    assert told(found) == [("Churn Prediction", "", Use.UNKNOWN, 1), ("Revenue Overview", "", Use.UNKNOWN, 1)]


def test_a_dashboard_that_says_what_it_shows_is_hit_for_certain(source: Source, viewer: User) -> None:
    shown = edge("mart", "revenue", ("revenue", "", "identity"))
    pour(source, [RAW, STAGING, MART, BOARD, MODEL, *EDGES[:2], shown, EDGES[3]])
    hits = {hit.asset.title: hit for hit in impact(viewer, assets()["stripe_charges"], "amount").hits}
    board, model = hits["Revenue Overview"], hits["Churn Prediction"]
    assert (board.sure, board.use, [step.column for step in board.path]) == (
        True, Use.IDENTITY, ["amount", "amount_cents", "revenue", ""]
    )  # fmt: skip
    assert (model.sure, model.use) == (False, Use.UNKNOWN)
    day = impact(viewer, assets()["revenue_by_day"], "day").hits
    assert [hit.asset.title for hit in day] == ["Churn Prediction"]


def test_a_delay_of_a_column_is_one_of_its_asset(shop: dict[str, Asset], viewer: User) -> None:
    assert impact(viewer, shop["stripe_charges"], "note", "delay").count == 4


def test_kinds_choose_what_is_listed_and_counted(shop: dict[str, Asset], viewer: User) -> None:
    found = impact(viewer, shop["stripe_charges"], kinds=["ml_model", "endpoint"])
    assert (told(found), found.totals) == ([("Churn Prediction", "", None, 3)], {"ml_model": 1})


def test_causes_are_told_with_their_health_and_where_they_begin(shop: dict[str, Asset], viewer: User) -> None:
    found = impact(viewer, shop["Revenue Overview"], direction="up")
    assert [(hit.asset.title, hit.root) for hit in found.hits] == [
        ("revenue_by_day", False),
        ("stg_payments", False),
        ("stripe_charges", True),
    ]
    column = impact(viewer, shop["revenue_by_day"], "revenue", direction="up")
    assert told(column) == [
        ("stg_payments", "amount_cents", Use.AGGREGATION, 1),
        ("stg_payments", "Status", Use.FILTER, 1),
        ("stripe_charges", "amount", Use.TRANSFORMATION, 2),
    ]


def test_hidden_steps_are_one_without_name_or_number(shop: dict[str, Asset], viewer: User, restricted: Any) -> None:
    hide("stg_payments", restricted)
    hide("revenue_by_day", restricted)
    found = impact(viewer, shop["stripe_charges"], "amount")
    assert told(found) == [("Churn Prediction", "", Use.UNKNOWN, 2), ("Revenue Overview", "", Use.UNKNOWN, 2)]
    assert [step.asset is None for step in found.hits[0].path] == [False, True, False]
    assert [one.code for one in found.reasons] == ["restricted"]
    assert found.totals == {"dashboard": 1, "ml_model": 1}


def test_a_hidden_end_leaves_no_trace_but_that_there_is_something(
    shop: dict[str, Asset], as_viewer: Client, restricted: Any
) -> None:
    hide("Churn Prediction", restricted)
    body = as_viewer.get(API, {"asset": "raw.stripe_charges"}).content.decode()
    assert "Churn" not in body
    assert "ml_model" not in body


def test_a_table_that_is_gone_hits_nothing_any_more(shop: dict[str, Asset], viewer: User) -> None:
    Asset.objects.filter(title="stg_payments").update(retired_at=timezone.now())
    assert impact(viewer, shop["stripe_charges"]).count == 0


def test_pages_of_hits_follow_one_another_without_gap(source: Source, viewer: User) -> None:
    boards = [dashboard(f"b{number:02}", f"Board {number:02}") for number in range(25)]
    pour(source, [RAW, STAGING, *boards, edge("raw", "staging"), *(edge("staging", board.key) for board in boards)])
    asset = assets()["stripe_charges"]
    seen: list[str] = []
    after: int | None = 0
    while after is not None:
        page = impact(viewer, asset, limit=4, after=after)
        assert (page.count, page.partial) == (26, page.following is not None)
        seen, after = [*seen, *(hit.asset.title for hit in page.hits)], page.following
    assert seen == ["stg_payments", *(board.title for board in boards)]


@pytest.mark.parametrize("few", [0, 200])
def test_hits_of_one_distance_stand_in_the_order_of_their_names(
    source: Source, viewer: User, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr("lineage.queries.impact.FEW", few)
    near = [table(f"marts.{name}", ("id",), key=name) for name in "dacb"]
    pour(source, [RAW, *near, *(edge("raw", one.key) for one in near)])
    names = [hit.asset.title for hit in impact(viewer, assets()["stripe_charges"]).hits]
    assert names == ["a", "b", "c", "d"]


def test_a_circle_ends_and_an_asset_does_not_hit_itself(source: Source, viewer: User) -> None:
    pour(source, [RAW, STAGING, edge("raw", "staging"), edge("staging", "raw")])
    assert [hit.asset.title for hit in impact(viewer, assets()["stripe_charges"]).hits] == ["stg_payments"]


def test_the_number_of_statements_does_not_grow_with_the_hits(
    source: Source, viewer: User, count_queries: Callable[[Callable[[], Any]], int]
) -> None:
    boards = [dashboard(f"b{number:02}", f"Board {number:02}") for number in range(40)]
    pour(source, [RAW, STAGING, MART, BOARD, *EDGES[:3], *boards, *(edge("mart", board.key) for board in boards)])
    asset = assets()["stripe_charges"]
    few = count_queries(lambda: impact(viewer, asset, "amount", limit=2))
    assert count_queries(lambda: impact(viewer, asset, "amount", limit=200)) == few


def test_the_api_tells_it_in_its_form(shop: dict[str, Asset], as_viewer: Client) -> None:
    asked = {"asset": "staging.stg_payments", "column": "amount_cents", "kinds": "dashboard,ml_model,endpoint"}
    body = as_viewer.get(API, asked).json()
    assert body["totals"] == {"dashboard": 1, "ml_model": 1}
    assert [hit["asset"]["title"] for hit in body["hits"]] == ["Churn Prediction", "Revenue Overview"]
    assert [step["column"] for step in body["hits"][1]["path"]] == ["amount_cents", "revenue", None]
    assert [step["use"] for step in body["hits"][1]["path"]] == [None, "aggregation", "unknown"]
    assert (body["column"], body["change"], body["partial"], body["reasons"]) == ("amount_cents", "drop", False, [])


@pytest.mark.parametrize(
    ("asked", "status", "words"),
    [
        ({"asset": "marts.nothing"}, 404, ""),
        ({"asset": "raw.stripe_charges", "column": "nothing"}, 404, ""),
        ({}, 404, ""),
        ({"asset": "raw.stripe_charges", "change": "eat"}, 400, "Is one of drop"),
        ({"asset": "raw.stripe_charges", "kinds": "spoon"}, 400, "Is a list out of"),
        ({"asset": "raw.stripe_charges", "direction": "left"}, 400, "Is one of down, up"),
        ({"asset": "raw.stripe_charges", "limit": "many"}, 400, "Is a number"),
        ({"asset": "raw.stripe_charges\0", "column": "amount\0"}, 200, ""),
        ({"asset": "x" * 100_000, "column": "ü\U0001f600"}, 404, ""),
        ({"asset": "raw.stripe_charges", "column": "é" * 100_000}, 404, ""),
    ],
)
def test_a_question_that_makes_no_sense_is_told_so(
    shop: dict[str, Asset], as_viewer: Client, asked: dict[str, str], status: int, words: str
) -> None:
    response = as_viewer.get(API, asked)
    assert response.status_code == status
    assert words in response.content.decode()


def test_what_may_not_be_seen_is_not_there(shop: dict[str, Asset], as_viewer: Client, restricted: Any) -> None:
    hide("stripe_charges", restricted)
    missing = as_viewer.get(API, {"asset": "raw.nothing"})
    for name in ("raw.stripe_charges", str(shop["stripe_charges"].uuid)):
        response = as_viewer.get(API, {"asset": name})
        assert (response.status_code, response.json()) == (404, missing.json())


def command(*words: str) -> tuple[str, int]:
    out = StringIO()
    try:
        call_command("lineage", "impact", *words, stdout=out)
    except SystemExit as end:
        return out.getvalue(), int(end.code or 0)
    return out.getvalue(), 0


def test_the_command_names_what_is_hit_and_exits_with_1(shop: dict[str, Asset]) -> None:
    text, status = command("staging.stg_payments.amount_cents", "--change", "drop")
    assert status == 1
    assert text.startswith("Dropping staging.stg_payments.amount_cents hits 1 Dashboard, 1 ML model, 1 Table.")
    assert "Revenue Overview" in text
    assert "Churn Prediction" in text


def test_the_command_tells_the_tier_of_a_hit(shop: dict[str, Asset]) -> None:
    Asset.objects.filter(title="Churn Prediction").update(tier="gold")
    assert "tier gold" in command("raw.stripe_charges")[0]


def test_the_command_takes_a_schemas_table_for_a_table(shop: dict[str, Asset]) -> None:
    Asset.objects.filter(title="Revenue Overview").update(path="board")
    with pytest.raises(CommandError, match=r"Nothing is called “board\.nothing”"):
        command("board.nothing")


def test_the_command_exits_with_0_where_nothing_is_hit(shop: dict[str, Asset]) -> None:
    assert command("raw.stripe_charges.note")[1] == 0
    assert command("raw.stripe_charges", "--kinds", "endpoint") == (
        "Dropping raw.stripe_charges hits nothing that is known.\n",
        0,
    )


def test_the_command_tells_json_and_sees_what_a_person_sees(
    shop: dict[str, Asset], viewer: User, restricted: Any
) -> None:
    hide("Churn Prediction", restricted)
    everything, _ = command("raw.stripe_charges", "--json")
    assert json.loads(everything)["totals"] == {"dashboard": 1, "ml_model": 1, "table": 2}
    seen, _ = command("raw.stripe_charges", "--json", "--as", viewer.username)
    assert json.loads(seen)["totals"] == {"dashboard": 1, "table": 2}


@pytest.mark.parametrize("words", [["nothing"], ["raw.stripe_charges.nothing"], ["raw.stripe_charges", "--as", "x"]])
def test_the_command_exits_with_2_on_a_bad_call(shop: dict[str, Asset], words: list[str]) -> None:
    with pytest.raises(CommandError) as error:
        command(*words)
    assert error.value.returncode == 2


def test_the_command_says_which_option_is_wrong(shop: dict[str, Asset]) -> None:
    with pytest.raises(CommandError, match=r"--kinds is a list out of .*dashboard"):
        command("raw.stripe_charges", "--kinds", "spoon")
