"""The Open Data Contract Standard, version 3 (Bitol), read."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from catalog.contracts import common, durations
from catalog.contracts.model import LOGICAL_TYPES, Column, Document, Freshness, Owner, Server, Sla, Table
from catalog.contracts.nodes import Node

FORM = "odcs"
NEWEST = "v3.1.0"
_VERSION = re.compile(r"v?3(\.\d+){0,2}\Z")

_TOP = {
    "id",
    "name",
    "version",
    "status",
    "description",
    "domain",
    "tags",
    "servers",
    "schema",
    "team",
    "slaProperties",
}
_TOP |= {"apiVersion", "kind"}
_TOP_KNOWN = {
    *("tenant", "dataProduct", "support", "price", "roles", "slaDefaultElement", "authoritativeDefinitions"),
    *("customProperties", "contractCreatedTs"),
}
_ELEMENT = {"name", "physicalName", "physicalType", "description", "businessName", "tags", "quality", "relationships"}
_OBJECT = _ELEMENT | {"properties", "logicalType"}
_OBJECT_KNOWN = {"id", "authoritativeDefinitions", "customProperties", "dataGranularityDescription"}
_PROPERTY = _ELEMENT | {
    *("logicalType", "logicalTypeOptions", "required", "unique", "primaryKey", "primaryKeyPosition"),
    *("classification", "properties", "items"),
}
_PROPERTY_KNOWN = {
    *("id", "authoritativeDefinitions", "customProperties", "partitioned", "partitionKeyPosition", "examples"),
    *("encryptedName", "transformSourceObjects", "transformLogic", "transformDescription", "criticalDataElement"),
}
_RULE_KNOWN = frozenset(
    {"id", "authoritativeDefinitions", "businessImpact", "customProperties", "method", "schedule", "scheduler"}
    | {"tags", "validValues", "column", "templateName"}
)
_SERVER = {"server", "type", "environment", "account", "host", "port", "database", "schema"}
_SERVER_KNOWN = {
    *("id", "description", "roles", "customProperties", "catalog", "dataset", "project", "location", "format", "topic"),
    *("warehouse", "path", "delimiter", "endpointUrl", "regionName", "stagingDir", "serviceName", "stream", "driver"),
    *("version", "region", "clusterIdentifier"),
}
_SLA = {"property", "value", "unit", "description"}
_SLA_KNOWN = {"id", "valueExt", "driver", "scheduler", "schedule"}
FRESHNESS = ("freshness", "freshnessWarning")


def is_meant(node: Node) -> bool:
    """Whether the document says that it is one; those of version 2 are asked first (``odcs2``)."""
    told = node.value if isinstance(node.value, dict) else {}
    return told.get("kind") == "DataContract" or "apiVersion" in told


def read(node: Node) -> Document:
    version = _version(node)
    for key in ("version", "id", "status"):
        node.name(key)
    tables = _tables(node)
    freshness, sla = levels(node, tables)
    return Document(
        form=FORM,
        form_version=version,
        id=node.text("id"),
        title=node.text("name"),
        version=node.text("version"),
        status=node.text("status"),
        description=description(node),
        domain=node.text("domain"),
        owners=_owners(node, version),
        tags=node.texts("tags"),
        servers=tuple(map(_server, node.mappings("servers"))),
        tables=tuple(replace(table, freshness=freshness.get(table.name)) for table in tables),
        sla=sla,
        kept=node.left(_TOP, _TOP_KNOWN),
    )


def _version(node: Node) -> str:
    told = node.text("apiVersion").strip()
    if not told:
        node["apiVersion"].note(f"is missing; read as {NEWEST}")
    elif not _VERSION.match(told):
        node["apiVersion"].problem(f"ODCS “{told[:20]}” is not known; this portal reads v2.2 and v3.0.0 to {NEWEST}")
    if not node.text("kind"):
        node["kind"].note("is missing; read as DataContract")
    elif node.text("kind") != "DataContract":
        node["kind"].problem("must be DataContract")
    return told or NEWEST


def description(node: Node) -> str:
    """A text in some files, an object of purposes in the standard."""
    inner = node["description"]
    if not isinstance(inner.value, dict):
        return inner.as_text()
    parts = [(key, inner.text(key)) for key in ("purpose", "limitations", "usage")]
    rest = {"authoritativeDefinitions", "customProperties"}
    inner.left({"purpose", "limitations", "usage"}, rest)
    return "\n\n".join(text if key == "purpose" else f"{key.title()}: {text}" for key, text in parts if text)


def _owners(node: Node, version: str) -> tuple[Owner, ...]:
    """``team`` is a list of members in 3.0 and an object in 3.1, whatever version the file declares."""
    inner = node["team"]
    if inner.value is None:
        return ()
    as_list = isinstance(inner.value, list)
    if as_list == (version >= "v3.1") and version.startswith("v3"):
        inner.note(f"is {'a list' if as_list else 'an object'}, which {version} does not know; read all the same")
    members = node.mappings("team") if as_list else inner.mappings("members") if inner.is_mapping() else []
    owners = [] if as_list else _team(inner)
    for member in members:
        name = member.name("username")
        if "owner" in member.text("role").lower() and not member.text("dateOut"):
            email = name if "@" in name else ""
            is_team = member.text("role") == "owner team"
            owners.append(Owner(name=member.text("name") or name, email=email, is_team=is_team))
    return tuple(owners)


def _team(node: Node) -> list[Owner]:
    name, email = node.text("name"), _custom(node).get("email", "")
    return [Owner(name=name, email=email if isinstance(email, str) else "", is_team=True)] if name else []


def _server(node: Node) -> Server:
    """A type that stands in a custom property is one of which the standard wanted to know more than was told."""
    told, custom = node.text("type"), _custom(node).get("type")
    return Server(
        name=node.name("server"),
        type=custom if told == "custom" and isinstance(custom, str) else told,
        environment=node.text("environment"),
        account=node.text("account"),
        host=node.text("host"),
        port=node.text("port"),
        database=node.text("database"),
        schema=node.text("schema"),
        kept=node.left(_SERVER, _SERVER_KNOWN),
    )


# --- tables and columns ------------------------------------------------------------------------------------------------


def _tables(node: Node) -> list[Table]:
    found = node.mappings("schema")
    tables = [_table(each) for each in found]
    common.twice(found, [table.name for table in tables])
    return tables


def _table(node: Node) -> Table:
    custom = _custom(node)
    return Table(
        name=node.name(),
        physical_name=node.text("physicalName"),
        kind=node.text("physicalType"),
        title=node.text("businessName"),
        description=node.text("description"),
        tags=node.texts("tags"),
        columns=_columns(node),
        rules=tuple(common.rule(each, _RULE_KNOWN) for each in node.mappings("quality")),
        references=(*map(_relationship, node.mappings("relationships")), *_texts(custom.get("references"))),
        renamed_from=_texts(custom.get("renamedFrom")),
        kept=node.left(_OBJECT, _OBJECT_KNOWN),
    )


def _columns(node: Node) -> tuple[Column, ...]:
    found = node.mappings("properties")
    columns = [_column(each, at) for at, each in enumerate(found, 1)]
    common.twice(found, [column.name for column in columns])
    return common.ranked(columns)


def _column(node: Node, at: int, name: str = "") -> Column:
    custom = _custom(node)
    enum, rules = common.accepted(tuple(common.rule(each, _RULE_KNOWN) for each in node.mappings("quality")))
    limits = node.options("logicalTypeOptions") | _mapping(custom.get("limits"))
    return Column(
        name=name or node.name(),
        physical_name=node.text("physicalName"),
        logical_type=_logical(node),
        physical_type=node.text("physicalType"),
        title=node.text("businessName"),
        description=node.text("description"),
        required=node.flag("required"),
        unique=node.flag("unique"),
        key=_key(node, at),
        pii=_pii(custom),
        classification=node.text("classification"),
        tags=node.texts("tags"),
        enum=enum,
        limits=limits,
        references=(*map(_relationship, node.mappings("relationships")), *_texts(custom.get("references"))),
        renamed_from=_texts(custom.get("renamedFrom")),
        rules=rules,
        columns=_columns(node),
        items=_column(node["items"], 0, "items") if node["items"].value and node["items"].is_mapping() else None,
        kept=node.left(_PROPERTY, _PROPERTY_KNOWN),
    )


def _logical(node: Node) -> str:
    told = node.text("logicalType")
    if told and told not in LOGICAL_TYPES:
        node["logicalType"].note("is no logical type of the standard; kept")
    return told or common.shape(node, "properties")


def _key(node: Node, at: int) -> int:
    if not node.flag("primaryKey"):
        node.whole("primaryKeyPosition")
        return 0
    position = node.whole("primaryKeyPosition")
    return position if position and position > 0 else at


def _relationship(node: Node) -> str:
    start, end = (", ".join(node.texts(key)) for key in ("from", "to"))
    if not end:
        node["to"].problem("is missing: a relationship says where it leads")
    return f"{start} → {end}" if start else end


def _custom(node: Node) -> dict[str, Any]:
    """Custom properties by name; the form's own list of pairs stays in ``kept``."""
    found = [(each.text("property"), each["value"].value) for each in node.mappings("customProperties")]
    return {name: value for name, value in found if name}


