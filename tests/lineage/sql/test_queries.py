"""Queries: every construct by one small statement, and what each of its columns is made of."""

# ruff: noqa: E501 - one case a line reads better than one of five

from __future__ import annotations

import pytest

from tests.lineage.sql.reading import Case, indirect, lineage, pairs

SHOP = {"orders": ["id", "customer_id", "amount"], "customers": ["id", "name", "city"]}

CASES = {
    "a column": Case("", "select a from t", {"a": "t.a"}),
    "an alias": Case("", "select t.a as b from t", {"b": "t.a"}),
    "an expression": Case("", "select a + b as c from t", {"c": "t.a transformation, t.b transformation"}),
    "a cast": Case("", "select cast(a as int) as c from t", {"c": "t.a transformation"}),
    "parentheses change nothing": Case("", "select (a) as c from t", {"c": "t.a"}),
    "a literal": Case("", "select 1 as one, a from t", {"one": "", "a": "t.a"}),
    "an aggregate": Case("", "select sum(a) as s from t", {"s": "t.a aggregation"}),
    "an aggregate of an expression": Case("", "select sum(a * b) s from t", {"s": "t.a aggregation, t.b aggregation"}),
    "an aggregate that sqlglot has no class for": Case("postgres", "select json_agg(a) as s from t", {"s": "t.a aggregation"}),
    "a count of rows": Case("", "select count(*) as n from t", {"n": ""}),
    "a filtered aggregate": Case(
        "postgres", "select count(*) filter (where a > 1) as n, sum(b) filter (where c) as s from t",
        {"n": "t.a filter", "s": "t.b aggregation, t.c filter"},
    ),
    "an ordered aggregate": Case(
        "postgres", "select string_agg(a, ',' order by b) as s from t", {"s": "t.a aggregation, t.b order_by"}
    ),
    "a percentile is of what it orders by": Case(
        "postgres", "select percentile_cont(0.5) within group (order by a) as m from t", {"m": "t.a aggregation"}
    ),
    "a condition": Case(
        "", "select case when a > 1 then b else c end as d from t",
        {"d": "t.a conditional, t.b transformation, t.c transformation"},
    ),
    "a condition on its own value": Case(
        "", "select case when a > 0 then a end as b from t", {"b": "t.a transformation"}
    ),
    "iff, nvl2 and decode": Case(
        "snowflake", "select iff(a > 1, b, c) as x, nvl2(a, b, c) as y, decode(a, 1, b, c) as z from t",
        dict.fromkeys("XYZ", "T.A conditional, T.B transformation, T.C transformation"),
    ),
    "a window": Case(
        "", "select row_number() over (partition by a order by b) as n, sum(c) over (partition by a) as s from t",
        {"n": "t.a window, t.b window", "s": "t.a window, t.c aggregation"},
    ),
    "a value of another row": Case(
        "", "select lag(a) over (order by b) as p from t", {"p": "t.a transformation, t.b window"}
    ),
    "a named window": Case(
        "", "select sum(a) over w as s from t window w as (partition by b order by c)",
        {"s": "t.a aggregation, t.b window, t.c window"},
    ),
    "a lambda's parameter is no column": Case(
        "duckdb", "select list_transform(a, x -> x + b) as c from t", {"c": "t.a transformation, t.b transformation"}
    ),
    "a common table": Case("", "with c as (select a as b from t) select b from c", {"b": "t.a"}),
    "a chain of common tables": Case(
        "", "with c as (select sum(a) as b from t), d as (select b + 1 as e from c) select e from d", {"e": "t.a aggregation"}
    ),
    "the column list of a common table": Case("", "with c (x, y) as (select a, b from t) select y from c", {"y": "t.b"}),
    "a common table inside another": Case(
        "", "with c as (with d as (select a from t) select a from d) select a from c", {"a": "t.a"}
    ),
    "a common table named like the table it reads": Case(
        "", "with orders as (select amount from orders) select amount from orders", {"amount": "orders.amount"}
    ),
    "a common table does not hide a table of a schema": Case(
        "", "with t as (select a from u) select t.a, s.a as b from t join x.t as s on true", {"a": "u.a", "b": "x.t.a"}
    ),
    "a common table that nobody reads": Case("", "with c as (select a from t) select b from u", {"b": "u.b"}),
    "a recursive common table": Case(
        "postgres",
        "with recursive c as (select id, parent, 1 as depth from t union all"
        " select t.id, c.parent, c.depth + 1 from t join c on t.parent = c.id) select id, parent, depth from c",
        {"id": "t.id", "parent": "t.parent", "depth": ""},
        indirect="t.id join, t.parent join",
    ),
    "recursion without the word": Case(
        "tsql", "with c as (select a from t union all select c.a from c join u on u.k = c.a) select a from c", {"a": "t.a"}
    ),
    "columns that change places in a recursion": Case(
        "postgres",
        "with recursive c(x, y) as (select a, b from t union all select y, x from c) select x from c",
        {"x": "t.a, t.b"},
    ),
    "a subquery": Case("", "select x.b from (select a as b from t) as x", {"b": "t.a"}),
    "a subquery without an alias": Case("", "select b from (select a as b from t)", {"b": "t.a"}),
    "a scalar subquery": Case(
        "", "select (select max(b) from u where u.k = t.k) as m, a from t", {"m": "u.b aggregation", "a": "t.a"},
        indirect="t.k filter, u.k filter",
    ),
    "a correlated column": Case("", "select (select t.a + u.b from u) as c from t", {"c": "t.a transformation, u.b transformation"}),
    "a subquery without a table of its own": Case(
        "", "select (select a + b) as c from t", {"c": "t.a transformation, t.b transformation"}
    ),
    "exists gives no value": Case(
        "", "select exists (select 1 from u where u.k = t.k) as e from t", {"e": ""}, indirect="t.k filter, u.k filter"
    ),
    "a subquery in a filter": Case(
        "", "select a from t where k in (select j from u where v > 1)", {"a": "t.a"},
        indirect="t.k filter, u.j filter, u.v filter",
    ),
    "a union by position": Case("", "select a, b from t union all select c, d from u", {"a": "t.a, u.c", "b": "t.b, u.d"}),
    "a union of stars without schemas": Case("", "select * from t union all select * from u", {"*": "t.*, u.*"}),
    "a column out of such a union": Case(
        "", "with c as (select * from t union all select * from u) select a from c", {"a": "t.a, u.a"}
    ),
    "a union by name": Case(
        "duckdb", "select a, b from t union all by name select b, a from u", {"a": "t.a, u.a", "b": "t.b, u.b"}
    ),
    "what an except removes": Case("", "select a from t except select b from u", {"a": "t.a"}, indirect="u.b filter"),
    "an intersection": Case("", "select a from t intersect select b from u", {"a": "t.a, u.b"}),
    "an order by of a union": Case("", "select a from t union select b from u order by a", {"a": "t.a, u.b"},
                                   indirect="t.a order_by, u.b order_by"),
    "a star without a schema": Case("", "select * from t", {"*": "t.*"}),
    "a star with a schema": Case("", "select * from customers", {c: f"customers.{c}" for c in SHOP["customers"]}, SHOP),
    "a star of one of two": Case(
        "", "select c.*, o.amount from orders o join customers c on c.id = o.customer_id",
        {"id": "customers.id", "name": "customers.name", "city": "customers.city", "amount": "orders.amount"}, SHOP,
        "customers.id join, orders.customer_id join",
    ),
    "a column behind stars": Case(
        "", "with c as (select * from t), d as (select *, a + 1 as n from c) select a, n, z from d",
        {"a": "t.a", "n": "t.a transformation", "z": "t.z"},
    ),
    "a column behind two stars without schemas": Case(
        "", "with c as (select x.*, y.* from x join y on true) select a from c", {"a": "?.a"}
    ),
    "except and replace": Case(
        "bigquery", "select * except (city) replace (upper(name) as name) from customers",
        {"id": "customers.id", "name": "customers.name transformation"}, SHOP,
    ),
    "except and replace without a schema": Case(
        "bigquery", "with c as (select * except (x) replace (a + b as a) from t) select a, c from c",
        {"a": "t.a transformation, t.b transformation", "c": "t.c"},
    ),
    "exclude and rename": Case(
        "snowflake", "select * exclude (id) rename (name as label) from customers",
        {"LABEL": "customers.name", "city": "customers.city"}, SHOP,
    ),
    "a column without a qualifier, by the schema": Case(
        "", "select amount, city from orders o join customers c on o.customer_id = c.id",
        {"amount": "orders.amount", "city": "customers.city"}, SHOP,
    ),
    "a column that only one side can have": Case(
        "", "with c as (select a from t) select a, b from c join u on true", {"a": "t.a", "b": "u.b"}
    ),
    "a column that nobody can place": Case("", "select a from t join u on t.k = u.k", {"a": "?.a"}, indirect="t.k join, u.k join"),
    "a column of using": Case(
        "", "select k, a from (select k from t) join (select k, a from u) using (k)", {"k": "t.k, u.k", "a": "u.a"},
        indirect="t.k join, u.k join",
    ),
    "a column of using stands once in a star": Case(
        "", "select * from orders join customers using (id)",
        {"id": "customers.id, orders.id", "customer_id": "orders.customer_id", "amount": "orders.amount",
         "name": "customers.name", "city": "customers.city"}, SHOP,
    ),
    "a natural join": Case("", "select * from a natural join b", {"k": "a.k, b.k", "x": "a.x", "y": "b.y"},
                           {"a": ["k", "x"], "b": ["k", "y"]}, "a.k join, b.k join"),
    "a semi join is not in the star": Case(
        "spark", "select * from orders left semi join customers on orders.customer_id = customers.id",
        {c: f"orders.{c}" for c in SHOP["orders"]}, SHOP, "customers.id join, orders.customer_id join",
    ),
    "parentheses around a join": Case("", "select y.a from ((t as x join u as y on x.k = y.k))", {"a": "u.a"}),
    "a lateral subquery": Case("postgres", "select x.b from t cross join lateral (select t.a + 1 as b) as x", {"b": "t.a transformation"}),
    "cross apply": Case("tsql", "select x.b from t cross apply (select u.c as b from u where u.k = t.k) as x", {"b": "u.c"}),
    "an alias of the same list": Case("snowflake", "select a + 1 as b, b * 2 as c from t",
                                      {"B": "T.A transformation", "C": "T.A transformation"}),
    "a column before its alias": Case("snowflake", "select upper(a) as a, a as b from t", {"A": "T.A transformation", "B": "T.A"}),
    "an alias where the dialect has no such thing": Case("postgres", "select a as b, b as c from t", {"b": "t.a", "c": "t.b"}),
    "an alias that can be nothing else": Case("", "select amount as a, a + 1 as b from orders",
                                              {"a": "orders.amount", "b": "orders.amount transformation"}, SHOP),
    "group by": Case("", "select a, sum(b) as s from t group by a having sum(c) > 1", {"a": "t.a", "s": "t.b aggregation"},
                     indirect="t.a group_by, t.c filter"),
    "group by a place": Case("", "select a as x, count(*) as n from t group by 1 order by 2", {"x": "t.a", "n": ""}, indirect="t.a group_by"),
    "order by an alias": Case("", "select a as x from t order by x", {"x": "t.a"}, indirect="t.a order_by"),
    "qualify": Case("snowflake", "select a from t qualify row_number() over (partition by k order by d) = 1", {"A": "T.A"},
                    indirect="T.D filter, T.K filter"),
    "distinct on": Case("postgres", "select distinct on (k) a from t", {"a": "t.a"}, indirect="t.k group_by"),
    "a filter far below": Case("", "with c as (select a from t where f > 1) select a from c", {"a": "t.a"}, indirect="t.f filter"),
    "rows of values": Case("", "select a, b from (values (1, 2)) as v (a, b)", {"a": "", "b": ""}),
    "from first": Case("duckdb", "from t select a", {"a": "t.a"}),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_query(name: str) -> None:
    case = CASES[name]
    found = lineage(case.sql, case.dialect, case.schema)
    assert found.warnings == ()
    assert pairs(found) == case.columns
    if case.indirect:
        assert indirect(found) == case.indirect
