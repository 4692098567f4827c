"""Stars that stand for some columns alone: those that a pattern or a condition chooses."""

# ruff: noqa: E501 - one case a line reads better than one of five

from __future__ import annotations

import time

import pytest

from tests.lineage.sql.reading import Case, lineage, pairs

T = {"t": ["id", "v_a", "v_b"]}
VALUES = {"v_a": "t.v_a", "v_b": "t.v_b"}

CASES = {
    "a pattern without case": Case("snowflake", "select * ilike 'V%' from t", VALUES, T),
    "of one table": Case("snowflake", "select t.* ilike 'v%' rename (v_a as x) from t", {"X": "t.v_a", "v_b": "t.v_b"}, T),
    "a sign for any one": Case("duckdb", "select * like '__' from t", {"id": "t.id"}, T),
    "what does not match": Case("duckdb", "select * not like 'v%' from t", {"id": "t.id"}, T),
    "not similar": Case("duckdb", "select * not similar to 'v_.' from t", {"id": "t.id"}, T),
    "an expression": Case("duckdb", "select id, columns('^v_') from t", {"id": "t.id", **VALUES}, T),
    "an expression of ClickHouse": Case("clickhouse", "select columns('^v_') from t", VALUES, T),
    "an expression that gives names": Case("duckdb", r"select columns('v_(.)') as 'w\1' from t", {"wa": "t.v_a", "wb": "t.v_b"}, T),
    "a function": Case("duckdb", "select columns(c -> c like '%a' or c in ('id')) from t", {"id": "t.id", "v_a": "t.v_a"}, T),
    "a list": Case("duckdb", "select columns(['id', 'v_b']) from t", {"id": "t.id", "v_b": "t.v_b"}, T),
    "a list made of all": Case("duckdb", "select columns([x for x in (*) if not (x = 'id' or x <> 'v_a')]) from t", {"v_a": "t.v_a"}, T),
    "inside an expression": Case("duckdb", "select max(columns(* exclude (id))) from t", {"v_a": "t.v_a aggregation", "v_b": "t.v_b aggregation"}, T),
    "as several arguments": Case("duckdb", "select coalesce(*columns('v_.')) as v from t", {"v": "t.v_a transformation, t.v_b transformation"}, T),
    "in a filter": Case("duckdb", "select id from t where columns('v_.') > 1", {"id": "t.id"}, T),
    "a function on each": Case("clickhouse", "select * except (id) apply(sum) from t", {"sum(v_a)": "t.v_a aggregation", "sum(v_b)": "t.v_b aggregation"}, T),
    "of a table that nobody can count": Case("duckdb", "select max(columns('v_.')) from t", {"*": "t.* aggregation"}),
    "a column out of it": Case("duckdb", "select v_a from (select columns('v_.') from t)", {"v_a": "t.v_a"}),
    "a pattern that is none": Case("duckdb", "select columns('(') from t", {"id": "t.id", **VALUES}, T),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_which_columns_a_star_stands_for(case: Case) -> None:
    found = lineage(case.sql, case.dialect, case.schema)
    assert pairs(found) == case.columns
    assert found.warnings == ()


@pytest.mark.parametrize("pattern", ["(a+)+$", "a?" * 40 + "a" * 40, "(a|a)" * 30 + "$", ".*.*.*.*.*x", "%a" * 90])
def test_no_pattern_takes_long(pattern: str) -> None:
    started = time.process_time()
    lineage(f"select columns('{pattern}'), * like '{pattern}' from t", "duckdb", {"t": ["a" * 60 + "b"]})
    assert time.process_time() - started < 0.5
