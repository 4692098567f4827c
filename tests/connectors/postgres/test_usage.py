"""Statements that were run become reads of tables."""

from __future__ import annotations

from datetime import date
from typing import Any

import psycopg
import pytest

from catalog.connectors.postgres.columns import Types
from catalog.connectors.postgres.relations import Found
from catalog.connectors.postgres.usage import facts
from catalog.facts import QueryFact, UsageFact, WarningFact
from tests.connectors.postgres.conftest import read

FOUND = Found(
    server={"database": "db"},
    schemas=[{"oid": 1, "name": "marts"}, {"oid": 2, "name": "public"}],
    relations=[
        {"oid": 10, "schema": 1, "name": "orders"},
        {"oid": 11, "schema": 1, "name": "users"},
        {"oid": 12, "schema": 2, "name": "users"},
    ],
    columns=[],
    constraints=[],
    dependencies=[],
    types=Types([], []),
)


def used(*rows: tuple[str, str, int]) -> list[Any]:
    statements = [{"query": query, "principal": principal, "calls": calls} for query, principal, calls in rows]
    return list(facts(statements, FOUND, day=date(2026, 3, 1), since="2026-02-01"))


def test_calls_are_summed_by_table_and_role() -> None:
    found = used(
        ("select * from marts.orders", "ana", 3),
        ("select 1 from MARTS.orders where a = $1", "ana", 4),
        ("select * from orders", "tom", 1),
    )
    assert [(fact.asset, fact.principal, fact.reads) for fact in found] == [
        ("db.marts.orders", "ana", 7),
        ("db.marts.orders", "tom", 1),
    ]
    assert found[0] == UsageFact(
        asset="db.marts.orders", day="2026-03-01", principal="ana", reads=7, running=True, since="2026-02-01"
    )


def test_a_bare_name_is_publics_or_the_only_one() -> None:
    assert [fact.asset for fact in used(("select * from users", "ana", 1))] == ["db.public.users"]


def test_tables_of_one_statement_were_joined() -> None:
    found = used(("select * from marts.orders o join marts.users u on u.id = o.user_id", "ana", 5))
    assert {fact.asset: fact.joined for fact in found} == {
        "db.marts.orders": (("db.marts.users", 5),),
        "db.marts.users": (("db.marts.orders", 5),),
    }


def test_writing_is_not_reading() -> None:
    found = used(("insert into marts.orders select * from marts.users", "etl", 1))
    assert [fact.asset for fact in found if isinstance(fact, UsageFact)] == ["db.marts.users"]
    assert used(("insert into marts.orders values ($1, $2)", "etl", 100)) == []


def test_a_statement_that_writes_out_of_tables_is_told_once() -> None:
    text = "/* dbt */ create table marts.made as (select * from marts.users)"
    found = used((text, "etl", 1), (text, "other", 2), ("select 1 from marts.users", "ana", 1))
    queries = [fact for fact in found if isinstance(fact, QueryFact)]
    assert [(one.sql, one.dialect, one.database, one.schema) for one in queries] == [(text, "postgres", "db", "public")]
    assert queries[0].key.startswith("pg_stat_statements ")


def test_what_cannot_be_read_is_counted_in_a_warning() -> None:
    found = used(("<insufficient privilege>", "", 9), ("select from where", "ana", 1), ("select '", "ana", 1))
    assert ["pg_read_all_stats" in found[0].message, "could not be parsed" in found[1].message] == [True, True]


def test_real_statements_are_counted(options: dict[str, str], warehouse: psycopg.Connection, database: str) -> None:
    warehouse.execute("SELECT pg_stat_statements_reset()")
    for _ in range(3):
        warehouse.execute(
            "SELECT o.amount FROM raw.orders o JOIN raw.customers c ON c.id = o.customer WHERE c.id = %s", [1]
        )
    found = {
        fact.asset: fact for fact in read(options | {"usage": "on", "samples": "5"}) if isinstance(fact, UsageFact)
    }
    orders = found[f"{database}.raw.orders"]
    assert (orders.reads, orders.principal, orders.running) == (3, "postgres", True)
    assert orders.joined == ((f"{database}.raw.customers", 3),)
    assert orders.since.startswith("20")
    again = {fact.asset: fact.reads for fact in read(options | {"usage": "on"}) if isinstance(fact, UsageFact)}
    assert again[f"{database}.raw.orders"] == 3, "our own samples are nobody's reads"


def test_without_the_extension_there_is_a_word(options: dict[str, str]) -> None:
    found = read(options | {"usage": "on", "database": "postgres"})
    assert any(isinstance(fact, WarningFact) and "not in this database" in fact.message for fact in found)


@pytest.mark.parametrize("word", ["off", "no", "0"])
def test_it_can_be_turned_off(options: dict[str, str], word: str) -> None:
    assert not [fact for fact in read(options | {"usage": word}) if isinstance(fact, UsageFact)]
