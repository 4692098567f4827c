"""Small dbt artifacts, written by hand where it matters and filled up where it does not."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypeVar

from catalog.capabilities import SourceFile
from catalog.connectors.dbt.reader import DbtReader
from catalog.facts import AssetFact, ColumnFact, Fact, WarningFact

SCHEMAS = "https://schemas.getdbt.com/dbt"
AT = "2026-01-02T03:04:05.000006Z"
T = TypeVar("T")
Json = dict[str, Any]


def node(key: str, **fields: Any) -> Json:
    kind, package, name = key.split(".", 2)
    return {
        "resource_type": kind,
        "package_name": package,
        "name": name.rpartition(".")[2],
        "database": "db",
        "schema": "marts",
        "config": {"materialized": "table"},
        "columns": {},
        "depends_on": {"nodes": []},
        **fields,
    }


def data_test(about: str, kind: str = "not_null", **fields: Any) -> Json:
    generic: dict[str, Any] = {"name": kind, "namespace": None, "kwargs": {}}
    known = {"resource_type": "test", "package_name": "shop", "attached_node": about, "test_metadata": generic}
    return {**known, "name": f"{kind}_it", "depends_on": {"nodes": [about]}, **fields}


def metadata(kind: str = "manifest", version: int = 12, **fields: Any) -> Json:
    return {"dbt_schema_version": f"{SCHEMAS}/{kind}/v{version}.json", "generated_at": AT, **fields}


def manifest(nodes: Mapping[str, Json] | None = None, **sections: Any) -> Json:
    return {"metadata": metadata(adapter_type="postgres"), "nodes": dict(nodes or {}), "sources": {}, **sections}


def catalog(**columns_by_key: Any) -> Json:
    """``catalog(**{"model.shop.a": {"ID": "INT"}})``, or a whole entry where the value has "columns"."""
    tables = {}
    for key, entry in columns_by_key.items():
        plain = {name: {"type": kind, "index": i, "comment": None} for i, (name, kind) in enumerate(entry.items(), 1)}
        tables[key] = (
            entry if "columns" in entry else {"metadata": {"type": "BASE TABLE"}, "columns": plain, "stats": {}}
        )
    return {"metadata": metadata("catalog", 1), "nodes": tables, "sources": {}, "errors": None}


def run_results(*results: Json, which: str = "build", **args: Any) -> Json:
    return {"metadata": metadata("run-results", 6), "results": list(results), "args": {"which": which, **args}}


def freshness(*results: Json) -> Json:
    return {"metadata": metadata("sources", 3), "results": list(results)}


def file(name: str, content: Any) -> SourceFile:
    return SourceFile.of(name, content if isinstance(content, bytes) else json.dumps(content).encode())


def read(*contents: Any, **options: str) -> list[Fact]:
    """The facts of the given artifacts; each is an object to be dumped, or bytes."""
    return list(DbtReader().read([file(f"file{i}.json", content) for i, content in enumerate(contents)], options))


def of(kind: type[T], facts: list[Fact]) -> list[T]:
    return [fact for fact in facts if isinstance(fact, kind)]


def asset(*contents: Any) -> AssetFact:
    [found] = of(AssetFact, read(*contents))
    return found


def one(key: str, **fields: Any) -> AssetFact:
    """The asset that a manifest of this node alone gives."""
    section = "sources" if key.startswith("source.") else "nodes"
    return asset(manifest(**{section: {key: node(key, **fields)}}))


def column(**fields: Any) -> ColumnFact:
    """The fact of a documented column with these fields."""
    [found] = one("model.shop.a", columns={"c": {"name": "c", **fields}}).columns
    return found


def messages(facts: list[Fact]) -> list[str]:
    return [f"{fact.place}: {fact.message}" for fact in of(WarningFact, facts)]
