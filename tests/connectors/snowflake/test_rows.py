"""Rows as Snowflake gives them become facts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from catalog.connectors.snowflake.columns import Structures, type_of
from catalog.connectors.snowflake.tables import Account, Found, database_and_schemas, kind_of, moment, tables
from catalog.connectors.snowflake.tags import by_place, declared_class
from catalog.facts import AssetFact, Kind

Row = dict[str, Any]


def column(name: str, table: str = "T", **changes: Any) -> Row:
    values = {"TABLE_SCHEMA": "S", "TABLE_NAME": table, "COLUMN_NAME": name, "IS_NULLABLE": "YES", "DATA_TYPE": "TEXT"}
    return {**values, "COMMENT": None, **changes}


def listed(name: str = "T", **changes: Any) -> Row:
    return {"TABLE_SCHEMA": "S", "TABLE_NAME": name, "TABLE_TYPE": "BASE TABLE", "COMMENT": None, **changes}


def made(account: Account | None = None, rows: Sequence[Row] = (listed(),), **parts: Any) -> AssetFact:
    found = Found(database={"NAME": "DB"}, tables=rows, **parts)
    return next(iter(tables(found, account or Account())))


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        (listed(), Kind.TABLE),
        (listed(IS_DYNAMIC="YES"), Kind.DYNAMIC_TABLE),
        (listed(IS_ICEBERG="YES"), Kind.TABLE),
        (listed(TABLE_TYPE="EXTERNAL TABLE"), Kind.EXTERNAL_TABLE),
        (listed(TABLE_TYPE="VIEW"), Kind.VIEW),
        (listed(TABLE_TYPE="MATERIALIZED VIEW"), Kind.MATERIALIZED_VIEW),
    ],
)
def test_kinds(row: Row, kind: Kind) -> None:
    assert kind_of(row) == kind


@pytest.mark.parametrize(
    ("row", "text"),
    [
        ({"DATA_TYPE": "NUMBER", "NUMERIC_PRECISION": 12, "NUMERIC_SCALE": 2}, "NUMBER(12,2)"),
        ({"DATA_TYPE": "NUMBER", "NUMERIC_PRECISION": 38, "NUMERIC_SCALE": None}, "NUMBER(38,0)"),
        ({"DATA_TYPE": "TEXT", "CHARACTER_MAXIMUM_LENGTH": 16_777_216}, "VARCHAR"),
        ({"DATA_TYPE": "TEXT", "CHARACTER_MAXIMUM_LENGTH": 20}, "VARCHAR(20)"),
        ({"DATA_TYPE": "TIMESTAMP_NTZ"}, "TIMESTAMP_NTZ"),
        ({"DATA_TYPE": None}, ""),
    ],
)
def test_types_are_written_as_people_declare_them(row: Row, text: str) -> None:
    assert type_of(row) == text


def test_keys_and_foreign_keys_come_in_their_order() -> None:
    key = {"SCHEMA_NAME": "S", "TABLE_NAME": "T"}
    points = {"FK_DATABASE_NAME": "DB", "FK_SCHEMA_NAME": "S", "FK_TABLE_NAME": "T", "PK_DATABASE_NAME": "DB"}
    points |= {"PK_SCHEMA_NAME": "S", "PK_TABLE_NAME": "U", "PK_COLUMN_NAME": "ID", "FK_COLUMN_NAME": "B"}
    fact = made(
        columns=[column("A"), column("B")],
        primary_keys=[{**key, "COLUMN_NAME": "A", "KEY_SEQUENCE": 2}, {**key, "COLUMN_NAME": "B", "KEY_SEQUENCE": "1"}],
        imported_keys=[points],
    )
    assert fact.primary_key == ("B", "A")
    assert [one.foreign_key for one in fact.columns] == ["", "S.U.ID"]


def test_parts_of_structured_types_are_columns_below_their_own() -> None:
    place = {"OBJECT_SCHEMA": "S", "OBJECT_NAME": "T"}
    plain = {"DATA_TYPE": "TEXT", "DTD_IDENTIFIER": None}
    structures = Structures(
        [column("HOMES", DTD_IDENTIFIER="1"), column("NOTE", DTD_IDENTIFIER="9")],
        [
            {**place, "ROW_IDENTIFIER": "2", "FIELD_NAME": "city", **plain},
            {**place, "ROW_IDENTIFIER": "2", "FIELD_NAME": "at", "DATA_TYPE": "OBJECT", "DTD_IDENTIFIER": "3"},
            {**place, "ROW_IDENTIFIER": "3", "FIELD_NAME": "lat", **plain},
        ],
        [{**place, "COLLECTION_TYPE_IDENTIFIER": "1", "DATA_TYPE": "OBJECT", "DTD_IDENTIFIER": "2"}],
    )
    fact = made(columns=[column("HOMES", DATA_TYPE="ARRAY"), column("NOTE", DATA_TYPE="OBJECT")], structures=structures)
    assert [(one.position, one.name) for one in fact.columns] == [
        (1, "HOMES"),
        (2, "HOMES.city"),
        (3, "HOMES.at"),
        (4, "HOMES.at.lat"),
        (5, "NOTE"),
    ]


def test_a_type_that_holds_itself_ends_somewhere() -> None:
    place = {
        "OBJECT_SCHEMA": "S",
        "OBJECT_NAME": "T",
        "ROW_IDENTIFIER": "1",
        "FIELD_NAME": "again",
        "DATA_TYPE": "OBJECT",
    }
    structures = Structures([column("A", DTD_IDENTIFIER="1")], [{**place, "DTD_IDENTIFIER": "1"}])
    assert len(made(columns=[column("A", DATA_TYPE="OBJECT")], structures=structures).columns) == 7


def test_a_secure_view_shows_its_sql_only_to_account_usage() -> None:
    view = {"TABLE_SCHEMA": "S", "TABLE_NAME": "T", "VIEW_DEFINITION": None, "IS_SECURE": "YES", "COMMENT": None}
    rows = [listed(TABLE_TYPE="VIEW")]
    hidden = made(rows=rows, views=[view])
    assert (hidden.code, hidden.meta) == ("", {"secure view": True})
    shown = made(Account(secure_views={("DB", "S", "T"): "create view t as select 1"}), rows, views=[view])
    assert shown.code == "create view t as select 1"


def test_a_dynamic_table_has_its_sql_and_its_lag() -> None:
    flow = {
        "SCHEMA_NAME": "S",
        "NAME": "T",
        "TEXT": "create dynamic table",
        "TARGET_LAG": "1 hour",
        "REFRESH_MODE": "FULL",
    }
    fact = made(rows=[listed(IS_DYNAMIC="YES")], dynamic_tables=[flow])
    assert (fact.code, fact.meta) == ("create dynamic table", {"target lag": "1 hour", "refresh": "FULL"})


def test_temporary_tables_are_left_out() -> None:
    rows = [listed("A", IS_TEMPORARY="YES"), listed("B", TABLE_TYPE="LOCAL TEMPORARY"), listed("C")]
    assert [fact.title for fact in tables(Found(database={"NAME": "DB"}, tables=rows), Account())] == ["C"]


def test_nobody_knows_when_it_was_altered_at_the_epoch() -> None:
    assert moment("2021-06-08T00:00:00") == "2021-06-08T00:00:00"
    assert moment(None) == ""


@pytest.mark.parametrize(
    ("tag", "value", "pii"),
    [
        ("PII", "email", "email"),
        ("pii", "", "pii"),
        ("PII", "true", "pii"),
        ("PII", "false", ""),
        ("SEMANTIC_CATEGORY", "PHONE_NUMBER", "phone"),
        ("SEMANTIC_CATEGORY", "EMAIL", "email"),
        ("PRIVACY_CATEGORY", "IDENTIFIER", "pii"),
        ("DATA_CLASSIFICATION", "PII:IBAN", "iban"),
        ("SENSITIVITY", "personal data", "pii"),
        ("SENSITIVITY", "high", ""),
        ("COST_CENTER", "pii", ""),
    ],
)
def test_tags_declare_personal_data(tag: str, value: str, pii: str) -> None:
    assert declared_class(tag, value) == pii


def test_tags_stand_on_their_table_and_column() -> None:
    here = {"OBJECT_DATABASE": "DB", "OBJECT_SCHEMA": "S", "OBJECT_NAME": "T"}
    account = Account(
        tags=by_place(
            [
                {**here, "TAG_NAME": "COST_CENTER", "TAG_VALUE": "growth", "COLUMN_NAME": None},
                {**here, "TAG_NAME": "PRIVACY_CATEGORY", "TAG_VALUE": "IDENTIFIER", "COLUMN_NAME": "MAIL"},
                {**here, "TAG_NAME": "SEMANTIC_CATEGORY", "TAG_VALUE": "EMAIL", "COLUMN_NAME": "MAIL"},
            ]
        )
    )
    fact = made(account, columns=[column("MAIL")])
    assert fact.tags == ("cost_center: growth",)
    assert (fact.columns[0].pii, fact.columns[0].pii_reason) == (
        "email",
        "declared by Snowflake tag SEMANTIC_CATEGORY = EMAIL",
    )


def test_a_real_accounts_answers_are_understood(answers: dict[str, Any]) -> None:
    database = answers["get_databases(TEST_DB)"][0]
    found = Found(
        database={"NAME": database["DATABASE_NAME"], "COMMENT": database["COMMENT"]},
        schemata=answers["schemas_for_database(TEST_DB)"],
        tables=answers["tables_for_schema(TEST_SCHEMA,TEST_DB,table_types)"],
        views=[
            {"TABLE_SCHEMA": row["schema_name"], "TABLE_NAME": row["name"], "VIEW_DEFINITION": row["text"],
             "IS_SECURE": "YES" if row["is_secure"] == "true" else "NO", "COMMENT": row["comment"]}
            for row in answers["show_views_for_database(TEST_DB)"]
        ],
        columns=answers["columns_for_schema(TEST_SCHEMA,TEST_DB)"],
    )  # fmt: skip
    secure = {
        (row["TABLE_CATALOG"], row["TABLE_SCHEMA"], row["TABLE_NAME"]): row["VIEW_DEFINITION"]
        for row in answers["get_secure_view_definitions()"]
    }
    facts = {fact.key: fact for fact in (*database_and_schemas(found), *tables(found, Account(secure_views=secure)))}
    assert facts["TEST_DB"].description == "Comment for TEST_DB"
    assert facts["TEST_DB.TEST_SCHEMA"].kind == Kind.SCHEMA
    assert facts["TEST_DB.TEST_SCHEMA.TABLE_2"].kind == Kind.DYNAMIC_TABLE
    assert facts["TEST_DB.TEST_SCHEMA.TABLE_1"].meta["iceberg"] is True
    assert facts["TEST_DB.TEST_SCHEMA.TABLE_1"].row_count == 10_000
    assert len(facts["TEST_DB.TEST_SCHEMA.TABLE_1"].columns) == 10
    assert {key: facts[f"TEST_DB.TEST_SCHEMA.{key}"].code for key in ("VIEW_1", "VIEW_2")} == {
        "VIEW_1": "create view view_1 as select * from table_1",
        "VIEW_2": "create view view_2 as select * from table_2",
    }
