"""The schema tab of a dataset's page."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from catalog.facts import AssetFact, ColumnFact
from catalog.models import Asset, Domain, Source
from catalog.queries import schema
from catalog.queries.schema import nested
from catalog.services.contracts import save_contract
from tests.factories import SourceFactory, pour, table

pytestmark = pytest.mark.django_db


def seen(name: str, *columns: ColumnFact, **changes: Any) -> AssetFact:
    fact = table(name, key=f"db.{name}", columns_known=True, materialized="", **changes)
    return replace(fact, columns=columns)


def column(name: str, position: int = 1, **changes: Any) -> ColumnFact:
    return ColumnFact(name=name, position=position, observed=True, **changes)


@pytest.fixture
def two_sources(source: Source) -> None:
    pour(source, [table("marts.orders", columns=("id", "gone"))])
    warehouse = SourceFactory(title="Warehouse")
    pour(warehouse, [seen("marts.orders", column("id"), column("new", 2))])


def test_it_says_where_sources_differ(two_sources: None, as_viewer: Client) -> None:
    page = as_viewer.get("/datasets/marts.orders/").content.decode()
    assert "shop documents 1 column that the warehouse does not have" in page
    assert "shop does not know 1 column of the warehouse" in page
    assert "shop documents it, the warehouse does not have it" in page


def test_what_was_not_seen_is_told_only_where_somebody_looks(source: Source, as_viewer: Client) -> None:
    pour(source, [table("marts.orders")])
    assert "not seen in the warehouse" not in as_viewer.get("/datasets/marts.orders/").content.decode()
    SourceFactory(kind="postgres", namespace="postgres://elsewhere")
    assert "not seen in the warehouse" not in as_viewer.get("/datasets/marts.orders/").content.decode()
    SourceFactory(kind="postgres", namespace=source.namespace)
    assert "not seen in the warehouse" in as_viewer.get("/datasets/marts.orders/").content.decode()


def test_the_drawer_of_a_column_says_it_too(two_sources: None, as_viewer: Client) -> None:
    assert "Shop documents it, the warehouse does not have it" in drawer(as_viewer, "gone")
    assert "Not known to shop" in drawer(as_viewer, "new")
    assert "Its sources do not agree" not in drawer(as_viewer, "id")


def test_the_drawer_of_a_column_says_what_the_contract_promises(
    two_sources: None, as_viewer: Client, steward: Any
) -> None:
    text = "model: {name: orders, columns: [{name: id, type: integer, tests: [not_null]}, {name: gone, type: text}]}"
    save_contract(asset=Asset.objects.get(), content=text.encode(), by=steward)
    assert 'promises <span class="data-name">integer</span>, never empty.' in drawer(as_viewer, "id")
    assert "It is not in the table." in drawer(as_viewer, "gone")
    assert "readers use it at their own risk" in drawer(as_viewer, "new")


def drawer(client: Client, column: str) -> str:
    return " ".join(client.get(f"/datasets/marts.orders/?column={column}").content.decode().split())


def test_only_what_differs_can_be_shown(two_sources: None, as_viewer: Client) -> None:
    page = as_viewer.get("/datasets/marts.orders/?tab=schema&show=differences").content.decode()
    assert 'data-row="gone ' in page
    assert 'data-row="id ' not in page
    assert "Show all columns" in page


def test_parts_stand_below_their_column(source: Source, as_viewer: Client) -> None:
    names = ("home", "home.city", "home.at", "home.at.lat", "v1.2", "id")
    pour(source, [seen("raw.users", *(column(name, at) for at, name in enumerate(names)))])
    columns = list(Asset.objects.get().columns.order_by("-position"))
    rows = [(depth, name) for _, depth, name in nested(columns)]
    assert rows == [(0, "id"), (0, "v1.2"), (0, "home"), (1, "at"), (2, "lat"), (1, "city")]
    assert "col-depth-2" in as_viewer.get("/datasets/raw.users/").content.decode()


def test_a_foreign_key_leads_to_its_target(source: Source, as_viewer: Client) -> None:
    orders = seen("raw.orders", column("user_id", foreign_key="raw.users.id"))
    pour(source, [orders, seen("raw.users", column("id"))])
    assert 'href="/datasets/raw.users/?column=id"' in as_viewer.get("/datasets/raw.orders/").content.decode()


def test_a_foreign_key_into_what_is_hidden_names_nothing(
    source: Source, as_viewer: Client, restricted: Domain, viewer: Any
) -> None:
    orders = seen("raw.orders", column("user_id", foreign_key="hr.salaries.id"))
    pour(source, [orders, seen("hr.salaries", column("id"), domain="people")])
    page = as_viewer.get("/datasets/raw.orders/").content.decode()
    assert "salaries" not in page


def test_a_foreign_key_to_what_nobody_knows_is_a_name(source: Source, viewer: Any) -> None:
    pour(source, [seen("raw.orders", column("user_id", foreign_key="other.users.id"))])
    row = schema.of_asset(viewer, Asset.objects.get()).rows[0]
    assert row.target is not None
    assert (row.target.path, row.target.column, row.target.asset) == ("other.users", "id", None)


def test_the_number_of_statements_does_not_grow_with_the_columns(
    source: Source, viewer: Any, count_queries: Any
) -> None:
    def tables(number: int) -> list[AssetFact]:
        targets = [seen(f"raw.t{at}", column("id")) for at in range(number)]
        keys = [column(f"c{at}", at, foreign_key=f"raw.t{at}.id") for at in range(number)]
        return [*targets, seen("raw.wide", *keys)]

    pour(source, tables(1))
    wide = Asset.objects.get(title="wide")
    few = count_queries(lambda: schema.of_asset(viewer, wide))
    pour(source, tables(40))
    assert count_queries(lambda: schema.of_asset(viewer, wide)) == few


def test_what_the_source_says_beside_is_shown(source: Source, as_viewer: Client) -> None:
    meta = {"partitioned by": "RANGE (at)", "checks": ["<b>x</b>"], "nothing": "", **{f"k{at}": at for at in range(9)}}
    pour(source, [seen("raw.events", column("at"), meta=meta, altered_at="2026-03-01T10:00:00Z")])
    page = as_viewer.get("/datasets/raw.events/").content.decode()
    assert "Properties" in page
    assert "RANGE (at)" in page
    assert "5 more properties" in page
    assert "<b>x</b>" not in page
