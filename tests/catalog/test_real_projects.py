"""Every real dbt project of the corpus through the whole intake, counted here from the raw JSON without the reader."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from catalog.capabilities import SourceFile
from catalog.models import Asset, Column, IngestionRun, SearchEntry
from catalog.states import RunState
from tests.conftest import CORPUS
from tests.factories import SourceFactory

Json = dict[str, Any]
DBT = CORPUS / "dbt"
DATASETS = {"model", "seed", "snapshot", "source", "analysis"}
OTHERS = ("exposures", "metrics", "semantic_models", "saved_queries")
MANIFESTS = sorted(DBT.rglob("manifest*.json*"))

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not MANIFESTS, reason="the corpus of real metadata files is not beside this checkout"),
]


def load(path: Path) -> Json:
    content = path.read_bytes()
    found: Json = json.loads(gzip.decompress(content) if path.suffix == ".gz" else content)
    return found


def cases() -> list[tuple[str, list[Path]]]:
    """Each manifest with each catalog that belongs to it; alone where there is none."""
    found = []
    for manifest in MANIFESTS:
        catalogs = sorted(path for path in manifest.parent.iterdir() if path.name.startswith("catalog."))
        results = sorted(manifest.parent.glob("run_results*build*")) + sorted(manifest.parent.glob("sources.json*"))
        for files in [[manifest, catalog, *results] for catalog in catalogs] or [[manifest, *results]]:
            found.append((str(manifest.relative_to(DBT)), files))
    jaffle = DBT / "artifacts_parser" / "catalog" / "v1" / "jaffle_shop"
    versions = DBT / "artifacts_parser" / "manifest"
    if jaffle.is_dir():
        pairs = {"v1": "catalog.json", "v12/1.12": "catalog_1.12.json"}
        manifests = {"v1": "v1/jaffle_shop/manifest.json", "v12/1.12": "v12/jaffle_shop/manifest_1.12.json"}
        found += [
            (f"artifacts_parser/{name} with its catalog", [versions / manifests[name], jaffle / catalog])
            for name, catalog in pairs.items()
        ]
    return found


def enabled(things: Json) -> Json:
    return {key: thing for key, thing in things.items() if (thing.get("config") or {}).get("enabled") is not False}


def identity(key: str, node: Json) -> tuple[str, ...]:
    """Two nodes of one relation are one asset; what has no relation is only itself."""
    inlined = (node.get("config") or {}).get("materialized") == "ephemeral"
    name = node.get("identifier") or node.get("alias") or node.get("name")
    if inlined or node["resource_type"] == "analysis" or not node.get("schema"):
        return ("", key)
    return tuple(str(part or "").lower() for part in (node.get("database"), node["schema"], name))


def expected(manifest: Json, catalog: Json) -> tuple[int, int]:
    """How many assets and columns there are."""
    nodes = enabled({**manifest["nodes"], **manifest.get("sources", {})})
    datasets = {key: node for key, node in nodes.items() if node["resource_type"] in DATASETS}
    seen = {**catalog.get("nodes", {}), **catalog.get("sources", {})}
    columns: dict[tuple[str, ...], set[str]] = {}
    for key, node in datasets.items():
        names = [*seen.get(key, {}).get("columns", {}), *node.get("columns", {})]
        columns.setdefault(identity(key, node), set()).update(name.strip('"').lower() for name in names)
    others = sum(len(enabled(manifest.get(part) or {})) for part in OTHERS)
    return len(columns) + others, sum(map(len, columns.values()))


def source_file(path: Path) -> SourceFile:
    """Under the plain name that dbt gives it: ``manifest_1.12.json`` is a manifest."""
    kind = next(kind for kind in ("manifest", "catalog", "run_results", "sources") if path.name.startswith(kind))
    content = path.read_bytes()
    return SourceFile.of(f"{kind}.json", gzip.decompress(content) if path.suffix == ".gz" else content)


@pytest.mark.parametrize("files", [pytest.param(files, id=name) for name, files in cases()])
def test_a_real_project_comes_in_whole_and_unchanged_the_second_time(
    ingest: Callable[..., IngestionRun], files: list[Path]
) -> None:
    source = SourceFactory(namespace="warehouse://corpus")
    manifest, *rest = files
    catalogs = [path for path in rest if path.name.startswith("catalog")]
    assets, columns = expected(load(manifest), load(catalogs[0]) if catalogs else {})
    told = [source_file(path) for path in files]

    first = ingest(source, *told)
    assert first.state == RunState.SUCCEEDED, first.error
    live = Asset.objects.filter(retired_at=None)
    assert (live.count(), Column.objects.filter(retired_at=None).count()) == (assets, columns)
    assert sum(live.values_list("column_count", flat=True)) == columns
    assert SearchEntry.objects.filter(asset__in=live).count() == assets
    assert first.figures["created"] == assets

    before = list(Asset.objects.order_by("id").values_list("id", "changed_at", "description"))
    again = ingest(source, *told)
    figures = {name: again.figures[name] for name in ("created", "changed", "retired", "returned", "columns")}
    assert figures == dict.fromkeys(figures, 0)
    assert again.figures["unchanged"] == assets
    assert again.figures["edges_new"] == again.figures["edges_closed"] == 0
    assert again.figures["results"] == 0
    assert list(Asset.objects.order_by("id").values_list("id", "changed_at", "description")) == before


def test_a_project_that_grows_and_shrinks_is_followed(ingest: Callable[..., IngestionRun]) -> None:
    folder = DBT / "jaffle_duckdb"
    if not folder.is_dir():
        pytest.skip("the corpus has no jaffle_duckdb")
    source = SourceFactory(namespace="warehouse://corpus")
    for name in ("run1", "run3_schema_change", "run1"):
        files = [folder / name / file for file in ("manifest.json", "catalog.json")]
        run = ingest(source, *map(source_file, files))
        assets, columns = expected(load(files[0]), load(files[1]))
        live = Asset.objects.filter(retired_at=None)
        assert live.count() == assets
        assert Column.objects.filter(asset__in=live, retired_at=None).count() == columns
    assert run.figures["retired"] > 0
