"""What options may say, and what becomes of it where the database does not let us in."""

from __future__ import annotations

import pytest

from catalog.capabilities import BadInput
from catalog.connectors.postgres.connecting import settings_of
from catalog.connectors.postgres.reader import PostgresReader
from tests.connectors.postgres.conftest import read


@pytest.mark.parametrize(
    ("given", "namespace"),
    [
        ({"host": "db.example.com", "port": "6432"}, "postgres://db.example.com:6432"),
        ({"host": "db.example.com"}, "postgres://db.example.com:5432"),
        ({"host": "/some/folder"}, "postgres://localhost:5432"),
        ({}, "postgres://localhost:5432"),
        ({"host": "/some/folder", "instance": "postgres://warehouse:5432"}, "postgres://warehouse:5432"),
        ({"dsn": "postgresql://ana:secret@db.example.com/shop"}, "postgres://db.example.com:5432"),
        ({"dsn": "host=a port=1", "host": "b"}, "postgres://b:1"),
    ],
)
def test_the_instance_is_openlineages_name_of_the_server(given: dict[str, str], namespace: str) -> None:
    assert PostgresReader().instance({"database": "shop"} | given) == namespace


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ({"database": ""}, "option database"),
        ({"port": "many"}, "option port"),
        ({"sslmode": "perhaps"}, "option sslmode"),
        ({"samples": "-1"}, "option samples"),
        ({"samples": "5000"}, "option samples"),
        ({"dsn": "not = a = dsn"}, "option dsn"),
        ({"dsn": "passfile=/etc/shadow"}, "option dsn"),
        ({"dsn": "service=other"}, "option dsn"),
        ({"dsn": "sslkey=/root/key"}, "option dsn"),
        ({"host": "a\0b"}, "options"),
    ],
)
def test_an_option_that_cannot_be_meant_is_told(given: dict[str, str], place: str) -> None:
    with pytest.raises(BadInput) as error:
        settings_of({"database": "shop"} | given)
    assert error.value.place == place


def test_a_malformed_connection_string_is_not_repeated() -> None:
    with pytest.raises(BadInput) as error:
        settings_of({"dsn": "postgresql://u:canary@[bad", "database": "x"})
    assert "canary" not in str(error.value)


def test_nobody_there_is_one_line(options: dict[str, str]) -> None:
    with pytest.raises(BadInput, match="cannot be reached") as error:
        read(options | {"host": "127.0.0.1", "port": "1", "password": "canary"})
    assert "canary" not in str(error.value)
    assert "\n" not in str(error.value)


def test_a_database_that_is_not_there_is_told(options: dict[str, str]) -> None:
    with pytest.raises(BadInput, match='database "nowhere" does not exist'):
        read(options | {"database": "nowhere"})


class Stop(Exception):
    pass


def test_passwords_of_the_environment_go_nowhere(monkeypatch: pytest.MonkeyPatch, options: dict[str, str]) -> None:
    seen: list[str] = []

    def connect(words: str, **_: object) -> None:
        seen.append(words)
        raise Stop

    monkeypatch.setenv("PGPASSWORD", "canary")
    monkeypatch.setattr("psycopg.connect", connect)
    with pytest.raises(Stop):
        read(options)
    assert "password=''" in seen[0]
    assert "passfile=/nonexistent" in seen[0]
