"""Forms that only some dialects have."""

# ruff: noqa: E501 - one case a line reads better than one of five

from __future__ import annotations

import pytest

from tests.lineage.sql.reading import Case, indirect, lineage, pairs

PEOPLE = {"t": ["id", "a"], "s": ["id", "b"]}

CASES = {
    "an interval of a column's length": Case(
        "postgres", "select d + interval (n) day as e from t", {"e": "t.d transformation, t.n transformation"}
    ),
    "a lambda's parameter is a column again behind it": Case(
        "clickhouse", "select arrayMap(x -> x + k, xs) as r, concat(arrayMap(x -> x, ys), x) as y from t",
        {"r": "t.k transformation, t.xs transformation", "y": "t.x transformation, t.ys transformation"},
    ),
    "a list made of another": Case(
        "duckdb", "select [x * k for x in xs if x > m] as r from t",
        {"r": "t.k transformation, t.m filter, t.xs transformation"},
    ),
    "a dictionary's name is no column": Case(
        "clickhouse", "select dictGet(shop.kinds, 'name', kind) as n from t", {"n": "t.kind transformation"}
    ),
    "a map of all columns": Case(
        "snowflake", "select object_construct(*) as o from t", {"O": "t.a transformation, t.id transformation"}, PEOPLE
    ),
    "all of a function that names nothing": Case("trino", "select * from unnest(array[1]) as u", {"*": ""}),
    "all of an array's elements": Case("postgres", "select id, u.* from t, unnest(t.a) as u", {"id": "t.id", "*": "t.a transformation"}, PEOPLE),
    "a column out of all of a function": Case("bigquery", "select b from (select * from unnest((select a from t)))", {"b": "t.a transformation"}),
    "all that FLATTEN gives": Case(
        "snowflake", "select f.* from t, table(flatten(t.a)) f",
        dict.fromkeys(("SEQ", "KEY", "PATH", "INDEX", "VALUE", "THIS"), "t.a transformation"), PEOPLE,
    ),
    "the number of an element": Case(
        "postgres", "select u.v, u.n from t cross join lateral unnest(t.a) with ordinality as u(v, n)",
        {"v": "t.a transformation", "n": ""}, PEOPLE,
    ),
    "rows without a name": Case("", "select * from (values (1, 2))", {"column1": "", "column2": ""}),
    "an alias inside parentheses": Case("", "select x.a from ((select a from t) as x)", {"a": "t.a"}),
    "a stream of a table": Case("databricks", "create streaming table d as select a from stream(t)", {"d.a": "t.a"}),
    "a table without what was replaced in it": Case("clickhouse", "select a from db.t final", {"a": "db.t.a"}),
    "all of one side of USING is its own": Case("", "select t.* from t join s using (id)", {"id": "t.id", "a": "t.a"}, PEOPLE),
    "the other side of a semi join gives nothing": Case(
        "duckdb", "select *, id as i from t semi join s using (id)", {"id": "t.id", "a": "t.a", "i": "t.id"}, PEOPLE,
        "s.id join, t.id join",
    ),
    "an upsert": Case(
        "postgres", "insert into t (id, a) select id, b from s on conflict (id) do update set a = excluded.a + t.a",
        {"t.id": "s.id", "t.a": "s.b, t.a transformation"},
    ),
    "an upsert of MySQL": Case(
        "mysql", "insert into t (id, a) select id, b from s on duplicate key update a = values(a) + t.a",
        {"t.id": "s.id", "t.a": "s.b, t.a transformation"},
    ),
    "an upsert's own column": Case(
        "postgres", "insert into t as x (id, a) select id, b from s on conflict (id) do update set a = a + 1",
        {"t.id": "s.id", "t.a": "s.b, t.a transformation"},
    ),
    "REPLACE INTO": Case("mysql", "replace into t (id, a) select id, b from s", {"t.id": "s.id", "t.a": "s.b"}),
    "a merge USING a column": Case(
        "duckdb", "merge into t using s using (id) when matched then update set a = s.b", {"t.a": "s.b"}, PEOPLE,
        "s.id join, t.id join",
    ),
    "a merge of all columns": Case(
        "databricks", "merge into t using s on t.id = s.id when matched then update * when not matched then insert *",
        {"t.id": "s.id", "t.b": "s.b"}, PEOPLE, "s.id join, t.id join",
    ),
    "a merge that deletes what it updates": Case(
        "oracle", "merge into t using s on (t.id = s.id) when matched then update set t.a = s.b delete where t.a = 1 when not matched then insert (id) values (s.id)",
        {"T.A": "S.B", "T.ID": "S.ID"},
    ),
    "a delete without FROM": Case("bigquery", "delete db.t where a = 1", {}, indirect="db.t.a filter"),
    "a partition of which one column is given": Case(
        "hive", "insert into d partition (y = 0, m) select a, b from s", {"d.x": "s.a", "d.m": "s.b"}, {"d": ["x", "y", "m"]}
    ),
    "a view that is defined anew": Case("tsql", "alter view v as select a from t", {"v.a": "t.a"}),
    "a cached query is a temporary view": Case("spark", "cache table c as select a from t; insert into d select a from c", {"d.a": "t.a"}),
    "a table in a variable": Case(
        "tsql", "declare @x table (a int, b int); insert into @x (a, b) select c, d from s; insert into t (e) select a from @x",
        {"t.e": "s.c"},
    ),
    "a name without its schema": Case("tsql", "select a from db..t", {"a": "db.dbo.t.a"}),
    "a name in a string": Case("snowflake", "insert into identifier('db.t') select a from s", {"db.t.A": "S.A"}, {"db.t": []}),
    "a hint behind the target": Case("tsql", "insert into t with (tablock) (a) select b from s", {"t.a": "s.b"}),
    "a folder of files": Case("spark", "insert overwrite directory '/x' using parquet select a from t", {"/x.a": "t.a"}),
    "a materialized view in its place": Case(
        "postgres", "create materialized view if not exists v tablespace fast as select a from t with no data", {"v.a": "t.a"}
    ),
    "a view with a check": Case("mysql", "create view v (x) as select a from t with cascaded check option", {"v.x": "t.a"}),
    "a table that is kept in a way of its own": Case("oracle", "create table d nologging parallel 4 as select a from t", {"D.A": "T.A"}),
    "a view whatever it hangs on": Case("oracle", "create or replace force editionable view v (x) as select a from t", {"V.X": "T.A"}),
    "a table as another": Case("postgres", "create table d as table s", {"d.id": "s.id", "d.b": "s.b"}, PEOPLE),
    "a lock before the query": Case("teradata", "create view v as locking t for access select a from t", {"v.a": "t.a"}),
    "a union by name": Case(
        "duckdb", "select * from (select id, a from t union all by name select b, id from s)",
        {"id": "s.id, t.id", "a": "t.a", "b": "s.b"},
    ),
    "a union of what both have": Case(
        "bigquery", "select id, a from t inner union all by name select b, id from s", {"id": "s.id, t.id"}
    ),
    "a union by the names of one side": Case(
        "bigquery", "select id, a from t left union all by name on (id) select b, id from s", {"id": "s.id, t.id"}
    ),
    "names for columns that nobody can count": Case(
        "", "select x, y, z from (select a, t.*, b from t) as q (x, y, z)", {"x": "t.a", "y": "t.*", "z": "t.b"}
    ),
    "names for what an unpivot gives of columns that nobody can count": Case(
        "snowflake", "select * from t unpivot (v for k in (a, b)) as p (i, n, w)", {"I": "T.*", "N": "T.A conditional, T.B conditional", "W": "T.A, T.B"}
    ),
    "a column of one of two tables left out": Case(
        "databricks", "select * except (s.id) from t join s on t.id = s.id", {"id": "t.id", "a": "t.a", "b": "s.b"}, PEOPLE
    ),
    "a field of a column left out": Case("databricks", "select * except (a.x) from t", {"id": "t.id", "a": "t.a"}, PEOPLE),
    "a replaced column by another name": Case(
        "snowflake", "select * replace (a + id as a) rename (a as b) from t",
        {"id": "t.id", "B": "t.a transformation, t.id transformation"}, PEOPLE,
    ),
    "a label is the name of the column that its row was made of": Case(
        "snowflake", "select k, v from t unpivot (v for k in (a, b))", {"K": "T.A conditional, T.B conditional", "V": "T.A, T.B"}
    ),
    "all fields of a field": Case("bigquery", "select one.two.* from t", {"*": "t.one transformation"}, {"t": ["one"]}),
    "part of a tuple": Case(
        "clickhouse", "select p.1 as f from (select (a, b) as p from t)", {"f": "t.a transformation, t.b transformation"}
    ),
    "a column by its number": Case("snowflake", "select q.$2 from (select id, a from t) q", {"$2": "T.A"}),
    "a name for a value": Case("clickhouse", "with a + 1 as b select b * 2 as c from t", {"c": "t.a transformation"}),
    "columns of a script": Case(
        "hive", "select transform (a, b) using 'x' as (c, d) from t",
        dict.fromkeys("cd", "t.a transformation, t.b transformation"),
    ),
    "what Oracle counts itself": Case("oracle", "select rownum as n, level as l, ids.nextval as i from t", {"N": "", "L": "", "I": ""}),
    "a column that is called like it": Case("oracle", "select level from t", {"LEVEL": "t.level"}, {"t": ["level"]}),
    "a semantic view": Case(
        "snowflake", "select q, month from semantic_view (shop.v metrics q dimensions date_trunc('month', at) as month) as m",
        {"Q": "SHOP.V.Q", "MONTH": "SHOP.V.AT transformation"},
    ),
    "a function of each element": Case(
        "databricks", "select exists(xs, x -> x > m) as e from t", {"e": "t.m transformation, t.xs transformation"}
    ),
    "a hash of all columns": Case("snowflake", "select hash(*) as h, count(*) as n from t", {"H": "t.a transformation, t.id transformation", "N": ""}, PEOPLE),
    "a column of a row": Case("postgres", "select (t).a as x from t", {"x": "t.a transformation"}, PEOPLE),
    "a method of a column": Case(
        "tsql", "select n.x.value('@k', 'int') as k from t cross apply t.doc.nodes('/r') as n (x)", {"k": "t.doc transformation"}
    ),
    "several arrays at once": Case(
        "clickhouse", "select x, k.name from t array join xs as x, ks as k", {"x": "t.xs transformation", "name": "t.ks transformation"}
    ),
    "an array with places": Case("redshift", "select i.sku, p from t as c, c.items as i at p", {"sku": "t.items transformation", "p": ""}),
    "an option of a function": Case("duckdb", "select a from read_csv('x', header = true)", {"a": ""}),
    "a function over a table": Case(
        "trino", "select a from table(exclude_columns(input => table(s.t), columns => descriptor(b)))", {"a": "s.t.a"}
    ),
    "a model over a query": Case(
        "bigquery", "select id, guess from ml.predict(model d.m, (select id, a from d.t))",
        {"id": "d.t.id", "guess": "d.t.a transformation, d.t.id transformation"},
    ),
    "an upsert by the alias of its rows": Case(
        "mysql", "insert into t (id, a) values ((select max(b) from s), 1) as r on duplicate key update a = r.id + t.a",
        {"t.id": "s.b aggregation", "t.a": "s.b aggregation, t.a transformation"},
    ),
    "an upsert by the table of its query": Case(
        "mysql", "insert into t (id) select id from s as x on duplicate key update a = x.b", {"t.id": "s.id", "t.a": "s.b"}
    ),
    "an update of a common table": Case(
        "tsql", "with c as (select a as x, row_number() over (order by b) as n from t) update c set x = n", {"t.a": "t.b window"}
    ),
    "a common table that is deleted from": Case("tsql", "with c as (select a from t) delete from c where a = 1", {}, indirect="t.a filter"),
    "rows that are deleted into another table": Case(
        "tsql", "delete from d.t output deleted.id, deleted.a into d.log (k, v) where a = 1", {"d.log.k": "d.t.id", "d.log.v": "d.t.a"}
    ),
    "rows that are updated into another table": Case(
        "tsql", "update x set x.a = s.b output inserted.id, deleted.a into d.log (k, v) from d.t as x join s on s.id = x.id",
        {"d.t.a": "s.b", "d.log.k": "d.t.id", "d.log.v": "d.t.a"},
    ),
    "rows to a file": Case("postgres", "copy (select a from t) to '/x.csv' with csv", {"/x.csv.a": "t.a"}),
    "a table to a file": Case("duckdb", "copy t (b) to 'x.csv'", {"x.csv.b": "t.b"}, {"t": ["a", "b"]}),
    "columns behind those that are defined": Case("mysql", "create table d (n int) select a, b from t", {"d.a": "t.a", "d.b": "t.b"}),
    "daily tables by the name of their family": Case(
        "bigquery", "select * from `p.d.e_20240131`", {"a": "p.d.e_yyyymmdd.a"}, {"p.d.e_yyyymmdd": ["a"]}
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_it_says_what_each_column_is_made_of(case: Case) -> None:
    found = lineage(case.sql, case.dialect, case.schema)
    assert pairs(found) == case.columns
    assert found.warnings == ()
    if case.indirect:
        assert indirect(found) == case.indirect
