"""Search: the right one first, typing errors forgiven, nothing that somebody types is an error."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.facts import CheckStatus, ColumnFact
from catalog.models import Source
from catalog.search.request import PAGE, SearchRequest
from catalog.search.results import search
from catalog.search.typeahead import assets as typeahead
from portal.accounts.models import User
from tests.catalog.facts import checked, dashboard, owned
from tests.factories import SourceFactory, pour, table

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def shop(source: Source) -> Source:
    mail = (ColumnFact(name="customer_email", position=1, pii="email", pii_reason="declared"),)
    orders = table("raw.orders", ["id", "customer_id"], tags=("daily",), owners=owned())
    pour(
        source,
        [
            table(
                "marts.revenue_by_day", ["day", "revenue"], description="One row a day.", domain="finance", tier="gold"
            ),
            table("marts.revenue_by_country", ["country", "revenue"], domain="finance"),
            table("staging.stg_payments", ["payment_id", "amount"], description="Payments of stripe"),
            orders,
            replace(table("raw.customers"), columns=mail),
            table("marts.orders_enriched", ["order_id", "customerSegment"]),
            table("ml.churnScore", ["score"]),
            dashboard("Revenue Overview", description="What came in"),
            *checked(orders.key, status=CheckStatus.FAIL),
        ],
    )
    return source


@pytest.fixture
def find(viewer: User) -> Callable[..., list[str]]:
    """Paths of what is found, best first."""

    def ask(text: str = "", **chosen: Any) -> list[str]:
        query = QueryDict(mutable=True)
        query["q"] = text
        for name, values in chosen.items():
            query.setlist(name, values if isinstance(values, list) else [values])
        return [hit.asset.path for hit in search(viewer, SearchRequest.of(query)).hits]

    return ask


@pytest.fixture
def results(viewer: User) -> Callable[[str], Any]:
    return lambda query: search(viewer, SearchRequest.of(QueryDict(query)))


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("marts.revenue_by_day", "marts.revenue_by_day"),
        ("MARTS.REVENUE_BY_DAY", "marts.revenue_by_day"),
        ("db.marts.revenue_by_day", "marts.revenue_by_day"),
        ("revenue_by_day", "marts.revenue_by_day"),
        ("revenue by day", "marts.revenue_by_day"),
        ("revenuebyday", "marts.revenue_by_day"),
        ("rev day", "marts.revenue_by_day"),
        ("day revenue", "marts.revenue_by_day"),
        ("reven country", "marts.revenue_by_country"),
        ("payments", "staging.stg_payments"),
        ("stg_pay", "staging.stg_payments"),
        ("stripe", "staging.stg_payments"),
        ("payment_id", "staging.stg_payments"),
        ("churn score", "ml.churnScore"),
        ("churnScore", "ml.churnScore"),
        ("segment", "marts.orders_enriched"),
        ("customer_email", "raw.customers"),
        ("daily", "raw.orders"),
        ("lea@example.com", "raw.orders"),
        ("overview", "revenue_overview"),
        ("raw.orders", "raw.orders"),
        ("orders", "raw.orders"),
    ],
)
def test_what_was_meant_comes_first(find: Callable[..., list[str]], text: str, first: str) -> None:
    assert find(text)[0] == first


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("revenu_by_dya", "marts.revenue_by_day"),
        ("paymnets", "staging.stg_payments"),
        ("custmers", "raw.customers"),
        ("enrihced", "marts.orders_enriched"),
        ("countyr", "marts.revenue_by_country"),
    ],
)
def test_typing_errors_are_forgiven(find: Callable[..., list[str]], text: str, found: str) -> None:
    assert found in find(text)


def test_where_nothing_has_all_words_some_will_do_and_it_is_said(results: Callable[[str], Any]) -> None:
    found = results("q=payments+unicorns+galore")
    assert found.any_word
    assert found.hits[0].asset.path == "staging.stg_payments"
    assert not results("q=stg+payments").any_word


def test_a_widened_search_says_what_it_searched_for_instead(results: Callable[[str], Any]) -> None:
    assert "payments" in results("q=paymnets").instead["paymnets"]


def test_what_nothing_resembles_is_not_found(find: Callable[..., list[str]]) -> None:
    assert find("xylophone zeppelin") == []


def test_an_exact_name_wins_over_many_mentions(find: Callable[..., list[str]], source: Source) -> None:
    others = [table(f"z.t{n}", ["day"], description="day day day " * 50, tags=("day",), key=f"k{n}") for n in range(30)]
    pour(SourceFactory(), [*others, table("z.day")])
    assert find("z.day")[0] == find("day")[0] == "z.day"


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ({"kind": "dashboard"}, {"revenue_overview"}),
        ({"schema": "marts"}, {"marts.revenue_by_day", "marts.revenue_by_country", "marts.orders_enriched"}),
        ({"schema": ["ml", "staging"]}, {"ml.churnScore", "staging.stg_payments"}),
        ({"domain": "finance"}, {"marts.revenue_by_day", "marts.revenue_by_country"}),
        ({"domain": "finance", "tier": "gold"}, {"marts.revenue_by_day"}),
        ({"tag": "daily"}, {"raw.orders"}),
        ({"owner": "Lea M"}, {"raw.orders"}),
        ({"pii": "email"}, {"raw.customers"}),
        ({"health": "failing"}, {"raw.orders"}),
        ({"text": "revenue", "kind": "table"}, {"marts.revenue_by_day", "marts.revenue_by_country"}),
        ({"kind": "unheard of"}, set()),
    ],
    ids=lambda value: str(sorted(value) if isinstance(value, set) else value),
)
def test_filters_narrow_what_is_found(
    find: Callable[..., list[str]], chosen: dict[str, Any], expected: set[str]
) -> None:
    assert set(find(chosen.pop("text", ""), **chosen)) == expected


def test_a_facet_counts_what_the_other_facets_leave(results: Callable[[str], Any]) -> None:
    def counts(query: str, name: str) -> dict[str, int]:
        facets = {facet.name: facet for facet in results(query).facets}
        return {value.value: value.count for value in facets[name].values} if name in facets else {}

    assert counts("", "schema") == {"marts": 3, "raw": 2, "staging": 1, "ml": 1}
    assert counts("schema=marts", "schema") == counts("", "schema")
    assert counts("domain=finance", "schema") == {"marts": 2}
    assert counts("schema=raw", "domain") == {}
    assert counts("q=revenue", "kind") == {"table": 2, "dashboard": 1}
    assert counts("", "health") == {"failing": 1, "unchecked": 7}


def test_every_count_of_a_facet_is_what_choosing_it_gives(results: Callable[[str], Any]) -> None:
    for query in ("", "q=revenue", "schema=marts"):
        for facet in results(query).facets:
            for value in facet.values:
                if not value.chosen and not any(other.chosen for other in facet.values):
                    assert results(value.url.lstrip("?")).total == value.count, (query, facet.name, value.value)


def test_a_chosen_value_that_finds_nothing_can_be_taken_back(results: Callable[[str], Any]) -> None:
    found = results("schema=nowhere")
    (value,) = [v for facet in found.facets for v in facet.values if v.chosen]
    assert (value.value, value.count) == ("nowhere", 0)
    assert results(value.url.lstrip("?")).total == 8


def test_pages_show_everything_once_in_a_stable_order(results: Callable[[str], Any]) -> None:
    pour(SourceFactory(), [table(f"many.t{n:03}", description="needle") for n in range(2 * PAGE + 5)])
    pages = [results(f"q=needle&page={number}") for number in (1, 2, 3, 4)]
    paths = [[hit.asset.path for hit in page.hits] for page in pages]
    assert [len(page) for page in paths] == [PAGE, PAGE, 5, 0]
    assert len({path for page in paths for path in page}) == 2 * PAGE + 5
    assert (pages[0].total, pages[0].pages) == (2 * PAGE + 5, 3)


@pytest.mark.parametrize("page", ["0", "-1", "x", "99999999999999999999", "1e3", "٣"])
def test_a_page_that_cannot_be_is_a_page(results: Callable[[str], Any], page: str) -> None:
    assert results(f"page={page}").request.page >= 1


def test_results_can_be_in_order_of_names_or_of_changes(find: Callable[..., list[str]]) -> None:
    assert find(sort="name") == sorted(find(sort="name"))
    pour(SourceFactory(), [table("aaa.newest")])
    assert find(sort="changed")[0] == "aaa.newest"


def test_what_is_retired_is_not_found(find: Callable[..., list[str]], source: Source) -> None:
    pour(source, [table("raw.orders")])
    assert find("payments") == []
    assert find("raw.orders") == ["raw.orders"]


def test_what_is_deprecated_comes_after_its_equals(find: Callable[..., list[str]]) -> None:
    old, new = table("a.invoice", deprecated_at="2025-01-01"), table("b.invoice", key="b")
    pour(SourceFactory(), [old, new])
    assert find("invoice") == ["b.invoice", "a.invoice"]


def test_columns_that_match_are_named(results: Callable[[str], Any]) -> None:
    assert results("q=customer_id").hits[0].columns


def test_a_request_says_itself_in_its_url() -> None:
    query = QueryDict("q=a+b&schema=x&schema=y&health=failing&sort=name&page=3&unknown=1")
    request = SearchRequest.of(query)
    assert SearchRequest.of(QueryDict(request.url().lstrip("?"))) == request
    assert "unknown" not in request.url()


# --- while typing ----------------------------------------------------------------------------------------------------


def test_hits_while_typing_are_grouped_by_kind_with_the_exact_name_first(viewer: User) -> None:
    groups = typeahead(viewer, "revenue", 8)
    assert {group.label for group in groups} == {"Tables", "Dashboards"}
    for text in ("marts.revenue_by_country", "revenue_by_country"):
        assert typeahead(viewer, text, 8)[0].hits[0].path == "marts.revenue_by_country"


@pytest.mark.parametrize("text", ["r", "re", "rev", "revenue_b", "marts.rev", "Reve"])
def test_the_beginning_of_a_name_is_enough(viewer: User, text: str) -> None:
    paths = [hit.path for group in typeahead(viewer, text, 8) for hit in group.hits]
    assert any("revenue" in path or path.startswith("raw") for path in paths), paths


def test_there_are_no_more_hits_than_asked_for(viewer: User) -> None:
    pour(SourceFactory(), [table(f"many.needle_{n}") for n in range(20)])
    assert sum(len(group.hits) for group in typeahead(viewer, "needle", 8)) == 8


def test_while_typing_a_fragment_and_a_page_say_the_same(as_viewer: Client) -> None:
    page = as_viewer.get("/search/typeahead/?q=revenue").content.decode()
    part = as_viewer.get("/search/typeahead/?q=revenue", headers={"HX-Request": "true"}).content.decode()
    assert "<html" in page
    assert "<html" not in part
    for path in ("/datasets/marts.revenue_by_day/", "/dashboards/revenue_overview/"):
        assert path in page
        assert path in part


# --- whatever is typed ------------------------------------------------------------------------------------------------

TYPED = st.lists(
    st.sampled_from(
        ["'", '"', "\\", ":*", "&", "|", "!", "(", ")", "<->", "%", "_", "*", "\0", ";--", "revenue", "marts."]
    )
    | st.text(max_size=6),
    max_size=12,
).map("".join)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=TYPED, facet=st.sampled_from(["schema", "tag", "owner", "pii", "health", "kind", "domain", "tier", "platform"])
)
def test_nothing_that_is_typed_or_chosen_is_an_error(viewer: User, text: str, facet: str) -> None:
    query = QueryDict(mutable=True)
    query["q"] = text
    search(viewer, SearchRequest.of(query))
    query[facet] = text
    search(viewer, SearchRequest.of(query))
    typeahead(viewer, text.replace("\0", ""), 8)


@pytest.mark.parametrize("text", ["a" * 10_000, "a " * 5_000, "🦉" * 300, "ﷺ", "İ", "ß", "Ǆ", "\u0300", "१२३", "𝕬𝖇"])
def test_long_and_strange_letters_are_no_error(as_viewer: Client, text: str) -> None:
    for path in ("/search/", "/search/typeahead/"):
        assert as_viewer.get(path, {"q": text}).status_code == 200
