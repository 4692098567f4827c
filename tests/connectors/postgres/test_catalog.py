"""What PostgreSQL's catalog says becomes facts."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from catalog.capabilities import BadInput
from catalog.connectors.postgres import connecting
from catalog.connectors.postgres.reader import PostgresReader
from catalog.facts import AssetFact, EdgeFact, Fact, Kind
from tests.connectors.postgres.conftest import read, table


@pytest.fixture
def facts(options: dict[str, str]) -> list[Fact]:
    return read(options)


def test_the_database_and_its_schemas_are_assets(facts: list[Fact], database: str) -> None:
    kinds = {fact.key: fact.kind for fact in facts if isinstance(fact, AssetFact)}
    assert kinds[database] == Kind.DATABASE
    assert kinds[f"{database}.marts"] == Kind.SCHEMA
    assert (
        next(
            fact for fact in facts if isinstance(fact, AssetFact) and fact.kind == Kind.SCHEMA and fact.title == "marts"
        ).description
        == "What people read"
    )


def test_every_relation_has_its_kind_partitions_are_their_parent_and_extensions_bring_none(facts: list[Fact]) -> None:
    found = {
        fact.key.partition(".")[2]: fact.kind
        for fact in facts
        if isinstance(fact, AssetFact) and fact.relation and fact.relation.schema
    }
    assert found == {
        "raw.customers": Kind.TABLE,
        "raw.orders": Kind.TABLE,
        "raw.Order Lines": Kind.TABLE,
        "raw.events": Kind.TABLE,
        "marts.revenue": Kind.VIEW,
        "marts.best": Kind.MATERIALIZED_VIEW,
        "scratch.junk": Kind.TABLE,
    }


def test_columns_have_full_types_nulls_comments_and_defaults(facts: list[Fact]) -> None:
    columns = {column.name: column for column in table(facts, "raw.customers").columns}
    assert columns["id"].data_type == "bigint"
    assert columns["id"].nullable is False
    assert columns["id"].meta == {"identity": "always"}
    assert columns["mail"].description == "Where to write"
    assert columns["mail"].meta == {"domain over": "text"}
    assert columns["favourite"].meta == {"default": "'red'::raw.colour", "labels": ["red", 'it\'s "blue"']}
    assert columns["scores"].data_type == "numeric(10,2)[]"
    assert columns["loud"].meta == {"generated": "stored: upper((mail)::text)"}
    assert all(column.observed for column in columns.values())


def test_parts_of_composite_types_are_columns_below_their_own(facts: list[Fact]) -> None:
    names = [column.name for column in table(facts, "raw.customers").columns]
    assert names[2:8] == ["home", "home.street", "home.city", "home.at", "home.at.lat", "home.at.lon"]
    assert "others.city" in names
    assert [column.position for column in table(facts, "raw.customers").columns] == list(range(1, len(names) + 1))


def test_keys_point_where_they_should(facts: list[Fact]) -> None:
    orders, lines = table(facts, "raw.orders"), table(facts, "raw.Order Lines")
    assert orders.primary_key == ("customer", "number")
    assert {column.name: column.foreign_key for column in orders.columns if column.foreign_key} == {
        "customer": "raw.customers.id"
    }
    assert [column.foreign_key for column in lines.columns] == ["raw.orders.customer", "raw.orders.number", ""]
    assert table(facts, "raw.customers").meta["unique"] == ["mail"]
    assert orders.meta["checks"] == ["CHECK ((amount >= (0)::numeric))"]


def test_views_have_their_code_and_what_they_are_made_of(facts: list[Fact], database: str) -> None:
    revenue = table(facts, "marts.revenue")
    assert "sum(o.amount)" in revenue.code
    assert [column.nullable for column in revenue.columns] == [None, None]
    edges = {(fact.upstream, fact.downstream) for fact in facts if isinstance(fact, EdgeFact)}
    assert edges == {
        (f"{database}.raw.customers", f"{database}.marts.revenue"),
        (f"{database}.raw.orders", f"{database}.marts.revenue"),
        (f"{database}.marts.revenue", f"{database}.marts.best"),
    }


def test_rows_and_sizes_are_known_where_somebody_counted(facts: list[Fact]) -> None:
    customers, events = table(facts, "raw.customers"), table(facts, "raw.events")
    assert customers.row_count == 50
    assert (customers.size_bytes or 0) > 8192
    assert events.row_count == 70
    assert events.meta["partitioned by"] == "RANGE (at)"
    assert events.meta["partitions"] == 2
    assert table(facts, "marts.revenue").row_count is None


def test_schemas_are_chosen_by_patterns(options: dict[str, str]) -> None:
    found = read(options | {"schemas": "ra*, marts", "exclude": "marts"})
    assert {fact.relation.schema for fact in found if isinstance(fact, AssetFact) and fact.relation} == {"", "raw"}
    assert not [fact for fact in found if isinstance(fact, EdgeFact)]


def test_a_table_made_meanwhile_shows_up(options: dict[str, str], warehouse: psycopg.Connection) -> None:
    warehouse.execute("CREATE TABLE scratch.new_one (id int PRIMARY KEY)")
    assert table(read(options), "scratch.new_one").primary_key == ("id",)
    warehouse.execute("DROP TABLE scratch.new_one")


def test_a_table_that_stays_locked_ends_the_run_in_plain_words(
    options: dict[str, str], warehouse: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connecting, "_LIMITS", "SET LOCAL lock_timeout = '50ms'; SET LOCAL search_path = pg_catalog")
    with warehouse.transaction(), pytest.raises(BadInput, match="a table was locked"):
        warehouse.execute("LOCK TABLE raw.orders IN ACCESS EXCLUSIVE MODE")
        read(options)


def test_the_number_of_questions_does_not_grow_with_the_tables(
    options: dict[str, str], monkeypatch: pytest.MonkeyPatch, warehouse: psycopg.Connection
) -> None:
    sent: list[object] = []
    execute = psycopg.Connection.execute

    def noted(self: psycopg.Connection, query: Any, *values: Any) -> Any:
        sent.append(query)
        return execute(self, query, *values)

    def asked() -> int:
        sent.clear()
        with monkeypatch.context() as patch:
            patch.setattr(psycopg.Connection, "execute", noted)
            read(options)
        return len(sent)

    few = asked()
    for number in range(20):
        warehouse.execute(f"CREATE TABLE scratch.many_{number} (id int)".encode())
    assert asked() == few
    for number in range(20):
        warehouse.execute(f"DROP TABLE scratch.many_{number}".encode())


def test_the_connection_can_be_tried(options: dict[str, str], database: str) -> None:
    said = PostgresReader().test(options | {"schemas": "raw,marts"})
    assert said.startswith("PostgreSQL 18.")
    assert said.endswith(f"database {database}, 2 schemas")
