"""Any document in the platform's own form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from catalog.contracts import durations
from catalog.contracts.dumping import filled
from catalog.contracts.model import LOGICAL_TYPES, Column, Document, Freshness, Owner, Rule, Server, Sla, Table
from catalog.contracts.own_tests import SNAKE

_SNAKE = {ours: spelled for spelled, ours in SNAKE.items()}


def build(document: Document) -> dict[str, Any]:
    tables = [_table(table, document.form) for table in document.tables]
    servers = list(document.servers)
    short = _short(servers)
    head = filled(
        {
            "id": document.id,
            "title": document.title,
            "version": document.version,
            "status": document.status,
            "description": document.description,
            "domain": document.domain,
            "owner": _owners(document.owners),
            "tags": list(document.tags),
            **short,
            "servers": [] if short else [_server(server, document.form) for server in servers],
        }
    )
    body: dict[str, Any] = {"model": tables[0]} if len(tables) == 1 else {"models": tables}
    tail: dict[str, Any] = {
        "sla": [_sla(sla, document.form) for sla in document.sla],
        "extra": _extra(document.kept, document.form),
    }
    return head | body | filled(tail)


def _extra(kept: Mapping[str, Any], form: str) -> dict[str, Any]:
    """What another form said beyond the model, under that form's name; our own ``extra`` as it is."""
    return dict(kept) if form == "own" or not kept else {form: dict(kept)}


def _owners(owners: tuple[Owner, ...]) -> Any:
    told = [_owner(owner) for owner in owners]
    return told[0] if len(told) == 1 else told


def _owner(owner: Owner) -> Any:
    if owner.is_team and not owner.email and "@" not in owner.name:
        return owner.name
    if not owner.is_team and owner.email == owner.name:
        return owner.name
    return filled({"name": owner.name, "email": owner.email, "team": owner.is_team})


def _short(servers: list[Server]) -> dict[str, Any]:
    """One server that is only a place is said in three words."""
    if len(servers) != 1:
        return {}
    one = servers[0]
    told = filled({"platform": one.type, "database": one.database, "schema": one.schema})
    same = Server(name="main", type=one.type, database=one.database, schema=one.schema)
    return told if one == same else {}


def _server(server: Server, form: str) -> dict[str, Any]:
    words = ("name", "type", "environment", "account", "host", "port", "database", "schema")
    return filled({word: getattr(server, word) for word in words} | {"extra": _extra(server.kept, form)})


def _sla(sla: Sla, form: str) -> dict[str, Any]:
    words = ("unit", "element", "description")
    head = {"property": sla.property, "value": sla.value}
    return head | filled({word: getattr(sla, word) for word in words} | {"extra": _extra(sla.kept, form)})


def _table(table: Table, form: str) -> dict[str, Any]:
    return filled(
        {
            "name": table.name,
            "physical_name": table.physical_name,
            "kind": table.kind,
            "title": table.title,
            "description": table.description,
            "tags": list(table.tags),
            "key": list(table.key),
            "columns": [_column(column, form) for column in table.columns],
            "tests": [_test(rule, form) for rule in table.rules],
            "freshness": _freshness(table.freshness, form),
            "references": list(table.references),
            "renamed_from": list(table.renamed_from),
            "extra": _extra(table.kept, form),
        }
    )


def _freshness(found: Freshness | None, form: str) -> dict[str, Any]:
    if found is None:
        return {}
    return filled(
        {
            "warn_after": durations.in_words(found.warn_after_s),
            "error_after": durations.in_words(found.error_after_s),
            "column": found.column,
            "description": found.description,
            "extra": _extra(found.kept, form),
        }
    )


def _column(column: Column, form: str, *, inner: bool = False, item: bool = False) -> dict[str, Any]:
    """The key of a table stands with the table, that of an object inside of it with its fields."""
    plain: list[Any] = [
        *(["not_null"] if column.required else []),
        *(["unique"] if column.unique else []),
        *([{"accepted_values": list(column.enum)}] if column.enum is not None else []),
    ]
    return filled(
        {
            "name": "" if item else column.name,
            "physical_name": column.physical_name,
            **_types(column),
            "title": column.title,
            "description": column.description,
            "key": column.key if inner and column.key else None,
            "tests": [*plain, *(_test(rule, form) for rule in column.rules)],
            "pii": column.pii,
            "classification": column.classification,
            "tags": list(column.tags),
            "limits": dict(column.limits),
            "references": list(column.references),
            "renamed_from": list(column.renamed_from),
            "columns": [_column(each, form, inner=True) for each in column.columns],
            "items": _column(column.items, form, inner=True, item=True) if column.items else None,
            "extra": _extra(column.kept, form),
        }
    )


def _types(column: Column) -> dict[str, str]:
    """One word where one is enough, and cannot be taken for the other."""
    logical, physical = column.logical_type, column.physical_type
    if logical in LOGICAL_TYPES:
        return {"type": logical, "physical_type": physical}
    return {"physical_type": physical} if physical.lower() in LOGICAL_TYPES else {"type": physical}


def _test(rule: Rule, form: str) -> Any:
    words = ("name", "description", "unit", "dimension", "query", "engine")
    told = filled({word: getattr(rule, word) for word in words})
    if rule.severity != "error":
        told["severity"] = rule.severity
    if rule.operator:
        told[_SNAKE[rule.operator]] = rule.value
    told = dict(rule.arguments) | told | filled({"extra": _extra(rule.kept, form)})
    return {rule.kind: told} if told else rule.kind
