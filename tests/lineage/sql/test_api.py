"""``POST /api/v1/lineage/sql/``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from portal.accounts.models import User

URL = "/api/v1/lineage/sql/"


def post(client: Client, **body: Any) -> Any:
    return client.post(URL, body, content_type="application/json")


def test_lineage_of_sql(as_viewer: Client) -> None:
    answer = post(
        as_viewer,
        dialect="snowflake",
        sql="create table t as select * from orders",
        schema={"DB.RAW.ORDERS": {"ID": "int", "AMOUNT": None}},
        default_database="DB",
        default_schema="RAW",
    )
    assert answer.status_code == 200
    assert answer.json()["columns"] == [
        {
            "target": "DB.RAW.T",
            "column": name,
            "sources": [{"table": "DB.RAW.ORDERS", "column": name, "kind": "identity"}],
        }
        for name in ("ID", "AMOUNT")
    ]


def test_sql_that_is_not_understood_is_a_warning(as_viewer: Client) -> None:
    answer = post(as_viewer, dialect="postgres", sql="selec from from")
    assert answer.status_code == 200
    assert len(answer.json()["warnings"]) == 1


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"dialect": "cobol", "sql": "select 1"}, "dialect"),
        ({"dialect": "postgres"}, "sql"),
        ({"dialect": "postgres", "sql": "select 1", "schema": {"t": "a"}}, "schema"),
        ({"dialect": "postgres", "sql": "select 1", "schema": [1]}, "schema"),
        ({"dialect": "postgres", "sql": "select '\0'"}, "sql"),
    ],
)
def test_bad_requests_name_the_place(as_viewer: Client, body: dict[str, Any], place: str) -> None:
    answer = post(as_viewer, **body)
    assert answer.status_code == 400
    assert place in answer.json()["errors"]


def test_nobody_asks_without_signing_in(client: Client, db: None) -> None:
    assert post(client, dialect="postgres", sql="select 1").status_code == 401


def test_a_token_that_reads_is_enough(client: Client, viewer: User, bearer: Callable[..., dict[str, str]]) -> None:
    answer = client.post(
        URL,
        {"dialect": "postgres", "sql": "select a from t"},
        content_type="application/json",
        headers=bearer(viewer, "read"),
    )
    assert answer.json()["columns"][0]["sources"] == [{"table": "t", "column": "a", "kind": "identity"}]
