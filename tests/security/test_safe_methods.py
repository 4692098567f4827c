"""GET and HEAD change nothing, whatever the address and whoever asks."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client

from catalog.models import Asset, IngestionRun, Source
from portal.accounts import services
from portal.accounts.models import User
from tests.catalog.facts import platform
from tests.factories import DomainFactory, SourceFactory, pour
from tests.security.walk import Walk, all_domains, patterns

pytestmark = pytest.mark.django_db


def fingerprint() -> dict[str, Any]:
    """Rows of every table, as one number each; but for sessions, which note once a minute that somebody is there."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1")
        tables = [name for (name,) in cursor.fetchall() if name != "accounts_session"]
        union = " UNION ALL ".join(
            f"SELECT '{name}', count(*), coalesce(sum(hashtext(t::text)::bigint), 0) FROM \"{name}\" t"
            for name in tables
        )
        cursor.execute(union)
        return {name: (rows, total) for name, rows, total in cursor.fetchall()}


@pytest.fixture
def walk(administrator: User) -> Walk:
    source: Source = SourceFactory(slug="shop")
    pour(source, platform(2))
    IngestionRun.objects.create(source=source)
    DomainFactory(slug="closed", restricted=True)
    services.create_token(user=administrator, name="x", scopes=["read"], days=1, by=administrator)
    return Walk(["orders"], assets=list(Asset.objects.all()[:2]), domains=all_domains())


@pytest.mark.parametrize(("method", "of_each"), [("get", 4), ("head", 1), ("options", 1)])
def test_asking_changes_nothing(walk: Walk, administrator: User, method: str, of_each: int) -> None:
    client = Client()
    client.force_login(administrator)
    before = fingerprint()
    for path in [path for paths in walk.paths().values() for path in paths[:of_each]]:
        response = getattr(client, method)(path)
        response.getvalue()
        assert response.status_code < 500 or path == "/healthz", path
    assert fingerprint() == before


def test_the_walk_knows_every_url_pattern(walk: Walk) -> None:
    assert {name for name, _ in patterns()} == set(walk.paths())


def test_what_changes_things_answers_to_post_alone(walk: Walk, administrator: User) -> None:
    client = Client()
    client.force_login(administrator)
    changing = ("restrict", "add_member", "remove_member", "revoke", "upload", "logout")
    for name, paths in walk.paths().items():
        if name.endswith(changing):
            assert client.get(paths[0]).status_code == 405, name
            assert client.head(paths[0]).status_code == 405, name


def test_the_fingerprint_sees_a_change(walk: Walk) -> None:
    before = fingerprint()
    User.objects.update(job_title="x")
    assert fingerprint() != before
