"""What a contract tells of the tables that it promises, as facts: of assets that somebody else knows better."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from catalog.contracts.model import Column, Document, Owner, Server, Table
from catalog.contracts.types import platform_of
from catalog.facts import AssetFact, ColumnFact, Kind, OwnerFact, Relation

_KINDS = {"view": Kind.VIEW, "materialized view": Kind.MATERIALIZED_VIEW, "external table": Kind.EXTERNAL_TABLE}
MAX_KEY = 600


@dataclass(frozen=True, slots=True)
class Defaults:
    """Where tables are of which their contract does not say it."""

    platform: str = ""
    database: str = ""
    schema: str = ""


def key_of(file: str, table: str) -> str:
    return f"{file}#{table}"


def assets(file: str, document: Document, defaults: Defaults) -> list[AssetFact]:
    return [asset(file, table, document, defaults) for table in document.tables]


def asset(file: str, table: Table, document: Document, defaults: Defaults) -> AssetFact:
    relation, platform = place(table, document, defaults)
    return AssetFact(
        key=key_of(file, table.name)[:MAX_KEY],
        kind=_KINDS.get(table.kind.lower(), Kind.TABLE),
        title=relation.identifier,
        platform=platform,
        relation=relation,
        mention=True,
        description=table.description,
        tags=table.tags,
        owners=tuple(map(_owner, document.owners)),
        columns=tuple(_columns(table)),
        primary_key=table.key,
    )


def place(table: Table, document: Document, defaults: Defaults) -> tuple[Relation, str]:
    """(relation, platform): what the name says itself comes first, then the server, then the reader's options."""
    server = _server(document)
    parts = [part for part in table.place.split(".") if part] or [table.name]
    schema = parts[-2] if len(parts) > 1 else server.schema or defaults.schema
    database = parts[-3] if len(parts) > 2 else server.database or defaults.database
    relation = Relation(database=database, schema=schema, identifier=parts[-1])
    return relation, platform_of(server.type) or defaults.platform


def _server(document: Document) -> Server:
    """The one for production, else the first."""
    found = document.servers or (Server(name=""),)
    live = [server for server in found if server.environment.lower() in {"prod", "production"}]
    return (live or list(found))[0]


def _owner(owner: Owner) -> OwnerFact:
    return OwnerFact(name=owner.name, email=owner.email, is_team=owner.is_team)


def _columns(table: Table) -> Iterator[ColumnFact]:
    for at, (path, column) in enumerate(_paths(table.columns), 1):
        yield ColumnFact(
            name=path,
            position=at,
            data_type=column.physical_type or column.logical_type,
            nullable=False if column.required else None,
            is_key=column.key > 0,
            description=column.description,
            tags=column.tags,
            pii=column.pii,
            pii_reason="declared in contract" if column.pii else "",
        )


def _paths(columns: tuple[Column, ...], prefix: str = "") -> Iterator[tuple[str, Column]]:
    """As the warehouse calls them, with the fields of objects; what is inside of arrays has no name of its own there."""
    for column in columns:
        path = f"{prefix}{column.physical_name or column.name}"
        yield path, column
        yield from _paths(column.columns, f"{path}.")
