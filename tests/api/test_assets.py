"""``/api/v1/assets/``: list, filters, pages, detail, look-up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.utils.http import urlencode

from catalog.facts import CheckStatus, ColumnFact
from catalog.models import Asset, Source
from portal.accounts.models import User
from tests.catalog.facts import checked, dashboard, owned, platform
from tests.factories import SourceFactory, pour, table

pytestmark = pytest.mark.django_db
NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def api(client: Client, viewer: User, bearer: Callable[..., dict[str, str]]) -> Callable[..., Any]:
    """GETs as a viewer with a token; the answer's JSON, or the response itself where it is no 200."""
    headers = bearer(viewer)

    def get(path: str, **query: Any) -> Any:
        response = client.get(f"/api/v1/assets/{path}", query, headers=headers)
        return response.json() if response.status_code == 200 else response

    return get


def paths(answer: Any) -> list[str]:
    return [row["path"] for row in answer["results"]]


@pytest.fixture
def shop(source: Source) -> Source:
    pour(source, platform(2))
    mail = (ColumnFact(name="mail", position=1, pii="email", pii_reason="declared"),)
    pour(SourceFactory(), [table("raw.users", columns=(), platform="snowflake"), dashboard("Churn", tags=("ml",))])
    pour(SourceFactory(), [replace(table("raw.people", key="p"), columns=mail)])
    return source


def test_the_list_tells_what_a_list_needs_and_no_inner_id(api: Callable[..., Any], shop: Source) -> None:
    row = next(row for row in api("")["results"] if row["path"] == "marts.revenue_0")
    asset = Asset.objects.get(path="marts.revenue_0")
    assert row["id"] == str(asset.uuid)
    assert row["page"] == "/datasets/marts.revenue_0/"
    assert (row["domain"], row["tier"], row["column_count"], row["retired"]) == ("finance", "gold", 2, False)
    assert row["owners"][0]["email"] == "finance@example.com"
    assert "columns" not in row
    assert not {"pk", "asset_id", "domain_id"} & set(row)


def test_the_list_is_in_the_order_of_paths(api: Callable[..., Any], shop: Source) -> None:
    found = paths(api(""))
    assert found == sorted(found)
    assert len(found) == 9


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"q": "revenue"}, {"marts.revenue_0", "marts.revenue_1"}),
        ({"kind": "dashboard"}, {"board_0", "board_1", "churn"}),
        ({"kind": ["dashboard", "view"]}, {"board_0", "board_1", "churn"}),
        ({"platform": "snowflake"}, {"raw.users"}),
        ({"schema": "marts"}, {"marts.revenue_0", "marts.revenue_1"}),
        ({"tag": "daily"}, {"raw.orders_0", "raw.orders_1"}),
        ({"tag": ["daily", "ml"]}, {"raw.orders_0", "raw.orders_1", "churn"}),
        ({"domain": "finance"}, {"marts.revenue_0", "marts.revenue_1"}),
        ({"owner": "Lea M", "kind": "table"}, {"raw.orders_0", "raw.orders_1"}),
        ({"owner": "LEA@example.com", "kind": "table"}, {"raw.orders_0", "raw.orders_1"}),
        ({"pii": "yes"}, {"raw.people"}),
        ({"pii": "email"}, {"raw.people"}),
        ({"pii": "name"}, set()),
        ({"tier": "gold"}, {"marts.revenue_0", "marts.revenue_1"}),
        ({"health": "healthy"}, {"marts.revenue_0", "marts.revenue_1"}),
        ({"health": "failing"}, set()),
        ({"schema": "marts", "q": "revenue_1"}, {"marts.revenue_1"}),
        ({"schema": "nowhere"}, set()),
        ({"retired": "true"}, set()),
    ],
    ids=lambda value: str(sorted(value) if isinstance(value, set) else value),
)
def test_filters_find_what_they_say(api: Callable[..., Any], shop: Source, query: Any, expected: set[str]) -> None:
    assert {path.lower() for path in paths(api("", **query))} == expected


def test_a_failing_check_is_found_by_its_health(api: Callable[..., Any], source: Source) -> None:
    fact = table("marts.orders")
    pour(source, [fact, *checked(fact.key, status=CheckStatus.FAIL)])
    assert paths(api("", health="failing")) == ["marts.orders"]


def test_what_is_retired_is_listed_only_where_it_is_asked_for(api: Callable[..., Any], source: Source) -> None:
    pour(source, [table("marts.old"), table("marts.new")])
    pour(source, [table("marts.new")])
    assert paths(api("")) == ["marts.new"]
    assert paths(api("", retired="true")) == ["marts.old"]


def test_with_a_text_the_best_come_first(api: Callable[..., Any], source: Source) -> None:
    pour(source, [table("a.other", description="about revenue"), table("z.revenue")])
    assert paths(api("", q="revenue")) == ["z.revenue", "a.other"]


@pytest.mark.parametrize("query", [{}, {"q": "orders"}, {"retired": "true"}])
def test_pages_show_each_row_once_and_go_back(
    api: Callable[..., Any], client: Client, source: Source, query: Any
) -> None:
    pour(source, [table(f"marts.orders_{n:03}") for n in range(25)])
    if "retired" in query:
        pour(source, [])
    seen: list[str] = []
    answer = api("", limit=10, **query)
    while True:
        seen += paths(answer)
        if not answer["next"]:
            break
        answer = api(answer["next"].partition("/assets/")[2])
    assert len(seen) == len(set(seen)) == 25
    if "q" not in query:
        back = api(answer["previous"].partition("/assets/")[2])
        assert paths(back) == seen[10:20]


