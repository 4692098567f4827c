"""Words of people, suggestions and the glossary over REST."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from catalog.models import Asset, Edit
from catalog.services import glossary
from catalog.services.glossary import Wording
from portal.accounts.models import User
from tests.factories import DomainFactory, asset

pytestmark = pytest.mark.django_db
Bearer = Callable[..., dict[str, str]]


@pytest.fixture
def orders(db: None) -> Asset:
    return asset("marts.orders", description="from dbt")


def patch(client: Client, orders: Asset, headers: dict[str, str] | None = None, **word: Any) -> Any:
    body = {"words": [word]}
    path = f"/api/v1/assets/{orders.uuid}/annotations/"
    return client.patch(path, body, content_type="application/json", headers=headers or {})


def test_a_word_and_what_the_source_says(as_steward: Client, orders: Asset) -> None:
    answer = patch(as_steward, orders, field="description", value="ours")
    assert answer.status_code == 200
    (word,) = as_steward.get(f"/api/v1/assets/{orders.uuid}/annotations/").json()["words"]
    assert (word["value"], word["by"], word["sources"][0]["value"]) == ("ours", "stew", "from dbt")
    assert answer.json()["edit"] == str(Edit.objects.get().uuid)


def test_null_takes_it_back(as_steward: Client, orders: Asset) -> None:
    patch(as_steward, orders, field="description", value="ours")
    assert patch(as_steward, orders, field="description", value=None).json()["words"] == []


def test_a_token_needs_the_scope_and_its_owner_the_right(
    client: Client, orders: Asset, steward: User, viewer: User, bearer: Bearer
) -> None:
    word = {"field": "description", "value": "ours"}
    assert patch(client, orders, bearer(steward, "read", "ingest"), **word).status_code == 403
    assert patch(client, orders, bearer(viewer, "write"), **word).status_code == 403
    assert patch(client, orders, bearer(steward, "write"), **word).status_code == 200


@pytest.mark.parametrize(
    "word",
    [
        {"field": "nothing", "value": 1},
        {"field": "tags", "value": [1]},
        {"field": "tier"},
        {"field": "tags", "column": "x", "value": {"add": ["a"]}},
        {"field": "pii", "value": {"class": "email"}},
        {"field": "pii", "column": "id", "value": {"class": "bogus"}},
        {"field": "description", "value": "x" * 20_001},
    ],
)
def test_what_does_not_fit_is_a_problem(as_steward: Client, orders: Asset, word: dict[str, Any]) -> None:
    answer = patch(as_steward, orders, **word)
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")


def test_the_hidden_is_not_found(as_steward: Client, orders: Asset) -> None:
    Asset.objects.update(domain=DomainFactory(restricted=True))
    assert patch(as_steward, orders, field="tier", value="1").status_code == 404


def test_a_suggestion_is_made_listed_and_decided(as_viewer: Client, as_steward: Client, orders: Asset) -> None:
    word = {"field": "description", "value": "mine", "note": "wrong"}
    made = as_viewer.post(f"/api/v1/assets/{orders.uuid}/suggestions/", word, content_type="application/json").json()
    assert [row["id"] for row in as_steward.get("/api/v1/suggestions/").json()["results"]] == [made["id"]]
    decision = {"action": "accept", "value": "better"}
    path = f"/api/v1/suggestions/{made['id']}/decision/"
    assert as_viewer.post(path, decision, content_type="application/json").status_code == 403
    assert as_steward.post(path, decision, content_type="application/json").json()["state"] == "accepted"
    assert as_steward.post(path, decision, content_type="application/json").status_code in {400, 404}
    orders.refresh_from_db()
    assert orders.description == "better"


def test_terms_with_their_relations(as_viewer: Client, steward: User) -> None:
    revenue = glossary.save_term(wording=Wording("Revenue", synonyms=["sales"]), by=steward)
    glossary.save_term(wording=Wording("Net revenue", relations=[("broader", revenue.slug)]), by=steward)
    rows = as_viewer.get("/api/v1/glossary/").json()["results"]
    assert [row["slug"] for row in rows] == ["net-revenue", "revenue"]
    assert as_viewer.get("/api/v1/glossary/net-revenue/").json()["relations"] == {"broader": ["revenue"]}
