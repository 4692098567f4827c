"""Rows of one database's information schema as assets. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from catalog.connectors.snowflake.columns import Keys, Structures, columns_of
from catalog.connectors.snowflake.tags import Tagged
from catalog.facts import AssetFact, Kind, Relation

PLATFORM = "snowflake"
LONGEST_CODE = 1_000_000
Row = Mapping[str, Any]
Named = tuple[str, str]  # schema, table


@dataclass(slots=True)
class Found:
    """What was told of one database; its questions that a role may not ask left their part empty."""

    database: Row
    schemata: Sequence[Row] = ()
    tables: Sequence[Row] = ()
    views: Sequence[Row] = ()
    columns: Sequence[Row] = ()
    primary_keys: Sequence[Row] = ()
    imported_keys: Sequence[Row] = ()
    dynamic_tables: Sequence[Row] = ()
    structures: Structures = field(default_factory=Structures)

    @property
    def name(self) -> str:
        return str(self.database["NAME"])


@dataclass(slots=True)
class Account:
    """What was told of the whole account."""

    tags: Mapping[tuple[str, str, str], Mapping[str, Tagged]] = field(default_factory=dict)
    secure_views: Mapping[tuple[str, str, str], str] = field(default_factory=dict)  # their SQL


def database_and_schemas(found: Found) -> Iterator[AssetFact]:
    yield AssetFact(
        key=found.name,
        kind=Kind.DATABASE,
        title=found.name,
        platform=PLATFORM,
        relation=Relation(database="", schema="", identifier=found.name, quoted=True),
        description=found.database.get("COMMENT") or "",
        meta=_told({"owner role": found.database.get("OWNER"), "origin": found.database.get("ORIGIN")}),
    )
    for row in found.schemata:
        yield AssetFact(
            key=f"{found.name}.{row['SCHEMA_NAME']}",
            kind=Kind.SCHEMA,
            title=row["SCHEMA_NAME"],
            platform=PLATFORM,
            relation=Relation(database=found.name, schema="", identifier=row["SCHEMA_NAME"], quoted=True),
            description=row["COMMENT"] or "",
            altered_at=moment(row.get("LAST_ALTERED")),
            meta=_told({"owner role": row.get("SCHEMA_OWNER"), "transient": row.get("IS_TRANSIENT") == "YES"}),
        )


def tables(found: Found, account: Account) -> Iterator[AssetFact]:
    """Tables, and views with their SQL. A view is in both lists of Snowflake; temporary tables are nobody else's."""
    columns: dict[Named, list[Row]] = {}
    for row in found.columns:
        columns.setdefault((row["TABLE_SCHEMA"], row["TABLE_NAME"]), []).append(row)
    views = {(row["TABLE_SCHEMA"], row["TABLE_NAME"]): row for row in found.views}
    dynamic = {(row["SCHEMA_NAME"], row["NAME"]): row for row in found.dynamic_tables}
    keys = _keys(found)
    listed = [row for row in found.tables if row.get("IS_TEMPORARY") != "YES" and "TEMPORARY" not in row["TABLE_TYPE"]]
    named = {(row["TABLE_SCHEMA"], row["TABLE_NAME"]) for row in listed}
    listed += [{"TABLE_TYPE": "VIEW"} | dict(row) for place, row in views.items() if place not in named]
    for row in listed:
        place = (row["TABLE_SCHEMA"], row["TABLE_NAME"])
        tagged = account.tags.get((found.name, *place), {})
        own = keys.get(place, Keys())
        view, flow = views.get(place, {}), dynamic.get(place, {})
        code = view.get("VIEW_DEFINITION") or flow.get("TEXT") or account.secure_views.get((found.name, *place)) or ""
        yield AssetFact(
            key=f"{found.name}.{place[0]}.{place[1]}",
            kind=kind_of(row),
            title=place[1],
            platform=PLATFORM,
            relation=Relation(database=found.name, schema=place[0], identifier=place[1], quoted=True),
            description=row["COMMENT"] or view.get("COMMENT") or "",
            tags=tuple(tagged.get("", Tagged()).words),
            columns=columns_of(columns.get(place, []), own, found.structures, tagged),
            columns_known=True,
            first_hand=True,
            primary_key=tuple(own.primary),
            # only hybrid tables hold their rows to a key
            unique_keys=(tuple(own.primary),) if own.primary and row.get("IS_HYBRID") == "YES" else (),
            language="sql" if code else "",
            code=code[:LONGEST_CODE],
            row_count=_count(row.get("ROW_COUNT")),
            size_bytes=_count(row.get("BYTES")),
            altered_at=moment(row.get("LAST_ALTERED")),
            meta=_meta(row, view, flow),
        )


def kind_of(row: Row) -> Kind:
    kind = row["TABLE_TYPE"].upper()
    if row.get("IS_DYNAMIC") == "YES":
        return Kind.DYNAMIC_TABLE
    if "EXTERNAL" in kind:
        return Kind.EXTERNAL_TABLE
    if "MATERIALIZED" in kind:
        return Kind.MATERIALIZED_VIEW
    return Kind.VIEW if "VIEW" in kind else Kind.TABLE


def moment(value: Any) -> str:
    """ISO 8601; the epoch is how some say that they do not know."""
    if isinstance(value, datetime):
        return value.isoformat() if value.year > 1970 else ""
    return str(value or "")


def _keys(found: Found) -> dict[Named, Keys]:
    keys: dict[Named, Keys] = {}
    for row in sorted(found.primary_keys, key=lambda row: int(row["KEY_SEQUENCE"])):
        keys.setdefault((row["SCHEMA_NAME"], row["TABLE_NAME"]), Keys()).primary.append(row["COLUMN_NAME"])
    for row in found.imported_keys:
        if row["FK_DATABASE_NAME"] != found.name:
            continue
        target = f"{row['PK_SCHEMA_NAME']}.{row['PK_TABLE_NAME']}.{row['PK_COLUMN_NAME']}"
        if row["PK_DATABASE_NAME"] != found.name:
            target = f"{row['PK_DATABASE_NAME']}.{target}"
        own = keys.setdefault((row["FK_SCHEMA_NAME"], row["FK_TABLE_NAME"]), Keys())
        own.foreign.setdefault(row["FK_COLUMN_NAME"], target)
    return keys


def _meta(row: Row, view: Row, flow: Row) -> dict[str, Any]:
    secure = view.get("IS_SECURE") == "YES"
    return _told(
        {
            "owner role": row.get("TABLE_OWNER") or view.get("TABLE_OWNER"),
            "iceberg": row.get("IS_ICEBERG") == "YES",
            "hybrid": row.get("IS_HYBRID") == "YES",
            "transient": row.get("IS_TRANSIENT") == "YES",
            "secure view": secure,
            "clustered by": row.get("CLUSTERING_KEY"),
            "time travel in days": _count(row.get("RETENTION_TIME")),
            "target lag": flow.get("TARGET_LAG"),
            "refresh": flow.get("REFRESH_MODE"),
            "created": moment(row.get("CREATED")),
        }
    )


def _told(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}


def _count(value: Any) -> int | None:
    try:
        return int(value) if value is not None and 0 <= int(value) < 2**63 else None
    except (TypeError, ValueError):
        return None
