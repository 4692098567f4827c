"""The project's parts as dbt 1.10 writes them into manifest.json (v12), with all the fields that a reader has to skip."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from bench.ingest.project import DATABASE, PACKAGE, TEAMS, Column, Model, compiled_sql, raw_sql

CREATED_AT = 1780000000.123456


def relation(model: Model) -> str:
    return f'"{DATABASE}"."{model.schema}"."{model.name}"'


def source_key(model: Model) -> str:
    return f"source.{PACKAGE}.raw.{model.source}"


def model_node(model: Model, relations: dict[str, str]) -> dict[str, Any]:
    code, path = raw_sql(model), f"{model.layer}/{model.group}/{model.name}.sql"
    parents = [f"model.{PACKAGE}.{parent}" for parent in model.parents] or [source_key(model)]
    meta: dict[str, Any] = {"owner": model.owner, "tier": "gold"} if model.owner else {}
    return {
        **_identity("model", model.key, model.name, model.schema, path),
        "config": _config(model, meta),
        "tags": list(model.tags),
        "description": model.description,
        "columns": {column.name: column_node(column) for column in model.columns},
        "meta": meta,
        "group": model.group,
        "patch_path": f"{PACKAGE}://models/{model.layer}/schema.yml",
        "unrendered_config": {"materialized": model.materialized, "group": model.group},
        "relation_name": relation(model),
        "raw_code": code,
        "refs": [{"name": parent, "package": None, "version": None} for parent in model.parents],
        "sources": [] if model.parents else [["raw", model.source]],
        **_compiled(path, compiled_sql(model, relations), parents, code),
        "contract": {"enforced": False, "alias_types": True, "checksum": None},
        "access": "protected",
        "constraints": [],
        "version": None,
        "latest_version": None,
        "deprecation_date": None,
        "primary_key": [],
        "time_spine": None,
    }


def column_node(column: Column) -> dict[str, Any]:
    meta = {"pii": column.pii} if column.pii else {}
    return {
        "name": column.name,
        "description": column.description,
        "meta": meta,
        "data_type": column.type.lower() if column.description else None,
        "constraints": [],
        "quote": None,
        "config": {"meta": meta, "tags": list(column.tags)},
        "tags": list(column.tags),
        "granularity": None,
        "doc_blocks": [],
    }


def test_nodes(model: Model) -> Iterator[dict[str, Any]]:
    """unique and not_null on the key of every second model, not_null on that of the others."""
    kinds = ("not_null", "unique") if int(model.name[-1]) % 2 == 0 else ("not_null",)
    for kind in kinds:
        yield _test_node(model, kind, model.columns[0].name)


def _test_node(model: Model, kind: str, column: str) -> dict[str, Any]:
    name = f"{kind}_{model.name}_{column}"
    key = f"test.{PACKAGE}.{name}.{hashlib.md5(name.encode(), usedforsecurity=False).hexdigest()[:10]}"
    condition = (
        f"{column} is null" if kind == "not_null" else f"{column} is not null group by {column} having count(*) > 1"
    )
    code = "{{ test_" + kind + "(**_dbt_generic_test_kwargs) }}"
    compiled = f"\n    \n    \n\n\n\nselect {column}\nfrom {relation(model)}\nwhere {condition}\n\n\n"
    config: dict[str, Any] = {
        "enabled": True,
        "alias": None,
        "schema": "dbt_test__audit",
        "database": None,
        "tags": [],
        "meta": {},
        "group": None,
        "materialized": "test",
        "severity": "ERROR",
        "store_failures": None,
        "where": None,
        "limit": None,
        "fail_calc": "count(*)",
        "warn_if": "!= 0",
        "error_if": "!= 0",
    }
    return {
        "test_metadata": {
            "name": kind,
            "kwargs": {"column_name": column, "model": "{{ get_where_subquery(ref('" + model.name + "')) }}"},
            "namespace": None,
        },
        **_identity("test", key, name, "dbt_test__audit", f"{name}.sql"),
        "config": config,
        "tags": [],
        "description": "",
        "columns": {},
        "meta": {},
        "group": model.group,
        "patch_path": None,
        "unrendered_config": {},
        "relation_name": None,
        "raw_code": code,
        "refs": [{"name": model.name, "package": None, "version": None}],
        "sources": [],
        **_compiled(f"{name}.sql", compiled, [model.key], code),
        "contract": {"enforced": False, "alias_types": True, "checksum": None},
        "column_name": column,
        "file_key_name": f"models.{model.name}",
        "attached_node": model.key,
    }


def source_node(model: Model) -> dict[str, Any]:
    """What a staging model reads: declared, hardly described, as most sources are."""
    key = source_key(model)
    return {
        "database": DATABASE,
        "schema": "raw",
        "name": model.source,
        "resource_type": "source",
        "package_name": PACKAGE,
        "path": "models/staging/sources.yml",
        "unique_id": key,
        "original_file_path": "models/staging/sources.yml",
        "fqn": [PACKAGE, "staging", "raw", model.source],
        "source_name": "raw",
        "source_description": "Copies of the operational systems.",
        "loader": "airbyte",
        "identifier": model.source,
        "quoting": {"database": None, "schema": None, "identifier": None, "column": None},
        "loaded_at_field": None,
        "freshness": None,
        "external": None,
        "description": "",
        "columns": {},
        "meta": {},
        "source_meta": {},
        "tags": [],
        "config": {"enabled": True},
        "patch_path": None,
        "unrendered_config": {},
        "relation_name": f'"{DATABASE}"."raw"."{model.source}"',
        "created_at": CREATED_AT,
        "unrendered_database": None,
        "unrendered_schema": None,
        "doc_blocks": [],
    }


def groups() -> dict[str, Any]:
    return {
        f"group.{PACKAGE}.{team}": {
            "name": team,
            "resource_type": "group",
            "package_name": PACKAGE,
            "path": "groups.yml",
            "original_file_path": "models/groups.yml",
            "unique_id": f"group.{PACKAGE}.{team}",
            "owner": {"email": f"{team}@example.com", "name": f"Team {team.capitalize()}"},
        }
        for team in TEAMS
    }


def _identity(kind: str, key: str, name: str, schema: str, path: str) -> dict[str, Any]:
    return {
        "database": DATABASE,
        "schema": schema,
        "name": name,
        "resource_type": kind,
        "package_name": PACKAGE,
        "path": path,
        "original_file_path": f"models/{path}",
        "unique_id": key,
        "alias": name,
        "fqn": [PACKAGE, *path.removesuffix(".sql").split("/")],
    }


def _config(model: Model, meta: dict[str, Any]) -> dict[str, Any]:
    return {
        "enabled": True,
        "alias": None,
        "schema": model.schema,
        "database": None,
        "tags": list(model.tags),
        "meta": meta,
        "group": model.group,
        "materialized": model.materialized,
        "incremental_strategy": None,
        "batch_size": None,
        "lookback": 1,
        "begin": None,
        "persist_docs": {},
        "post-hook": [],
        "pre-hook": [],
        "quoting": {},
        "column_types": {},
        "full_refresh": None,
        "unique_key": None,
        "on_schema_change": "ignore",
        "on_configuration_change": "apply",
        "grants": {},
        "packages": [],
        "docs": {"show": True, "node_color": None},
        "contract": {"enforced": False, "alias_types": True},
        "event_time": None,
        "concurrent_batches": None,
        "access": "protected",
        "freshness": None,
    }


def _compiled(path: str, code: str, parents: list[str], raw: str) -> dict[str, Any]:
    return {
        "docs": {"show": True, "node_color": None},
        "build_path": None,
        "created_at": CREATED_AT,
        "doc_blocks": [],
        "checksum": {"name": "sha256", "checksum": hashlib.sha256(raw.encode()).hexdigest()},
        "language": "sql",
        "metrics": [],
        "depends_on": {"macros": [], "nodes": parents},
        "compiled_path": f"target/compiled/{PACKAGE}/models/{path}",
        "compiled": True,
        "compiled_code": code,
        "extra_ctes_injected": True,
        "extra_ctes": [],
    }
