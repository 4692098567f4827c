"""``manage.py token``."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from portal.accounts.models import ApiToken, User
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    told = StringIO()
    call_command("token", *arguments, stdout=told)
    return told.getvalue().strip()


def test_it_prints_a_token_that_works(client: Client, viewer: User) -> None:
    secret = run("vera")
    assert client.get("/api/v1/assets/", headers={"Authorization": f"Bearer {secret}"}).status_code == 200


def test_for_machines_it_tells_scopes_and_end(viewer: User) -> None:
    told = json.loads(run("vera", "--scope", "read,ingest", "--days", "7", "--json"))
    assert sorted(told["scopes"]) == ["ingest", "read"]
    assert told["expires_at"] == ApiToken.objects.get().expires_at.isoformat()
    assert told["token"].startswith("dcp_")


@pytest.mark.parametrize(
    "arguments",
    [
        ["nobody"],
        ["gone"],
        ["vera", "--scope", "root"],
        ["vera", "--scope", ""],
        ["vera", "--days", "91"],
        ["vera", "--name", ""],
    ],
)
def test_a_bad_call_ends_with_status_2_and_makes_nothing(viewer: User, arguments: list[str]) -> None:
    UserFactory(username="gone", is_active=False)
    with pytest.raises(CommandError) as error:
        run(*arguments)
    assert error.value.returncode == 2
    assert "\n" not in str(error.value)
    assert not ApiToken.objects.exists()
