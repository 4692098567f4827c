"""A small platform for tests of pages, search and sight, poured through the real sinks."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from catalog.capabilities import SourceFile
from catalog.facts import (
    AssetFact,
    CheckFact,
    CheckStatus,
    EdgeFact,
    Fact,
    FreshnessFact,
    Kind,
    OwnerFact,
    ResultFact,
)
from tests.factories import table

AT = "2026-01-02T03:04:05+00:00"


def owned(name: str = "Lea M", email: str = "lea@example.com") -> tuple[OwnerFact, ...]:
    return (OwnerFact(name=name, email=email),)


def checked(key: str, column: str = "id", status: CheckStatus = CheckStatus.PASS) -> list[Fact]:
    """A check of an asset with one result, and a look at its freshness."""
    check = f"test.{key}.{column}"
    return [
        CheckFact(key=check, asset=key, kind="not_null", title=f"not_null_{column}", column=column),
        ResultFact(check=check, status=status, at=AT, failures=None if status == CheckStatus.PASS else 3),
        FreshnessFact(asset=key, status=status, at=AT, loaded_at=AT, warn_after_s=3600),
    ]


def dashboard(title: str = "Revenue Overview", **changes: Any) -> AssetFact:
    values: dict[str, Any] = {
        "key": f"exposure.shop.{title.lower().replace(' ', '_')}",
        "kind": Kind.DASHBOARD,
        "title": title,
        "platform": "dbt",
        "address": title.lower().replace(" ", "_"),
    }
    return AssetFact(**values | changes)


def platform(number: int = 1) -> list[Fact]:
    """``number`` groups of two tables, a dashboard, an edge from each to the next, checks and freshness."""
    facts: list[Fact] = []
    edges: list[Fact] = []
    checks: list[Fact] = []
    for n in range(number):
        raw = table(f"raw.orders_{n}", ["id", "placed_at"], owners=owned(), tags=("daily",), domain="commerce")
        mart = table(
            f"marts.revenue_{n}",
            ["id", "amount"],
            owners=owned("Finance analytics", "finance@example.com"),
            description=f"Revenue number {n}",
            domain="finance",
            tier="gold",
        )
        board = dashboard(f"Board {n}", owners=owned())
        facts += [raw, mart, board]
        edges += [EdgeFact(upstream=raw.key, downstream=mart.key), EdgeFact(upstream=mart.key, downstream=board.key)]
        checks += checked(mart.key)
    return [*facts, *edges, *checks]


def manifest(*nodes: dict[str, Any], version: int = 12, **parts: Any) -> SourceFile:
    """The bytes of a dbt manifest with these nodes."""
    return SourceFile.of("manifest.json", manifest_bytes(*nodes, version=version, **parts))


def manifest_bytes(*nodes: dict[str, Any], version: int = 12, **parts: Any) -> bytes:
    schema = f"https://schemas.getdbt.com/dbt/manifest/v{version}.json"
    content = {
        "metadata": {
            "dbt_schema_version": schema,
            "adapter_type": "postgres",
            "generated_at": AT,
            "project_name": "shop",
        },
        "nodes": {node["unique_id"]: node for node in nodes},
        **{name: {} for name in ("sources", "exposures", "metrics", "groups", "macros", "docs", "disabled")},
        **parts,
    }
    return json.dumps(content).encode()


def model(name: str, names: Sequence[str] = ("id",), **changes: Any) -> dict[str, Any]:
    return {
        "unique_id": f"model.shop.{name}",
        "resource_type": "model",
        "package_name": "shop",
        "name": name,
        "alias": name,
        "database": "db",
        "schema": "marts",
        "path": f"{name}.sql",
        "original_file_path": f"models/{name}.sql",
        "fqn": ["shop", name],
        "config": {"enabled": True, "materialized": "table"},
        "columns": {column: {"name": column, "description": "", "meta": {}, "tags": []} for column in names},
        "depends_on": {"nodes": [], "macros": []},
        "description": "",
        "tags": [],
        "meta": {},
        "raw_code": "select 1",
        **changes,
    }
