"""Procedures, templates that nobody rendered, and statements that nobody separated."""

# ruff: noqa: E501 - one procedure a line

from __future__ import annotations

import pytest

from lineage.sql.templates import filled
from tests.lineage.sql.reading import lineage, pairs

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