@pytest.mark.parametrize(
    ("asked", "given"), [("200", 200), ("201", 200), ("100000", 200), ("0", 50), ("-1", 50), ("x", 50)]
)
def test_a_page_has_200_rows_at_most(api: Callable[..., Any], source: Source, asked: str, given: int) -> None:
    pour(source, [table(f"marts.t{n:03}") for n in range(205)])
    assert len(paths(api("", limit=asked))) == given


@pytest.mark.parametrize(
    "cursor", ["x", "cD14", "cD0lMDA=", "cD3vv70=", "bz0x", "bz05OTk5OTk5OTk5OTk5", "cj0xJnA9eA==", "=", "é", "\0"]
)
@pytest.mark.parametrize("query", [{}, {"q": "orders"}])
def test_a_cursor_that_nobody_gave_is_404_or_a_page_but_no_crash(
    api: Callable[..., Any], source: Source, cursor: str, query: dict[str, str]
) -> None:
    pour(source, [table("marts.orders")])
    answer = api("", cursor=cursor, **query)
    assert isinstance(answer, dict) or answer.status_code in {400, 404}


def test_the_detail_has_columns_names_and_how_it_is_made(api: Callable[..., Any], source: Source) -> None:
    fact = table("marts.orders", ["id", "total"], aliases=("model.shop.orders",), code="select 1", meta={"team": "x"})
    pour(source, [fact])
    found = api(f"{Asset.objects.get().uuid}/")
    assert [(column["name"], column["position"]) for column in found["columns"]] == [("id", 1), ("total", 2)]
    assert {name["name"] for name in found["names"]} == {"db.marts.orders", "model.shop.orders"}
    assert (found["definition"]["code"], found["meta"]) == ("select 1", {"team": "x"})


def test_a_column_that_went_away_is_not_told(api: Callable[..., Any], source: Source) -> None:
    pour(source, [table("marts.orders", ["id", "gone"])])
    pour(source, [table("marts.orders", ["id"])])
    assert [column["name"] for column in api(f"{Asset.objects.get().uuid}/")["columns"]] == ["id"]


@pytest.mark.parametrize(
    "name",
    ["marts.orders", "MARTS.Orders", "db.marts.orders", "model.shop.orders", " marts.orders ", "DB.MARTS.ORDERS"],
)
def test_any_known_name_finds_the_asset(api: Callable[..., Any], source: Source, name: str) -> None:
    pour(source, [table("marts.orders", aliases=("model.shop.orders",))])
    assert api("lookup/", name=name)["path"] == "marts.orders"


def test_a_name_of_several_is_300_with_the_choices_and_a_namespace_decides(
    api: Callable[..., Any], source: Source
) -> None:
    pour(source, [table("marts.orders")])
    pour(SourceFactory(namespace="postgres://other"), [table("marts.orders")])
    response = api("lookup/", name="marts.orders")
    assert response.status_code == 300
    assert len(response.json()["assets"]) == 2
    assert api("lookup/", name="db.marts.orders", namespace="postgres://other")["namespace"] == "postgres://other"


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"name": "nothing"}, 404),
        ({}, 400),
        ({"name": "  "}, 400),
        ({"name": "a\0b"}, 404),
        ({"name": "x" * 100_000}, 404),
    ],
    ids=["unknown", "no name", "blank", "nul", "long"],
)
def test_a_look_up_that_finds_nothing_is_a_problem(
    api: Callable[..., Any], source: Source, query: dict[str, str], status: int
) -> None:
    response = api("lookup/", **query)
    assert (response.status_code, response["Content-Type"]) == (status, "application/problem+json")
    assert response.json()["status"] == status


@pytest.mark.parametrize("path", [f"{NOBODY}/", "x/", "1/"])
def test_an_id_of_nobody_is_404(api: Callable[..., Any], path: str) -> None:
    assert api(path).status_code == 404


@pytest.mark.parametrize(
    "text", ["'", '"', "a:*", "!", "&", "|", "<->", "%", "_", "\\", "\0", "(" * 500, "🦉", "a" * 5000, "*"]
)
def test_any_text_may_be_searched_for(api: Callable[..., Any], source: Source, text: str) -> None:
    pour(source, [table("marts.orders", owners=owned())])
    for name in ("q", "tag", "owner", "schema", "pii", "health", "kind", "domain"):
        assert isinstance(api("?" + urlencode({name: text})), dict), name


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_assets_cannot_be_written(
    client: Client, steward: User, bearer: Callable[..., dict[str, str]], method: str
) -> None:
    response = getattr(client, method)("/api/v1/assets/", {}, headers=bearer(steward, "read", "ingest"))
    assert response.status_code in {403, 405}
    assert response["Content-Type"] == "application/problem+json"


def test_nobody_signed_in_is_401_as_a_problem(client: Client) -> None:
    response = client.get("/api/v1/assets/")
    assert (response.status_code, response["Content-Type"]) == (401, "application/problem+json")


def test_a_list_of_200_costs_as_many_queries_as_a_list_of_2(
    api: Callable[..., Any], count_queries: Callable[[Callable[[], Any]], int]
) -> None:
    pour(SourceFactory(), platform(1))
    api("")
    few = count_queries(lambda: api("", limit=200))
    pour(SourceFactory(), platform(60))
    assert count_queries(lambda: api("", limit=200)) == few


def test_a_filter_without_a_value_filters_nothing(as_viewer: Client, source: Source) -> None:
    pour(source, [table("marts.orders")])
    answer = as_viewer.get("/api/v1/assets/?q=&kind=&platform=&schema=&tag=&pii=&owner=&health=").json()
    assert [row["path"] for row in answer["results"]] == ["marts.orders"]
