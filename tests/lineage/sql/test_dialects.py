"""What single dialects have: nested values, pivots, shards, and how each folds names."""

from __future__ import annotations

import pytest

from lineage.sql import UnknownDialect
from tests.lineage.sql.reading import Case, indirect, lineage, pairs

SALES = {"sales": ["region", "month", "amount"]}

CASES = {
    "a path into a variant": Case(
        "snowflake", "select v:a.b::int as x, v['k'] as y from t", {"X": "T.V transformation", "Y": "T.V transformation"}
    ),
    "flatten": Case(
        "snowflake", "select t.id, f.value:q::string as q from t, lateral flatten(input => t.v:items) f",
        {"ID": "T.ID", "Q": "T.V transformation"},
    ),
    "flatten as a table function": Case(
        "snowflake", "select value:q as q from t, table(flatten(input => v:items))", {"Q": "T.V transformation"}
    ),
    "flatten of what was flattened": Case(
        "snowflake",
        "select g.value as x from t, lateral flatten(t.v) f, lateral flatten(f.value:inner) g", {"X": "T.V transformation"},
    ),
    "a field of a struct": Case("bigquery", "select a.b.c from `p.d.t`", {"c": "p.d.t.a transformation"}),
    "a field behind the table's alias": Case("bigquery", "select t.a.b from p.d.x as t", {"b": "p.d.x.a transformation"}),
    "fields of the same struct": Case(
        "bigquery", "select w.x.id, w.y.id as other from p.d.t",
        {"id": "p.d.t.w transformation", "other": "p.d.t.w transformation"},
    ),
    "fields that the schema lists": Case(
        "bigquery", "select w.x.id, w.y.id as other from p.d.t", {"id": "p.d.t.w.x.id", "other": "p.d.t.w.y.id"},
        {"p.d.t": ["w.x.id", "w.y.id"]},
    ),
    "unnest": Case(
        "bigquery", "select t.id, u.z, o from p.d.t, unnest(t.items) as u with offset as o",
        {"id": "p.d.t.id", "z": "p.d.t.items transformation", "o": ""},
    ),
    "unnest as a value": Case("bigquery", "select u from p.d.t, unnest(tags) as u", {"u": "p.d.t.tags transformation"}),
    "an array in the from": Case("bigquery", "select i.sku from p.d.t, t.items as i", {"sku": "p.d.t.items transformation"}),
    "an array of a query": Case(
        "bigquery", "select array(select as struct x.a, x.b from unnest(items) as x) as q from p.d.t",
        {"q": "p.d.t.items transformation"},
    ),
    "a struct": Case("bigquery", "select struct(a as x, b as y) as s from p.d.t",
                     {"s": "p.d.t.a transformation, p.d.t.b transformation"}),
    "unnest of two arrays": Case(
        "trino", "select x, y from t cross join unnest(m, n) as u (x, y)", {"x": "t.m transformation", "y": "t.n transformation"}
    ),
    "a lateral view": Case(
        "hive", "select k, v, id from t lateral view explode(m) e as k, v",
        {"k": "t.m transformation", "v": "t.m transformation", "id": "t.id"},
    ),
    "a composite's field": Case("postgres", "select (c).d as e from t", {"e": "t.c transformation"}),
    "json operators": Case("postgres", "select a ->> 'k' as x, a #>> '{b,c}' as y from t",
                           {"x": "t.a transformation", "y": "t.a transformation"}),
    "a set of rows out of a function": Case("postgres", "select g.x, t.a from t, generate_series(1, t.n) as g (x)",
                                            {"x": "t.n transformation", "a": "t.a"}),
    "a pivot": Case(
        "snowflake", "select * from sales pivot (sum(amount) for month in ('jan', 'feb')) as p",
        {"region": "sales.region", "'jan'": "sales.amount aggregation", "'feb'": "sales.amount aggregation"}, SALES,
        "sales.month conditional",
    ),
    "a pivot with aliases and without a schema": Case(
        "bigquery", "select k, qa from p.d.t pivot (sum(x) for q in ('a' as qa, 'b'))",
        {"k": "p.d.t.k", "qa": "p.d.t.x aggregation"},
    ),
    "an unpivot": Case(
        "snowflake", "select k, m, amt from t unpivot (amt for m in (jan, feb))",
        {"K": "T.K", "M": "T.FEB conditional, T.JAN conditional", "AMT": "T.FEB, T.JAN"},
    ),
    "quoted names keep their case": Case(
        "snowflake", 'select "Abc" as "xYz", abc from "Raw"."T t"', {"xYz": "Raw.T t.Abc", "ABC": "Raw.T t.ABC"}
    ),
    "quoted names through a common table": Case(
        "snowflake", 'with c as (select "mixed" as "Mixed" from t) select "Mixed" from c', {"Mixed": "T.mixed"}
    ),
    "two names that differ in case alone": Case(
        "postgres", 'with c as (select a as "X", b as x from t) select "X" as p, x as q from c', {"p": "t.a", "q": "t.b"}
    ),
    "names that no quotes can keep": Case("tsql", "select [Name] from [dbo].[People]", {"name": "dbo.people.name"}),
    "the schema's spelling": Case("tsql", "select name from dbo.people", {"name": "dbo.People.Name"},
                                  {"dbo.People": ["Name"]}),
    "a daily shard": Case("bigquery", "select a from p.d.events_20240131", {"a": "p.d.events_*.a"}),
    "all shards": Case("bigquery", "select a from `p.d.events_*` where _table_suffix > '2024'", {"a": "p.d.events_*.a"}),
    "a shard by the schema of another": Case(
        "bigquery", "select * from p.d.events_20240131", {"a": "p.d.events_*.a"}, {"p.d.events_*": ["a"]}),
    "a date in a name that is no shard": Case("bigquery", "select a from p.d.sales_2024", {"a": "p.d.sales_2024.a"}),
    "a file on a stage": Case("snowflake", "select t.$1 as a, $2:b as c from @stage t", {"A": "", "C": ""}),
    "an alias in front": Case("tsql", "select Label = 'x', Id = ProductID from p", {"label": "", "id": "p.productid"}),
    "a title": Case("teradata", "select name, dob (title 'Birth') from e", {"name": "e.name", "dob": "e.dob"}),
    "connect by": Case("oracle", "select a from t start with p is null connect by prior id = p", {"A": "T.A"},
                       indirect="T.ID join, T.P filter, T.P join"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_dialect(name: str) -> None:
    case = CASES[name]
    found = lineage(case.sql, case.dialect, case.schema)
    assert found.warnings == ()
    assert pairs(found) == case.columns
    if case.indirect:
        assert indirect(found) == case.indirect


@pytest.mark.parametrize(
    ("given", "same"),
    [("ansi", ""), ("PostgreSQL", "postgres"), ("sqlserver", "tsql"), ("sparksql", "spark"), ("greenplum", "postgres")],
)
def test_dialects_have_many_names(given: str, same: str) -> None:
    assert lineage("select a from t", given) == lineage("select a from t", same)


def test_an_unknown_dialect_is_told() -> None:
    with pytest.raises(UnknownDialect, match="no dialect “cobol”; there are athena, bigquery"):
        lineage("select 1", "cobol")
