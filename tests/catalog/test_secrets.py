"""A source's password turns up nowhere: not in the database, the logs, the queue, the pages or the API."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test import Client

from catalog import tasks
from catalog.models import IngestionRun, Source
from catalog.services import credentials
from catalog.states import RunState
from portal.accounts.models import User
from tests.catalog.live import CANARY

pytestmark = pytest.mark.django_db
HEX = CANARY.encode().hex()


def database() -> str:
    """Every row of every table, as text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        found = []
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            found += [str(row) for row in cursor.fetchall()]
    return "\n".join(found)


@pytest.mark.parametrize("behaviour", ["check password", "refuse", "break"])
def test_the_canary_is_found_nowhere(
    client: Client,
    as_steward: Client,
    steward: User,
    live_kind: str,
    bearer: Callable[..., dict[str, str]],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    behaviour: str,
) -> None:
    caplog.set_level(logging.DEBUG)
    sent: list[Any] = []
    monkeypatch.setattr(tasks.ingest, "apply_async", lambda **message: sent.append(message))
    headers = bearer(steward, "read", "ingest")
    body = {
        "slug": "wh",
        "kind": "live",
        "options": {"host": "127.0.0.1", "behaviour": behaviour},
        "secrets": {"password": CANARY},
    }
    said = [client.post("/api/v1/sources/", body, content_type="application/json", headers=headers)]
    said += [client.post(f"/api/v1/sources/wh/{what}/", headers=headers) for what in ("test",)]
    said += [client.post("/api/v1/sources/wh/ingestions/", {}, content_type="application/json", headers=headers)]
    tasks.ingest(IngestionRun.objects.get().pk)
    run = IngestionRun.objects.get()
    assert run.state == (RunState.SUCCEEDED if behaviour == "check password" else RunState.FAILED), run.error
    paths = ("/sources/", "/sources/wh/", "/sources/wh/edit/", run.get_absolute_url())
    said += [as_steward.get(path) for path in paths]
    said += [client.get(path, headers=headers) for path in ("/api/v1/sources/", "/api/v1/sources/wh/")]
    said += [client.get(f"/api/v1/sources/wh/ingestions/{run.uuid}/", headers=headers)]
    assert [response.status_code for response in said if response.status_code >= 400] == []
    texts = "\n".join(response.content.decode() for response in said)
    for place in (database(), texts, caplog.text, json.dumps(sent, default=str)):
        assert CANARY not in place
        assert HEX not in place
    assert credentials.opened(Source.objects.get()) == {"password": CANARY}


def test_the_command_seals_a_secret_option_and_keeps_it_for_the_next_time(live_kind: str) -> None:
    options = ["host=127.0.0.1", "behaviour=check password"]
    call_command("ingest", "live", source="wh", option=[*options, f"password={CANARY}"], stdout=io.StringIO())
    assert credentials.opened(Source.objects.get()) == {"password": CANARY}
    call_command("ingest", "live", source="wh", stdout=io.StringIO())
    assert set(IngestionRun.objects.values_list("state", flat=True)) == {RunState.SUCCEEDED}
    assert CANARY not in database()


def test_rotation_seals_all_anew_and_the_old_key_may_go(live_source: Source, settings: Any) -> None:
    settings.SECRETS_KEY = "k" * 40
    out = io.StringIO()
    call_command("secrets", "rotate", stdout=out)
    assert out.getvalue().startswith("1 sealed anew")
    settings.SECRET_KEY = "another " * 8
    live_source.refresh_from_db()
    assert credentials.opened(live_source) == {"password": CANARY}
    out = io.StringIO()
    call_command("secrets", "rotate", stdout=out)
    assert out.getvalue().startswith("0 sealed anew")


def test_rotation_without_the_old_key_is_a_finding_and_loses_nothing(live_source: Source, settings: Any) -> None:
    before = settings.SECRET_KEY
    settings.SECRET_KEY = "another " * 8
    with pytest.raises(SystemExit) as stop:
        call_command("secrets", "rotate", stdout=io.StringIO())
    assert stop.value.code == 1
    settings.SECRET_KEY = before
    live_source.refresh_from_db()
    assert credentials.opened(live_source) == {"password": CANARY}


def test_secrets_that_cannot_be_opened_are_told_and_can_be_given_again(
    live_source: Source, settings: Any, as_steward: Client, ingest: Callable[..., IngestionRun]
) -> None:
    settings.SECRET_KEY = "another " * 8
    as_steward.force_login(User.objects.get(username="stew"))
    assert "cannot be opened" in ingest(live_source).error
    assert "cannot be opened" in as_steward.get("/sources/wh/").content.decode()
    form = {"title": "W", "namespace": "", "option_host": "127.0.0.1", "option_password": "new"}
    assert as_steward.post("/sources/wh/edit/", form).status_code == 302
    live_source.refresh_from_db()
    assert credentials.opened(live_source) == {"password": "new"}


def test_a_secret_that_is_none_is_refused(live_kind: str) -> None:
    with pytest.raises(CommandError):
        call_command("ingest", "live", source="wh", option=["host=127.0.0.1", "password=a\0b"])
