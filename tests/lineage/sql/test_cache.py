"""What was read is not read again, until its schemas change."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lineage.sql import Cache, cache, read_script

SQL = "select * from t"


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    found: list[str] = []
    read = read_script

    def counted(sql: str, *given: object, **options: object) -> object:
        found.append(sql)
        return read(sql, *given, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(cache, "read_script", counted)
    yield found


def test_the_same_is_read_once(readings: list[str]) -> None:
    kept = Cache()
    assert kept.read(SQL, "postgres", {"t": ["a"]}) is kept.read(SQL, "postgres", {"t": {"a": "int"}})
    assert readings == [SQL]


def test_another_schema_dialect_or_default_is_read_anew(readings: list[str]) -> None:
    kept = Cache()
    kept.read(SQL, "postgres", {"t": ["a"]})
    kept.read(SQL, "postgres", {"t": ["a", "b"]})
    kept.read(SQL, "postgres", {"t": ["b", "a"]})
    kept.read(SQL, "snowflake", {"t": ["a"]})
    kept.read(SQL, "postgres", {"t": ["a"]}, default_schema="raw")
    assert len(readings) == 5


def test_it_stays_within_its_size(readings: list[str]) -> None:
    kept = Cache(most_characters=10 * len(SQL))
    for number in range(10, 40):
        kept.read(f"select * from t{number}"[: len(SQL) + 2], "postgres")
    assert 1 <= len(kept) <= 10
    kept.read(SQL, "postgres")
    assert len(readings) == 31


def test_what_was_stopped_is_not_kept(readings: list[str]) -> None:
    kept = Cache()
    kept.read(SQL, "postgres", seconds=0.0)
    assert len(kept) == 0
