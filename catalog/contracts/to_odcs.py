"""Any document as the Open Data Contract Standard 3.1.0. What the standard has no word for goes into custom properties."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from catalog.contracts import durations, odcs
from catalog.contracts.common import METRICS, OUR_ENGINE
from catalog.contracts.dumping import filled
from catalog.contracts.model import LOGICAL_TYPES, Column, Document, Freshness, Owner, Rule, Server, Sla, Table
from catalog.contracts.vocabulary import DIMENSIONS, OPERATORS

_METRIC = {ours: theirs for theirs, ours in METRICS.items()}
_OPERATOR = {ours: theirs for theirs, ours in reversed(OPERATORS.items())}  # the first spelling of each
_ARGUMENT = {"invalid_values": {"values": "validValues"}, "missing_values": {"values": "missingValues"}}
_SHORTHAND = re.compile(r"[A-Za-z_]\w*\.[A-Za-z_]\w*\Z", re.ASCII)
_MOMENTS = {"format", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"}
_NUMBERS = {"multipleOf", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"}
_LIMITS: dict[str, dict[str, tuple[type, ...]]] = {
    "string": {"minLength": (int,), "maxLength": (int,), "pattern": (str,), "format": (str,)},
    "date": dict.fromkeys(_MOMENTS, (str,)),
    "timestamp": dict.fromkeys(_MOMENTS, (str,)) | {"timezone": (bool,), "defaultTimezone": (str,)},
    "integer": dict.fromkeys(_NUMBERS, (int, float)),
    "number": dict.fromkeys(_NUMBERS, (int, float)),
    "array": {"minItems": (int,), "maxItems": (int,), "uniqueItems": (bool,)},
    "object": {"minProperties": (int,), "maxProperties": (int,), "required": (list,)},
}
_LIMITS["time"] = _LIMITS["timestamp"]
# what the standard wants to know of a server of each type; one that we know less of is written as custom
_NEEDED = {
    **dict.fromkeys(("postgres", "postgresql", "cloudsql", "vertica"), ("host", "port", "database", "schema")),
    **dict.fromkeys(("mysql", "clickhouse", "synapse", "db2"), ("host", "port", "database")),
    **dict.fromkeys(("hive", "impala", "informix", "zen"), ("host", "database")),
    "snowflake": ("account", "database", "schema"),
    "redshift": ("database", "schema"),
    "duckdb": ("database",),
    "s3": ("location",),
    "kafka": ("host",),
    "bigquery": ("project", "dataset"),
    "databricks": ("catalog", "schema"),
    "api": ("location",),
    "azure": ("location", "format"),
    "sftp": ("location",),
    "local": ("path", "format"),
    "pubsub": ("project",),
    "kinesis": (),
    "custom": (),
    "athena": ("stagingDir", "schema"),
    "sqlserver": ("host", "database", "schema"),
    "trino": ("host", "port", "catalog", "schema"),
    "presto": ("host",),
    "glue": ("account", "database"),
    "oracle": ("host", "port", "serviceName"),
}
_INLINE = (
    "location",
    "format",
    "delimiter",
    "project",
    "dataset",
    "topic",
    "catalog",
    "path",
    "warehouse",
    "description",
)
_NOT_INLINE = {"topic"}


def upgrade(document: Document, value: Mapping[str, Any]) -> dict[str, Any]:
    """A document of the standard itself, as it was, in the newest version: everything in it stays where it is."""
    texts = {"version": document.version, "id": document.id, "status": document.status}
    found = dict(value) | texts | {"apiVersion": odcs.NEWEST, "kind": "DataContract"}
    if isinstance(found.get("team"), list):
        found["team"] = {"members": found["team"]}
    if isinstance(found.get("description"), str):
        found["description"] = {"purpose": found["description"]}
    return found


def build(document: Document) -> dict[str, Any]:
    """A document of another form in the words of the standard."""
    custom = _custom(document.kept, document.form)
    custom += [_pair(f"{document.form}.sla.{sla.property}", dict(sla.kept)) for sla in document.sla if sla.kept]
    levels = [_level(sla) for sla in document.sla]
    levels += [level for table in document.tables for level in _freshness(table, table.freshness)]
    first = document.tables[0].name if document.tables else "contract"
    return {
        "version": document.version or "1.0.0",
        "apiVersion": odcs.NEWEST,
        "kind": "DataContract",
        "id": document.id or document.title or first,
        "status": document.status or "active",
    } | filled(
        {
            "name": document.title,
            "domain": document.domain,
            "description": filled({"purpose": document.description}),
            "tags": list(document.tags),
            "servers": [_server(server, document.form) for server in document.servers],
            "schema": [_table(table, document.form) for table in document.tables],
            "team": _team(document.owners),
            "slaProperties": levels,
            "customProperties": custom,
        }
    )


def _pair(name: str, value: Any) -> dict[str, Any]:
    return {"property": name, "value": value}


def _custom(kept: Mapping[str, Any], form: str, **ours: Any) -> list[dict[str, Any]]:
    """Our own words first, then what another form said beyond the model, under that form's name."""
    return [
        *(_pair(name, value) for name, value in filled(ours).items()),
        *(_pair(f"{form}.{key}", value) for key, value in kept.items()),
    ]


