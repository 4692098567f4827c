"""Loads schema raw by COPY, all tables in one transaction."""

import csv
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from demo.errors import DemoError
from demo.generate import World
from demo.generate.tables import TABLES, Row, Table, Value
from demo.report import Report

WAREHOUSE = "warehouse"
CHUNK = 5_000
SNAPSHOTS = ("products_history", "subscriptions_history")


def create_warehouse(url: str) -> dict[str, str]:
    """Makes sure that the database exists, and tells how to reach it.

    The words come from the connection itself and not from the address, which may leave some of them to libpq's
    environment; dbt has other defaults and would look for another server.
    """
    try:
        with psycopg.connect(url, autocommit=True) as connection:
            there = connection.execute("select 1 from pg_database where datname = %s", [WAREHOUSE])
            if there.fetchone() is None:
                connection.execute(sql.SQL("create database {}").format(sql.Identifier(WAREHOUSE)))
            info = connection.info
            found = {"host": info.host, "port": str(info.port), "user": info.user, "password": info.password}
            given = {name: value for name, value in found.items() if value}
            return {**info.get_parameters(), **given, "dbname": WAREHOUSE}
    except psycopg.Error as error:
        raise DemoError(f"the warehouse database cannot be created: {first_line(error)}") from error


def load_raw(parameters: dict[str, str], world: World, report: Report) -> None:
    """Replaces every table of raw at once: readers see the old rows or the new ones."""
    moment = visible_until(world.calendar.anchor)
    done = 0
    report("load raw rows", done, world.total)
    try:
        with psycopg.connect(make_conninfo(**parameters)) as connection, connection.cursor() as cursor:
            _forget(cursor)
            for name, table in TABLES.items():
                cursor.execute(_trusted(table.ddl))
                with cursor.copy(_trusted(f"copy raw.{name} from stdin (format csv)")) as copy:
                    for chunk in chunks(world.rows[name]):
                        copy.write(encode(chunk, table, moment))
                        done += len(chunk)
                        report("load raw rows", done, world.total)
                cursor.execute(_trusted(f"analyze raw.{name}"))
    except psycopg.Error as error:
        raise DemoError(f"the raw rows cannot be loaded: {first_line(error)}") from error


def visible_until(anchor: date) -> datetime:
    """Now while the anchor day lasts, its end afterwards."""
    end = datetime.combine(anchor + timedelta(days=1), datetime.min.time(), UTC)
    return min(datetime.now(UTC), end)


def chunks(rows: list[Row]) -> Iterator[list[Row]]:
    for start in range(0, len(rows), CHUNK):
        yield rows[start : start + CHUNK]


def encode(rows: Iterable[Row], table: Table, moment: datetime) -> str:
    """COPY's CSV of the rows that a loader would have seen by this moment; nothing means NULL."""
    copied = table.position("_loaded_at")
    text = StringIO()
    csv.writer(text, lineterminator="\n").writerows(row for row in rows if _is_visible(row[copied], moment))
    return text.getvalue()


def _is_visible(loaded_at: Value, moment: datetime) -> bool:
    return isinstance(loaded_at, datetime) and loaded_at <= moment


def _forget(cursor: psycopg.Cursor[tuple[object, ...]]) -> None:
    """Schemas stay, because rights may hang on them; a snapshot of other rows would be no history."""
    cursor.execute("set local client_min_messages = warning")
    for schema in ("raw", "staging", "marts", "ml_features"):
        cursor.execute(_trusted(f"create schema if not exists {schema}"))
    for name in TABLES:
        cursor.execute(_trusted(f"drop table if exists raw.{name} cascade"))
    for name in SNAPSHOTS:
        cursor.execute(_trusted(f"drop table if exists staging.{name} cascade"))


def _trusted(statement: str) -> sql.SQL:
    """Statements here are made of the constants of this package, never of what someone typed."""
    return sql.SQL(statement)


def first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
