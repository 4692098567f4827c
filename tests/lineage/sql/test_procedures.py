"""Procedures, templates that nobody rendered, and statements that nobody separated."""

# ruff: noqa: E501 - one procedure a line

from __future__ import annotations

import pytest

from lineage.sql.templates import filled
from tests.lineage.sql.reading import Case, lineage, pairs

BODY = "insert into t (x) select a from s; update t set y = r.b from r where r.k = t.k;"
EXPECTED = {"t.x": "s.a", "t.y": "r.b"}

PROCEDURES = {
    "bigquery": f"create procedure d.p(n int64)\nbegin\n  declare i int64 default 0;\n  if n > 0 then set i = 1; end if;\n {BODY}\nend;",
    "oracle": f"create or replace procedure p (n number) as\ndeclare i number := 0;\nbegin\n {BODY}\nexception when others then raise;\nend;\n/",
    "tsql": f"create procedure p @n int as\nbegin\n set nocount on;\n begin try\n  if @n > 0\n   set @n = 0;\n {BODY}\n end try\n"
    " begin catch\n  throw;\n end catch\nend;\ngo",
    "postgres": f"create or replace procedure p() language plpgsql as $$\nbegin\n {BODY}\nend;\n$$",
    "snowflake": f"create procedure p() returns varchar language sql as\n$$\nbegin\n {BODY}\n return 'x';\nend;\n$$",
    "mysql": f"create procedure p()\nbegin\n {BODY}\nend",
}


@pytest.mark.parametrize("dialect", PROCEDURES)
def test_what_a_procedure_writes(dialect: str) -> None:
    found = lineage(PROCEDURES[dialect], dialect)
    assert {target.lower(): sources.lower() for target, sources in pairs(found).items()} == EXPECTED
    assert found.warnings == ()


def test_a_procedure_that_is_not_understood_is_one_warning() -> None:
    found = lineage("create procedure p() begin call other(); end", "bigquery")
    assert found.columns == ()
    assert len(found.warnings) == 1


def test_statements_of_sql_server_need_no_semicolons() -> None:
    found = lineage("insert into t (x) select a from s\ninsert into u (y) select b from r", "tsql")
    assert pairs(found) == {"t.x": "s.a", "u.y": "r.b"}


TEMPLATES = [
    ("select a from {{ ref('orders') }}", "select a from orders"),
    ("select a from {{ source('raw', 'orders') }}", "select a from raw.orders"),
    ("select a from {{ ref('shop', 'orders') }}", "select a from orders"),
    ("{{ config(materialized='table') }} select a from t", " select a from t"),
    ("select a {# b, #} from t", "select a  from t"),
    ("select a from t {% if x %} where b > 1 {% else %} where c {% endif %}", "select a from t  where b > 1 "),
    ("select a from t where d > '{{ var('start') }}'", "select a from t where d > 'x'"),
    ("select a from t where d > {{ var('start') }}", "select a from t where d > 0"),
    ("select {{ dbt_utils.star(ref('t')) }} from t", "select * from t"),
    ("select {{ dbt_utils.generate_surrogate_key(['a', 'b']) }} as k from t", "select generate_surrogate_key(a, b) as k from t"),
    ("select {{ dbt.date_trunc('day', 'a') }} as d from t", "select dbt_date_trunc(a) as d from t"),
    ("select cast(a as {{ dbt.type_string() }}) as {{ 'b' }} from t", "select cast(a as text) as b from t"),
    ("select a from {{ ref('t') }} {{ group_by(1) }}", "select a from t "),
    ("select a from t {{ limit_rows() }}\nwhere {{ x }}", "select a from t \nwhere 0"),
    ("select a as {{ name() }} from t", "select a as name from t"),
    ("select a from ${env}.t", "select a from env.t"),
    ("{% set x = 1 %}select a from {{ this }}", "select a from this"),
    ("{% macro m() %} select z from y {% endmacro %}select a from t", "select a from t"),
]  # fmt: skip


@pytest.mark.parametrize(("template", "sql"), TEMPLATES)
def test_what_a_template_leaves_is_filled(template: str, sql: str) -> None:
    assert filled(template) == sql


def test_lineage_of_a_template() -> None:
    found = lineage(
        "with o as (select * from {{ ref('orders') }}) select id, {{ cents('amount') }} as x from o", "snowflake"
    )
    assert pairs(found) == {"ID": "ORDERS.ID", "X": ""}
    assert found.warnings == ()


def test_statements_of_sql_server_need_no_semicolons_between_them() -> None:
    found = lineage(
        """create procedure p as
        begin
          insert d (a)
          select s.a from s

          update t
          set t.v = case when r.v > 1 then r.v else t.v end
          from t join r on r.id = t.id

          delete x from x join s on s.id = x.id

          insert into e (b) select b from s
        end""",
        "tsql",
    )
    assert found.targets == ("d", "t", "x", "e")
    assert pairs(found)["t.v"] == "r.v transformation, t.v transformation"
    assert (pairs(found)["d.a"], pairs(found)["e.b"]) == ("s.a", "s.b")


def test_a_select_into_a_variable_makes_no_table() -> None:
    assert lineage("create procedure p is n number; begin select max(a) into n from t; end;", "oracle").targets == ()
    assert lineage("select a into d from t", "tsql").targets == ("d",)


