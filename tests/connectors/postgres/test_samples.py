"""A few values, looked at and forgotten."""

from __future__ import annotations

import logging

import psycopg
import pytest

from catalog.connectors.postgres.samples import _share
from catalog.facts import SampleFact
from tests.connectors.postgres.conftest import read


def sampled(options: dict[str, str]) -> dict[str, SampleFact]:
    facts = read(options)
    return {fact.asset.partition(".")[2]: fact for fact in facts if isinstance(fact, SampleFact)}


def test_nothing_is_looked_at_unless_it_is_asked_for(options: dict[str, str]) -> None:
    assert sampled(options) == {}


def test_a_few_rows_of_tables_and_none_of_views(options: dict[str, str]) -> None:
    found = sampled(options | {"samples": "7"})
    assert set(found) == {"raw.customers", "raw.orders", "raw.events", "marts.best"}
    mails = found["raw.customers"].values["mail"]
    assert len(mails) == 7
    assert all(mail.endswith("@example.com") for mail in mails)


def test_long_values_are_cut(options: dict[str, str], warehouse: psycopg.Connection) -> None:
    warehouse.execute("CREATE TABLE scratch.long AS SELECT repeat('x', 100000) AS text")
    assert len(sampled(options | {"samples": "1"})["scratch.long"].values["text"][0]) == 200
    warehouse.execute("DROP TABLE scratch.long")


def test_a_table_that_does_not_answer_is_named_and_its_values_are_not(
    options: dict[str, str], warehouse: psycopg.Connection, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    warehouse.execute("CREATE TABLE scratch.bad AS SELECT 'canary'::text AS text")
    warehouse.execute("ALTER TABLE scratch.bad ADD failing text GENERATED ALWAYS AS ((text::int)::text) VIRTUAL")
    facts = read(options | {"samples": "1"})
    warehouse.execute("DROP TABLE scratch.bad")
    words = [fact.message for fact in facts if hasattr(fact, "message")]
    assert any("scratch.bad" in message for message in words)
    assert "canary" not in "".join(words) + caplog.text


def test_large_tables_are_read_by_page() -> None:
    assert _share(10, 1000, 50) is None
    assert _share(100_000, 10_000_000, 50) == pytest.approx(0.005)
    assert _share(2000, 10, 500) == 100
