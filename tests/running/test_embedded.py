"""Names and places of the embedded servers, computed from the environment alone."""

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from portal.running import embedded


@pytest.fixture(autouse=True)
def no_servers_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("DATABASE_URL", "REDIS_URL", "CACHE_URL", "DATA_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DEMO_DIR", "/srv/gazetteer")


def test_the_demo_dir_wins_over_the_data_dir(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATA_DIR", "/elsewhere")
    assert embedded.data_dir() == Path("/srv/gazetteer")


def test_without_a_name_the_data_is_in_the_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DEMO_DIR")
    assert embedded.data_dir().name == ".data"


def test_a_named_database_is_taken_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://me@db/x")
    assert embedded.database_url() == "postgresql://me@db/x"


def test_the_embedded_database_is_reached_through_a_socket_of_the_data_folder() -> None:
    assert embedded.database_url() == "postgresql://postgres@/gazetteer?host=/srv/gazetteer/run/pg"


def test_the_broker_and_the_cache_use_two_databases_of_one_socket() -> None:
    assert embedded.broker_url() == "redis+socket:///srv/gazetteer/run/mq.sock?virtual_host=0"
    assert embedded.cache_url() == "unix:///srv/gazetteer/run/mq.sock?db=1"


@pytest.mark.parametrize(
    ("given", "broker", "cache"),
    [
        ("redis://h:6379", "redis://h:6379", "redis://h:6379/1"),
        ("redis://:pw@h:6379/3", "redis://:pw@h:6379/3", "redis://:pw@h:6379/4"),
        (
            "rediss://h/0?ssl_cert_reqs=required",
            "rediss://h/0?ssl_cert_reqs=required",
            "rediss://h/1?ssl_cert_reqs=required",
        ),
        ("unix:///run/r.sock?db=2", "redis+socket:///run/r.sock?virtual_host=2", "unix:///run/r.sock?db=3"),
    ],
)
def test_a_named_broker_is_spelled_for_celery_and_for_django(
    monkeypatch: pytest.MonkeyPatch, given: str, broker: str, cache: str
) -> None:
    monkeypatch.setenv("REDIS_URL", given)
    assert (embedded.broker_url(), embedded.cache_url()) == (broker, cache)


@pytest.mark.parametrize("folder", ["/" + "long" * 40, "/srv/with space", "/srv/ümlaut", "/srv/100%"])
def test_a_folder_that_no_socket_can_be_named_after_gets_a_short_one(
    monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    monkeypatch.setenv("DEMO_DIR", folder)
    host = parse_qs(urlsplit(embedded.database_url()).query)["host"][0]
    assert host == str(embedded.postgres_socket_dir())
    assert len(f"{host}/.s.PGSQL.5432.lock") < 100


def test_two_long_folders_do_not_share_their_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEMO_DIR", "/a" + "long" * 40)
    first = embedded.run_dir()
    monkeypatch.setenv("DEMO_DIR", "/b" + "long" * 40)
    assert embedded.run_dir() != first


@pytest.mark.parametrize("argv", [[], ["help"], ["check", "--deploy"], ["lineage", "sql", "-"], ["contracts", "check"]])
def test_a_command_without_data_starts_no_database(argv: list[str]) -> None:
    assert not embedded.needs_database(argv)


@pytest.mark.parametrize("argv", [["migrate"], ["ingest", "dbt"], ["lineage", "impact", "x"], ["contracts"]])
def test_a_command_that_reads_the_catalog_gets_a_database(argv: list[str]) -> None:
    assert embedded.needs_database(argv)


def test_the_secret_key_is_made_once_and_only_its_owner_reads_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DEMO_DIR", str(tmp_path / "data"))
    key = embedded.secret_key()
    assert embedded.secret_key() == key
    assert len(key) > 50
    assert (tmp_path / "data" / "secret_key").stat().st_mode & 0o077 == 0
