"""Rows of PostgreSQL's catalog as assets and edges. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from catalog.connectors.postgres.columns import Keys, Row, Types, columns_of
from catalog.facts import AssetFact, EdgeFact, Kind, Relation

PLATFORM = "postgres"
PAGE_BYTES = 8192
LONGEST_CODE = 1_000_000
KINDS = {
    "r": Kind.TABLE,
    "p": Kind.TABLE,
    "v": Kind.VIEW,
    "m": Kind.MATERIALIZED_VIEW,
    "f": Kind.EXTERNAL_TABLE,
}


@dataclass(slots=True)
class Found:
    """Everything that the questions brought, for one database."""

    server: Row
    schemas: Sequence[Row]
    relations: Sequence[Row]
    columns: Sequence[Row]
    constraints: Sequence[Row]
    dependencies: Sequence[Row]
    types: Types
    sizes: Mapping[int, int | None] = field(default_factory=dict)  # by oid
    partitions: Mapping[int, Row] = field(default_factory=dict)  # by oid of the parent

    @property
    def database(self) -> str:
        return str(self.server["database"])

    def schema_names(self) -> dict[int, str]:
        return {row["oid"]: row["name"] for row in self.schemas}

    def keys(self) -> dict[int, str]:
        """``db.schema.table`` by oid."""
        names = self.schema_names()
        return {row["oid"]: f"{self.database}.{names[row['schema']]}.{row['name']}" for row in self.relations}


def database_and_schemas(found: Found) -> Iterator[AssetFact]:
    server, database = found.server, found.database
    yield AssetFact(
        key=database,
        kind=Kind.DATABASE,
        title=database,
        platform=PLATFORM,
        relation=Relation(database="", schema="", identifier=database, quoted=True),
        description=server["comment"] or "",
        meta={"server version": server["version"], "encoding": server["encoding"], "owner role": server["owner"]},
    )
    for row in found.schemas:
        yield AssetFact(
            key=f"{database}.{row['name']}",
            kind=Kind.SCHEMA,
            title=row["name"],
            platform=PLATFORM,
            relation=Relation(database=database, schema="", identifier=row["name"], quoted=True),
            description=row["comment"] or "",
            meta={"owner role": row["owner"]},
        )


def tables(found: Found) -> Iterator[AssetFact]:
    by_relation = _grouped(found.columns)
    constraints = _keys(found, by_relation)
    names, keys = found.schema_names(), found.keys()
    for row in found.relations:
        own = constraints.get(row["oid"], Keys())
        rows = by_relation.get(row["oid"], [])
        numbered = {column["number"]: column["name"] for column in rows}
        yield AssetFact(
            key=keys[row["oid"]],
            kind=KINDS[row["kind"]],
            title=row["name"],
            platform=PLATFORM,
            relation=Relation(
                database=found.database, schema=names[row["schema"]], identifier=row["name"], quoted=True
            ),
            description=row["comment"] or "",
            columns=columns_of(rows, found.types, own, nulls_known=row["kind"] not in "vm"),
            columns_known=True,
            first_hand=True,
            primary_key=_named(own.primary, numbered),
            unique_keys=tuple(
                _named(numbers, numbered) for numbers in own.all_unique if numbered.keys() >= set(numbers)
            ),
            language="sql" if row["code"] else "",
            code=(row["code"] or "")[:LONGEST_CODE],
            row_count=_rows(row, found),
            size_bytes=_bytes(row, found),
            meta=_meta(row, own, numbered, found),
        )


def edges(found: Found) -> Iterator[EdgeFact]:
    """From what a view is made of to the view; what is filtered out has no key and makes no edge."""
    keys = found.keys()
    for row in found.dependencies:
        upstream, downstream = keys.get(row["upstream"]), keys.get(row["downstream"])
        if upstream and downstream:
            yield EdgeFact(upstream=upstream, downstream=downstream)


def _grouped(rows: Sequence[Row]) -> dict[int, list[Row]]:
    grouped: dict[int, list[Row]] = {}
    for row in rows:
        grouped.setdefault(row["relation"], []).append(row)
    return grouped


def _keys(found: Found, columns: Mapping[int, Sequence[Row]]) -> dict[int, Keys]:
    names = {oid: {row["number"]: row["name"] for row in rows} for oid, rows in columns.items()}
    schemas = found.schema_names()
    called = {row["oid"]: f"{schemas[row['schema']]}.{row['name']}" for row in found.relations}
    keys: dict[int, Keys] = {}
    for row in found.constraints:
        own = keys.setdefault(row["relation"], Keys())
        numbers = tuple(row["columns"] or ())
        if row["kind"] == "p":
            own.primary = numbers
        elif row["kind"] == "u":
            own.unique.append(numbers)
        elif row["kind"] == "c":
            own.checks.append(row["definition"][:500])
        elif row["target"] in called:
            targets = names.get(row["target"], {})
            for number, target in zip(numbers, row["target_columns"] or (), strict=False):
                own.foreign.setdefault(number, f"{called[row['target']]}.{targets.get(target, '')}")
    return keys


def _named(numbers: Sequence[int], names: Mapping[int, str]) -> tuple[str, ...]:
    return tuple(names[number] for number in numbers if number in names)


def _rows(row: Row, found: Found) -> int | None:
    """The planner's estimate; PostgreSQL has -1 where it was never analyzed, and views have none."""
    parent = found.partitions.get(row["oid"])
    if parent is not None:
        return int(parent["rows"]) if parent["rows"] is not None else None
    if row["kind"] in "vf" or row["rows"] < 0:
        return None
    return int(row["rows"])


def _bytes(row: Row, found: Found) -> int | None:
    if row["kind"] in "vf":
        return None
    parent = found.partitions.get(row["oid"])
    if parent is not None:
        return int(parent["pages"] or 0) * PAGE_BYTES
    return found.sizes.get(row["oid"])


def _meta(row: Row, keys: Keys, numbered: Mapping[int, str], found: Found) -> dict[str, Any]:
    parent = found.partitions.get(row["oid"])
    unique = [", ".join(numbered.get(number, "?") for number in numbers) for numbers in keys.unique]
    told = {
        "owner role": row["owner"],
        "partitioned by": row["partitioned_by"],
        "partitions": parent["partitions"] if parent is not None else None,
        "foreign server": row["server"],
        "unique": unique[:20],
        "checks": keys.checks[:20],
        "analyzed": _newest(row["last_analyze"], row["last_autoanalyze"]),
        "vacuumed": _newest(row["last_vacuum"], row["last_autovacuum"]),
    }
    return {name: value for name, value in told.items() if value}


def _newest(*moments: Any) -> str:
    known = [moment for moment in moments if moment is not None]
    return max(known).isoformat(timespec="seconds") if known else ""
