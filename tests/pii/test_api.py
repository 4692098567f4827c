"""Personal data over REST: the queue, and deciding with what is refused told by its reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from catalog.facts import ColumnFact
from catalog.models import Annotation, Asset, Column, Domain, Edit, PiiFinding, Source
from catalog.queries.pii import Filters, waiting
from catalog.services.curation import undo
from portal.accounts.models import User
from tests.factories import pour, table

pytestmark = pytest.mark.django_db
Bearer = Callable[..., dict[str, str]]
NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def users(source: Source) -> Asset:
    columns = (
        ColumnFact(name="email", position=1),
        ColumnFact(name="phone_number", position=2),
        ColumnFact(name="iban", position=3, pii="iban", pii_reason="declared in dbt meta"),
    )
    pour(source, [replace(table("raw.users", domain="growth"), columns=columns)])
    return Asset.objects.get(path="raw.users")


@pytest.fixture
def send(steward: User, bearer: Bearer) -> Callable[..., Any]:
    headers = bearer(steward, "read", "write")

    def decide(asset: Asset, *columns: str, **body: Any) -> Any:
        keys = [{"asset": str(asset.uuid), "column": column} for column in columns]
        told = {"decision": "none", "columns": keys, **body}
        return Client().post("/api/v1/pii/decisions/", told, content_type="application/json", headers=headers)

    return decide


def found(client: Client, query: str = "") -> Any:
    response = client.get(f"/api/v1/pii/findings/?{query}")
    assert response.status_code == 200
    return response.json()


def test_what_waits_is_told_with_its_evidence(users: Asset, as_viewer: Client) -> None:
    answer = found(as_viewer)
    assert {row["column"] for row in answer["results"]} == {"email", "phone_number"}
    first = answer["results"][0]
    assert (first["asset"], first["path"], answer["next"]) == (str(users.uuid), "raw.users", None)
    assert first["evidence"][0]["evidence"] == "name"


def test_pages_lead_to_one_another(users: Asset, as_viewer: Client) -> None:
    first = found(as_viewer, "limit=1&schema=raw")
    second = as_viewer.get(first["next"]).json()
    assert {first["results"][0]["column"], second["results"][0]["column"]} == {"email", "phone_number"}
    assert second["next"] is None


def test_hidden_columns_are_not_there(users: Asset, as_viewer: Client, send: Callable[..., Any]) -> None:
    Domain.objects.filter(slug="growth").update(restricted=True)
    assert found(as_viewer)["results"] == []
    assert send(users, "email").json()["refused"][0]["why"] == "There is no such asset."


def test_one_that_is_refused_does_not_hold_up_the_others(users: Asset, send: Callable[..., Any]) -> None:
    answer = send(users, "email", "iban", "gone", reason="role accounts").json()
    assert answer["decided"] == 1
    assert {row["column"]: row["why"] for row in answer["refused"]} == {
        "iban": "Its source declares this as personal data: only the Privacy office clears that.",
        "gone": "There is no such column any more.",
    }
    assert Column.objects.get(name="email").pii_reason == "decided by stew: role accounts"
    assert Column.objects.get(name="iban").pii == "iban"
    assert str(Edit.objects.get().uuid) == answer["edit"]


def test_what_was_found_is_accepted_where_something_was(users: Asset, send: Callable[..., Any]) -> None:
    answer = send(users, "email", "gone", decision="as-found").json()
    assert (answer["decided"], answer["refused"][0]["why"]) == (1, "Nothing is found there any more.")


@pytest.mark.parametrize("body", [{"decision": "nonsense"}, {"columns": []}, {"columns": [{"asset": "x"}]}])
def test_what_makes_no_sense_is_refused(users: Asset, send: Callable[..., Any], body: dict[str, Any]) -> None:
    assert send(users, "email", **body).status_code == 400
    assert not Annotation.objects.exists()


def test_only_stewards_and_the_office_decide(users: Asset, viewer: User, bearer: Bearer) -> None:
    told = {"decision": "none", "columns": [{"asset": NOBODY, "column": "x"}]}
    headers = bearer(viewer, "read", "write")
    path = "/api/v1/pii/decisions/"
    assert Client().post(path, told, content_type="application/json", headers=headers).status_code == 403


def test_what_is_decided_waits_no_more_until_that_is_undone(
    users: Asset, send: Callable[..., Any], steward: User
) -> None:
    send(users, "email")
    assert PiiFinding.objects.get(column="email").decided
    assert {row.column for row in waiting(steward)} == {"phone_number"}
    undo(edit=Edit.objects.get(), by=steward)
    assert {row.column for row in waiting(steward)} == {"email", "phone_number"}


def test_what_is_found_after_the_decision_does_not_wait(users: Asset, send: Callable[..., Any], source: Source) -> None:
    pour(source, [table("raw.users", ["plain"], domain="growth")])
    send(users, "plain")
    PiiFinding.objects.all().delete()
    columns = (ColumnFact(name="PLAIN", position=1), ColumnFact(name="email", position=2))
    pour(source, [replace(table("raw.users", domain="growth"), columns=columns)])
    assert PiiFinding.objects.filter(column="email", decided=False).exists()


def test_the_queue_is_found_by_its_index_where_nearly_all_is_decided(users: Asset, viewer: User) -> None:
    rows = [
        PiiFinding(asset=users, column=f"c{n}", evidence="name", pii="email", reason="its name", at=users.created_at)
        for n in range(5000)
    ]
    PiiFinding.objects.bulk_create(rows)
    PiiFinding.objects.filter(column__startswith="c").update(decided=True)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE catalog_piifinding")
    plan = waiting(viewer, Filters()).order_by("-confidence", "id")[:50].explain()
    assert "pii_finding_waits" in plan
