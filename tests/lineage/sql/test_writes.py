"""Statements that write, and scripts of several."""

# ruff: noqa: E501 - one case a line reads better than one of five

from __future__ import annotations

import pytest

from lineage.sql import Lineage, read_script
from tests.lineage.sql.reading import Case, indirect, lineage, pairs

CASES = {
    "insert": Case("", "insert into t select a, b as c from s", {"t.a": "s.a", "t.c": "s.b"}),
    "insert with columns": Case("", "insert into t (x, y) select a, b from s", {"t.x": "s.a", "t.y": "s.b"}),
    "insert by the target's schema": Case("", "insert into t select a, b from s", {"t.x": "s.a", "t.y": "s.b"}, {"t": ["x", "y"]}),
    "insert by name": Case("duckdb", "insert into t by name select b as y, a as x from s", {"t.x": "s.a", "t.y": "s.b"},
                           {"t": ["x", "y"]}),
    "insert behind with": Case("", "with c as (select a from s) insert into t select a from c", {"t.a": "s.a"}),
    "insert around with": Case("", "insert into t (x) with c as (select a from s) select a from c", {"t.x": "s.a"}),
    "insert of rows": Case("", "insert into t (x, y) values (1, (select max(a) from s))", {"t.x": "", "t.y": "s.a aggregation"}),
    "insert into a partition": Case("hive", "insert overwrite table t partition (d = 1) select a, b from s",
                                    {"t.x": "s.a", "t.y": "s.b"}, {"t": ["x", "y", "d"]}),
    "insert into a partition that moves": Case("spark", "insert overwrite table t partition (d) select a, b from s",
                                               {"t.a": "s.a", "t.d": "s.b"}),
    "create table as": Case("", "create table t as select a from s", {"t.a": "s.a"}),
    "create table as with columns": Case("databricks", "create table t (x string, y int) as select a, b from s",
                                         {"t.x": "s.a", "t.y": "s.b"}),
    "create view with columns": Case("snowflake", "create view v (x comment 'c', y) as (select a, b from s)",
                                     {"V.X": "S.A", "V.Y": "S.B"}),
    "a view of a star that nobody can count": Case("snowflake", "create view v (x, y) as select * from s", {"V.*": "S.*"}),
    "a materialized view into a table": Case("clickhouse", "create materialized view m to d as select a from s", {"d.a": "s.a"}),
    "select into": Case(
        "postgres", "select a into t from s", {"t.a": "s.a"}),
    "clone": Case("snowflake", "create table t clone s", {"T.*": "S.*"}),
    "clone by the schema": Case("snowflake", "create table t clone s", {"T.a": "s.a"}, {"s": ["a"]}),
    "update": Case("", "update t set x = a + 1, y = 2", {"t.x": "t.a transformation", "t.y": ""}),
    "update from": Case("", "update t set x = s.a from s where s.k = t.k", {"t.x": "s.a"}, indirect="s.k filter, t.k filter"),
    "update from by the target's alias": Case("", "update d.t as u set x = s.a from d.s as s", {"d.t.x": "d.s.a"}),
    "update of an alias": Case("tsql", "update u set u.x = s.a from t u join s on s.k = u.k", {"t.x": "s.a"},
                               indirect="s.k join, t.k join"),
    "update behind with": Case("", "with c as (select a from s) update t set x = c.a from c", {"t.x": "s.a"}),
    "update of a join": Case("mysql", "update t join s on t.k = s.k set t.x = s.a", {"t.x": "s.a"}),
    "update by a subquery": Case("", "update t set x = (select max(a) from s where s.k = t.k)", {"t.x": "s.a aggregation"}),
    "update of several at once": Case("postgres", "update t set (x, y) = (select a, b from s)", {"t.x": "s.a", "t.y": "s.b"}),
    "update that adds": Case("tsql", "update u set u.x += 'a' from t as u join s on s.k = u.k", {"t.x": "t.x transformation"}),
    "delete": Case("", "delete from t using s where t.k = s.k and s.d", {}, indirect="s.d filter, s.k filter, t.k filter"),
    "merge": Case(
        "",
        "merge into t using s on t.k = s.k when matched and s.f then update set t.v = s.v, w = s.w + 1"
        " when not matched then insert (k, v) values (s.k, s.v)",
        {"t.v": "s.v", "t.w": "s.w transformation", "t.k": "s.k"}, indirect="s.f filter, s.k join, t.k join",
    ),
    "merge of a subquery": Case(
        "snowflake",
        "merge into d.t x using (select k, max(v) as m from s group by k) as b on x.k = b.k"
        " when matched then update set v = m when not matched then insert (k, v) values (k, m)",
        {"D.T.V": "S.V aggregation", "D.T.K": "S.K"},
    ),
    "merge without a column list": Case(
        "", "merge into t using s on t.k = s.k when not matched then insert values (s.a, s.b)", {"t.x": "s.a", "t.y": "s.b"},
        {"t": ["x", "y"]},
    ),
    "merge of all": Case(
        "databricks", "merge into t using s on t.k = s.k when matched then update set * when not matched then insert *",
        {"t.a": "s.a", "t.b": "s.b"}, {"s": ["a", "b"]},
    ),
    "merge of a row": Case(
        "bigquery", "merge d.t using d.s on t.k = s.k when not matched then insert row", {"d.t.a": "d.s.a"}, {"d.s": ["a"]}
    ),
    "one source, several targets": Case(
        "hive", "from s insert overwrite table t select a insert into table u select b where c > 1",
        {"t.a": "s.a", "u.b": "s.b"}, indirect="s.c filter",
    ),
    "a query into several targets": Case(
        "snowflake",
        "insert all when n > 1 then into t (x) values (n) else into u select n from s", {"T.X": "S.N", "U.N": "S.N"},
        indirect="S.N filter",
    ),
    "a statement inside with": Case(
        "postgres", "with moved as (delete from t where d returning a) insert into u select a from moved", {"u.a": "t.a"}
    ),
}  # fmt: skip

