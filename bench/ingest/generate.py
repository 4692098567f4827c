"""Writes the artifacts of the invented project; a process of its own, so that its memory is nobody else's.

``python -m bench.ingest.generate FOLDER --models 2000``: manifest.json (v12), catalog.json, run_results.json.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from bench.ingest import nodes
from bench.ingest.project import DATABASE, PACKAGE, Model, changed, models

VERSION = {"manifest": "manifest/v12", "catalog": "catalog/v1", "run_results": "run-results/v6"}


@dataclass(frozen=True, slots=True)
class Wish:
    """What is generated. ``invocation`` stands for one call of dbt; every ``1 / changed_share``-th model is changed."""

    models: int
    columns: int = 30
    invocation: int = 1
    changed_share: float = 0.0


def artifacts(wish: Wish) -> dict[str, dict[str, Any]]:
    """File name -> content."""
    found = list(models(wish.models, wish.columns))
    if wish.changed_share:
        step = round(1 / wish.changed_share)
        found = [changed(model) if number % step == 0 else model for number, model in enumerate(found)]
    return {
        "manifest.json": _manifest(found, wish),
        "catalog.json": _catalog(found, wish),
        "run_results.json": _run_results(found, wish),
    }


def write(folder: Path, wish: Wish) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in artifacts(wish).items():
        (folder / name).write_text(json.dumps(content), encoding="utf-8")


def _metadata(kind: str, wish: Wish) -> dict[str, Any]:
    return {
        "dbt_schema_version": f"https://schemas.getdbt.com/dbt/{VERSION[kind]}.json",
        "dbt_version": "1.10.23",
        "generated_at": f"2026-06-{wish.invocation:02d}T04:00:00.000000Z",
        "invocation_id": hashlib.md5(f"{wish.invocation}".encode(), usedforsecurity=False).hexdigest(),
        "env": {},
    }


def _manifest(found: Sequence[Model], wish: Wish) -> dict[str, Any]:
    relations = {model.name: nodes.relation(model) for model in found}
    members = {model.key: nodes.model_node(model, relations) for model in found}
    tests = {node["unique_id"]: node for model in found for node in nodes.test_nodes(model)}
    sources = {nodes.source_key(model): nodes.source_node(model) for model in found if model.source}
    parents = {key: node["depends_on"]["nodes"] for key, node in chain(members.items(), tests.items())}
    children: dict[str, list[str]] = {key: [] for key in chain(members, tests, sources)}
    for key, above in parents.items():
        for parent in above:
            children[parent].append(key)
    project = {
        "project_name": PACKAGE,
        "adapter_type": "postgres",
        "user_id": None,
        "send_anonymous_usage_stats": False,
    }
    quoting = {"database": True, "schema": True, "identifier": True, "column": None}
    return {
        "metadata": {**_metadata("manifest", wish), **project, "quoting": quoting},
        "nodes": members | tests,
        "sources": sources,
        "macros": {},
        "docs": {},
        "exposures": {},
        "metrics": {},
        "groups": nodes.groups(),
        "selectors": {},
        "disabled": {},
        "parent_map": parents,
        "child_map": children,
        "group_map": {},
        "saved_queries": {},
        "semantic_models": {},
        "unit_tests": {},
    }


def _catalog(found: Sequence[Model], wish: Wish) -> dict[str, Any]:
    return {
        "metadata": _metadata("catalog", wish),
        "nodes": {model.key: _table(model.key, model.schema, model.name, model) for model in found},
        "sources": {
            nodes.source_key(model): _table(nodes.source_key(model), "raw", model.source, model)
            for model in found
            if model.source
        },
        "errors": None,
    }


def _table(key: str, schema: str, name: str, model: Model) -> dict[str, Any]:
    stat = {"id": "has_stats", "label": "Has Stats?", "value": False, "include": False}
    kind = "VIEW" if model.materialized == "view" and schema != "raw" else "BASE TABLE"
    return {
        "metadata": {
            "type": kind,
            "schema": schema,
            "name": name,
            "database": DATABASE,
            "comment": None,
            "owner": "dbt",
        },
        "columns": {
            column.name: {"type": column.type, "index": place, "name": column.name, "comment": None}
            for place, column in enumerate(model.columns[: len(model.columns) if schema != "raw" else 0], 1)
        },
        "stats": {"has_stats": stat | {"description": "Indicates whether there are statistics for this table"}},
        "unique_id": key,
    }


def _run_results(found: Sequence[Model], wish: Wish) -> dict[str, Any]:
    keys = (key for model in found for key in (model.key, *(test["unique_id"] for test in nodes.test_nodes(model))))
    return {
        "metadata": _metadata("run_results", wish),
        "results": [_result(key, place) for place, key in enumerate(keys)],
        "elapsed_time": 1800.0,
        "args": {"which": "build", "empty": False},
    }


def _result(key: str, place: int) -> dict[str, Any]:
    is_test = key.startswith("test.")
    at = f"2026-06-01T0{place // 3600 % 10}:{place // 60 % 60:02d}:{place % 60:02d}"
    failed = is_test and place % 97 == 0
    timing = [{"name": step, "started_at": f"{at}.1Z", "completed_at": f"{at}.4Z"} for step in ("compile", "execute")]
    return {
        "status": ("fail" if failed else "pass") if is_test else "success",
        "timing": timing,
        "thread_id": "Thread-1 (worker)",
        "execution_time": 0.31,
        "adapter_response": {"_message": "OK"},
        "message": "Got 3 results, configured to fail if != 0" if failed else None if is_test else "OK",
        "failures": (3 if failed else 0) if is_test else None,
        "unique_id": key,
        "compiled": True,
        "compiled_code": None,
        "relation_name": None,
        "batch_results": None,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--models", type=int, default=2000)
    parser.add_argument("--columns", type=int, default=30)
    parser.add_argument("--invocation", type=int, default=1)
    parser.add_argument("--changed-share", type=float, default=0.0)
    given = parser.parse_args()
    write(given.folder, Wish(given.models, given.columns, given.invocation, given.changed_share))


if __name__ == "__main__":
    main()
