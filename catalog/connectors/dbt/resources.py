"""What is made from datasets: exposures, metrics, semantic models and saved queries.

They live in dbt, not in a warehouse; their address is dbt's unique_id, which names the kind, the package and the thing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import msgspec

from catalog.connectors.dbt.declared import declared
from catalog.connectors.dbt.marks import Note, tags
from catalog.connectors.dbt.mending import decode
from catalog.connectors.dbt.nodes import merged_meta, word
from catalog.connectors.dbt.notes import short
from catalog.connectors.dbt.owners import distinct, owners
from catalog.connectors.dbt.project import CODE_MAX, Project, clipped
from catalog.connectors.dbt.shapes import Config, Member, Resource
from catalog.facts import AssetFact, Kind

SECTIONS: Mapping[str, Kind | None] = {
    "exposures": None,  # its type tells
    "metrics": Kind.METRIC,
    "semantic_models": Kind.SEMANTIC_MODEL,
    "saved_queries": Kind.SAVED_QUERY,
}
_EXPOSURES = {
    "dashboard": Kind.DASHBOARD,
    "ml": Kind.ML_MODEL,
    "application": Kind.APPLICATION,
    "analysis": Kind.ANALYSIS,
    "notebook": Kind.NOTEBOOK,
}
_URL_MAX = 2000
_NO_CONFIG = Config()


def assets(members: Mapping[str, msgspec.Raw], section: str, project: Project) -> Iterator[AssetFact]:
    for key, raw in members.items():
        resource = decode(Resource, raw, project.file, f"{section}.{key}", project.notes)
        if resource is None:
            project.left_out.add(key)
            continue
        note = project.note_at(f"{section}.{short(key)}")
        if project.unwanted(key, resource.package_name) or project.misnamed(key, note, resource.name, resource.label):
            continue
        if resource.config and resource.config.enabled is False:
            project.left_out.add(key)
            continue
        kind = SECTIONS[section] or _exposure_kind(resource, note)
        yield _asset(key, kind, resource, note, project)
        project.semantics.add(section, key, resource)
        if section == "exposures":
            said = {**(resource.config.meta or {} if resource.config else {}), **(resource.meta or {})}
            find = partial(project.upstream_called, key)
            project.semantics.shown[key] = declared(said.get("columns"), kind, find, note)


def _exposure_kind(resource: Resource, note: Note) -> Kind:
    kind = _EXPOSURES.get((resource.type or "").lower())
    if kind is None:
        note("type", "is not a type of exposure that is known; shown as an application")
    return kind or Kind.APPLICATION


def _asset(key: str, kind: Kind, resource: Resource, note: Note, project: Project) -> AssetFact:
    config = resource.config or _NO_CONFIG
    said = {**(config.meta or {}), **(resource.meta or {})}
    group = resource.group or config.group
    project.accept(key, resource.depends_on)
    return AssetFact(
        key=key,
        kind=kind,
        title=resource.label or resource.name or key.rpartition(".")[2] or key,
        platform="dbt",
        address=key,
        description=clipped(resource.description, "description", note),
        tags=tags(note, resource.tags, config.tags),
        owners=distinct(
            owners(resource.owner),
            owners(said.get("owner")),
            owners(said.get("owners")),
            project.groups.owners(resource.package_name or "", group),
        ),
        domain=word(said, "domain"),
        tier=word(said, "tier"),
        url=_url(resource.url, note),
        language="sql" if resource.sql else "",
        code=clipped(resource.sql, "sql", note, CODE_MAX),
        meta=merged_meta(note, _statements(resource, group, note), config.meta, resource.meta),
    )


def _url(url: str | None, note: Note) -> str:
    """Only what a browser may safely open."""
    if not url:
        return ""
    url = url.strip()
    if url.lower().startswith(("http://", "https://")) and len(url) <= _URL_MAX:
        return url
    note("url", "is not a web address; left out")
    return ""


def _statements(resource: Resource, group: str | None, note: Note) -> dict[str, Any]:
    return {
        "package": resource.package_name,
        "path": resource.original_file_path,
        "name": resource.name if resource.label and resource.label != resource.name else None,
        "type": resource.type,
        "maturity": resource.maturity,
        "group": group,
        "calculation_method": resource.calculation_method,
        "expression": clipped(_expression(resource), "expression", note, 4000),
        "timestamp": resource.timestamp,
        "time_grains": resource.time_grains,
        "filter": resource.filter,
        "entities": _names(resource.entities),
        "dimensions": _names(resource.dimensions),
        "measures": _names(resource.measures),
        "query": resource.query_params,
        "exports": _names(resource.exports),
    }


def _expression(resource: Resource) -> str | None:
    params = resource.type_params if isinstance(resource.type_params, dict) else {}
    measure = params.get("measure")
    said = resource.expression or params.get("expr") or (measure.get("name") if isinstance(measure, dict) else measure)
    return said if isinstance(said, str) else None


def _names(members: list[Member] | list[Member | str] | None) -> list[str]:
    names = [member if isinstance(member, str) else member.name for member in members or ()]
    return [name for name in names if name]
