"""SQL that is broken, endless or bottomless: a clear answer in bounded time, and never the end of the process."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lineage.sql import Script, read_script
from lineage.sql.repairs import reduced, repaired
from lineage.sql.scanning import pieces, without_rows
from tests.lineage.sql.reading import lineage, pairs

SMALL_STACK = 1024 * 1024  # an eighth of what threads get on Linux

DEEP: dict[str, Callable[[int], str]] = {
    "subqueries": lambda n: "select a from " + "(select a from " * n + "t" + ")" * n,
    "parentheses": lambda n: "select " + "(" * n + "a" + ")" * n + " from t",
    "cases": lambda n: "select " + "case when a then " * n + "1" + " end" * n + " from t",
    "calls": lambda n: "select " + "f(" * n + "a" + ")" * n + " from t",
    "exists": lambda n: "select 1 where " + "exists (select 1 where " * n + "a" + ")" * n,
    "arrays": lambda n: "select cast(a as " + "array<" * n + "int" + ">" * n + ") from t",
    "nots": lambda n: "select " + "not " * n + "a from t",
    "signs": lambda n: "select " + "- " * n + "a from t",
    "brackets": lambda n: "select " + "[" * n + "a" + "]" * n + " from t",
    "braces": lambda n: "select " + "{'a': " * n + "1" + "}" * n + " from t",
    "unclosed": lambda n: "select a from " + "(select a from " * n,
}


def in_a_small_thread(sql: str, dialect: str = "") -> Script:
    found: list[Any] = []
    before = threading.stack_size(SMALL_STACK)
    try:
        thread = threading.Thread(target=lambda: found.append(read_script(sql, dialect)))
        thread.start()
    finally:
        threading.stack_size(before)
    thread.join()
    script: Script = found[0]
    return script


@pytest.mark.parametrize("depth", [1_000, 20_000])
@pytest.mark.parametrize("shape", DEEP)
def test_sql_without_a_bottom_is_one_warning(shape: str, depth: int) -> None:
    found = in_a_small_thread(DEEP[shape](depth)).together
    assert len(found.warnings) <= 1
    assert found.warnings or pairs(found)


@pytest.mark.parametrize("shape", ["subqueries", "parentheses", "calls", "cases"])
def test_what_people_nest_is_read(shape: str) -> None:
    found = lineage(DEEP[shape](60))
    assert found.warnings == ()
    assert "t.a" in next(iter(pairs(found).values()))


LONG = {
    "sums": "select a" + " + a" * 3_000 + " as b from t",
    "conditions": "select a as b from t where " + " and ".join(["a = 1"] * 3_000),
    "unions": " union all ".join(["select a as b from t"] * 1_000),
    "common tables": "with c0 as (select a as b from t), "
    + ", ".join(f"c{n} as (select * from c{n - 1})" for n in range(1, 600))
    + " select * from c599",
    "joins": "select t0.a as b from t as t0 " + " ".join(f"join t as t{n} on t{n}.k = t0.k" for n in range(1, 500)),
}


@pytest.mark.parametrize("shape", LONG)
def test_what_is_only_long_is_read(shape: str) -> None:
    found = in_a_small_thread(LONG[shape]).together
    assert found.warnings == ()
    assert {name: sources.split(" ")[0] for name, sources in pairs(found).items()} == {"b": "t.a"} or pairs(found) == {
        "*": "t.*"
    }


def test_a_statement_that_is_too_long_is_told() -> None:
    found = lineage(
        "select " + ", ".join(f"column_{n}" for n in range(60_000)) + " from t; insert into u select a from s"
    )
    assert len(found.warnings) == 1
    assert "too long to be read" in found.warnings[0]
    assert pairs(found) == {"u.a": "s.a"}


def test_rows_of_literals_are_not_parsed() -> None:
    rows = ", ".join(["(1, 'it''s; (', null)"] * 30_000)
    found = lineage(f"insert into t (a, b, c) values {rows}")
    assert found.warnings == ()
    assert found.targets == ("t",)


def test_rows_that_read_something_are_kept() -> None:
    sql = "insert into t values (1), ((select max(a) from s))"
    assert without_rows(sql) == sql


def test_time_is_bounded() -> None:
    script = read_script("insert into t select a from s;" * 50, "", seconds=0.0)
    assert script.stopped
    assert script.together.warnings == ("stopped after 0 seconds; the statements behind were not read",)


def test_what_cannot_be_read_names_its_line() -> None:
    found = lineage("insert into t select a from s;\n\nselec from from;\ninsert into t select b from s")
    assert len(found.warnings) == 1
    assert found.warnings[0].startswith("line 3: ")
    assert pairs(found) == {"t.a": "s.a", "t.b": "s.b"}


def test_nul_and_lone_surrogates_are_no_error() -> None:
    assert lineage("select a\0 from t", "snowflake").warnings == ()
    lineage("select '\ud800' as a from t")


@pytest.mark.parametrize(
    "text", ["", " ", ";", ";;", "-- only words", "/* open", "'", '"', "$$", "(", "begin", "{{", "{%"]
)
def test_next_to_nothing_is_no_error(text: str) -> None:
    assert lineage(text).columns == ()


def test_semicolons_in_texts_and_comments_end_nothing() -> None:
    script = "select ';' as a -- ;\n, \"x;y\" /* ; */ from t; select $$ ; $$"
    assert [piece.text.strip()[:8] for piece in pieces(script, "postgres")] == ["select '", "select $"]


VOCABULARY = (
    "select from where ( ) , a b t u . * with as insert into values join on union all case when then end merge using"
    " update set = 'x' \" ` ; over partition by order group lateral unnest [ ] : :: {{ }} $$ begin -- /* 1 pivot create"
    " table view"
)
WORDS = st.sampled_from(VOCABULARY.split())


@settings(max_examples=150, deadline=None)
@given(st.lists(WORDS, max_size=40), st.sampled_from(["", "snowflake", "bigquery", "tsql", "postgres", "spark"]))
def test_no_words_in_any_order_are_an_error(words: list[str], dialect: str) -> None:
    read_script(" ".join(words), dialect)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=80))
def test_no_text_is_an_error(text: str) -> None:
    read_script(text, "snowflake")


@pytest.mark.parametrize(
    "text", ["\n" * 1_000_000, "\nreplace " * 100_000, "\ncreate a" * 50_000, "create " + "table " * 8_000]
)
def test_repairs_look_only_so_far(text: str) -> None:
    started = time.process_time()
    repaired(text, "tsql")
    reduced(text)
    assert time.process_time() - started < 5