FUNCTIONS = {
    "of a language of its own": Case(
        "postgres",
        f"create function f(d date) returns void language plpgsql as $$\ndeclare n int;\nbegin\n {BODY}\n get diagnostics n = row_count;\nend;\n$$;",
        EXPECTED,
    ),
    "of plain SQL": Case("postgres", "create function f() returns void as $x$ insert into t (x) select a from s $x$ language sql", {"t.x": "s.a"}),
    "in quotes": Case("postgres", "create function f() returns void as 'insert into t (x) select a || ''!'' from s' language sql", {"t.x": "s.a transformation"}),
    "that gives rows": Case("tsql", "create function f(@i int) returns table as return (select a from t where i = @i)", {"a": "t.a"}),
    "that returns a query": Case("databricks", "create function f(i int) returns table (x int) return select a from t where k = i", {"a": "t.a"}),
    "that is a table": Case("bigquery", "create or replace table function d.f(i int64) as select a from d.t where k = i", {"a": "d.t.a"}),
    "that reads nothing": Case("bigquery", "create function d.f(i int64) as (i + 1)", {}),
    "of another language": Case("snowflake", "create function f() returns string language javascript as $$ select(1); insert into t select a from s $$", {}),
    "behind another statement": Case("postgres", f"create table u as select b from r; create function f() returns void as $$ begin {BODY} end $$ language plpgsql", EXPECTED | {"u.b": "r.b"}),
    "in a package": Case("oracle", "create or replace package body p as procedure q is begin insert into t (x) select a from s; end; end;", {"T.X": "S.A"}),
}  # fmt: skip


@pytest.mark.parametrize("case", FUNCTIONS.values(), ids=FUNCTIONS.keys())
def test_what_a_function_reads_and_writes(case: Case) -> None:
    found = lineage(case.sql, case.dialect)
    assert pairs(found) == case.columns
    assert found.warnings == ()


VARIABLES = {
    "a parameter": Case("postgres", "create procedure p(d date, in n numeric(1, 2)) as $$ begin insert into t (x, y, z) select a, d, n + 1 from s; end $$", {"t.x": "s.a", "t.y": "", "t.z": ""}),
    "a declared one": Case("bigquery", "declare m, n int64 default 1; insert into d.t (x, y) select a + m, n from d.s", {"d.t.x": "d.s.a transformation", "d.t.y": ""}),
    "one with a type": Case("oracle", "create procedure p is\n n number := 1;\n m s.a%type;\nbegin insert into t (x, y) values (n, m); end;", {"T.X": "", "T.Y": ""}),
    "a column of the same name": Case("postgres", "do $$ declare a int; begin insert into t (x) select s.a from s; end $$", {"t.x": "s.a"}),
    "several that are selected into": Case("postgres", "do $$ begin select a, b into v, w from s; end $$", {"a": "s.a", "b": "s.b"}),
    "the row of a loop": Case(
        "postgres", "do $$ begin for r in select a, b as c from s loop insert into t (x, y) values (r.a, r.c + 1); end loop; end $$",
        {"t.x": "s.a", "t.y": "s.b transformation"},
    ),
    "the row of a loop of BigQuery": Case(
        "bigquery", "for r in (select a, b from d.s) do insert into d.t (x) values (r.b); end for;", {"d.t.x": "d.s.b"}
    ),
    "the row of a loop over a cursor of Snowflake": Case(
        "snowflake", "declare c cursor for select a from s; begin for r in c do insert into t (x) values (r.a); end for; end", {"T.X": "S.A"}
    ),
    "the row of a loop over a cursor": Case(
        "oracle", "create procedure p is\n cursor c is select a from s;\nbegin\n for r in c loop\n  insert into t (x) values (r.a);\n end loop;\nend;",
        {"T.X": "S.A"},
    ),
    "the rows of a trigger of SQL Server": Case(
        "tsql", "create trigger g on d.t after update as begin insert into d.log (x, y) select o.a, n.a from deleted o join inserted n on n.k = o.k; end",
        {"d.log.x": "d.t.a", "d.log.y": "d.t.a"},
    ),
    "the row of a trigger of Oracle": Case(
        "oracle", "create or replace trigger g after insert on t for each row begin insert into log (x) values (:new.a); end;", {"LOG.X": "T.A"}
    ),
    "the row of a trigger of MySQL": Case(
        "mysql", "create trigger g after insert on t for each row insert into log (x) values (new.a)", {"log.x": "t.a"}
    ),
    "a trigger's rows": Case("postgres", "create function f() returns trigger as $$ begin insert into t (x) values (new.a); return new; end $$ language plpgsql", {"t.x": ""}),
}  # fmt: skip


@pytest.mark.parametrize("case", VARIABLES.values(), ids=VARIABLES.keys())
def test_variables_are_no_columns(case: Case) -> None:
    found = lineage(case.sql, case.dialect)
    assert pairs(found) == case.columns
    assert found.warnings == ()


def test_what_a_loop_goes_over_is_read() -> None:
    found = lineage(
        "do $$ begin for r in select a from s loop insert into t (x) values (1); end loop; end $$", "postgres"
    )
    assert (found.sources, found.targets) == (("s",), ("t",))
