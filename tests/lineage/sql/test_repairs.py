"""What the parser does not know of a dialect, said in words that it does."""

# ruff: noqa: E501 - one case a line reads better than one of five

from __future__ import annotations

import time

import pytest

from tests.lineage.sql.reading import Case, lineage, pairs

PEOPLE = {"s": ["id", "a"], "d.s": ["id", "a"]}
BIDS = "table(tumble(table bids, descriptor(at), interval '10' minutes))"

CASES = {
    "a statement in quotes": Case("bigquery", "execute immediate 'insert into d.t (x) select a from d.s'", {"d.t.x": "d.s.a"}),
    "a statement in quotes and parentheses": Case("tsql", "exec (N'insert into t (x) select a + ''!'' from s')", {"t.x": "s.a transformation"}),
    "a statement in quotes inside a procedure": Case(
        "oracle", "begin execute immediate 'insert into t (x) select a from s' using n; end;", {"T.X": "S.A"}
    ),
    "a statement in quotes with parameters": Case("tsql", "exec sp_executesql N'insert into t (x) select a from s', N'@k int', @k = 1", {"t.x": "s.a"}),
    "an update from a table without an alias": Case("teradata", "update t from d.s set x = s.a where s.id = t.id", {"t.x": "d.s.a"}),
    "a window that begins anew": Case(
        "teradata", "select sum(a) over (order by b reset when c > 1) as s from t", {"s": "t.a aggregation, t.b window"}
    ),
    "rows out of an array": Case("databricks", "select id, posexplode(xs) from t", {"id": "t.id", "pos": "t.xs transformation", "col": "t.xs transformation"}),
    "set": Case("bigquery", "from d.s |> set a = a + id, id = 1", {"id": "", "a": "d.s.a transformation, d.s.id transformation"}, PEOPLE),
    "drop and rename": Case("databricks", "from s |> rename id as k |> drop a", {"k": "s.id"}, PEOPLE),
    "unload": Case("redshift", "unload ('select a from s where b = ''x''') to 's3://b/x' iam_role default", {"s3://b/x.a": "s.a"}),
    "unload of a query": Case("athena", "unload (select a from s) to 's3://b/x' with (format = 'orc')", {"s3://b/x.a": "s.a"}),
    "a merge without duplicates": Case("redshift", "merge into t using s on t.id = s.id remove duplicates", {"t.id": "s.id", "t.a": "s.a"}, PEOPLE),
    "a merge that widens": Case(
        "databricks", "merge with schema evolution into t using s on t.id = s.id when not matched then insert *", {"t.id": "s.id", "t.a": "s.a"}, PEOPLE
    ),
    "changes that are applied": Case(
        "databricks", "apply changes into live.t from stream(live.s) keys (id) sequence by at columns * except (a) stored as scd type 2", {"t.id": "s.id"}, PEOPLE
    ),
    "a change of rows": Case("clickhouse", "alter table d.t on cluster c update a = b + 1 where c = 1", {"d.t.a": "d.t.b transformation"}),
    "a window of time": Case("spark", "select window(at, '1 day').start as s from t group by window(at, '1 day')", {"s": "t.at transformation"}),
    "a window of a stream": Case(
        "flink", f"select window_start, item from {BIDS}", {"window_start": "bids.at transformation", "item": "bids.item"}
    ),
    "statements of one job": Case(
        "flink", "execute statement set begin insert into t select a from s; insert into u select b from s; end;", {"t.a": "s.a", "u.b": "s.b"}
    ),
    "a watermark": Case(
        "flink", "create table k (id int, at timestamp, watermark for at as at - interval '5' second) with ('connector' = 'kafka'); insert into t select id from k",
        {"k.id": "", "k.at": "", "t.id": "k.id"},
    ),
    "a name for an expression": Case("teradata", "select a + b (named c), d (title 'D') from t", {"c": "t.a transformation, t.b transformation", "d": "t.d"}),
    "a file by its path": Case("spark", "select a from delta.`/mnt/x`", {"a": "/mnt/x.a"}),
    "a function that is called like another": Case("flink", "select split(a) as b from t", {"b": "t.a transformation"}),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_what_others_write_is_read(case: Case) -> None:
    found = lineage(case.sql, case.dialect, case.schema)
    assert pairs(found) == case.columns
    assert found.warnings == ()


@pytest.mark.parametrize(
    "dialect", ["spark", "tsql", "redshift", "bigquery", "clickhouse", "trino", "duckdb", "oracle", "postgres"]
)
@pytest.mark.parametrize(
    "part",
    ["unload (", ";unload ('", "exec 'a", "execute immediate '", "|> set a = (", "table(tumble(table a", "table(tumble(table a,descriptor(",
     "apply changes into a from stream(", ", watermark for a as (", "subset a = (", "output deleted.a ", "delete from a output deleted.a where ",
     "as pivot ", "create function f(", "for r in (select ", "cursor c is select ", "declare a, ", "return (", "window(a"],
)  # fmt: skip
def test_nothing_that_is_never_closed_takes_long(dialect: str, part: str) -> None:
    started = time.process_time()
    lineage(part * (20_000 // len(part)), dialect)
    assert time.process_time() - started < 2
