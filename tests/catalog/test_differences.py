"""Where sources differ from the warehouse."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from catalog.differences import Told, Unlike, differences, summary
from catalog.facts import ColumnFact
from tests.factories import table

Columns = dict[str, dict[str, Any]]


def told(title: str, columns: Columns, *, observed: bool = False, **changes: Any) -> Told:
    facts = tuple(
        replace(ColumnFact(name=name, position=at, observed=observed), **values)
        for at, (name, values) in enumerate(columns.items(), 1)
    )
    fact = replace(table("marts.orders", columns_known=observed), columns=facts)
    return Told(title=title, fact=replace(fact, **changes))


def found(*sources: Told) -> list[tuple[str, str, str]]:
    return [(one.source, one.column, one.kind) for one in differences(sources)]


def warehouse(**columns: dict[str, Any]) -> Told:
    return told("Warehouse", columns, observed=True)


def test_sources_that_agree_do_not_differ() -> None:
    assert found(told("dbt", {"id": {"data_type": "int4"}}), warehouse(id={"data_type": "integer"})) == []


def test_what_is_documented_but_not_there_is_missing() -> None:
    assert found(told("dbt", {"id": {}, "gone": {}}), warehouse(id={})) == [("dbt", "gone", Unlike.MISSING)]


def test_what_is_there_but_not_documented_is_extra() -> None:
    assert found(told("dbt", {"id": {}}), warehouse(id={}, new={})) == [("dbt", "new", Unlike.EXTRA)]


def test_a_source_that_lists_no_columns_knows_all() -> None:
    assert found(told("dbt", {}), warehouse(id={})) == []


def test_types_and_nulls_are_compared_where_both_say_them() -> None:
    dbt = told("dbt", {"id": {"data_type": "text", "nullable": False}, "at": {"data_type": "date"}})
    real = warehouse(id={"data_type": "bigint", "nullable": True}, at={"nullable": True})
    assert found(dbt, real) == [("dbt", "id", Unlike.TYPE), ("dbt", "id", Unlike.NULLS)]
    words = [one.words for one in differences([dbt, real])]
    assert words == ["dbt says text, the warehouse bigint", "dbt says never null, the warehouse nulls allowed"]


def test_case_matters_only_where_two_columns_differ_in_it() -> None:
    assert found(told("dbt", {"ID": {}}), warehouse(id={})) == []
    assert found(told("dbt", {"Id": {}}), warehouse(id={}, ID={})) == [
        ("dbt", "Id", Unlike.MISSING),
        ("dbt", "id", Unlike.EXTRA),
        ("dbt", "ID", Unlike.EXTRA),
    ]


def test_parts_of_a_known_column_are_no_difference() -> None:
    assert found(told("dbt", {"home": {}, "home.zip": {}}), warehouse(home={}, **{"home.city": {}})) == []


def test_a_catalog_json_alone_shows_what_dbt_documents_in_vain() -> None:
    dbt = told("dbt", {"id": {"observed": True}, "gone": {}}, columns_known=True)
    assert found(dbt) == [("dbt", "gone", Unlike.MISSING)]


def test_who_has_asked_the_warehouse_itself_is_believed_before_who_lists_it() -> None:
    listed = told("dbt", {"id": {"data_type": "int"}, "gone": {}}, observed=True)
    asked = told("Warehouse", {"id": {"data_type": "bigint"}}, observed=True, first_hand=True)
    assert found(listed, asked) == [("dbt", "id", Unlike.TYPE), ("dbt", "gone", Unlike.MISSING)]


def test_the_warehouse_itself_is_believed_before_a_catalog_json() -> None:
    dbt = told("dbt", {"id": {"observed": True}, "late": {}}, columns_known=True)
    assert found(dbt, warehouse(id={}, late={})) == []


def test_nothing_is_told_where_nobody_looked() -> None:
    assert found(told("dbt", {"id": {}}), told("contracts", {"no": {}})) == []


def test_a_mention_says_nothing_about_columns() -> None:
    assert found(told("file", {"no": {}}, mention=True), warehouse(id={})) == []


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        ({"id": {}, "a": {}}, "dbt documents 1 column that the warehouse does not have"),
        ({"id": {}, "a": {}, "b": {}}, "dbt documents 2 columns that the warehouse does not have"),
        ({"id": {"data_type": "text"}}, "dbt gives 1 column another type"),
    ],
)
def test_a_sentence_sums_up(columns: Columns, sentence: str) -> None:
    assert summary(differences([told("dbt", columns), warehouse(id={"data_type": "int"})])) == [sentence]
