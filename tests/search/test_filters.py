"""Filters as they are written: each finds what it says, and what is chosen is the same thing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.models import Asset, AssetOwner, Contract, ContractTable, Favourite, Follow, Keeping, Source
from catalog.search.filters import FILTERS
from catalog.search.request import SearchRequest
from catalog.search.results import matching
from portal.accounts.models import User
from quality.models import Health
from tests.factories import DomainFactory, SourceFactory, pour, table
from tests.search.world import ask, change, paths, term

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shop")]
ALL = {
    *("marts.revenue_by_day", "marts.revenue_by_country", "staging.stg_payments", "raw.orders", "raw.customers"),
    *("marts.orders_old", "revenue_overview"),
}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("schema:marts -deprecated", {"marts.revenue_by_day", "marts.revenue_by_country"}),
        ("schema:MARTS,raw kind:table -schema:marts", {"raw.orders", "raw.customers"}),
        ("schema:db.staging", {"staging.stg_payments"}),
        ('tag:"gold layer"', {"marts.revenue_by_country"}),
        ("owner:lea@example.com", {"raw.orders"}),
        ("pii:yes", {"raw.customers"}),
        ("pii:email", {"raw.customers"}),
        ("-pii:no", {"raw.customers"}),
        ("deprecated:yes", {"marts.orders_old"}),
        ("is:deprecated", {"marts.orders_old"}),
        ("column:email", {"raw.customers"}),
        ("column:customer_", {"raw.orders", "raw.customers"}),
        ("rows:>1m", {"staging.stg_payments"}),
        ("rows:1..5k", set()),
        ("updated:<1d", ALL),
        ("updated:>1d", set()),
        ("has:description", {"marts.revenue_by_day", "staging.stg_payments", "revenue_overview"}),
        ("has:owner", {"raw.orders"}),
        ("kind:dashboard revenue", {"revenue_overview"}),
        ("revenue -country", {"marts.revenue_by_day", "revenue_overview"}),
        ('"revenue by" day', {"marts.revenue_by_day"}),
        ('-"by day" revenue', {"marts.revenue_by_country", "revenue_overview"}),
        ("domain:Finance tier:gold", {"marts.revenue_by_day"}),
        ("rows:many", set()),
        ("kind:unheard", set()),
        ("owner:", ALL),
    ],
)
def test_a_filter_finds_what_it_says(viewer: User, text: str, found: set[str]) -> None:
    assert set(paths(viewer, text)) == found


def test_what_is_mine_and_what_i_keep(viewer: User, steward: User) -> None:
    kept = change("raw.orders", certified_at=timezone.now())
    Favourite.objects.create(user=viewer, asset=kept)
    Follow.objects.create(user=steward, asset=kept)
    assert paths(viewer, "is:favourite") == paths(steward, "is:followed") == ["raw.orders"]
    assert paths(viewer, "is:followed") == paths(steward, "is:favourite") == []
    assert paths(viewer, "is:certified") == paths(viewer, "certified:yes") == ["raw.orders"]


def test_a_contract_is_a_filter(viewer: User) -> None:
    contract = Contract.objects.create(key="orders.yml", title="Orders")
    ContractTable.objects.create(contract=contract, name="orders", asset=change("raw.orders"))
    assert paths(viewer, "contract:yes") == paths(viewer, "has:contract") == ["raw.orders"]
    assert "raw.orders" not in paths(viewer, "contract:no")


def test_a_term_is_known_by_its_slug_its_name_and_its_synonyms(viewer: User, steward: User) -> None:
    term("Net Revenue", steward, synonyms=["takings"])
    change("marts.revenue_by_day", terms=["net-revenue"])
    for text in ("term:net-revenue", 'term:"Net revenue"', "term:takings"):
        assert paths(viewer, text) == ["marts.revenue_by_day"]


def test_a_hidden_term_is_no_term(viewer: User, steward: User) -> None:
    hidden = DomainFactory(slug="people", restricted=True)
    term("Salary", steward, domain=hidden, synonyms=["pay cheque"])
    change("marts.revenue_by_day", terms=["salary"])
    assert paths(viewer, "term:salary") == []
    assert ask(viewer, "salary").also == []


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("colour:red", "no filter “colour”"),
        ("owner:", "still needs a value"),
        ("rows:many", "written like rows:>1m"),
        ("contract:perhaps", "takes yes, no"),
    ],
)
def test_what_means_less_than_was_meant_is_told(viewer: User, text: str, hint: str) -> None:
    assert hint in " ".join(ask(viewer, text).hints)


def test_every_example_of_the_help_is_understood(viewer: User) -> None:
    for kind in FILTERS.values():
        assert ask(viewer, kind.example).hints == [], kind.example


def test_what_is_chosen_and_what_is_written_are_one_thing() -> None:
    written = SearchRequest.of(QueryDict("q=revenue+kind:table+schema:a,b"))
    chosen = SearchRequest.of(QueryDict("q=revenue&kind=table&schema=a&schema=b"))
    assert written == chosen
    assert written.url() == "?q=revenue&kind=table&schema=a&schema=b"
    assert written.written == "revenue kind:table schema:a,b"


def test_choosing_changes_the_first_filter_of_a_facet_and_leaves_the_others() -> None:
    request = SearchRequest.of(QueryDict("q=x+tag:a+tag:b+-tag:c"))
    assert request.toggled("tag", "d").written == "x tag:a,d tag:b -tag:c"
    assert request.toggled("tag", "a").written == "x tag:b -tag:c"
    assert SearchRequest.of(QueryDict(request.url()[1:])) == request


def test_each_chip_takes_away_one_thing(viewer: User) -> None:
    found = ask(viewer, "revenue schema:marts,raw -tag:old -country")
    assert [(chip.label, chip.value, chip.negated) for chip in found.chips] == [
        ("Without", "country", True),
        ("Schema", "marts", False),
        ("Schema", "raw", False),
        ("Tag", "old", True),
    ]
    without = [SearchRequest.of(QueryDict(chip.url[1:])).written for chip in found.chips]
    assert without[1] == "revenue -country schema:raw -tag:old"
    assert without[3] == "revenue -country schema:marts,raw"


def test_one_schema_name_in_two_databases_is_two_facet_values(viewer: User) -> None:
    pour(SourceFactory(namespace="postgres://other"), [table("marts.margin", key="m")])
    change("marts.margin", database="other")
    (facet,) = (facet for facet in ask(viewer, "").facets if facet.name == "schema")
    values = {value.value: value.count for value in facet.values}
    assert (values["db.marts"], values["other.marts"]) == (3, 1)
    assert paths(viewer, "schema:other.marts") == ["marts.margin"]


def test_the_api_reads_the_same(as_viewer: Client) -> None:
    def found(query: dict[str, str]) -> set[str]:
        return {asset["path"] for asset in as_viewer.get("/api/v1/assets/", query).json()["results"]}

    assert found({"q": "revenue -country kind:table"}) == {"marts.revenue_by_day"}
    assert found({"q": "schema:raw"}) == found({"schema": "raw"}) == {"raw.orders", "raw.customers"}


def test_a_cursor_is_exact_in_both_directions(as_viewer: Client) -> None:
    pour(SourceFactory(), [table(f"many.needle_{n:02}") for n in range(25)])
    there, back = [], []
    page: Any = as_viewer.get("/api/v1/assets/?q=needle&limit=4").json()
    while True:
        there.append([asset["path"] for asset in page["results"]])
        if not page["next"]:
            break
        page = as_viewer.get(page["next"]).json()
    while page:
        back.append([asset["path"] for asset in page["results"]])
        page = as_viewer.get(page["previous"]).json() if page["previous"] else None
    assert back == there[::-1]
    assert len({path for paths_ in there for path in paths_}) == 25


def test_a_whole_result_can_be_had_at_once(viewer: User) -> None:
    pour(SourceFactory(), [table(f"many.needle_{n:02}") for n in range(25)])
    request = SearchRequest.of(QueryDict("q=needle+updated:<7d"))
    assert matching(viewer, request).count() == 25


def test_sorts(viewer: User, shop: Source) -> None:
    change("raw.customers", popularity=50)
    assert paths(viewer, "", sort="popularity")[0] == "raw.customers"
    change("raw.orders", altered_at=timezone.now() - timedelta(hours=1))
    assert paths(viewer, "", sort="freshness")[0] == "raw.orders"


def test_only_what_could_have_a_contract_lacks_one(viewer: User) -> None:
    assert "revenue_overview" not in paths(viewer, "contract:no")
    assert set(paths(viewer, "contract:no")) == ALL - {"revenue_overview"}
    (facet,) = [facet for facet in ask(viewer, "contract:no").facets if facet.name == "contract"]
    assert [(value.value, value.count) for value in facet.values] == [("no", len(ALL) - 1)]


def test_a_contract_that_is_broken_can_be_found(viewer: User) -> None:
    contract = Contract.objects.create(key="orders.yml", title="Orders")
    broken = change("raw.orders")
    ContractTable.objects.create(contract=contract, name="orders", asset=broken)
    Keeping.objects.create(asset=broken, in_force=True, clauses=2, checked=2, broken=1)
    assert paths(viewer, "contract:broken") == ["raw.orders"]
    (facet,) = [facet for facet in ask(viewer, "").facets if facet.name == "contract"]
    assert {value.value: value.count for value in facet.values} == {"yes": 1, "broken": 1, "no": len(ALL) - 2}


def test_freshness_is_a_filter(viewer: User) -> None:
    Health.objects.create(asset=change("raw.orders"), status="warn", rank=3, freshness="warn")
    Health.objects.create(asset=change("raw.customers"), status="pass", rank=1, freshness="pass")
    Health.objects.create(asset=change("marts.orders_old"), status="pass", rank=1)
    assert paths(viewer, "freshness:late") == ["raw.orders"]
    assert paths(viewer, "freshness:fresh") == ["raw.customers"]
    assert set(paths(viewer, "freshness:unknown")) == ALL - {"raw.orders", "raw.customers"}
    assert set(paths(viewer, "-freshness:unknown")) == {"raw.orders", "raw.customers"}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.sampled_from(["", "revenue", "marts"]),
    chosen=st.sampled_from(
        [
            *(("pii", value) for value in ("yes", "no", "any", "email", "EMAIL")),
            *(("is", value) for value in ("certified", "deprecated", "Favourite", "followed", "owned")),
            *(("owner", value) for value in ("me", "viewer", "VIEWER", "nobody")),
            *(("domain", value) for value in ("finance", "Finance", "FINANCE")),
            *(("schema", value) for value in ("marts", "MARTS", "analytics.marts")),
            *(("contract", value) for value in ("yes", "no", "false", "broken")),
            *(("kind", "table"), ("platform", "postgres"), ("tag", "gold layer"), ("tier", "GOLD")),
            *(("health", "unchecked"), ("freshness", "Unknown")),
        ]
    ),
    further=st.sampled_from(["", "schema:marts", "-deprecated", "pii:no"]),
)
def test_the_figure_of_what_is_chosen_is_that_of_the_results(
    viewer: User, text: str, chosen: tuple[str, str], further: str
) -> None:
    orders = Asset.objects.get(path="marts.orders_old")
    Favourite.objects.get_or_create(user=viewer, asset=orders)
    AssetOwner.objects.get_or_create(asset=orders, user=viewer, name=viewer.username)
    facet, value = chosen
    found = ask(viewer, f"{text} {further}", **{facet: value})
    (shown,) = [one for told in found.facets if told.name == facet for one in told.values if one.chosen]
    if not found.any_word and not found.instead:
        assert (shown.count, facet) == (found.total, facet)


def test_each_of_several_chosen_values_has_its_own_figure(viewer: User) -> None:
    found = ask(viewer, "pii:no,email,yes")
    (facet,) = [told for told in found.facets if told.name == "pii"]
    assert {one.value: one.count for one in facet.values if one.chosen} == {"no": 6, "email": 1, "yes": 1}
