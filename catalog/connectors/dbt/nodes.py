"""Models, seeds, snapshots and sources: what lives in a warehouse, or (ephemeral) is inlined on its way there; and analyses,
which only read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from catalog.connectors.dbt.columns import columns_of, plain
from catalog.connectors.dbt.marks import NAME_MAX, Note, meta, tags
from catalog.connectors.dbt.mending import decode
from catalog.connectors.dbt.notes import short
from catalog.connectors.dbt.owners import distinct, owners
from catalog.connectors.dbt.project import CODE_MAX, Project, clipped
from catalog.connectors.dbt.relations import kind_by_catalog, kind_by_materialization, relation_of
from catalog.connectors.dbt.shapes import CatalogTable, Config, Meta, Node
from catalog.connectors.dbt.tables import BYTES, ROWS, figure
from catalog.connectors.dbt.times import moment
from catalog.facts import AssetFact, Kind, OwnerFact, Relation

DATASETS = frozenset({"model", "seed", "snapshot", "source", "analysis"})
TESTS = frozenset({"test"})
SILENT = frozenset({"operation", "sql_operation", "sql operation", "rpc", "macro", "doc", "function"})
_NO_CONFIG = Config()


@dataclass(frozen=True, slots=True)
class _Found:
    """A node with what its key, its place and the catalog add to it."""

    key: str
    type: str
    node: Node
    config: Config
    relation: Relation | None
    table: CatalogTable | None
    note: Note


def assets(members: Mapping[str, msgspec.Raw], section: str, project: Project) -> Iterator[AssetFact]:
    """An asset for each dataset of a section; tests and what dbt merely runs are passed over."""
    for key, raw in members.items():
        kind = key.partition(".")[0]
        if kind in TESTS or kind in SILENT:
            continue
        node = decode(Node, raw, project.file, f"{section}.{key}", project.notes)
        if node is None:
            project.left_out.add(key)
        elif kind in DATASETS or _resource_type(node) in DATASETS:
            found = _found(key, section, node, project)
            if found is not None:
                yield _asset(found, project)
        elif _resource_type(node) not in SILENT | TESTS:
            project.left_out.add(key)
            project.note_at(f"{section}.{short(key)}")("", "is of a resource type that is not known; left out")


def _resource_type(node: Node) -> str:
    return node.resource_type or ""


def _found(key: str, section: str, node: Node, project: Project) -> _Found | None:
    note = project.note_at(f"{section}.{short(key)}")
    config = node.config or _NO_CONFIG
    if project.unwanted(key, node.package_name) or config.enabled is False:
        project.left_out.add(key)
        return None
    kind = key.partition(".")[0]
    if kind not in DATASETS:
        kind = _resource_type(node)
    placeless = kind == "analysis" or (kind == "model" and config.materialized == "ephemeral")
    relation = None if placeless else relation_of(node, project.platform, project.quoting)
    path = (relation.database, relation.schema, relation.identifier) if relation else ()
    if project.misnamed(key, note, node.name, node.alias, node.package_name, *path):
        return None
    if relation is None and not placeless:
        project.left_out.add(key)
        note("", "has neither a name nor a relation; left out")
        return None
    return _Found(key, kind, node, config, relation, project.tables.of(key), note)


def _asset(found: _Found, project: Project) -> AssetFact:
    node, note = found.node, found.note
    columns = columns_of(node, found.table, note)
    if columns.renamed:
        project.renamed[found.key] = columns.renamed
    project.accept(found.key, node.depends_on)
    project.call(found.key, node.source_name, node.name)
    if found.relation:
        project.call(found.key, found.relation.database, found.relation.schema, found.relation.identifier)
    said = {**(found.config.meta or {}), **(node.meta or {})}
    stats = found.table.stats if found.table else None
    return AssetFact(
        key=found.key,
        kind=_kind(found),
        title=_title(node, found.key),
        platform=project.platform if found.relation else "dbt",
        relation=found.relation,
        address="" if found.relation else found.key,
        aliases=_aliases(found),
        description=clipped(_description(found), "description", note),
        tags=tags(note, node.tags, found.config.tags),
        owners=_owners(found, said, project),
        domain=word(said, "domain"),
        tier=word(said, "tier"),
        columns=tuple(columns.facts),
        columns_known=bool(found.table and found.table.columns),
        primary_key=columns.primary_key,
        materialized="" if found.type in {"source", "analysis"} else (found.config.materialized or "")[:NAME_MAX],
        language=(node.language or ("sql" if node.raw_sql else ""))[:NAME_MAX],
        code=clipped(node.raw_code or node.raw_sql, "raw_code", note, CODE_MAX),
        compiled_code=clipped(node.compiled_code or node.compiled_sql, "compiled_code", note, CODE_MAX),
        row_count=figure(stats, ROWS),
        size_bytes=figure(stats, BYTES),
        deprecated_at=_deprecated_at(node, note),
        meta=_meta(found),
    )


def _kind(found: _Found) -> Kind:
    if found.type == "seed":
        return Kind.SEED
    if found.type == "snapshot":
        return Kind.SNAPSHOT
    if found.type == "analysis":
        return Kind.ANALYSIS
    if found.relation is None:
        return Kind.EPHEMERAL
    seen = found.table.metadata.type if found.table and found.table.metadata else None
    by_catalog = kind_by_catalog(seen) if seen else None
    if found.type == "source":
        return Kind.EXTERNAL_TABLE if found.node.external and by_catalog != Kind.VIEW else by_catalog or Kind.TABLE
    return by_catalog or kind_by_materialization((found.config.materialized or "").lower())


def _title(node: Node, key: str) -> str:
    named = node.alias if node.version is not None else node.name
    return named or node.name or key.rpartition(".")[2] or key


def _aliases(found: _Found) -> tuple[str, ...]:
    if found.relation is None:
        return ()
    written = found.node.relation_name
    return (found.key, written) if written and len(written) <= 2000 else (found.key,)


def _description(found: _Found) -> str:
    comment = found.table.metadata.comment if found.table and found.table.metadata else None
    return found.node.description or comment or found.node.source_description or ""


def _owners(found: _Found, said: Mapping[str, Any], project: Project) -> tuple[OwnerFact, ...]:
    group = found.node.group or found.config.group
    by_group = project.groups.owners(found.node.package_name or "", group)
    return distinct(owners(said.get("owner")), owners(said.get("owners")), by_group)


def word(said: Mapping[str, Any], key: str) -> str:
    """A one-word statement of ``meta``, or ""; numbers count as words (``tier: 1``)."""
    value = said.get(key)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**9:
        return str(value)
    return value.strip()[:NAME_MAX] if isinstance(value, str) else ""


def _deprecated_at(node: Node, note: Note) -> str:
    at = moment(node.deprecation_date)
    if node.deprecation_date and not at:
        note("deprecation_date", "is not a date; left out")
    return at


def _meta(found: _Found) -> dict[str, object]:
    node, config = found.node, found.config
    owner = found.table.metadata.owner if found.table and found.table.metadata else None
    enforced = (node.contract and node.contract.enforced) or (config.contract and config.contract.enforced)
    ours: dict[str, Any] = {
        "package": node.package_name,
        "path": node.original_file_path,
        "patch_path": node.patch_path,
        "group": node.group or config.group,
        "access": node.access or config.access,
        "version": node.version,
        "latest_version": node.latest_version if node.version is not None else None,
        "contract_enforced": enforced or None,
        "constraints": [plain(constraint) for constraint in node.constraints or ()],
        "unique_key": config.unique_key,
        "source_name": node.source_name,
        "loader": node.loader,
        "loaded_at_field": node.loaded_at_field,
        "freshness": _freshness(node.freshness),
        "table_owner": owner,
    }
    return merged_meta(found.note, ours, config.meta, node.meta)


def merged_meta(note: Note, ours: Mapping[str, Any], *said: Meta) -> dict[str, object]:
    """What people wrote, then dbt's own statements that are not empty; a name used by both keeps both."""
    kept: dict[str, object] = meta(note, *said)
    told = {key: value for key, value in ours.items() if value not in (None, "", [], {})}
    for key, value in meta(note, told).items():
        if key in kept:
            kept[f"meta.{key}"] = kept[key]
        kept[key] = value
    return kept


def _freshness(limits: Mapping[str, Any] | None) -> dict[str, str]:
    """warn_after and error_after as words: "12 hour"."""
    said = {}
    for name in ("warn_after", "error_after"):
        limit = (limits or {}).get(name)
        if isinstance(limit, dict) and limit.get("count") and limit.get("period"):
            said[name] = f"{limit['count']} {limit['period']}"
    return said
