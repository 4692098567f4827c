"""Every form in which real tools write one name comes to the same pair (shared/corpus/TRAPS.md shows who writes what)."""

from __future__ import annotations

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.identity import candidates, naming
from catalog.identity.naming import PARTS, PATHS, PORTS, instance, normalise

SNOWFLAKE = ("snowflake://acme-eu", "PROD.SALES.ORDERS")
POSTGRES = ("postgres://db.example.com", "shop.marts.orders")
LEGACY = ("snowflake://xy12345.eu-central-1.aws", "PROD.SALES.ORDERS")


def test_the_examples_hold() -> None:
    assert doctest.testmod(naming).failed == 0
    assert doctest.testmod(candidates).failed == 0


@pytest.mark.parametrize(
    ("namespace", "name", "expected"),
    [
        ("snowflake://acme-eu", "PROD.SALES.ORDERS", SNOWFLAKE),
        ("snowflake://ACME-EU", "prod.sales.orders", SNOWFLAKE),
        ("snowflake://acme_eu", "PROD.sales.Orders", SNOWFLAKE),
        ("snowflake://acme-eu.snowflakecomputing.com", '"PROD"."SALES"."orders"', SNOWFLAKE),
        ("snowflake://acme-eu.privatelink.snowflakecomputing.com:443", "PROD.SALES.ORDERS", SNOWFLAKE),
        ("", "snowflake://acme-eu/PROD/SALES/ORDERS", SNOWFLAKE),
        ("snowflake://acme-eu/PROD", "SALES.ORDERS", SNOWFLAKE),
        ("snowflake://acme-eu/PROD/SALES", "orders", SNOWFLAKE),
        ("snowflake://acme-eu/OTHER", "PROD.SALES.ORDERS", SNOWFLAKE),
        ("snowflake://XY12345.eu-central-1.aws", "PROD.SALES.ORDERS", LEGACY),
        ("snowflake://xy12345.eu-central-1", "PROD.SALES.ORDERS", LEGACY),
        ("postgres://db.example.com:5432", "shop.marts.orders", POSTGRES),
        ("postgres://db.example.com", "shop.marts.orders", POSTGRES),
        ("postgresql://ana:secret@DB.example.com:5432/shop", "marts.orders", POSTGRES),
        ("", "postgres://db.example.com:5432/shop/marts/orders", POSTGRES),
        ("postgres://db.example.com:5433", "shop.marts.orders", ("postgres://db.example.com:5433", POSTGRES[1])),
        ("bigquery", "project.Dataset.t", ("bigquery", "project.Dataset.t")),
        ("", "bigquery://project/Dataset/t", ("bigquery", "project.Dataset.t")),
        ("bigquery://project", "Dataset.t", ("bigquery", "project.Dataset.t")),
        ("mysql://h:3306", "`shop`.`Orders`", ("mysql://h", "shop.orders")),
        ("mssql://h", "[shop].[dbo].[Orders]", ("sqlserver://h", "shop.dbo.orders")),
        ("trino://h:8080", "hive.default.t", ("trino://h", "hive.default.t")),
        ("duckdb:///lake/Shop.db", "shop.main.Orders", ("duckdb:///lake/Shop.db", "shop.main.orders")),
        ("duckdb://duckdb.db", "duckdb.main.orders", ("duckdb://duckdb.db", "duckdb.main.orders")),
        ("file", "/lake/cll_test/Tbl1/", ("file", "/lake/cll_test/Tbl1")),
        ("", "file:///lake/cll_test/Tbl1", ("file", "/lake/cll_test/Tbl1")),
        ("hdfs://nn:8020", "/user/hive/warehouse/t1", ("hdfs://nn", "/user/hive/warehouse/t1")),
        ("", "hdfs://nn:8020/user/hive/warehouse/t1", ("hdfs://nn", "/user/hive/warehouse/t1")),
        ("", "s3a://lake/raw/orders/", ("s3://lake", "raw/orders")),
        ("s3://lake", "/raw/orders", ("s3://lake", "raw/orders")),
        ("kafka://Broker:9092", "shop.Orders", ("kafka://broker", "shop.Orders")),
        ("", "kafka://broker/shop.Orders", ("kafka://broker", "shop.Orders")),
        ("looker://h", "Board One", ("looker://h", "Board One")),
        ("", "marts.Orders", ("", "marts.Orders")),
    ],
)
def test_all_forms_come_to_the_same_pair(namespace: str, name: str, expected: tuple[str, str]) -> None:
    assert normalise(namespace, name) == expected


SCHEMES = st.sampled_from([*PARTS, *PATHS, "postgresql", "s3a", "duckdb", "looker", ""])
PIECES = st.sampled_from(
    [*'.:/@-_"`[] \n', "5432", "443", "a", "B", "ß", "İ", "x.y", "eu-central-1", "file", "s3://", ""]
)
TEXTS = st.lists(PIECES, max_size=9).map("".join) | st.text(max_size=20)
NAMESPACES = st.tuples(SCHEMES, st.sampled_from(["://", ":", ""]), TEXTS).map("".join)


@given(NAMESPACES, TEXTS | NAMESPACES)
def test_normalising_twice_changes_nothing(namespace: str, name: str) -> None:
    once = normalise(namespace, name)
    assert normalise(*once) == once


@given(NAMESPACES)
def test_an_instance_stays_what_it_is(namespace: str) -> None:
    assert instance(instance(namespace)) == instance(namespace)


@given(st.sampled_from(sorted(PORTS)), st.from_regex(r"[a-z][a-z0-9]{0,8}(\.[a-z]{1,5})?", fullmatch=True))
def test_the_default_port_goes_without_saying(scheme: str, host: str) -> None:
    assert normalise(f"{scheme}://{host}:{PORTS[scheme]}", "a.b.c") == normalise(f"{scheme}://{host}", "a.b.c")


@given(st.sampled_from(["snowflake", "postgres", "mysql"]), st.text("aBc_1", min_size=1))
def test_quotes_and_case_do_not_part_what_is_one(scheme: str, table: str) -> None:
    space = f"{scheme}://h"
    assert normalise(space, f'"D"."{table}"') == normalise(space, f"d.{table.swapcase()}")
