"""Rows that become columns, columns that become rows, and rows that a pattern finds."""

# ruff: noqa: E501 - one case a line reads better than one of five

from __future__ import annotations

import pytest

from tests.lineage.sql.reading import Case, indirect, lineage, pairs

SALES = {"sales": ["region", "q", "amt"]}
MONTHS = {"m": ["id", "dept", "jan", "feb"]}
TURNED = {"id": "m.id", "dept": "m.dept", "k": "m.feb conditional, m.jan conditional", "v": "m.feb, m.jan"}
TICKS = {"ticks": ["sym", "at", "price"]}

CASES = {
    "a statement": Case(
        "duckdb", "pivot sales on q in ('a', 'b') using sum(amt) group by region",
        {"region": "sales.region", "a": "sales.amt aggregation", "b": "sales.amt aggregation"}, SALES, "sales.q conditional",
    ),
    "a statement with names": Case(
        "duckdb", "pivot sales on q in (1, 2) using sum(amt) as s, max(amt)",
        {"region": "sales.region", **dict.fromkeys(("1_s", "1_MAX(amt)", "2_s", "2_MAX(amt)"), "sales.amt aggregation")}, SALES,
    ),
    "a statement over two columns": Case(
        "duckdb", "pivot sales on region in ('x'), q in ('a', 'b') using sum(amt)",
        {"x_a": "sales.amt aggregation", "x_b": "sales.amt aggregation"}, SALES,
    ),
    "values that nobody listed": Case(
        "duckdb", "pivot sales on q using sum(amt)", {"region": "sales.region", "*": "sales.amt aggregation"}, SALES
    ),
    "a statement that only counts": Case("duckdb", "pivot sales on q in ('a') group by region", {"region": "sales.region", "a": ""}),
    "a statement that makes a table": Case(
        "duckdb", "create table p as pivot sales on q in ('a') using sum(amt) group by region",
        {"p.region": "sales.region", "p.a": "sales.amt aggregation"},
    ),
    "a statement in a FROM": Case("duckdb", "select x.region from (pivot sales on q using sum(amt)) as x", {"region": "sales.region"}, SALES),
    "a statement behind WITH": Case(
        "duckdb", "with s as (select region as r, q, amt from sales), p as (pivot s on q in ('a') using sum(amt)) select * from p",
        {"r": "sales.region", "a": "sales.amt aggregation"},
    ),
    "columns to rows": Case("duckdb", "unpivot m on jan, feb into name k value v", TURNED, MONTHS),
    "all columns but some to rows": Case("duckdb", "unpivot m on columns(* exclude (id, dept)) into name k value v", TURNED, MONTHS),
    "columns to rows without names": Case(
        "duckdb", "unpivot m on jan, feb", {"id": "m.id", "dept": "m.dept", "name": TURNED["k"], "value": TURNED["v"]}, MONTHS
    ),
    "several columns to each row": Case(
        "duckdb", "unpivot m on (id, jan) as a, (dept, feb) into name k value v, w",
        {"k": "m.dept conditional, m.feb conditional, m.id conditional, m.jan conditional", "v": "m.dept, m.id", "w": "m.feb, m.jan"}, MONTHS,
    ),
    "any value": Case(
        "snowflake", "select * from sales pivot (sum(amt) for q in (any order by q))",
        {"region": "sales.region", "*": "sales.amt aggregation"}, SALES,
    ),
    "values out of a query": Case(
        "snowflake", "select * from sales pivot (sum(amt) for q in (select code from quarters))",
        {"region": "sales.region", "*": "sales.amt aggregation"}, SALES, "QUARTERS.CODE conditional, sales.q conditional",
    ),
    "one row for a match": Case(
        "snowflake",
        "select * from ticks match_recognize (partition by sym order by at measures first(a.price) as lo, last(price) as hi, match_number() as n"
        " one row per match pattern (a b+) define b as b.price > a.price)",
        {"SYM": "ticks.sym", "LO": "ticks.price aggregation", "HI": "ticks.price aggregation", "N": ""}, TICKS,
        "ticks.at order_by, ticks.price filter, ticks.sym group_by",
    ),
    "all rows of a match": Case(
        "trino",
        "select m.price, m.at, m.p from ticks match_recognize (partition by sym order by at measures s.price as p all rows per match pattern (a b+)"
        " subset s = (a, b) define b as b.price > prev(price)) as m",
        {"price": "ticks.price", "at": "ticks.at", "p": "ticks.price"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_what_turned_columns_are_made_of(case: Case) -> None:
    found = lineage(case.sql, case.dialect, case.schema)
    assert pairs(found) == case.columns
    assert found.warnings == ()
    if case.indirect:
        assert indirect(found) == case.indirect
