"""``/api/v1/assets/{id}/contract/`` and ``/api/v1/contracts/check/``."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from catalog.models import Asset, ContractVersion
from portal.accounts.models import User
from tests.contracts.texts import ORDERS
from tests.factories import asset

pytestmark = pytest.mark.django_db
Bearer = Callable[..., dict[str, str]]
WORSE = ORDERS.replace("error_after: 4 hours", "error_after: 9 hours")


@pytest.fixture
def orders(db: None) -> Asset:
    return asset("marts.orders")


@pytest.fixture
def put(client: Client, orders: Asset, steward: User, bearer: Bearer) -> Callable[..., Any]:
    headers = bearer(steward, "read", "write")

    def send(text: str | bytes, kind: str = "application/yaml", **more: str) -> Any:
        named = {name.replace("_", "-"): value for name, value in more.items()}
        return client.put(f"/api/v1/assets/{orders.uuid}/contract/", text, content_type=kind, headers=headers | named)

    return send


def test_a_table_without_a_contract_answers_404(as_viewer: Client, orders: Asset) -> None:
    response = as_viewer.get(f"/api/v1/assets/{orders.uuid}/contract/")
    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"


def test_a_contract_is_put_and_got_back_byte_for_byte(put: Any, as_viewer: Client, orders: Asset) -> None:
    made = put(ORDERS)
    assert (made.status_code, made["ETag"]) == (201, '"1"')
    found = as_viewer.get(f"/api/v1/assets/{orders.uuid}/contract/").json()
    assert (found["version"], found["verdict"], found["form"], found["text"]) == ("1.0.0", "none", "own", ORDERS)


def test_the_same_again_is_no_new_version(put: Any) -> None:
    put(ORDERS)
    assert put(ORDERS).status_code == 200
    assert ContractVersion.objects.count() == 1


def test_a_change_is_answered_with_its_verdict(put: Any) -> None:
    put(ORDERS)
    told = put(WORSE).json()
    assert (told["version"], told["verdict"]) == ("2.0.0", "breaking")
    assert [change["rule"] for change in told["changes"]] == ["freshness-loosened"]


def test_a_break_under_a_number_that_hides_it_is_refused(put: Any) -> None:
    put(f"version: 1.2.0\n{ORDERS}")
    refused = put(f"version: 1.3.0\n{WORSE}")
    assert refused.status_code == 422
    assert "it is 2.0.0 or more" in refused.content.decode()
    assert ContractVersion.objects.count() == 1
    assert put(f"version: 2.0.0\n{WORSE}").status_code == 201


def test_what_was_not_understood_is_told(put: Any, as_viewer: Client, orders: Asset) -> None:
    text = "{apiVersion: v3.0.2, kind: DataContract, id: a, version: 1.0.0, status: active, odd: 1, schema: [{name: orders}]}"
    answers = put(text), as_viewer.get(f"/api/v1/assets/{orders.uuid}/contract/")
    for answer in answers:
        (note,) = answer.json()["notes"]
        assert "odd" in note["place"]


def test_json_is_taken_too(put: Any) -> None:
    assert put(json.dumps({"model": {"name": "orders"}}), "application/json").status_code == 201


@pytest.mark.parametrize(("form", "words"), [("own", "model:"), ("odcs", "apiVersion: v3.1.0"), ("source", "model:")])
def test_any_form_can_be_asked_for(put: Any, as_viewer: Client, orders: Asset, form: str, words: str) -> None:
    put(ORDERS)
    url = f"/api/v1/assets/{orders.uuid}/contract/?form={form}"
    assert words in as_viewer.get(url).json()["text"]
    plain = as_viewer.get(url, headers={"Accept": "application/yaml"})
    assert words in plain.content.decode()
    assert plain["Content-Type"].startswith("application/yaml")


@pytest.mark.parametrize("query", ["form=x", "version=x", "version=-1"])
def test_a_question_that_makes_no_sense_is_told(put: Any, as_viewer: Client, orders: Asset, query: str) -> None:
    put(ORDERS)
    assert as_viewer.get(f"/api/v1/assets/{orders.uuid}/contract/?{query}").status_code == 400


def test_a_bad_document_is_refused_with_its_lines(put: Any) -> None:
    response = put("model:\n  name: marts.orders\n  colums: []\n")
    assert response.status_code == 422
    assert response.json()["errors"]["contract"] == [
        "line 3, column 3: model.colums: is not known; did you mean “columns”?"
    ]
    assert put("model: {name: other}").status_code == 422
    assert put(b"\xff\x00").status_code == 422
    assert put("x" * 300_000).status_code == 413
    assert not ContractVersion.objects.exists()


def test_who_read_an_older_version_does_not_write_over_a_newer(put: Any) -> None:
    put(ORDERS)
    assert put(WORSE, If_Match='"7"').status_code == 412
    assert put(WORSE, If_Match="nonsense").status_code == 412
    assert put(WORSE, If_Match='"1"').status_code == 201


def test_none_match_writes_the_first_version_only(put: Any) -> None:
    assert put(ORDERS, If_None_Match="*").status_code == 201
    assert put(WORSE, If_None_Match="*").status_code == 412
    assert put(WORSE).status_code == 201


def test_what_get_answers_can_be_sent_back(put: Any, as_viewer: Client, orders: Asset) -> None:
    put(ORDERS)
    read = as_viewer.get(f"/api/v1/assets/{orders.uuid}/contract/").json()
    assert put(json.dumps(read), "application/json").status_code == 200
    changed = json.dumps(read | {"text": WORSE})
    assert put(changed, "application/json").status_code == 201
    assert put(changed, "application/json").status_code == 412
    assert ContractVersion.objects.count() == 2
    assert bytes(ContractVersion.objects.latest("sequence").content) == WORSE.encode()


def test_what_is_not_known_is_kept_and_told(put: Any) -> None:
    told = put(f"house: 1\n{ORDERS}")
    assert (told.status_code, told.json()["text"]) == (201, f"house: 1\n{ORDERS}")
    assert [(note["place"], note["line"]) for note in told.json()["notes"]] == [("line 1, column 1: house", 1)]


def test_only_stewards_and_owners_write(client: Client, viewer: User, orders: Asset, bearer: Bearer) -> None:
    url = f"/api/v1/assets/{orders.uuid}/contract/"
    kind = "application/yaml"
    assert client.put(url, ORDERS, content_type=kind, headers=bearer(viewer, "read")).status_code == 403
    assert client.put(url, ORDERS, content_type=kind, headers=bearer(viewer, "write")).status_code == 403
    orders.owners.create(name="Vera", user=viewer)
    assert client.put(url, ORDERS, content_type=kind, headers=bearer(viewer, "write")).status_code == 201


def test_two_contracts_are_compared_and_nothing_is_kept(client: Client, viewer: User, bearer: Bearer) -> None:
    def check(old: str, new: str, **more: str) -> Any:
        body = {"old": old, "new": new, **more}
        headers = bearer(viewer, "read")
        return client.post("/api/v1/contracts/check/", body, content_type="application/json", headers=headers)

    told = check(ORDERS, WORSE)
    assert (told.status_code, told.json()["breaking"]) == (200, True)
    assert told.json()["version"]["suggested"] == "1.0.0"
    assert check(ORDERS, ORDERS).json()["verdict"] == "none"
    wider = ORDERS.replace("number(12,2)", "number(14,2)")
    assert check(ORDERS, wider, platform="snowflake").json()["changes"][0]["rule"] == "type-widened"
    refused = check(ORDERS, "model: [")
    assert refused.status_code == 422
    assert list(refused.json()["errors"]) == ["new"]
    assert check("", "").status_code == 400
    assert not ContractVersion.objects.exists()


@pytest.mark.parametrize("depth", [100, 1200, 30_000])
def test_nesting_without_end_is_told_with_its_place(
    client: Client, put: Any, viewer: User, bearer: Bearer, depth: int
) -> None:
    deep = f'{{"models": [{"[" * depth}{"]" * depth}]}}'
    refused = put(deep, "application/json")
    assert refused.status_code == 422
    assert "is nested deeper than 30 levels" in refused.content.decode()
    assert "models[0]" in refused.content.decode()
    body = f'{{"old": "", "new": {deep}}}'
    answer = client.post(
        "/api/v1/contracts/check/", body, content_type="application/json", headers=bearer(viewer, "read")
    )
    assert answer.status_code == 400
    assert "recursion" not in answer.content.decode()
    if depth > 1000:
        assert answer.json()["detail"] == "JSON parse error: it is nested too deeply, in new.models[0][0]"
