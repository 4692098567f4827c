"""The Data Contract Specification, 0.9 to 1.2 (its authors now point to ODCS), read only."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from catalog.contracts import common, durations
from catalog.contracts.model import LOGICAL_TYPES, Column, Document, Freshness, Owner, Rule, Server, Sla, Table
from catalog.contracts.nodes import Node

FORM = "dcs"
_VERSION = re.compile(r"(0\.9|1\.[012])(\.\d+)?\Z")
_LOGICAL = {
    **dict.fromkeys(("text", "varchar"), "string"),
    **dict.fromkeys(("decimal", "numeric", "float", "double"), "number"),
    **dict.fromkeys(("int", "long", "bigint"), "integer"),
    **dict.fromkeys(("timestamp_tz", "timestamp_ntz"), "timestamp"),
    **dict.fromkeys(("map", "record", "struct", "variant", "json"), "object"),
}
_TYPES = LOGICAL_TYPES | _LOGICAL.keys() | {"bytes", "null"}
_TOP = {"dataContractSpecification", "id", "info", "servers", "models", "servicelevels", "tags"}
_TOP_KNOWN = {"terms", "definitions", "examples", "links", "quality", "schema"}
_INFO = {"title", "version", "status", "description", "owner"}
_MODEL = {"description", "type", "title", "fields", "quality", "primaryKey", "tags"}
_MODEL_KNOWN = {"examples", "config", "namespace", "additionalFields"}
_FIELD = {
    *("type", "title", "description", "required", "unique", "primary", "primaryKey", "references", "enum", "pii"),
    *("classification", "tags", "quality", "fields", "items", "$ref"),
}
_LIMITS = {
    *("format", "pattern", "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
    *("precision", "scale"),
}
_FIELD_KNOWN = {"example", "examples", "config", "links", "lineage", "keys", "values", "domain", "name"}
_RULE_KNOWN = frozenset({"dialect", "specification", "field", "column", "businessImpact", "tags", "customProperties"})
_SERVER = {"type", "environment", "account", "host", "port", "database", "schema"}
_SERVER_KNOWN = {
    *("description", "roles", "location", "format", "delimiter", "project", "dataset", "topic", "catalog", "path"),
    *("endpointUrl", "stagingDir", "share", "clusterIdentifier", "endpoint", "dataProductId", "outputPortId", "driver"),
    *("region", "warehouse", "serviceName", "token"),
}
# of each service level: the word that holds what is promised
_LEVELS = {
    "availability": "percentage",
    "retention": "period",
    "latency": "threshold",
    "freshness": "threshold",
    "frequency": "interval",
    "support": "time",
    "backup": "interval",
}


def is_meant(node: Node) -> bool:
    return isinstance(node.value, dict) and "dataContractSpecification" in node.value


def read(node: Node) -> Document:
    told = node.text("dataContractSpecification").strip()
    if not _VERSION.match(told):
        node["dataContractSpecification"].problem(f"“{told[:20]}” is not known; this portal reads 0.9.0 to 1.2.1")
    node.name("id")
    info = node["info"]
    if info.value is None:
        info.problem("is missing")
    elif info.is_mapping():
        info.name("title")
        info.name("version")
        info.left(_INFO, {"contact"})
    tables = tuple(_table(name, each, node) for name, each in node.members("models") if each.is_mapping())
    freshness, sla = _levels(node, tables)
    return Document(
        form=FORM,
        form_version=told,
        id=node.text("id"),
        title=info.text("title"),
        version=info.text("version"),
        status=info.text("status"),
        description=info.text("description"),
        owners=_owners(info),
        tags=node.texts("tags"),
        servers=tuple(_server(name, each) for name, each in node.members("servers") if each.is_mapping()),
        tables=tuple(replace(table, freshness=freshness.get(table.name)) for table in tables),
        sla=sla,
        kept=node.left(_TOP, _TOP_KNOWN) | _kept_of_info(info),
    )


def _kept_of_info(info: Node) -> dict[str, Any]:
    told = info.value if isinstance(info.value, dict) else {}
    left = {key: value for key, value in told.items() if key not in _INFO}
    return {"info": left} if left else {}


def _owners(info: Node) -> tuple[Owner, ...]:
    name = info.text("owner")
    contact = info["contact"]
    email = contact.text("email") if isinstance(contact.value, dict) else ""
    return (Owner(name=name, email=email, is_team=True),) if name else ()


def _server(name: str, node: Node) -> Server:
    return Server(
        name=name,
        type=node.text("type"),
        environment=node.text("environment"),
        account=node.text("account"),
        host=node.text("host"),
        port=node.text("port"),
        database=node.text("database"),
        schema=node.text("schema"),
        kept=node.left(_SERVER, _SERVER_KNOWN),
    )


# --- models and fields -------------------------------------------------------------------------------------------------


def _table(name: str, node: Node, root: Node) -> Table:
    keys = node.texts("primaryKey") if isinstance(node["primaryKey"].value, list | str) else ()
    fields = [(field, each) for field, each in node.members("fields") if each.value is None or each.is_mapping()]
    columns = tuple(_column(field, each, root, at, keys) for at, (field, each) in enumerate(fields, 1))
    for key in keys:
        if key not in {column.name for column in columns}:
            node["primaryKey"].problem(f"“{key[:80]}” is no field of this model")
    return Table(
        name=name,
        kind=node.text("type"),
        title=node.text("title"),
        description=node.text("description"),
        tags=node.texts("tags"),
        columns=common.ranked(list(columns)),
        rules=_rules(node),
        kept=node.left(_MODEL, _MODEL_KNOWN),
    )


def _rules(node: Node) -> tuple[Rule, ...]:
    inner = node["quality"]
    if isinstance(inner.value, dict | str):
        inner.note("is written as in 0.9: the check of another tool, kept as it is")
        return ()
    return tuple(common.rule(each, _RULE_KNOWN) for each in node.mappings("quality"))


def _column(
    name: str, node: Node, root: Node, at: int, keys: tuple[str, ...] = (), seen: frozenset[str] = frozenset()
) -> Column:
    node, followed = _followed(node, root, seen)
    told = node.text("type").strip()
    low = told.lower()
    if told and low.partition("(")[0] not in _TYPES:
        node["type"].note("is no type of the specification; kept")
    logical = low if low in LOGICAL_TYPES else _LOGICAL.get(low.partition("(")[0], "")
    key = keys.index(name) + 1 if name in keys else at if node.flag("primaryKey") or node.flag("primary") else 0
    limits = {limit: node[limit].value for limit in sorted(_LIMITS) if limit in node}
    fields = [(field, each) for field, each in node.members("fields") if each.value is None or each.is_mapping()]
    items = node["items"]
    return Column(
        name=name,
        logical_type=logical or common.shape(node, "fields"),
        physical_type="" if low == logical else told,
        title=node.text("title"),
        description=node.text("description"),
        required=node.flag("required"),
        unique=node.flag("unique"),
        key=key,
        pii=_pii(node),
        classification=node.text("classification"),
        tags=node.texts("tags"),
        enum=tuple(each.value for each in node.each("enum")) if "enum" in node else None,
        limits=limits,
        references=node.texts("references"),
        rules=_rules(node),
        columns=common.ranked(
            [_column(field, each, root, place, seen=followed) for place, (field, each) in enumerate(fields, 1)]
        ),
        items=_column("items", items, root, 0, seen=followed) if items.value and items.is_mapping() else None,
        kept=node.left(_FIELD | _LIMITS, _FIELD_KNOWN),
    )


def _followed(node: Node, root: Node, seen: frozenset[str]) -> tuple[Node, frozenset[str]]:
    """A field with what its ``$ref`` says where it says nothing itself."""
    if not isinstance(node.value, dict) or "$ref" not in node.value:
        return node, seen
    told = node.text("$ref")
    name = told.removeprefix("#/definitions/")
    if name == told:
        node["$ref"].note("leads out of this document; not followed")
        return node, seen
    if name in seen:
        node["$ref"].problem("leads back to itself")
        return node, seen
    meant = root["definitions"][name]
    if not isinstance(meant.value, dict):
        node["$ref"].problem("leads to no definition of this document")
        return node, seen
    meant, seen = _followed(meant, root, seen | {name})
    both = {key: value for key, value in meant.value.items() if key not in {"domain", "name"}} | node.value
    return Node(both, node.path, node.report), seen


def _pii(node: Node) -> str:
    value = node["pii"].value
    return "pii" if value is True else value if isinstance(value, str) else ""


# --- service levels ----------------------------------------------------------------------------------------------------


_FRESHNESS = frozenset({"threshold", "timestampField", "description"})


def _levels(node: Node, tables: tuple[Table, ...]) -> tuple[dict[str, Freshness], tuple[Sla, ...]]:
    freshness: dict[str, Freshness] = {}
    rest: list[Sla] = []
    for name, each in node.members("servicelevels"):
        if not each.is_mapping():
            continue
        word = _LEVELS.get(name, "")
        if not word:
            each.note("is no service level of the specification; kept")
        amount = durations.seconds(each.text("threshold")) if name == "freshness" else None
        table, _, column = each.text("timestampField").partition(".")
        meant = [found for found in tables if found.name == table or not table]
        if amount is not None and meant:
            other = {key: value for key, value in each.value.items() if key not in _FRESHNESS}
            promise = Freshness(
                error_after_s=amount,
                column=column,
                description=each.text("description"),
                kept={"error": other} if other else {},
            )
            freshness |= {found.name: promise for found in meant}
            continue
        left = {key: value for key, value in each.value.items() if key not in {word, "description"}}
        value = each.text(word) if word else ""
        rest.append(Sla(property=name, value=value, description=each.text("description"), kept=left))
    return freshness, tuple(rest)
