"""A real database beside the portal's, on the same embedded server."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg import sql

from catalog.connectors.postgres.reader import PostgresReader
from catalog.facts import AssetFact, Fact
from portal.running import embedded

SCHEMA = """
CREATE EXTENSION pg_stat_statements;
CREATE SCHEMA raw; CREATE SCHEMA marts; CREATE SCHEMA scratch;
COMMENT ON SCHEMA marts IS 'What people read';
CREATE TYPE raw.colour AS ENUM ('red', 'it''s "blue"');
CREATE DOMAIN raw.email AS text CHECK (VALUE ~ '@');
CREATE TYPE raw.place AS (lat double precision, lon double precision);
CREATE TYPE raw.address AS (street text, city varchar(80), at raw.place);
CREATE TABLE raw.customers (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, mail raw.email NOT NULL UNIQUE, home raw.address,
    others raw.address[], favourite raw.colour DEFAULT 'red', scores numeric(10,2)[],
    loud text GENERATED ALWAYS AS (upper(mail)) STORED
);
COMMENT ON TABLE raw.customers IS 'Who buys';
COMMENT ON COLUMN raw.customers.mail IS 'Where to write';
CREATE TABLE raw.orders (
    customer bigint NOT NULL REFERENCES raw.customers, number int, placed_at timestamptz,
    amount numeric(12,2) CHECK (amount >= 0),
    PRIMARY KEY (customer, number)
);
CREATE TABLE raw."Order Lines" (customer bigint, number int, "Line №" int,
    FOREIGN KEY (customer, number) REFERENCES raw.orders (customer, number));
CREATE TABLE raw.events (at timestamptz NOT NULL, name text) PARTITION BY RANGE (at);
CREATE TABLE raw.events_2025 PARTITION OF raw.events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE raw.events_2026 PARTITION OF raw.events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE VIEW marts.revenue AS SELECT c.id, sum(o.amount) AS revenue
    FROM raw.customers c JOIN raw.orders o ON o.customer = c.id GROUP BY 1;
CREATE MATERIALIZED VIEW marts.best AS SELECT * FROM marts.revenue ORDER BY revenue DESC LIMIT 10;
CREATE TABLE scratch.junk (x int);
INSERT INTO raw.customers (mail, home)
    SELECT 'c' || n || '@example.com', ROW('Street', 'Oslo', ROW(1, 2))::raw.address FROM generate_series(1, 50) n;
INSERT INTO raw.orders SELECT c, 1, now(), 10 FROM generate_series(1, 50) c;
INSERT INTO raw.events SELECT '2026-03-01'::timestamptz + n * interval '1 minute', 'e' FROM generate_series(1, 70) n;
REFRESH MATERIALIZED VIEW marts.best;
ANALYZE;
"""


@pytest.fixture(scope="session")
def database() -> Iterator[str]:
    """Its name; one a worker of pytest, made once."""
    name = f"warehouse_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    with psycopg.connect(embedded.embedded_database_url("postgres"), autocommit=True) as connection:
        drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        connection.execute(drop)
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        with psycopg.connect(embedded.embedded_database_url(name), autocommit=True) as warehouse:
            warehouse.execute(SCHEMA.encode())
        yield name
        connection.execute(drop)


@pytest.fixture
def warehouse(database: str) -> Iterator[psycopg.Connection[Any]]:
    """A connection whose work is seen by others at once and rolled back by nobody."""
    with psycopg.connect(embedded.embedded_database_url(database), autocommit=True) as connection:
        yield connection


@pytest.fixture
def options(database: str) -> dict[str, str]:
    return {"host": str(embedded.postgres_socket_dir()), "user": "postgres", "database": database, "usage": "off"}


def read(options: dict[str, str]) -> list[Fact]:
    return list(PostgresReader().read([], options))


def table(facts: list[Fact], path: str) -> AssetFact:
    """The asset whose key ends so."""
    return next(fact for fact in facts if isinstance(fact, AssetFact) and fact.key.endswith(f".{path}"))
