"""A whole account, through the real connector."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from catalog.capabilities import BadInput
from catalog.connectors.snowflake.reader import SnowflakeReader
from catalog.facts import AssetFact, Fact, Kind, Relation, WarningFact
from catalog.models import Asset, IngestionRun
from tests.factories import SourceFactory, pour, table
from tests.lineage.test_reading import pairs


def read(options: dict[str, str]) -> list[Fact]:
    return list(SnowflakeReader().read([], options))


def assets(options: dict[str, str]) -> dict[str, AssetFact]:
    return {fact.key: fact for fact in read(options) if isinstance(fact, AssetFact)}


def test_databases_schemas_tables_and_views_are_found(options: dict[str, str]) -> None:
    assert {key: fact.kind for key, fact in assets(options).items()} == {
        "SHOP": Kind.DATABASE,
        "SHOP.MARTS": Kind.SCHEMA,
        "SHOP.RAW": Kind.SCHEMA,
        "SHOP.RAW.ORDERS": Kind.TABLE,
        "SHOP.RAW.RECENT": Kind.VIEW,
        "SHOP.MARTS.Mixed Case": Kind.TABLE,
    }


def test_columns_have_types_and_nulls(options: dict[str, str]) -> None:
    orders = assets(options)["SHOP.RAW.ORDERS"]
    assert orders.description == "All orders"
    assert [(column.name, column.data_type, column.nullable) for column in orders.columns] == [
        ("ID", "NUMBER(38,0)", False),
        ("MAIL", "VARCHAR(255)", False),
        ("AMOUNT", "NUMBER(12,2)", True),
        ("PLACED_AT", "TIMESTAMP_TZ", True),
        ("DOC", "VARIANT", True),
    ]


@pytest.mark.django_db
def test_a_view_has_lineage_column_by_column(options: dict[str, str]) -> None:
    pour(SourceFactory(kind="snowflake", namespace="snowflake://acme-eu"), read(options))
    assert pairs("RAW.RECENT") == {
        ("RAW.ORDERS", "ID", "ID", "identity"),
        ("RAW.ORDERS", "MAIL", "MAIL", "identity"),
    }


def test_views_have_their_sql(options: dict[str, str]) -> None:
    assert "SELECT ID, MAIL FROM RAW.ORDERS" in assets(options)["SHOP.RAW.RECENT"].code


def test_what_it_may_not_ask_is_a_warning_and_not_the_end(options: dict[str, str]) -> None:
    """fakesnow knows neither keys of a whole database nor ACCOUNT_USAGE, like a role without rights."""
    messages = [fact.message for fact in read(options | {"account_usage": "on"}) if isinstance(fact, WarningFact)]
    starts = ("tags are", "the SQL of secure", "primary keys", "foreign keys", "what views", "nobody knows")
    assert [any(message.startswith(start) for message in messages) for start in starts] == [True] * 6


def test_no_database_of_the_name_is_told(options: dict[str, str]) -> None:
    with pytest.raises(BadInput, match="shows no database of NOWHERE"):
        read(options | {"databases": "NOWHERE"})


def test_the_connection_can_be_tried(options: dict[str, str]) -> None:
    assert SnowflakeReader().test(options).endswith(", 1 database")


def test_nobody_there_is_one_line_without_the_key(options: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catalog.connectors.snowflake.connecting.LOGIN_SECONDS", 1)
    with pytest.raises(BadInput, match="cannot be reached") as error:
        read(options | {"port": "1"})
    assert "PRIVATE" not in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.django_db
def test_it_is_the_same_asset_that_dbt_names_in_small_letters(
    options: dict[str, str], ingest: Callable[..., IngestionRun]
) -> None:
    source = SourceFactory(kind="snowflake", namespace="snowflake://acme-eu", options=options)
    run = ingest(source)
    assert run.error == ""
    assert run.figures["created"] == 6
    assert ingest(source).figures["changed"] == 0
    small = Relation(database="shop", schema="raw", identifier="orders")
    dbt = SourceFactory(namespace="snowflake://acme-eu")
    assert pour(dbt, [table("raw.orders", platform="snowflake", relation=small)]).figures["created"] == 0
    assert Asset.objects.get(name="SHOP.RAW.ORDERS").sightings.count() == 2