SCRIPTS = {
    "a temporary table": Case(
        "postgres", "create temp table x as select a + 1 as b from s; insert into t select b as c from x",
        {"t.c": "s.a transformation"},
    ),
    "a temporary table of SQL Server": Case("tsql", "select a into #x from s; insert into t (b) select a from #x", {"t.b": "s.a"}),
    "a view that is read again": Case("", "create view v as select a from s; insert into t select a from v", {"t.a": "s.a"}),
    "a star out of one": Case("", "create table x as select a, b from s; create table t as select x.* from x", {"t.a": "s.a", "t.b": "s.b"}),
    "a star out of one that nobody can count": Case("", "create table x as select * from s; create table t as select * from x", {"t.*": "s.*"}),
    "rows that come to it": Case(
        "", "create temp table x (b int); insert into x select a from s; insert into x select c from r; insert into t select b from x",
        {"t.b": "r.c, s.a"},
    ),
    "one that the script only declares": Case("", "create table x (p int); insert into t select p as q from x", {"x.p": "", "t.q": "x.p"}),
    "one that it declares and fills": Case("", "create table x (p int); insert into x select a from s; insert into t select p as q from x", {"t.q": "s.a"}),
    "its columns are known": Case("", "create table x (p int, q int); insert into x select a, b from s", {"x.p": "s.a", "x.q": "s.b"}),
    "the same name made anew": Case(
        "", "create table x as select a from s; insert into t select a from x; create or replace table x as select b from r;"
        " insert into u select b from x", {"t.a": "s.a", "u.b": "r.b"},
    ),
    "a table that existed before": Case("", "insert into x select a from s; insert into t select b from x", {"x.a": "s.a", "t.b": "x.b"}),
    "two that fill one": Case("", "insert into t select a from s; insert into t select a from r", {"t.a": "r.a, s.a"}),
    "a rename": Case("", "create table x as select a from s; alter table x rename to t", {"t.a": "s.a"}),
    "a rename without a schema": Case("snowflake", "create table d.x as select a from s; alter table d.x rename to d.t", {"D.T.A": "S.A"}),
    "a swap with one that was made": Case("snowflake", "create table x as select a from s; alter table t swap with x", {"T.A": "S.A"}),
    "a swap alone": Case("snowflake", "alter table t swap with s", {"T.*": "S.*"}),
    "a drop": Case("", "create table x as select a from s; drop table x", {}),
    "a drop of what was read": Case("", "create table x as select a from s; create table t as select a from x; drop table x", {"t.a": "s.a"}),
    "what does not parse in between": Case("", "insert into t select a from s; selec from from; insert into u select b from r",
                                           {"t.a": "s.a", "u.b": "r.b"}),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_write(name: str) -> None:
    case = CASES[name]
    found = lineage(case.sql, case.dialect, case.schema)
    assert found.warnings == ()
    assert pairs(found) == case.columns
    if case.indirect:
        assert indirect(found) == case.indirect


@pytest.mark.parametrize("name", SCRIPTS)
def test_script(name: str) -> None:
    case = SCRIPTS[name]
    assert pairs(lineage(case.sql, case.dialect, case.schema)) == case.columns


def tables(found: Lineage) -> tuple[list[str], list[str], list[str]]:
    return sorted(found.sources), sorted(found.targets), sorted(found.through)


def test_tables_are_told_apart() -> None:
    sql = "create temp table x as select a from s where k in (select k from r); insert into t select a from x"
    assert tables(lineage(sql)) == (["r", "s"], ["t"], ["x"])


def test_common_tables_that_nobody_reads_are_not_read() -> None:
    assert tables(lineage("with c as (select a from s) insert into t select b from r")) == (["r"], ["t"], [])


def test_a_target_is_no_source_of_itself() -> None:
    assert tables(lineage("update u set x = s.a from t u join s on s.k = u.k", "tsql")) == (["s"], ["t"], [])
    assert tables(lineage("insert into t select a from t")) == (["t"], ["t"], [])


def test_defaults_complete_names() -> None:
    found = read_script("insert into t select a from x.s", "snowflake", database="DB", default_schema="SC").together
    assert pairs(found) == {"DB.SC.T.A": "DB.X.S.A"}


def test_each_statement_keeps_its_own_edges() -> None:
    """For a catalog: a table that stays is a step of its own, a temporary one is not."""
    script = read_script(
        "create table x as select a from s; create temp table y as select a from x; create table t as select a from y",
        "",
    )
    assert [pairs(each) for each in script.statements] == [{"x.a": "s.a"}, {"y.a": "x.a"}, {"t.a": "x.a"}]
    assert pairs(script.together) == {"t.a": "s.a"}
