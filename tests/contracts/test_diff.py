"""Every rule, both ways; and what holds for all documents."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.contracts.diff import compare
from catalog.contracts.model import Column, Document, Freshness, Rule, Table
from catalog.contracts.verdicts import RULES, Verdict
from tests.contracts.pairs import PAIRS
from tests.contracts.texts import document, model, rules


@pytest.mark.parametrize(
    ("there", "back", "one", "other"), PAIRS, ids=[f"{there}, {back}" for there, back, *_ in PAIRS]
)
def test_each_rule_is_found_both_ways(there: str, back: str, one: Document, other: Document) -> None:
    for rule, old, new in ((there, one, other), (back, other, one)):
        found = compare(old, new)
        assert rule in [change.rule for change in found.changes]
        assert RULES[rule].verdict in {change.verdict for change in found.changes}
        assert all("{" not in change.words for change in found.changes)


def test_each_pair_differs_in_one_thing() -> None:
    ways = [compare(one, other) for _, _, one, other in PAIRS] + [compare(other, one) for _, _, one, other in PAIRS]
    assert sum(len(found.changes) == 1 for found in ways) > len(ways) * 0.9


def test_every_rule_of_the_table_has_a_pair() -> None:
    assert {rule for there, back, *_ in PAIRS for rule in (there, back)} == set(RULES)


def test_what_breaks_comes_first_and_decides() -> None:
    old, new = model("[{name: a}, {name: b}]", description="x"), model("[{name: b}, {name: c}]", description="y")
    found = compare(old, new)
    assert found.changes[0].verdict == Verdict.BREAKING
    assert found.breaking


def test_rules_without_a_name_are_told_apart_by_what_they_say() -> None:
    one, two, three = (f"{{sql: {{query: select {number}, must_be: 1}}}}" for number in (1, 2, 3))
    assert rules(model(tests=f"[{one}, {two}]"), model(tests=f"[{two}, {one}]")) == []
    assert rules(model(tests=f"[{one}, {two}, {three}]"), model(tests=f"[{three}, {two}]")) == ["rule-removed"]


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("between: [0, 5]", "between: [0, 9]", "rule-weakened"),
        ("between: [1, 9]", "between: [0, 9]", "rule-weakened"),
        ("between: [0, 9]", "between: [3, 9]", "rule-tightened"),
        ("greater_than: 5", "at_least: 5", "rule-weakened"),
        ("less_than: 5", "at_most: 5", "rule-weakened"),
        ("at_most: 5", "less_than: 5", "rule-tightened"),
        ("between: [0, 5]", "between: [3, 9]", "rule-changed"),
        ("at_least: 5", "at_most: 5", "rule-changed"),
    ],
)
def test_bounds_of_a_figure_are_compared_as_intervals(old: str, new: str, rule: str) -> None:
    def one(must: str) -> Document:
        return model(tests=f"[{{row_count: {{must_be_{must}}}}}]")

    assert rules(one(old), one(new)) == [rule]


def test_a_renamed_column_is_still_compared() -> None:
    old = model("[{name: a, type: varchar(9), required: true}]")
    new = model("[{name: b, type: varchar(5), required: true, renamed_from: a}]")
    assert rules(old, new) == ["column-renamed", "type-narrowed"]


@pytest.mark.parametrize(
    ("platform", "old", "new", "rule"),
    [
        ("snowflake", "integer", "bigint", "type-respelled"),
        ("postgres", "integer", "bigint", "type-widened"),
        ("snowflake", "string", "text", "type-respelled"),
        ("snowflake", "string", "varchar(20)", "type-narrowed"),
        ("snowflake", "number(10,2)", "number(12,2)", "type-widened"),
        ("snowflake", "number(12,2)", "number(12,4)", "type-narrowed"),
        ("snowflake", "float", "double", "type-respelled"),
        ("postgres", "real", "double precision", "type-widened"),
        ("postgres", "varchar(10)", "text", "type-widened"),
        ("postgres", "text", "varchar(10)", "type-narrowed"),
        ("postgres", "numeric", "numeric(10,2)", "type-narrowed"),
        ("postgres", "timestamp", "timestamptz", "type-changed"),
        ("postgres", "timestamp(3)", "timestamp(6)", "type-widened"),
        ("postgres", "timestamp without time zone", "timestamp", "type-respelled"),
        ("postgres", "integer[]", "bigint[]", "type-widened"),
        ("postgres", "jsonb", "json", "type-respelled"),
        ("postgres", "integer", "double precision", "type-widened"),
        ("postgres", "bigint", "double precision", "type-changed"),
        ("postgres", "char(3)", "varchar(3)", "type-respelled"),
        ("bigquery", "array<int64>", "array<string>", "type-changed"),
        ("", "some_domain", "other_domain", "type-changed"),
        ("", "varchar[15]", "varchar(15)", "type-respelled"),
    ],
)
def test_types_are_judged_as_their_platform_means_them(platform: str, old: str, new: str, rule: str) -> None:
    def one(name: str) -> Document:
        return model(f"[{{name: a, type: '{name}'}}]")

    assert rules(one(old), one(new), platform) == [rule]


def test_forms_can_be_mixed() -> None:
    old = document("model: {name: t, columns: [{name: a, type: string, tests: [not_null]}]}")
    new = document(
        "kind: DataContract\napiVersion: v3.1.0\nid: t\nversion: 1.0.0\nstatus: active\n"
        "schema: [{name: t, properties: [{name: a, logicalType: string, physicalType: varchar(20)}]}]"
    )
    assert rules(old, new) == ["null-allowed", "type-told"]


@pytest.mark.parametrize(
    ("old", "new", "suggested", "enough"),
    [("1.2.3", "1.3.0", "2.0.0", False), ("1.2.3", "2.0.0", "2.0.0", True), ("0.2.0", "0.3.0", "0.3.0", True),
     ("", "1.0.0", "1.0.0", True), ("spring", "summer", "1.0.0", True), ("v1.0.0", "v1.0.0", "2.0.0", False)],
)  # fmt: skip
def test_a_declared_number_must_be_enough(old: str, new: str, suggested: str, enough: bool) -> None:
    found = compare(model(__version=f"'{old}'"), model("[{name: other, type: date}]", __version=f"'{new}'"))
    assert found.breaking
    assert (found.suggested, found.declared_is_enough) == (suggested, enough)


def test_thousands_of_columns_are_quick() -> None:
    def wide(prefix: str) -> Document:
        columns = tuple(Column(name=f"{prefix}{n}") for n in range(20_000))
        return Document(form="own", tables=(Table(name="t", columns=columns),))

    assert len(compare(wide("a"), wide("b")).changes) == 40_000


# --- what holds for all documents ------------------------------------------------------------------------------------

names = st.sampled_from(list("abcdefgh"))
kinds = st.sampled_from(["positive", "not_empty", "row_count"])
rule_sets = st.lists(
    st.builds(Rule, kind=kinds, name=st.sampled_from(["", "x", "y"]), severity=st.sampled_from(["warn", "error"])),
    max_size=3,
)
columns = st.builds(
    Column,
    name=names,
    logical_type=st.sampled_from(["", "string", "integer", "number"]),
    physical_type=st.sampled_from(["", "varchar(5)", "varchar(9)", "int", "bigint", "odd"]),
    description=st.sampled_from(["", "x"]),
    required=st.booleans(),
    unique=st.booleans(),
    pii=st.sampled_from(["", "email", "name"]),
    enum=st.none() | st.lists(st.sampled_from([1, "1", "a", True]), max_size=3).map(tuple),
    rules=rule_sets.map(tuple),
)
tables = st.builds(
    Table,
    name=st.sampled_from(["t", "u", "v"]),
    columns=st.lists(columns, max_size=5, unique_by=lambda column: column.name).map(tuple),
    rules=rule_sets.map(tuple),
    freshness=st.none() | st.builds(Freshness, error_after_s=st.sampled_from([None, 60, 3600])),
)
documents = st.builds(
    Document,
    form=st.just("own"),
    status=st.sampled_from(["", "active", "draft"]),
    tables=st.lists(tables, max_size=3, unique_by=lambda table: table.name).map(tuple),
)


@given(documents)
def test_a_document_does_not_differ_from_itself(one: Document) -> None:
    assert compare(one, one).changes == ()


@settings(max_examples=60)
@given(documents, documents, columns, st.integers(0, 5))
def test_what_breaks_still_breaks_when_a_column_comes_too(
    old: Document, new: Document, column: Column, at: int
) -> None:
    if not compare(old, new).breaking or not new.tables:
        return
    more = replace(column, name="unrelated")
    first = new.tables[0]
    grown = replace(first, columns=(*first.columns[:at], more, *first.columns[at:]))
    assert compare(old, replace(new, tables=(grown, *new.tables[1:]))).breaking


@settings(max_examples=60)
@given(documents, documents, tables)
def test_what_breaks_still_breaks_when_a_table_comes_too(old: Document, new: Document, table: Table) -> None:
    if compare(old, new).breaking:
        more = replace(table, name="unrelated")
        assert compare(old, replace(new, tables=(*new.tables, more))).breaking


@settings(max_examples=60)
@given(documents, documents)
def test_what_breaks_still_breaks_when_words_change_too(old: Document, new: Document) -> None:
    if compare(old, new).breaking:
        assert compare(old, replace(new, description="other words", domain="d")).breaking
