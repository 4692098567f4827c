"""A few values of each table, for detecting personal data. They are handed on in memory and stand in no message."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
from psycopg import sql
from psycopg.rows import tuple_row

from catalog.connectors.postgres.connecting import MARK, Connection
from catalog.connectors.postgres.relations import Found
from catalog.facts import SampleFact, WarningFact

TIMEOUT = "2s"  # a table that takes longer has none
MAX_COLUMNS = 200
MAX_LENGTH = 200  # characters of a value
TABLES = frozenset("rpm")  # a view's first rows may cost its whole query
PAGES_OF_MANY = 1000  # tables with more pages than this are sampled by page


def values(connection: Connection, found: Found, rows: int) -> Iterator[SampleFact | WarningFact]:
    names, keys = found.schema_names(), found.keys()
    columns: dict[int, list[str]] = {}
    for row in found.columns:
        columns.setdefault(row["relation"], []).append(row["name"])
    refused: list[str] = []
    for row in found.relations:
        wanted = columns.get(row["oid"], [])[:MAX_COLUMNS]
        if row["kind"] not in TABLES or not wanted:
            continue
        share = _share(row["pages"], row["rows"], rows)
        statement = _statement(names[row["schema"]], row["name"], wanted, rows, share)
        sampled = _ask(connection, statement, wanted)
        if sampled is None:
            refused.append(keys[row["oid"]])
        elif any(sampled.values()):
            yield SampleFact(asset=keys[row["oid"]], values=sampled)
    if refused:
        message = (
            f"{len(refused):,} tables gave no sample in time or do not let this role read: {', '.join(refused[:5])}"
        )
        yield WarningFact(file="", place="samples", message=message)


def _share(pages: int, rows: float, wanted: int) -> float | None:
    """Percent of a large table's pages that should hold about ten times as many rows as are wanted; None reads from its start."""
    if pages <= PAGES_OF_MANY or rows <= 0:
        return None
    return min(100.0, max(100 * wanted * 10 / rows, 100 * 2 / pages))


def _statement(schema: str, table: str, columns: list[str], rows: int, share: float | None) -> sql.Composed:
    texts = sql.SQL(", ").join(
        sql.SQL("left({}::text, {})").format(sql.Identifier(column), sql.Literal(MAX_LENGTH)) for column in columns
    )
    sample = sql.SQL("TABLESAMPLE SYSTEM ({})").format(sql.Literal(share)) if share else sql.SQL("")
    return sql.SQL("SELECT {} {} FROM {} {} LIMIT {}").format(
        sql.SQL(MARK), texts, sql.Identifier(schema, table), sample, sql.Literal(rows)
    )


def _ask(connection: Connection, statement: sql.Composed, columns: list[str]) -> dict[str, list[str]] | None:
    """Values by column; None where the table does not answer. What it says then is dropped, it may repeat a value."""
    try:
        with connection.transaction(), connection.cursor(row_factory=tuple_row) as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [TIMEOUT])
            rows = cursor.execute(statement).fetchall()
    except psycopg.DatabaseError:
        if connection.broken:
            raise
        return None
    return {column: [row[at] for row in rows if row[at] is not None] for at, column in enumerate(columns)}