def _team(owners: tuple[Owner, ...]) -> dict[str, Any]:
    if not owners:
        return {}
    first = owners[0] if owners[0].is_team else None
    members = [
        filled(
            {
                "username": owner.email or owner.name,
                "name": owner.name,
                "role": "owner team" if owner.is_team else "owner",
            }
        )
        for owner in owners
        if owner is not first
    ]
    head = {"name": first.name, "customProperties": _custom({}, "", email=first.email)} if first else {}
    return filled({**head, "members": members})


def _server(server: Server, form: str) -> dict[str, Any]:
    told = {"account": server.account, "host": server.host, "port": _number(server.port)}
    told |= {"database": server.database, "schema": server.schema}
    told |= {key: server.kept[key] for key in _INLINE if key in server.kept and key not in _NOT_INLINE}
    told = filled(told)
    needed = _NEEDED.get(server.type)
    complete = needed is not None and all(word in told for word in needed)
    kept = {key: value for key, value in server.kept.items() if key not in told}
    return filled(
        {
            "server": server.name,
            "type": server.type if complete else "custom",
            "environment": server.environment,
            **told,
            "customProperties": _custom(kept, form, type="" if complete else server.type),
        }
    )


def _number(port: str) -> int | str:
    return int(port) if port.isascii() and port.isdigit() and len(port) < 7 else port


# --- tables and columns ------------------------------------------------------------------------------------------------


def _table(table: Table, form: str) -> dict[str, Any]:
    pairs = [_relationship(each) for each in table.references]
    odd = [each for each, pair in zip(table.references, pairs, strict=True) if pair is None]
    return filled(
        {
            "name": table.name,
            "physicalName": table.physical_name,
            "physicalType": table.kind,
            "businessName": table.title,
            "description": table.description,
            "tags": list(table.tags),
            "relationships": [pair for pair in pairs if pair],
            "properties": [_column(column, form) for column in table.columns],
            "quality": [_rule(rule, form) for rule in table.rules],
            "customProperties": [
                *_custom(table.kept, form, renamedFrom=list(table.renamed_from), references=odd),
                *([_pair(f"{form}.freshness", dict(late.kept))] if (late := table.freshness) and late.kept else []),
            ],
        }
    )


def _relationship(told: str) -> dict[str, Any] | None:
    """None where the standard has no way to write it."""
    start, arrow, end = told.partition(" → ")
    if not arrow:
        return None
    ends = [side.split(", ") for side in (start, end)]
    if len(ends[0]) != len(ends[1]) or not all(_SHORTHAND.match(name) for side in ends for name in side):
        return None
    if len(ends[0]) == 1:
        return {"type": "foreignKey", "from": start, "to": end}
    return {"type": "foreignKey", "from": ends[0], "to": ends[1]}


