"""``PostgresReader``: a running database in, facts out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from catalog.capabilities import FileSlot, OptionSlot, SourceFile
from catalog.connectors.postgres import relations, samples, statements, usage
from catalog.connectors.postgres.columns import Types
from catalog.connectors.postgres.connecting import MARK, Connection, Settings, connected, settings_of
from catalog.connectors.postgres.relations import Found
from catalog.facts import ExtentFact, Fact, MemoryFact


class PostgresReader:
    """One database a source. It asks a constant number of questions in one read-only snapshot."""

    label = "PostgreSQL"
    files: Sequence[FileSlot] = ()
    options: Sequence[OptionSlot] = (
        OptionSlot(
            name="host", help="Name or address of the server, or the folder of its socket.", default="localhost"
        ),
        OptionSlot(name="port", help="Its port.", default="5432"),
        OptionSlot(name="database", help="The database; one source reads one.", required=True, unless="dsn"),
        OptionSlot(name="user", help="A role that may connect; pg_read_all_stats shows it who reads what."),
        OptionSlot(name="password", help="The role's password.", secret=True),
        OptionSlot(name="sslmode", help="How the connection is encrypted: require, verify-full …", default="prefer"),
        OptionSlot(name="dsn", help="A connection string instead of, or before, the options above.", secret=True),
        OptionSlot(name="schemas", help="Only schemas of these patterns, comma between: marts, stg_*.", default="*"),
        OptionSlot(name="exclude", help="Not the schemas of these patterns."),
        OptionSlot(
            name="samples",
            help="Rows of each table to look at for personal data; nothing of them is kept. 0 looks at none.",
            default="0",
        ),
        OptionSlot(name="usage", help="Who reads what, from pg_stat_statements: on or off.", default="on"),
        OptionSlot(
            name="usage_days",
            help="Days for which lineage holds whose statement pg_stat_statements has forgotten.",
            default="30",
        ),
        OptionSlot(
            name="instance", help="Name of the server where its address changes or is a socket: postgres://host:5432."
        ),
    )

    def instance(self, options: Mapping[str, str]) -> str:
        return settings_of(options).namespace

    def hosts(self, options: Mapping[str, str]) -> list[str]:
        """Whatever the instance is called, this is where libpq connects: each of several hosts or addresses."""
        place = settings_of(options).place
        told = [host.strip() for word in ("host", "hostaddr") if word in place for host in place[word].split(",")]
        return [host or "localhost" for host in told] or ["localhost"]

    def test(self, options: Mapping[str, str]) -> str:
        settings = settings_of(options)
        with connected(settings) as connection:
            server = _one(connection, statements.SERVER)
            schemas = [row for row in _all(connection, statements.SCHEMAS) if settings.wants(row["name"])]
        count = f"{len(schemas)} schema{'' if len(schemas) == 1 else 's'}"
        return f"PostgreSQL {server['version']}, database {server['database']}, {count}"

    def read(self, files: Sequence[SourceFile], options: Mapping[str, str]) -> Iterator[Fact]:
        settings = settings_of(options)
        with connected(
            settings
        ) as connection:  # closed before the facts are taken in, which may last longer than it may idle
            found = _find(connection, settings)
            used = list(usage.reads(connection, found, datetime.now(UTC).date())) if settings.usage else []
        yield ExtentFact(assets=len(found.relations) + len(found.schemas) + 1)
        yield from relations.database_and_schemas(found)
        yield from relations.tables(found)
        yield from relations.edges(found)
        if settings.usage:
            yield MemoryFact(days=settings.days)
        yield from used
        if settings.samples:
            with connected(settings) as connection:
                yield from samples.values(connection, found, settings.samples)


def _find(connection: Connection, settings: Settings) -> Found:
    schemas = [row for row in _all(connection, statements.SCHEMAS) if settings.wants(row["name"])]
    inside = {"schemas": [row["oid"] for row in schemas]}
    rows = _all(connection, statements.RELATIONS, inside)
    these = {"oids": [row["oid"] for row in rows]}
    columns = _all(connection, statements.COLUMNS, these)
    types = _all(connection, statements.TYPES, {"oids": sorted({row["type_oid"] for row in columns})})
    composite = {"oids": [row["relation"] for row in types if row["kind"] == "c"]}
    return Found(
        server=_one(connection, statements.SERVER),
        schemas=schemas,
        relations=rows,
        columns=columns,
        constraints=_all(connection, statements.CONSTRAINTS, these),
        dependencies=_all(connection, statements.DEPENDENCIES, these),
        types=Types(types, _all(connection, statements.PARTS, composite)),
        sizes={row["oid"]: row["bytes"] for row in _all(connection, statements.SIZES, these)},
        partitions={row["oid"]: row for row in _all(connection, statements.PARTITIONS, inside)},
    )


def _all(connection: Connection, statement: str, values: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
    return connection.execute(f"{MARK} {statement}".encode(), values).fetchall()


def _one(connection: Connection, statement: str) -> dict[str, Any]:
    return _all(connection, statement)[0]
