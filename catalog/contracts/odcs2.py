"""The Open Data Contract Standard, version 2.2, read in the words of version 3.

The standard's own list of changes says what became of each word: ``dataset`` is ``schema``, ``table`` and ``column`` are
names, ``stakeholders`` are the team. What version 3 dropped (clusters, tools of quality rules) is kept as it is.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from catalog.contracts import common, odcs
from catalog.contracts.model import LOGICAL_TYPES, Column, Document, Owner, Rule, Server, Table
from catalog.contracts.nodes import Node
from catalog.contracts.vocabulary import severity

FORM = "odcs2"
NEWEST = "v2.2.2"
_VERSION = re.compile(r"v?2\.2(\.\d+)?\Z")
_OLD = re.compile(r"v?[12](\.\d+){0,2}\Z")
_OLD_KEYS = {"quantumName", "datasetName", "dataset", "datasetDomain", "userConsumptionMode"}

_TOP = {"uuid", "version", "status", "description", "datasetDomain", "tags", "dataset", "slaProperties", "kind"}
_TOP |= {"apiVersion", "quantumName", "password"}
_SERVER = ("driver", "sourceSystem", "sourcePlatform", "server", "database", "project", "datasetProject", "datasetName")
_TOP_KNOWN = {
    *("tenant", "userConsumptionMode", "datasetKind", "type", "price", "stakeholders", "roles", "customProperties"),
    *("productDl", "productSlackChannel", "productFeedbackUrl", "username", "driverVersion", "slaDefaultColumn"),
    *("contractCreatedTs", "systemInstance", "schedulerAppName", "authoritativeDefinitions", *_SERVER),
}
_TABLE = {"table", "physicalName", "priorTableName", "description", "columns", "quality", "tags"}
_TABLE_KNOWN = {"authoritativeDefinitions", "dataGranularity", "customProperties"}
_COLUMN = {
    *("column", "businessName", "logicalType", "physicalType", "description", "isPrimaryKey", "primaryKeyPosition"),
    *("isNullable", "isUnique", "classification", "tags", "quality"),
}
_COLUMN_KNOWN = {
    *("partitionStatus", "partitionKeyPosition", "clusterStatus", "clusterKeyPosition", "authoritativeDefinitions"),
    *("encryptedColumnName", "transformSourceTables", "transformLogic", "transformDescription", "sampleValues"),
    *("criticalDataElementStatus", "customProperties"),
}
_RULE = {"toolName", "toolRuleName", "description", "severity", "dimension"}


def is_meant(node: Node) -> bool:
    """By its version, or by words that version 3 has no more."""
    told = node.value if isinstance(node.value, dict) else {}
    version = told.get("apiVersion")
    return bool(_OLD.match(str(version).strip()) if version else _OLD_KEYS & told.keys() and "schema" not in told)


def read(node: Node) -> Document:
    version = _version(node)
    node.name("version")
    if node["password"].value:
        node["password"].problem("has no place in a contract: take it out")
    tables = _tables(node)
    freshness, sla = odcs.levels(node, tables, element="column")
    return Document(
        form=FORM,
        form_version=version,
        id=node.text("uuid"),
        title=node.text("quantumName") or node.text("datasetName"),
        version=node.text("version"),
        status=node.text("status"),
        description=odcs.description(node),
        domain=node.text("datasetDomain"),
        owners=_owners(node),
        tags=node.texts("tags"),
        servers=_servers(node),
        tables=tuple(replace(table, freshness=freshness.get(table.name)) for table in tables),
        sla=sla,
        kept=node.left(_TOP, _TOP_KNOWN),
    )


def _version(node: Node) -> str:
    told = node.text("apiVersion").strip()
    if not told:
        node["apiVersion"].note(f"is missing; read as {NEWEST}")
    elif not _VERSION.match(told):
        node["apiVersion"].problem(f"ODCS {told} is not read: this portal reads v2.2 and v3.0.0 to {odcs.NEWEST}")
    if node.text("kind") not in {"", "DataContract"}:
        node["kind"].problem("must be DataContract")
    return told or NEWEST


def _owners(node: Node) -> tuple[Owner, ...]:
    """Stakeholders who own it and have not left."""
    owners = []
    for each in node.mappings("stakeholders"):
        name = each.name("username")
        if "owner" in each.text("role").lower() and not each.text("dateOut"):
            owners.append(Owner(name=name, email=name if "@" in name else ""))
    return tuple(owners)


def _servers(node: Node) -> tuple[Server, ...]:
    """One, told by words at the top; the data set of BigQuery is what others call a schema."""
    told = {key: node.text(key).strip() for key in _SERVER}
    kind = told["driver"] or told["sourceSystem"]
    database = told["database"] or told["project"] or told["datasetProject"]
    if not (kind or told["server"] or database):
        return ()
    schema = told["datasetName"] if kind.lower() == "bigquery" else ""
    return (Server(name="main", type=kind, host=told["server"], database=database, schema=schema),)


# --- tables and columns ------------------------------------------------------------------------------------------------


def _tables(node: Node) -> list[Table]:
    found = node.mappings("dataset")
    tables = [_table(each) for each in found]
    common.twice(found, [table.name for table in tables])
    return tables


def _table(node: Node) -> Table:
    return Table(
        name=node.name("table"),
        physical_name=node.text("physicalName"),
        description=node.text("description"),
        tags=node.texts("tags"),
        columns=_columns(node),
        rules=tuple(map(_rule, node.mappings("quality"))),
        renamed_from=node.texts("priorTableName"),
        kept=node.left(_TABLE, _TABLE_KNOWN),
    )


def _columns(node: Node) -> tuple[Column, ...]:
    found = node.mappings("columns")
    columns = [_column(each, at) for at, each in enumerate(found, 1)]
    common.twice(found, [column.name for column in columns])
    return common.ranked(columns)


def _column(node: Node, at: int) -> Column:
    logical = node.text("logicalType").strip()
    if logical and logical.lower() not in LOGICAL_TYPES:
        node["logicalType"].note("is no logical type of version 3; kept")
    return Column(
        name=node.name("column"),
        logical_type=logical.lower() if logical.lower() in LOGICAL_TYPES else logical,
        physical_type=node.text("physicalType"),
        title=node.text("businessName"),
        description=node.text("description"),
        required="isNullable" in node and node["isNullable"].value is not None and not node.flag("isNullable"),
        unique=node.flag("isUnique"),
        key=_key(node, at),
        classification=node.text("classification"),
        tags=node.texts("tags"),
        rules=tuple(map(_rule, node.mappings("quality"))),
        kept=node.left(_COLUMN, _COLUMN_KNOWN),
    )


def _key(node: Node, at: int) -> int:
    position = node.whole("primaryKeyPosition")
    if not node.flag("isPrimaryKey"):
        return 0
    return position if position and position > 0 else at


def _rule(node: Node) -> Rule:
    """A rule of a tool: what it checks stands in the tool, under the name of a template."""
    told = node.text("severity")
    asked: dict[str, Any] = {key: value for key, value in node.value.items() if key not in _RULE}
    return Rule(
        kind="custom",
        name=node.text("toolRuleName") or node.text("templateName"),
        description=node.text("description"),
        severity=severity(told),
        dimension=node.text("dimension"),
        arguments={"implementation": asked} if asked else {},
        engine=node.text("toolName") or "unknown",
        kept={"severity": told} if told else {},
    )
