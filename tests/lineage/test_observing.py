"""Statements that were run in a warehouse become edges that were observed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from catalog.facts import ColumnUseFact, EdgeFact, EdgeOrigin, MemoryFact, QueryFact
from catalog.models import Asset, Source
from lineage.models import Edge
from lineage.states import Confidence, Detail
from tests.factories import SourceFactory, pour, table
from tests.lineage.test_reading import RAW, pairs, seen

pytestmark = pytest.mark.django_db

OUT = seen("marts.out", ["id", "total"])


def query(sql: str, **changes: Any) -> QueryFact:
    return QueryFact(**{"key": "q1", "sql": sql, "dialect": "postgres", "database": "db", "schema": "public"} | changes)


def observed() -> Edge:
    return Edge.objects.open().get(confidence=Confidence.OBSERVED)


INSERT = "insert into marts.out (id, total) select id, sum(amount) from raw.pay where at > $1 group by id"


def test_an_insert_tells_columns_and_what_decides_its_rows(source: Source) -> None:
    run = pour(source, [RAW, OUT, query(INSERT)])
    assert pairs("marts.out") == {
        ("raw.pay", "id", "id", "identity"),
        ("raw.pay", "amount", "total", "aggregation"),
        ("raw.pay", "at", "", "filter"),
        ("raw.pay", "id", "", "group_by"),
    }
    statement = observed().statement
    assert statement is not None
    assert (observed().detail, statement.text, run.figures["queries"]) == (Detail.ALL, INSERT, 1)


def test_columns_without_names_are_those_of_the_table(source: Source) -> None:
    pour(source, [RAW, OUT, query("insert into marts.out select id, amount from raw.pay")])
    assert ("raw.pay", "amount", "total", "identity") in pairs("marts.out")


@pytest.mark.parametrize(
    "sql",
    [
        "merge into marts.out o using raw.pay p on o.id = p.id when matched then update set total = p.amount",
        "update marts.out o set total = p.amount from raw.pay p where p.id = o.id",
        'create table "db"."marts"."out__dbt_tmp" as (select id, amount as total from "db"."raw"."pay")',
    ],
)
def test_other_statements_write_too(source: Source, sql: str) -> None:
    pour(source, [RAW, OUT, query(sql)])
    assert ("raw.pay", "amount", "total", "identity") in pairs("marts.out")


def test_statements_that_nobody_understands_are_one_warning(source: Source) -> None:
    run = pour(
        source, [RAW, OUT, query("insert into ((( select", key="a"), query("insert into )))", key="b"), query(INSERT)]
    )
    assert run.figures["queries"] == 3
    assert observed().upstream.path == "raw.pay"


def test_tables_that_nobody_describes_make_no_edge_and_no_stub(source: Source) -> None:
    pour(
        source,
        [
            RAW,
            OUT,
            query("insert into tmp.x select id from raw.pay"),
            query("insert into marts.out select * from tmp.x"),
        ],
    )
    assert not Edge.objects.exists()


def test_no_longer_run_is_no_longer_told(source: Source) -> None:
    pour(source, [RAW, OUT, query(INSERT)])
    run = pour(source, [RAW, OUT])
    assert run.figures["edges_closed"] == 1


HISTORY = EdgeFact(
    upstream="raw.pay",
    downstream="marts.out",
    origin=EdgeOrigin.OBSERVED,
    columns=(ColumnUseFact("ID", "ID", "transformation"),),
)


def test_of_what_a_history_and_its_statement_tell_the_statement_tells_more(source: Source) -> None:
    pour(source, [RAW, OUT, HISTORY, query(INSERT)])
    assert observed().detail == Detail.ALL


def test_what_only_the_history_tells_stays(source: Source) -> None:
    more = EdgeFact(
        upstream="raw.pay", downstream="marts.out", origin=EdgeOrigin.OBSERVED, columns=(ColumnUseFact("at", "id"),)
    )
    pour(source, [RAW, OUT, more, query(INSERT)])
    assert ("raw.pay", "at", "id", "unknown") in pairs("marts.out")
    assert observed().detail == Detail.SOME


def test_what_statistics_forget_holds_for_some_days(source: Source) -> None:
    pour(source, [RAW, OUT, query(INSERT)])
    pour(source, [RAW, OUT, MemoryFact(days=30)])
    assert observed().detail == Detail.ALL
    Edge.objects.update(last_seen=timezone.now() - timedelta(days=29))
    pour(source, [RAW, OUT, MemoryFact(days=30)])
    assert observed().last_seen < timezone.now() - timedelta(days=28)
    Edge.objects.update(last_seen=timezone.now() - timedelta(days=31))
    pour(source, [RAW, OUT, MemoryFact(days=30)])
    assert not Edge.objects.open().filter(confidence=Confidence.OBSERVED).exists()


def test_what_is_told_otherwise_or_of_no_statistics_is_closed_at_once(source: Source) -> None:
    pour(source, [RAW, OUT, query(INSERT)])
    pour(source, [RAW, OUT, MemoryFact(days=30), query("insert into marts.out (id) select id from raw.pay")])
    assert pairs("marts.out") == {("raw.pay", "id", "id", "identity")}
    pour(source, [RAW, OUT])
    assert not Edge.objects.open().filter(confidence=Confidence.OBSERVED).exists()


def test_what_is_gone_from_the_warehouse_is_made_of_nothing_whatever_its_statistics_remember(source: Source) -> None:
    """Somebody else still tells of the table, so it stays."""
    there = replace(OUT, first_hand=True)
    pour(SourceFactory(), [table("marts.out", key="promised")])
    pour(source, [RAW, there, query(INSERT), MemoryFact(days=30)])
    assert observed().downstream.path == "marts.out"
    pour(source, [RAW, query(INSERT), MemoryFact(days=30)])
    assert Asset.objects.get(path="marts.out").gone_at
    assert not Edge.objects.open().filter(confidence=Confidence.OBSERVED)
    pour(source, [RAW, there, query(INSERT), MemoryFact(days=30)])
    assert observed().downstream.path == "marts.out"
