"""Which tables a statement reads."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.sql.reading import LONGEST, Unreadable, tables_read


@pytest.mark.parametrize(
    ("sql", "tables"),
    [
        ("select * from a", "a"),
        ('select * from "Mixed"."T"', "Mixed.T"),
        ("insert into t select * from a.b join c using (id)", "a.b c"),
        ("insert into t (a, b) values ($1,$2)", ""),
        ("with x as (select * from a) select * from x, b", "a b"),
        ("with a as (select * from a) select * from a", "a"),
        ("with x as (select * from y), y as (select 2) select * from x, y", "y"),
        ("with recursive r as (select * from base union all select * from r) select * from r", "base"),
        ("update t set x = s.y from src s where s.id = t.id", "src"),
        ("with x as (select 1 as a) update t set a = x.a from x", ""),
        ("delete from t using u where u.id = t.id", "u"),
        ("merge into t using (select * from s) q on t.id = q.id when matched then update set a = 1", "s"),
        ("create table m as with q as (select * from z) select * from q", "z"),
        ("copy (select * from a) to stdout", "a"),
        ("select * from a where exists (select 1 from b where b.id = a.id)", "a b"),
        ("select * from l, lateral (with q as (select * from l2) select * from q) z", "l l2"),
        ("select * from generate_series($1,$2)", ""),
        ("/* why */ select 1 from a -- done", "a"),
        ("select 1 from a; select 2 from b", "a b"),
        ("  ( select 1 from a )", "a"),
        ("create or replace transient table m as select * from z", "z"),
        ("create materialized view m as select * from z", "z"),
        ("create view v as select * from z", ""),
        ("create table m (id int references other (id))", ""),
        ("copy t from stdin (format csv)", ""),
        ("create role ana password 'secret'", ""),
        ("begin", ""),
        ("set search_path to a", ""),
        ("", ""),
    ],
)
def test_what_it_reads_and_not_what_it_writes(sql: str, tables: str) -> None:
    assert {".".join(parts) for parts in tables_read(sql, "postgres")} == set(tables.split())


def test_unquoted_names_are_folded_as_the_dialect_does() -> None:
    assert tables_read('select * from db.s.t join "x"', "snowflake") == {("DB", "S", "T"), ("x",)}


@pytest.mark.parametrize("sql", ["select '", "select from where", "select " + "(" * 5000, "select 1" + " " * LONGEST])
def test_what_nobody_can_read_is_said_so(sql: str) -> None:
    with pytest.raises(Unreadable):
        tables_read(sql, "postgres")


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    for sql in (text, f"select {text}", f"select * from {text}"):
        with suppress(Unreadable):
            tables_read(sql, "postgres")


def test_what_is_not_understood_stands_in_no_log(caplog: pytest.LogCaptureFixture) -> None:
    for sql in (
        "create role ana password 'canary'",
        "with x as (select 1) drop 'canary' now",
        "select 1; create role a 'canary'",
    ):
        with suppress(Unreadable):
            tables_read(sql, "postgres")
    assert "canary" not in caplog.text
