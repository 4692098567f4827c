"""Real projects of every version, counted here from the raw JSON, without the reader."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from catalog.capabilities import SourceFile
from catalog.connectors.dbt.reader import DbtReader
from catalog.facts import AssetFact, BuildFact, CheckFact, EdgeFact, Fact, FreshnessFact, ResultFact, WarningFact

from .factories import of

CORPUS = Path(__file__).resolve().parents[3].parent / "shared" / "corpus" / "dbt"
DATASETS = {"model", "seed", "snapshot", "source", "analysis"}
MANIFESTS = sorted(CORPUS.rglob("manifest*.json*"))
pytestmark = pytest.mark.skipif(not MANIFESTS, reason=f"no corpus of real dbt projects at {CORPUS}")


def load(path: Path) -> Any:
    content = path.read_bytes()
    return json.loads(gzip.decompress(content) if path.suffix == ".gz" else content)


def enabled(things: dict[str, Any]) -> dict[str, Any]:
    return {key: thing for key, thing in things.items() if thing.get("config", {}).get("enabled") is not False}


def datasets(manifest: dict[str, Any]) -> dict[str, Any]:
    found = {**manifest["nodes"], **manifest["sources"]}
    return {key: node for key, node in enabled(found).items() if node["resource_type"] in DATASETS}


def assets(manifest: dict[str, Any]) -> dict[str, Any]:
    others = ("exposures", "metrics", "semantic_models", "saved_queries")
    return datasets(manifest) | {key: thing for name in others for key, thing in manifest.get(name, {}).items()}


def parents(thing: dict[str, Any]) -> set[str]:
    return set(thing.get("depends_on", {}).get("nodes", []))


def columns(manifest: dict[str, Any], catalog: dict[str, Any]) -> int:
    seen = {**catalog.get("nodes", {}), **catalog.get("sources", {})}
    total = 0
    for key, node in datasets(manifest).items():
        names = list(seen.get(key, {}).get("columns", {}))
        lowered = {name.lower() for name in names}
        total += len(names) + sum(name.strip('"').lower() not in lowered for name in node["columns"])
    return total


def read(*paths: Path) -> list[Fact]:
    return list(DbtReader().read([SourceFile.at(path) for path in paths], {}))


def beside(manifest: Path, start: str) -> list[Path]:
    return [path for path in sorted(manifest.parent.iterdir()) if path.name.startswith(start)]


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: str(path.relative_to(CORPUS)))
def test_a_real_project_gives_all_its_assets_columns_edges_and_checks(path):
    manifest, catalogs = load(path), beside(path, "catalog")
    facts, wanted = read(path, *catalogs), assets(manifest)
    tests = [test for test in enabled(manifest["nodes"]).values() if test["resource_type"] == "test"]
    checks = [test for test in tests if parents(test) & wanted.keys()]
    found = of(AssetFact, facts)
    assert {fact.key for fact in found} == wanted.keys()
    assert sum(len(fact.columns) for fact in found) == columns(manifest, load(catalogs[0]) if catalogs else {})
    assert {(e.upstream, e.downstream) for e in of(EdgeFact, facts)} == {
        (up, key) for key, thing in wanted.items() for up in parents(thing) & wanted.keys() if up != key
    }
    assert len(of(CheckFact, facts)) == len(checks) + len(enabled(manifest.get("unit_tests", {})))
    assert of(WarningFact, facts) == []


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: str(path.relative_to(CORPUS)))
def test_a_real_project_has_a_relation_for_all_but_what_is_inlined(path):
    for fact in of(AssetFact, read(path)):
        assert bool(fact.relation) != bool(fact.address)
        assert not fact.relation or (fact.relation.schema and fact.relation.identifier)


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: str(path.relative_to(CORPUS)))
def test_every_check_points_to_an_asset_and_names_one_of_its_columns(path):
    facts = read(path, *beside(path, "catalog"))
    names = {fact.key: {column.name for column in fact.columns} for fact in of(AssetFact, facts)}
    for check in of(CheckFact, facts):
        assert check.asset in names
        assert not check.column or check.column in names[check.asset]


RUNS = sorted(CORPUS.rglob("run_results*build*")) + sorted(CORPUS.glob("jaffle_duckdb/run2*/run_results.json"))


@pytest.mark.parametrize("path", RUNS, ids=lambda path: str(path.relative_to(CORPUS)))
def test_results_of_a_real_build_are_all_told_once(path):
    facts = read(beside(path, "manifest.json")[0], path)
    told = load(path)["results"]
    assert len(of(ResultFact, facts)) == sum(r["unique_id"].split(".")[0] in {"test", "unit_test"} for r in told)
    assert len(of(BuildFact, facts)) == sum(r["unique_id"].split(".")[0] in DATASETS for r in told)
    assert of(WarningFact, facts) == []


@pytest.mark.parametrize("path", sorted(CORPUS.rglob("run_results*generate*")), ids=lambda path: str(path.parent.name))
def test_what_docs_generate_leaves_behind_tells_nothing(path):
    facts = read(beside(path, "manifest.json")[0], path)
    assert of(ResultFact, facts) == []
    assert of(BuildFact, facts) == []


def test_a_failed_freshness_question_is_absent_and_the_others_are_there():
    facts = read(
        *(CORPUS / "jaffle_duckdb" / "run3_schema_change" / name for name in ("manifest.json", "sources.json"))
    )
    assert [(f.asset.rpartition(".")[2], f.status) for f in of(FreshnessFact, facts)] == [
        ("raw_orders", "warn"),
        ("raw_stores", "fail"),
    ]


def test_a_versioned_contract_with_its_quoted_column_is_read_as_it_is():
    folder = CORPUS / "jaffle_duckdb" / "run3_schema_change"
    found = {fact.key: fact for fact in of(AssetFact, read(folder / "manifest.json", folder / "catalog.json"))}
    first = found["model.jaffle_shop.dim_customer.v1"]
    assert (first.title, first.deprecated_at[:10], first.primary_key) == (
        "dim_customer_v1",
        "2026-01-31",
        ("customer_id",),
    )
    assert first.meta["contract_enforced"] is True
    assert "Order Items #" in {column.name for column in found["model.jaffle_shop.orders"].columns}
