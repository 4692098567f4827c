"""ACCESS_HISTORY and OBJECT_DEPENDENCIES."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.connectors.snowflake.history import edges, key_of, objects_of, reads, written
from catalog.facts import EdgeFact, EdgeOrigin, QueryFact, UsageFact

KNOWN = {"DB.S.A", "DB.S.B", 'DB.S.My "table"'}


def row(
    *names: str, user: str = "ANA", day: Any = "2026-03-01", times: Any = 1, domain: str = "Table"
) -> dict[str, Any]:
    objects = [{"objectName": name, "objectDomain": domain} for name in names]
    return {"DAY": day, "USER_NAME": user, "DIRECT_OBJECTS_ACCESSED": json.dumps(objects), "TIMES": times}


def test_reads_are_summed_by_day_and_user() -> None:
    found = list(
        reads(
            [row("DB.S.A", times=3), row("DB.S.A", "DB.S.B", times=2), row("DB.S.A", user="TOM", day=date(2026, 3, 2))],
            KNOWN,
        )
    )
    assert found == [
        UsageFact(asset="DB.S.A", day="2026-03-01", principal="ANA", reads=5, joined=(("DB.S.B", 2),)),
        UsageFact(asset="DB.S.A", day="2026-03-02", principal="TOM", reads=1),
        UsageFact(asset="DB.S.B", day="2026-03-01", principal="ANA", reads=2, joined=(("DB.S.A", 2),)),
    ]


def test_views_count_and_functions_and_stages_do_not() -> None:
    assert [
        fact.asset for fact in reads([row("DB.S.A", domain="Materialized view"), row("DB.S.B", domain="Stage")], KNOWN)
    ] == ["DB.S.A"]


def test_what_no_run_described_is_left_out() -> None:
    assert list(reads([row("OTHER.S.A")], KNOWN)) == []


def test_quoted_parts_are_names() -> None:
    assert key_of('DB.S."My ""table"""') == 'DB.S.My "table"'
    assert key_of("DB.S.A") == "DB.S.A"


@pytest.mark.parametrize(
    "told", ["", "{", "null", "{}", "[1, null, {}]", '[{"objectName": 5, "objectDomain": "Table"}]', None, 7]
)
def test_what_is_no_list_of_objects_names_none(told: Any) -> None:
    assert objects_of(told) == []


@given(
    st.recursive(
        st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_any_json_is_taken(told: Any) -> None:
    assert isinstance(objects_of(json.dumps(told)), list)


def test_dependencies_between_known_things_are_edges() -> None:
    def depends(upstream: str, downstream: str) -> dict[str, Any]:
        up, down = upstream.split("."), downstream.split(".")
        parts = ("DATABASE", "SCHEMA", "OBJECT_NAME")
        referenced = {f"REFERENCED_{part}": value for part, value in zip(parts, up, strict=True)}
        return referenced | {f"REFERENCING_{part}": value for part, value in zip(parts, down, strict=True)}

    rows = [depends("DB.S.A", "DB.S.B"), depends("DB.S.A", "DB.S.A"), depends("X.S.A", "DB.S.B")]
    assert list(edges(rows, KNOWN)) == [EdgeFact(upstream="DB.S.A", downstream="DB.S.B")]


def test_a_real_accounts_history_is_understood(answers: dict[str, Any]) -> None:
    """Its rows are of single queries; ours come grouped, with the same array in them."""
    rows = [
        {**one, "DAY": one["QUERY_START_TIME"], "TIMES": 1}
        for one in answers["operational_data_for_time_window(1654473600000,1654586220000)"]
    ]
    known = {f"TEST_DB.TEST_SCHEMA.TABLE_{number}" for number in range(1, 11)}
    found = list(reads(rows, known))
    assert {fact.day for fact in found} == {"2022-06-02"}
    assert {fact.principal for fact in found} == {"SERVICE_ACCOUNT_TESTS_ADMIN"}
    most = max(found, key=lambda fact: fact.reads)
    assert (most.asset, most.reads) == ("TEST_DB.TEST_SCHEMA.TABLE_2", 10)
    assert ("TEST_DB.TEST_SCHEMA.TABLE_3", 10) in most.joined


def wrote(target: str, columns: list[dict[str, Any]], *accessed: str, **changes: Any) -> dict[str, Any]:
    modified = [{"objectName": target, "objectDomain": "Table", "columns": columns}]
    read = [{"objectName": name, "objectDomain": "Table"} for name in accessed]
    told = {"OBJECTS_MODIFIED": json.dumps(modified), "DIRECT_OBJECTS_ACCESSED": json.dumps(read)}
    return told | {"QUERY_ID": "q1", "QUERY_TEXT": "", "DATABASE_NAME": "DB", "SCHEMA_NAME": "S", "AT": None} | changes


def column(name: str, *sources: tuple[str, str], base: bool = False) -> dict[str, Any]:
    listed = [{"objectName": table, "columnName": source, "objectDomain": "Table"} for table, source in sources]
    return {"columnName": name, "baseSources" if base else "directSources": listed}


def test_columns_that_were_written_tell_where_they_came_from() -> None:
    columns = [column("X", ("DB.S.A", "ID")), column("Y", ("DB.S.A", "N"), base=True), column("Z")]
    (edge,) = written([wrote("DB.S.B", columns, "DB.S.A")], KNOWN)
    assert isinstance(edge, EdgeFact)
    assert (edge.upstream, edge.downstream, edge.origin, edge.columns_complete) == (
        "DB.S.A",
        "DB.S.B",
        EdgeOrigin.OBSERVED,
        False,
    )
    assert [(use.upstream, use.downstream, use.use) for use in edge.columns] == [
        ("ID", "X", "transformation"),
        ("N", "Y", "transformation"),
    ]


def test_a_table_that_is_only_joined_is_read_too_and_itself_is_not() -> None:
    rows = [wrote("DB.S.B", [column("X", ("DB.S.B", "X"))], "DB.S.A", "DB.S.B", "OTHER.S.T")]
    found = list(written(rows, KNOWN))
    assert [(fact.upstream, fact.columns) for fact in found if isinstance(fact, EdgeFact)] == [("DB.S.A", ())]


def test_the_statement_is_told_once_with_where_its_names_are_looked_up() -> None:
    text = "insert into b select id from a"
    rows = [wrote("DB.S.B", [], "DB.S.A", QUERY_TEXT=text)] * 2
    queries = [fact for fact in written(rows, KNOWN) if isinstance(fact, QueryFact)]
    assert [(one.key, one.sql, one.database, one.schema) for one in queries] == [("query q1", text, "DB", "S")]


@given(
    st.recursive(
        st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_any_json_is_taken_for_what_was_written(told: Any) -> None:
    text = json.dumps(told)
    assert list(written([{"OBJECTS_MODIFIED": text, "DIRECT_OBJECTS_ACCESSED": text}], KNOWN)) == []


def test_a_real_accounts_writes_are_understood(answers: dict[str, Any]) -> None:
    rows = answers["operational_data_for_time_window(1654473600000,1654586220000)"]
    known = {f"TEST_DB.TEST_SCHEMA.TABLE_{number}" for number in range(1, 11)}
    found = [fact for fact in written(rows, known) if isinstance(fact, EdgeFact)]
    assert found
    assert all(fact.upstream != fact.downstream and {fact.upstream, fact.downstream} <= known for fact in found)
    assert any(use.upstream == use.downstream == "COL_1" for fact in found for use in fact.columns)
