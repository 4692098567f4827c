"""What fakesnow cannot serve is at least Snowflake's SQL, and asks for what the reader then takes."""

from __future__ import annotations

import pytest
import sqlglot
from hypothesis import given
from hypothesis import strategies as st
from sqlglot import exp

from catalog.connectors.snowflake import statements

SELECTS = {
    "schemata": statements.schemata("DB"),
    "tables": statements.tables("DB", None),
    "tables of a schema": statements.tables("DB", "S"),
    "views": statements.views("DB", "S"),
    "columns": statements.columns("DB", None),
    "structured": statements.structured("DB"),
    "fields": statements.fields("DB"),
    "elements": statements.element_types("DB"),
    "secure views": statements.SECURE_VIEWS,
    "tags": statements.TAGS,
    "dependencies": statements.DEPENDENCIES,
    "history": statements.history(30),
    "written": statements.written(30),
}
SHOWS = [
    statements.DATABASES,
    statements.primary_keys("DB"),
    statements.imported_keys("DB"),
    statements.dynamic_tables("DB"),
]


@pytest.mark.parametrize("statement", SELECTS.values(), ids=SELECTS)
def test_it_is_one_select_that_changes_nothing(statement: str) -> None:
    (tree,) = sqlglot.parse(statement, dialect="snowflake")
    assert isinstance(tree, exp.Select)
    assert not list(tree.find_all(exp.Insert, exp.Update, exp.Delete, exp.Create, exp.Drop, exp.Command))


@pytest.mark.parametrize("statement", SHOWS)
def test_the_others_only_show(statement: str) -> None:
    assert statement.startswith("SHOW ")
    assert ";" not in statement


def test_reads_are_counted_by_day_user_and_set_of_objects() -> None:
    tree = sqlglot.parse_one(statements.history(30), dialect="snowflake")
    assert isinstance(tree, exp.Select)
    assert [column.alias_or_name for column in tree.selects] == ["DAY", "USER_NAME", "DIRECT_OBJECTS_ACCESSED", "TIMES"]
    assert [item.name for item in tree.args["group"].expressions] == ["1", "2", "3"]
    assert [table.sql() for table in tree.find_all(exp.Table)] == ["SNOWFLAKE.ACCOUNT_USAGE.ACCESS_HISTORY"]


def test_what_was_written_comes_with_the_statement_that_did_it() -> None:
    tree = sqlglot.parse_one(statements.written(30), dialect="snowflake")
    assert isinstance(tree, exp.Select)
    assert [column.alias_or_name for column in tree.selects] == [
        *("OBJECTS_MODIFIED", "DIRECT_OBJECTS_ACCESSED", "AT", "QUERY_ID"),
        *("QUERY_TEXT", "DATABASE_NAME", "SCHEMA_NAME"),
    ]
    tables = {table.name for table in tree.find_all(exp.Table)}
    assert tables == {"ACCESS_HISTORY", "QUERY_HISTORY", "WRITTEN"}


@given(st.text(min_size=1, max_size=40).filter(lambda text: "\0" not in text))
def test_any_name_stays_a_name(name: str) -> None:
    tree = sqlglot.parse_one(statements.tables(name, name), dialect="snowflake")
    table = tree.find(exp.Table)
    assert table is not None
    assert table.catalog == name
    assert [literal.this for literal in tree.args["where"].find_all(exp.Literal)] == [name]
