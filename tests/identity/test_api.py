"""Merging over REST."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from catalog.models import Asset, Domain
from catalog.services.identity import merge
from portal.accounts.models import User
from tests.factories import SourceFactory, pour, table

pytestmark = pytest.mark.django_db
Bearer = Callable[..., dict[str, str]]


@pytest.fixture
def pair() -> tuple[Asset, Asset]:
    pour(SourceFactory(), [table("marts.orders"), table("public.copy")])
    return Asset.objects.get(path="marts.orders"), Asset.objects.get(path="public.copy")


def send(path: str, body: dict[str, Any], headers: dict[str, str]) -> Any:
    return Client().post(f"/api/v1/{path}", body, content_type="application/json", headers=headers)


def test_a_merge_and_its_way_back(pair: tuple[Asset, Asset], steward: User, bearer: Bearer) -> None:
    kept, gone = pair
    headers = bearer(steward, "read", "write")
    made = send(f"assets/{gone.uuid}/merge/", {"into": str(kept.uuid), "reason": "a copy"}, headers)
    assert made.status_code == 201
    assert (made.json()["kept"], made.json()["by"]) == (str(kept.uuid), "stew")
    again = send(f"assets/{gone.uuid}/merge/", {"into": str(kept.uuid)}, headers)
    assert again.status_code == 400
    assert "already" in str(again.json()["errors"])
    undone = send(f"merges/{made.json()['id']}/undo/", {}, headers)
    assert undone.status_code == 200
    assert Asset.objects.live().count() == 2


@pytest.mark.parametrize("body", [{}, {"into": "x"}, {"into": "00000000-0000-4000-8000-000000000000"}])
def test_what_is_no_asset_is_refused(
    pair: tuple[Asset, Asset], steward: User, bearer: Bearer, body: dict[str, Any]
) -> None:
    answer = send(f"assets/{pair[0].uuid}/merge/", body, bearer(steward, "read", "write"))
    assert answer.status_code == 400
    assert "into" in answer.json()["errors"]


def test_viewers_do_not_merge(pair: tuple[Asset, Asset], viewer: User, bearer: Bearer) -> None:
    body = {"into": str(pair[1].uuid)}
    assert send(f"assets/{pair[0].uuid}/merge/", body, bearer(viewer, "read", "write")).status_code == 403


def test_a_token_that_only_reads_does_not_merge(pair: tuple[Asset, Asset], steward: User, bearer: Bearer) -> None:
    body = {"into": str(pair[1].uuid)}
    assert send(f"assets/{pair[0].uuid}/merge/", body, bearer(steward, "read")).status_code == 403


def test_a_merged_asset_leads_to_the_one_that_it_is_part_of(pair: tuple[Asset, Asset], steward: User) -> None:
    kept, gone = pair
    merge(kept=kept, gone=gone, by=steward)
    client = Client()
    client.force_login(steward)
    answer = client.get(f"/api/v1/assets/{gone.uuid}/")
    assert (answer.status_code, answer["Location"]) == (308, f"/api/v1/assets/{kept.uuid}/")
    assert (answer.json()["merged_into"], answer["Cache-Control"]) == (str(kept.uuid), "no-store")
    assert client.get(answer["Location"]).json()["path"] == "marts.orders"


def test_a_merged_asset_is_not_there_for_who_may_not_see_the_other(
    pair: tuple[Asset, Asset], steward: User, viewer: User, restricted: Domain
) -> None:
    kept, gone = pair
    merge(kept=kept, gone=gone, by=steward)
    Asset.objects.filter(pk__in=[kept.pk, gone.pk]).update(domain=restricted)
    client = Client()
    client.force_login(viewer)
    assert client.get(f"/api/v1/assets/{gone.uuid}/").status_code == 404
    Asset.objects.filter(pk=gone.pk).update(domain=None)
    assert client.get(f"/api/v1/assets/{gone.uuid}/").status_code == 404