def _column(column: Column, form: str, *, item: bool = False) -> dict[str, Any]:
    standard, rest = _limits(column)
    short = [to for to in column.references if _SHORTHAND.match(to)]
    odd = [to for to in column.references if not _SHORTHAND.match(to)]
    logical = column.logical_type if column.logical_type in LOGICAL_TYPES else ""
    quality = [_closed(column.enum)] if column.enum is not None else []
    return filled(
        {
            "name": "" if item else column.name,
            "physicalName": column.physical_name,
            "logicalType": logical,
            "physicalType": column.physical_type,
            "logicalTypeOptions": standard,
            "businessName": column.title,
            "description": column.description,
            "required": column.required,
            "unique": column.unique,
            "primaryKey": column.key > 0,
            "primaryKeyPosition": column.key or None,
            "classification": column.classification,
            "tags": list(column.tags),
            "relationships": [{"type": "foreignKey", "to": to} for to in short],
            "items": _column(column.items, form, item=True) if column.items else None,
            "properties": [_column(inner, form) for inner in column.columns],
            "quality": [*quality, *(_rule(rule, form) for rule in column.rules)],
            "customProperties": _custom(
                column.kept, form, pii=column.pii, renamedFrom=list(column.renamed_from), references=odd, limits=rest
            ),
        }
    )


def _limits(column: Column) -> tuple[dict[str, Any], dict[str, Any]]:
    """(limits that the standard knows for this logical type, the others)."""
    known = _LIMITS.get(column.logical_type, {})
    standard = {
        name: value
        for name, value in column.limits.items()
        if name in known and isinstance(value, known[name]) and (bool in known[name] or not isinstance(value, bool))
    }
    return standard, {name: value for name, value in column.limits.items() if name not in standard}


# --- rules and service levels ------------------------------------------------------------------------------------------


def _closed(values: Iterable[Any]) -> dict[str, Any]:
    return {"type": "library", "metric": "invalidValues", "mustBe": 0, "arguments": {"validValues": list(values)}}


def _rule(rule: Rule, form: str) -> dict[str, Any]:
    dimension = rule.dimension if rule.dimension in DIMENSIONS else ""
    head = filled({"name": rule.name, "description": rule.description, "dimension": dimension, "unit": rule.unit})
    severity = {"warn": "warning", "info": "info"}.get(rule.severity, "")
    custom = _custom(rule.kept, form, dimension=rule.dimension if not dimension else "")
    tail = filled({"severity": severity, "customProperties": custom})
    return _kind(rule) | head | tail


def _kind(rule: Rule) -> dict[str, Any]:
    must = {_OPERATOR[rule.operator]: rule.value} if rule.operator else {}
    if rule.kind == "text":
        return {"type": "text"}
    if rule.kind == "custom" and rule.engine:
        return {"type": "custom", "engine": rule.engine, "implementation": rule.arguments.get("implementation", "")}
    if rule.kind == "sql" and must:
        return {"type": "sql", "query": rule.query, **must}
    if rule.kind in _METRIC and must:
        words = _ARGUMENT.get(rule.kind, {}) | {"columns": "properties"}
        arguments = {words.get(name, name): value for name, value in rule.arguments.items()}
        return {"type": "library", "metric": _METRIC[rule.kind], **must} | filled({"arguments": arguments})
    implementation = {"check": rule.kind, **filled({"query": rule.query}), **rule.arguments}
    return {"type": "custom", "engine": OUR_ENGINE, "implementation": implementation}


def _level(sla: Sla) -> dict[str, Any]:
    head = {"property": sla.property, "value": sla.value}
    return head | filled({"unit": sla.unit, "element": sla.element, "description": sla.description})


def _freshness(table: Table, found: Freshness | None) -> list[dict[str, Any]]:
    if found is None:
        return []
    element = f"{table.name}.{found.column}" if found.column else table.name
    limits = zip(odcs.FRESHNESS, (found.error_after_s, found.warn_after_s), strict=True)
    return [
        filled(
            {
                "property": name,
                "value": number,
                "unit": durations.SHORT[unit],
                "element": element,
                "description": found.description,
            }
        )
        for name, amount in limits
        if amount is not None
        for number, unit in [durations.whole(amount)]
    ]
