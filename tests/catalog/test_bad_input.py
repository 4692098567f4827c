"""Bad files: one clear line that names the file and the place, and nothing of them is kept."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from catalog.capabilities import SourceFile
from catalog.models import Asset, AssetChange, Column, Domain, IngestionRun, RunWarning, SearchWord, Sighting, Source
from catalog.states import RunState
from lineage.models import Edge
from portal.kernel.models import Event
from quality.models import Check
from tests.catalog.facts import AT, manifest, manifest_bytes, model

pytestmark = pytest.mark.django_db
Ingest = Callable[..., IngestionRun]
GOOD = manifest_bytes(model("orders"), model("users"))
TABLES = (Asset, AssetChange, Column, Domain, RunWarning, SearchWord, Sighting, Edge, Check)


def of(content: bytes, name: str = "manifest.json") -> SourceFile:
    return SourceFile.of(name, content)


def catalog(content: Any) -> SourceFile:
    return of(json.dumps(content).encode(), "catalog.json")


def schema(kind: str) -> dict[str, Any]:
    return {"metadata": {"dbt_schema_version": f"https://schemas.getdbt.com/dbt/{kind}.json", "generated_at": AT}}


BAD: dict[str, tuple[list[SourceFile], str]] = {
    "no file at all": ([], "manifest.json"),
    "empty": ([of(b"")], "manifest.json"),
    "truncated": ([of(GOOD[: len(GOOD) // 2])], "manifest.json"),
    "cut by one byte": ([of(GOOD[:-1])], "manifest.json"),
    "no JSON": ([of(b"models:\n  - name: orders\n")], "manifest.json"),
    "binary": ([of(bytes(range(256)))], "manifest.json"),
    "a list": ([of(b"[]")], "manifest.json"),
    "a number": ([of(b"1")], "manifest.json"),
    "null": ([of(b"null")], "manifest.json"),
    "no metadata": ([of(b"{}")], "manifest.json"),
    "a catalog in its place": ([of(json.dumps(schema("catalog/v1")).encode())], "manifest.json"),
    "the manifest is missing": ([catalog({**schema("catalog/v1"), "nodes": {}, "sources": {}})], "manifest.json"),
    "nodes are a list": ([manifest(nodes=[])], "manifest.json"),
    "a catalog that is truncated": ([manifest(model("a")), of(b'{"nodes": {', "catalog.json")], "catalog.json"),
    "a catalog of the wrong kind": ([manifest(model("a")), of(GOOD, "catalog.json")], "catalog.json"),
    "deeply nested": ([of(b'{"a":' * 100_000)], "manifest.json"),
}


def ours() -> list[int]:
    return [table.objects.count() for table in TABLES]


@pytest.mark.parametrize("name", BAD)
def test_bad_input_fails_with_one_line_that_names_the_file(source: Source, ingest: Ingest, name: str) -> None:
    files, blamed = BAD[name]
    run = ingest(source, *files)
    assert run.state == RunState.FAILED, run.figures
    assert "The portal failed" not in run.error
    assert blamed in run.error
    assert "\n" not in run.error
    assert 10 < len(run.error) < 400


@pytest.mark.parametrize("name", BAD)
def test_bad_input_leaves_everything_as_it_was(source: Source, ingest: Ingest, name: str) -> None:
    ingest(source, of(GOOD))
    before = ours()
    ingest(source, *BAD[name][0])
    assert ours() == before
    assert ingest(source, of(GOOD)).figures["unchanged"] == 2


def test_an_end_in_the_middle_is_placed(source: Source, ingest: Ingest) -> None:
    error = ingest(source, of(GOOD[:500])).error
    assert any(char.isdigit() for char in error), error


@pytest.mark.parametrize(
    ("file", "place"),
    [
        (manifest(model("users"), version=99), "metadata"),
        (manifest(nodes={"model.shop.users": model("users"), "model.shop.orders": "x"}), "model.shop.orders"),
    ],
    ids=["a version from the future", "a node that is a text"],
)
def test_what_can_be_left_out_is_a_warning_with_its_place_and_the_rest_comes_in(
    source: Source, ingest: Ingest, file: SourceFile, place: str
) -> None:
    run = ingest(source, file)
    (warning,) = run.warnings.all()
    assert warning.file == "manifest.json"
    assert place in str(warning)
    assert Asset.objects.filter(path="marts.users").exists()


def test_a_failed_run_is_on_record_like_any_other(source: Source, ingest: Ingest) -> None:
    run = ingest(source, of(b""))
    event = Event.objects.get(name="catalog.IngestionFinished")
    assert (event.payload["run"], event.payload["state"]) == (str(run.uuid), "failed")


def test_an_upload_of_an_empty_file_fails_like_an_empty_file(source: Source, as_steward: Any) -> None:
    from_form = as_steward.post("/sources/shop/upload/", {"manifest.json": ""})
    assert from_form.status_code == 422
    assert "Choose at least one file" in from_form.content.decode()
