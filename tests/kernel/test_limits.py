"""How often one may ask."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from portal.kernel import limits

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _few(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.RATE_LIMITS = {
        "accounts:login": [(3, 60, "POST", "username"), (5, 60, "POST")],
        "shell:search": [(2, 60)],
        "catalog-api:asset-list": [(2, 60)],
    }
    monkeypatch.setattr(
        "portal.kernel.limits.time.time", lambda: 1_000_000_020.0
    )  # twenty seconds before the next minute


def statuses(client: Client, path: str, times: int, **form: str) -> list[int]:
    ask = client.post if form else client.get
    return [ask(path, form or None).status_code for _ in range(times)]


def test_a_password_is_guessed_for_one_name_a_few_times(client: Client) -> None:
    assert statuses(client, "/login/", 4, username="ana", password="x") == [422, 422, 422, 429]
    assert statuses(client, "/login/", 1, username="tom", password="x") == [422]
    assert client.get("/login/").status_code == 200


def test_and_for_many_names_not_many_times_either(client: Client) -> None:
    found = [statuses(client, "/login/", 1, username=f"p{number}", password="x")[0] for number in range(7)]
    assert found == [422] * 5 + [429] * 2


def test_the_answer_says_when_to_try_again(as_viewer: Client) -> None:
    assert statuses(as_viewer, "/search/", 3) == [200, 200, 429]
    response = as_viewer.get("/search/")
    assert 0 < int(response["Retry-After"]) <= 60
    assert "A little slower" in response.content.decode()


def test_programs_get_a_problem(as_viewer: Client) -> None:
    statuses(as_viewer, "/api/v1/assets/", 2)
    response = as_viewer.get("/api/v1/assets/")
    assert (response.status_code, response["Content-Type"]) == (429, "application/problem+json")
    assert response.json()["status"] == 429


def test_each_person_has_their_own_count(as_viewer: Client, as_steward: Client) -> None:
    assert statuses(as_viewer, "/search/", 3)[-1] == 429
    assert statuses(as_steward, "/search/", 1) == [200]


def test_the_next_window_begins_anew(as_viewer: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    statuses(as_viewer, "/search/", 3)
    monkeypatch.setattr("portal.kernel.limits.time.time", lambda: 1_000_000_081.0)
    assert statuses(as_viewer, "/search/", 1) == [200]


def test_without_a_cache_nobody_is_refused(as_viewer: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise ConnectionError

    statuses(as_viewer, "/search/", 2)
    monkeypatch.setattr(limits, "cache", type("Down", (), {"add": fail, "incr": fail}))
    assert statuses(as_viewer, "/search/", 1) == [200]
