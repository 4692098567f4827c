"""``/api/v1/sources/``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from catalog.models import Source
from portal.accounts.models import User

pytestmark = pytest.mark.django_db

BODY = {"slug": "shop", "title": "Shop", "kind": "dbt", "namespace": "postgres://shop"}


def _create(client: Client, headers: dict[str, str], **changes: str) -> Any:
    body = {**BODY, **changes}
    return client.post("/api/v1/sources/", body, content_type="application/json", headers=headers)


def test_a_steward_makes_a_source(client: Client, steward: User, bearer: Callable[..., dict[str, str]]) -> None:
    response = _create(client, bearer(steward, "ingest"))
    assert response.status_code == 201
    assert Source.objects.get().namespace == "postgres://shop"


def test_a_slug_that_is_taken_is_told(client: Client, steward: User, bearer: Callable[..., dict[str, str]]) -> None:
    headers = bearer(steward, "ingest")
    _create(client, headers)
    response = _create(client, headers)
    assert response.status_code == 400
    assert "already" in response.json()["errors"]["source"][0]


@pytest.mark.parametrize("changes", [{"kind": "fax"}, {"slug": "a b"}, {"slug": ""}])
def test_a_source_that_makes_no_sense_is_refused(
    client: Client, steward: User, bearer: Callable[..., dict[str, str]], changes: dict[str, str]
) -> None:
    assert _create(client, bearer(steward, "ingest"), **changes).status_code == 400
    assert not Source.objects.exists()


def test_a_viewer_makes_none(client: Client, viewer: User, bearer: Callable[..., dict[str, str]]) -> None:
    assert _create(client, bearer(viewer, "ingest")).status_code == 403


def test_a_token_that_may_only_read_makes_none(
    client: Client, steward: User, bearer: Callable[..., dict[str, str]]
) -> None:
    assert _create(client, bearer(steward, "read")).status_code == 403
