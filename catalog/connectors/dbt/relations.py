"""Where a node lives in the warehouse, out of ``relation_name`` (what dbt really renders) or of the node's fields."""

from __future__ import annotations

import re

from catalog.connectors.dbt.shapes import Node, Quoting
from catalog.facts import Kind, Relation

_PART = r'"((?:[^"]|"")*)"|`((?:[^`]|``)*)`|\[([^\]]*)\]|([^."`\[\]]+)'
_PARTS = re.compile(_PART)
_PATH = re.compile(rf"(?:{_PART})(?:\.(?:{_PART}))*")
UNQUOTED = frozenset({"snowflake", "spark"})  # adapters whose default is not to quote identifiers


def parts_of(relation_name: str) -> list[tuple[str, bool]]:
    """(part, was quoted) of a rendered relation, or nothing where it is no plain path.

    >>> parts_of('"db".marts."Order Items"')
    [('db', True), ('marts', False), ('Order Items', True)]
    """
    if len(relation_name) > 2000 or not _PATH.fullmatch(relation_name.strip()):
        return []
    parts = []
    for match in _PARTS.finditer(relation_name.strip()):
        double, back, bracket, plain = match.groups()
        if plain is not None:
            parts.append((plain.strip(), False))
        elif double is not None:
            parts.append((double.replace('""', '"'), True))
        else:
            parts.append((back.replace("``", "`") if back is not None else bracket, True))
    return parts


def relation_of(node: Node, adapter: str, default: Quoting | None) -> Relation | None:
    """The node's relation; None where neither its name nor its fields tell one."""
    parts = parts_of(node.relation_name) if node.relation_name else []
    if len(parts) in (2, 3) and all(part for part, _ in parts):
        database = parts[0][0] if len(parts) == 3 else node.database or ""
        return Relation(database=database, schema=parts[-2][0], identifier=parts[-1][0], quoted=parts[-1][1])
    identifier = node.identifier or node.alias or node.name
    if not identifier:
        return None
    quoted = _quoted(node, adapter, default)
    return Relation(database=node.database or "", schema=node.schema or "", identifier=identifier, quoted=quoted)


def _quoted(node: Node, adapter: str, default: Quoting | None) -> bool:
    for quoting in (node.quoting, node.config.quoting if node.config else None, default):
        if quoting is not None and quoting.identifier is not None:
            return quoting.identifier
    return adapter not in UNQUOTED


_MATERIALIZED = {
    "view": Kind.VIEW,
    "materialized_view": Kind.MATERIALIZED_VIEW,
    "materializedview": Kind.MATERIALIZED_VIEW,
    "ephemeral": Kind.EPHEMERAL,
    "external": Kind.EXTERNAL_TABLE,
}


def kind_by_materialization(materialized: str) -> Kind:
    return _MATERIALIZED.get(materialized, Kind.TABLE)


def kind_by_catalog(word: str) -> Kind | None:
    """What the warehouse calls it, in any adapter's words; None for words that tell nothing."""
    word = word.upper().replace("_", " ")
    if "MATERIALIZED" in word:
        return Kind.MATERIALIZED_VIEW
    if "EXTERNAL" in word or "FOREIGN" in word:
        return Kind.EXTERNAL_TABLE
    if "VIEW" in word:
        return Kind.VIEW
    return Kind.TABLE if "TABLE" in word or word == "MANAGED" else None