def _pii(custom: dict[str, Any]) -> str:
    value = next((custom[name] for name in ("pii", "piiClass", "PII") if name in custom), None)
    if value is True:
        return "pii"
    return value.strip()[:60] if isinstance(value, str) else ""


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _texts(value: Any) -> tuple[str, ...]:
    found = value if isinstance(value, list) else [value]
    return tuple(each for each in found if isinstance(each, str) and each)


# --- service levels ----------------------------------------------------------------------------------------------------


def levels(node: Node, tables: list[Table], element: str = "element") -> tuple[dict[str, Freshness], tuple[Sla, ...]]:
    """(freshness by table name, the other levels); ``element`` is the word for what a level is about."""
    freshness: dict[str, Freshness] = {}
    rest: list[Sla] = []
    for each in node.mappings("slaProperties"):
        sla = _level(each, element)
        meant = _meant(sla, tables)
        amount = durations.seconds(sla.value, sla.unit) if sla.unit else durations.seconds(sla.value)
        twice = [table for table in meant if _has(freshness.get(table.name), sla)]
        if sla.property not in FRESHNESS or amount is None or not meant or twice:
            if sla.property in FRESHNESS:
                words = "stands twice" if twice else "is no freshness of a table of this contract"
                each.note(f"{words}; kept as a service level")
            rest.append(sla)
            continue
        for table in meant:
            freshness[table.name] = _with_limit(freshness.get(table.name), sla, amount, table)
    return freshness, tuple(rest)


