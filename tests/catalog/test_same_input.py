"""The same files again are told by their digest, and nothing of them is read."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from catalog.capabilities import SourceFile
from catalog.connectors.dbt import nodes
from catalog.models import Asset, IngestionRun, Source

pytestmark = pytest.mark.django_db

Ingest = Callable[..., IngestionRun]


def manifest(*names: str, at: str = "2026-11-01T00:00:00Z", **changes: Any) -> SourceFile:
    content = {
        "metadata": {
            "dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json",
            "adapter_type": "postgres",
            "generated_at": at,
            "invocation_id": at,
        },
        "nodes": {f"model.shop.{name}": _model(name, **changes) for name in names},
        "sources": {},
    }
    return SourceFile.of("manifest.json", json.dumps(content).encode())


def _model(name: str, **changes: Any) -> dict[str, Any]:
    fixed = {"resource_type": "model", "database": "db", "schema": "marts", "package_name": "shop", "columns": {}}
    return {**fixed, "unique_id": f"model.shop.{name}", "name": name, "alias": name, "depends_on": {}, **changes}


def test_a_new_time_of_writing_alone_is_the_same_input(
    source: Source, ingest: Ingest, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = ingest(source, manifest("orders", "users"))
    monkeypatch.setattr(nodes, "assets", lambda *args: pytest.fail("nodes were read"))
    again = ingest(source, manifest("orders", "users", at="2026-11-02T00:00:00Z"))
    assert (first.figures["created"], again.figures["created"], again.figures["unchanged"]) == (2, 0, 2)


def test_an_input_of_two_runs_ago_is_read_anew(source: Source, ingest: Ingest) -> None:
    ingest(source, manifest("orders", "users"))
    ingest(source, manifest("orders"))
    assert ingest(source, manifest("orders", "users")).figures["returned"] == 1


def test_another_option_is_another_input(source: Source, ingest: Ingest) -> None:
    ingest(source, manifest("orders"))
    assert ingest(source, manifest("orders"), project="other").figures["retired"] == 1


def test_a_failed_run_between_does_not_hide_the_last_good_one(source: Source, ingest: Ingest) -> None:
    ingest(source, manifest("orders"))
    assert ingest(source, SourceFile.of("manifest.json", b"{")).state == "failed"
    assert ingest(source, manifest("orders")).figures["unchanged"] == 1
    assert Asset.objects.get().retired_at is None


def test_warnings_are_told_again(source: Source, ingest: Ingest) -> None:
    odd = manifest("orders", depends_on={"nodes": ["model.shop.gone"]})
    first, again = ingest(source, odd), ingest(source, odd)
    assert list(map(str, again.warnings.all())) == list(map(str, first.warnings.all())) != []
