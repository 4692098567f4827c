"""A dbt project of any size, written as dbt 1.10 does: ``python -m tests.connectors.dbt.generated 10000 30 DIR``."""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path

SCHEMAS = "https://schemas.getdbt.com/dbt"
AT = "2026-01-02T03:04:05.678901Z"
WORDS = ("order", "customer", "amount", "country", "status", "created", "updated", "channel", "price", "session")
TYPES = ("BIGINT", "VARCHAR", "TIMESTAMP", "DECIMAL(18,2)", "BOOLEAN")
Json = dict[str, object]


def project(models: int, columns: int, seed: int = 1) -> dict[str, Json]:
    """File name -> content: models in a layered graph, a source each tenth, two tests a model, catalog and results."""
    dice = random.Random(seed)
    names = [[f"{dice.choice(WORDS)}_{dice.choice(WORDS)}_{c}" for c in range(columns)] for _ in range(models)]
    sources = {f"source.shop.raw.raw_{i}": _source(i) for i in range(max(1, models // 10))}
    nodes: dict[str, Json] = {}
    for i, cols in enumerate(names):
        nodes[f"model.shop.m_{i}"] = _model(i, cols, list(sources), dice)
        for kind in ("not_null", "unique"):
            nodes[f"test.shop.{kind}_m_{i}_{cols[0]}.{i:010x}"] = _test(kind, i, cols[0])
    return {
        "manifest.json": _manifest(nodes, sources),
        "catalog.json": {
            "metadata": _metadata("catalog/v1"),
            "nodes": {f"model.shop.m_{i}": _catalogued(f"M_{i}", cols, i) for i, cols in enumerate(names)},
            "sources": {key: _catalogued(key.rpartition(".")[2].upper(), ["id"], 7) for key in sources},
            "errors": None,
        },
        "run_results.json": {
            "metadata": _metadata("run-results/v6"),
            "args": {"which": "build"},
            "elapsed_time": 1.0,
            "results": [_result(key) for key in nodes],
        },
    }


def _metadata(schema: str) -> Json:
    return {
        "dbt_schema_version": f"{SCHEMAS}/{schema}.json",
        "dbt_version": "1.10.23",
        "generated_at": AT,
        "adapter_type": "snowflake",
        "project_name": "shop",
    }


def _manifest(nodes: dict[str, Json], sources: dict[str, Json]) -> Json:
    macro = {"name": "m", "resource_type": "macro", "macro_sql": "{% macro m() %} select 1 {% endmacro %}" * 40}
    parents = {key: node.get("depends_on", {"nodes": []})["nodes"] for key, node in nodes.items()}  # type: ignore[index]
    return {
        "metadata": _metadata("manifest/v12"),
        "nodes": nodes,
        "sources": sources,
        "macros": {f"macro.dbt.m_{i}": macro for i in range(len(nodes) // 4)},
        "docs": {},
        "exposures": {},
        "metrics": {},
        "groups": {},
        "selectors": {},
        "disabled": {},
        "parent_map": parents,
        "child_map": parents,
        "group_map": {},
        "saved_queries": {},
        "semantic_models": {},
        "unit_tests": {},
    }


def _config(materialized: str) -> Json:
    return {
        "enabled": True,
        "alias": None,
        "schema": None,
        "database": None,
        "tags": ["daily"],
        "meta": {"owner": "team-a"},
        "group": None,
        "materialized": materialized,
        "incremental_strategy": None,
        "batch_size": None,
        "lookback": 1,
        "persist_docs": {},
        "post-hook": [],
        "pre-hook": [],
        "quoting": {},
        "column_types": {},
        "full_refresh": None,
        "unique_key": None,
        "on_schema_change": "ignore",
        "grants": {},
        "packages": [],
        "docs": {"show": True, "node_color": None},
        "contract": {"enforced": False, "alias_types": True},
        "event_time": None,
        "access": "protected",
    }


def _column(name: str, dice: random.Random) -> Json:
    meta: Json = {"pii": "email"} if dice.random() < 0.02 else {}
    return {
        "name": name,
        "description": f"The {name.replace('_', ' ')} of the row, as the system of record tells it.",
        "meta": meta,
        "data_type": None,
        "constraints": [],
        "quote": None,
        "config": {"meta": meta, "tags": []},
        "tags": [],
        "granularity": None,
        "doc_blocks": [],
    }


def _model(i: int, columns: list[str], sources: list[str], dice: random.Random) -> Json:
    parents = [f"model.shop.m_{dice.randrange(i)}" for _ in range(2)] if i > 10 else [dice.choice(sources)]
    sql = "select\n" + ",\n".join(f"    t.{name} as {name}" for name in columns) + "\nfrom analytics.marts.t\n"
    return {
        "database": "analytics",
        "schema": "marts",
        "name": f"m_{i}",
        "resource_type": "model",
        "package_name": "shop",
        "path": f"marts/m_{i}.sql",
        "original_file_path": f"models/marts/m_{i}.sql",
        "unique_id": f"model.shop.m_{i}",
        "fqn": ["shop", "marts", f"m_{i}"],
        "alias": f"m_{i}",
        "checksum": {"name": "sha256", "checksum": "0" * 64},
        "config": _config(dice.choice(("view", "table", "incremental"))),
        "tags": ["daily"],
        "description": f"Model {i}: one row per thing, refreshed daily. " * 3,
        "columns": {name: _column(name, dice) for name in columns},
        "meta": {"owner": "team-a"},
        "group": None,
        "docs": {"show": True, "node_color": None},
        "patch_path": "shop://models/marts/schema.yml",
        "unrendered_config": {"materialized": "table"},
        "created_at": 1.0,
        "relation_name": f"analytics.marts.m_{i}",
        "raw_code": sql,
        "compiled_code": sql,
        "language": "sql",
        "refs": [],
        "sources": [],
        "metrics": [],
        "depends_on": {"macros": [], "nodes": sorted(set(parents))},
        "access": "protected",
        "constraints": [],
        "version": None,
        "latest_version": None,
        "deprecation_date": None,
        "primary_key": [],
    }


def _test(kind: str, i: int, column: str) -> Json:
    return {
        "name": f"{kind}_m_{i}_{column}",
        "resource_type": "test",
        "package_name": "shop",
        "unique_id": f"test.shop.{kind}_m_{i}_{column}.{i:010x}",
        "config": {"severity": "ERROR", "where": None, "tags": [], "meta": {}},
        "column_name": column,
        "attached_node": f"model.shop.m_{i}",
        "test_metadata": {"name": kind, "kwargs": {"column_name": column}, "namespace": None},
        "depends_on": {"macros": [], "nodes": [f"model.shop.m_{i}"]},
        "raw_code": f"{{{{ test_{kind}(**_dbt_generic_test_kwargs) }}}}",
        "compiled_code": f"select {column} from analytics.marts.m_{i} where {column} is null",
        "columns": {},
        "description": "",
    }


def _source(i: int) -> Json:
    return {
        "database": "analytics",
        "schema": "raw",
        "name": f"raw_{i}",
        "resource_type": "source",
        "package_name": "shop",
        "source_name": "raw",
        "identifier": f"raw_{i}",
        "relation_name": f"analytics.raw.raw_{i}",
        "description": "",
        "columns": {},
        "config": {"enabled": True},
    }


def _catalogued(name: str, columns: list[str], i: int) -> Json:
    metadata = {"type": "BASE TABLE", "schema": "MARTS", "name": name, "database": "ANALYTICS", "comment": None}
    return {
        "metadata": {**metadata, "owner": "TRANSFORMER"},
        "columns": {
            column.upper(): {"type": TYPES[n % len(TYPES)], "index": n + 1, "name": column.upper(), "comment": None}
            for n, column in enumerate(columns)
        },
        "stats": {"row_count": {"id": "row_count", "label": "Rows", "value": 1000.0 + i, "include": True}},
        "unique_id": name,
    }


def _result(key: str) -> Json:
    timing = [{"name": step, "started_at": AT, "completed_at": AT} for step in ("compile", "execute")]
    test = key.startswith("test.")
    return {
        "status": "pass" if test else "success",
        "timing": timing,
        "thread_id": "Thread-1",
        "execution_time": 0.25,
        "adapter_response": {"_message": "OK"},
        "message": None if test else "SUCCESS 1",
        "failures": 0 if test else None,
        "unique_id": key,
        "compiled": True,
        "compiled_code": "select 1 " * 20,
    }


def write(folder: Path, models: int, columns: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in project(models, columns).items():
        (folder / name).write_text(json.dumps(content), encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[3]), int(sys.argv[1]), int(sys.argv[2]))