def _level(node: Node, element: str) -> Sla:
    value = node["value"].value
    if isinstance(value, dict | list):
        node["value"].problem("must be a single value")
    return Sla(
        property=node.name("property"),
        value=None if isinstance(value, dict | list) else value,
        unit=node.text("unit"),
        element=node.text(element),
        description=node.text("description"),
        kept=node.left(_SLA | {element}, _SLA_KNOWN),
    )


def _meant(sla: Sla, tables: list[Table]) -> list[Table]:
    """The tables that it speaks of: the one before the dot, or all."""
    if not sla.element:
        return tables
    return [table for table in tables if _inside(sla.element, table) is not None]


def _inside(element: str, table: Table) -> str | None:
    """The column that an element names inside of the table, "" for the table itself; None where it names another."""
    for name in (table.name, table.physical_name):
        if name and element == name:
            return ""
        if name and element.startswith(f"{name}."):
            return element[len(name) + 1 :]
    return None


def _limit(sla: Sla) -> str:
    return "warn" if sla.property == "freshnessWarning" else "error"


def _has(before: Freshness | None, sla: Sla) -> bool:
    return before is not None and (before.warn_after_s if _limit(sla) == "warn" else before.error_after_s) is not None


def _with_limit(before: Freshness | None, sla: Sla, amount: int, table: Table) -> Freshness:
    """Two levels are one promise; where the second words it otherwise, its own words are kept."""
    held, limit = before or Freshness(), _limit(sla)
    column, left = _inside(sla.element, table) or "", dict(sla.kept)
    if held.description and sla.description not in {"", held.description}:
        left["description"] = sla.description
    if held.column and column not in {"", held.column}:
        left["element"] = sla.element
    return Freshness(
        warn_after_s=amount if limit == "warn" else held.warn_after_s,
        error_after_s=amount if limit == "error" else held.error_after_s,
        column=held.column or column,
        description=held.description or sla.description,
        kept={**held.kept, limit: left} if left else held.kept,
    )
