"""What all tests share: settings for tests, a database that may be emptied, people, and ways to sign in."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.management.commands import flush
from django.db import connection
from django.db.backends.postgresql.operations import DatabaseOperations
from django.test import Client

from catalog.capabilities import SourceFile
from catalog.intake.running import execute
from catalog.models import IngestionRun, Source
from catalog.services import runs
from portal.accounts import services as accounts
from portal.accounts.models import User
from portal.accounts.states import Role
from tests import database
from tests.factories import DomainFactory, SourceFactory, UserFactory

CORPUS = Path(__file__).resolve().parent.parent.parent / "shared" / "corpus"


# How long one example takes says how busy the machine is, not whether the code is right
hypothesis.settings.register_profile("house", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("house")


def pytest_configure(config: pytest.Config) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    settings.RATE_LIMITS = {}
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    worker = getattr(config, "workerinput", {}).get("workerid", "main")
    settings.CACHES["default"]["KEY_PREFIX"] = f"test-{worker}"
    if worker.startswith("gw"):  # a database of its own: emptying the cache empties all of its database
        place, _, number = str(settings.CACHES["default"]["LOCATION"]).rpartition("=")
        settings.CACHES["default"]["LOCATION"] = f"{place}={int(number) + 1 + int(worker[2:]) % 12}"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


def pytest_collection_finish(session: pytest.Session) -> None:
    """What is loaded by now stays to the end: the collector need not walk it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: Any, monkeypatch_session: pytest.MonkeyPatch
) -> None:
    """Each worker's database is a copy of a migrated one, and is emptied row by row."""
    with django_db_blocker.unblock():
        connection.settings_dict["TEST"]["TEMPLATE"] = database.template()
    monkeypatch_session.setattr(DatabaseOperations, "execute_sql_flush", lambda self, sql_list: database.empty())
    monkeypatch_session.setattr(flush, "emit_post_migrate_signal", lambda *_: None)  # what it writes is kept


@pytest.fixture(scope="session")
def monkeypatch_session() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as patch:
        yield patch


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()


@pytest.fixture
def corpus() -> Path:
    if not CORPUS.is_dir():
        pytest.skip("the corpus of real metadata files is not beside this checkout")
    return CORPUS


@pytest.fixture
def viewer(db: None) -> User:
    return UserFactory(username="vera")


@pytest.fixture
def steward(db: None) -> User:
    return UserFactory(username="stew", role=Role.STEWARD)


@pytest.fixture
def administrator(db: None) -> User:
    return UserFactory(username="root", role=Role.ADMINISTRATOR)


@pytest.fixture
def as_viewer(viewer: User) -> Client:
    return _signed_in(viewer)


@pytest.fixture
def as_steward(steward: User) -> Client:
    return _signed_in(steward)


@pytest.fixture
def as_administrator(administrator: User) -> Client:
    return _signed_in(administrator)


def _signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def bearer() -> Callable[..., dict[str, str]]:
    """Headers of a new token of a person."""

    def headers(user: User, *scopes: str) -> dict[str, str]:
        _, secret = accounts.create_token(user=user, name="test", scopes=scopes or ["read"], days=1, by=user)
        return {"Authorization": f"Bearer {secret}"}

    return headers


@pytest.fixture
def source(db: None) -> Source:
    return SourceFactory(slug="shop")


@pytest.fixture
def restricted(db: None) -> Any:
    """A restricted domain without members."""
    return DomainFactory(slug="people", name="People", restricted=True)


@pytest.fixture
def ingest(db: None) -> Callable[..., IngestionRun]:
    """Runs files through the whole intake, here and now."""

    def run(source: Source, *files: SourceFile, **options: str) -> IngestionRun:
        requested = runs.request_run(source=source, files=[], options=options, by=None, inline=True)
        claimed = runs.claim(requested.pk)
        assert claimed is not None
        return execute(claimed, list(files))

    return run


@pytest.fixture
def count_queries() -> Callable[[Callable[[], Any]], int]:
    """How many statements a call sends."""

    def count(call: Callable[[], Any]) -> int:
        sent: list[str] = []

        def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            sent.append(sql)
            return execute(sql, params, many, context)

        with connection.execute_wrapper(note):
            call()
        return len(sent)

    return count
