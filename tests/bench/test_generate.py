"""The bench's project is the same every time, and is one that the reader has nothing to say against."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.ingest.generate import Wish, artifacts, write
from bench.ingest.project import models
from bench.measure import RunError, environment, run
from bench.report import ratios, table
from catalog.capabilities import SourceFile
from catalog.connectors.dbt.reader import DbtReader
from catalog.facts import AssetFact, BuildFact, CheckFact, EdgeFact, Fact, ResultFact, WarningFact

SIZE, COLUMNS = 40, 6


def read(wish: Wish) -> list[Fact]:
    files = [SourceFile.of(name, json.dumps(content).encode()) for name, content in artifacts(wish).items()]
    return list(DbtReader().read(files, {}))


@pytest.fixture(scope="module")
def facts() -> list[Fact]:
    return read(Wish(SIZE, COLUMNS))


def of(facts: list[Fact], kind: type) -> list[Fact]:
    return [fact for fact in facts if type(fact) is kind]


def test_the_same_wish_gives_the_same_files(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write(tmp_path / name, Wish(SIZE, COLUMNS))
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


def test_the_reader_has_no_warnings(facts: list[Fact]) -> None:
    assert of(facts, WarningFact) == []


def test_every_model_and_source_is_read_with_its_columns(facts: list[Fact]) -> None:
    assets = [fact for fact in facts if isinstance(fact, AssetFact)]
    by_kind = {kind: [asset for asset in assets if asset.key.startswith(kind)] for kind in ("model.", "source.")}
    assert len(by_kind["model."]) == SIZE
    assert all(len(asset.columns) == COLUMNS and asset.columns_known for asset in by_kind["model."])
    assert len(by_kind["source."]) == sum(1 for model in models(SIZE, COLUMNS) if model.source)


def test_it_has_what_real_projects_have(facts: list[Fact]) -> None:
    assets = [fact for fact in facts if isinstance(fact, AssetFact) and fact.key.startswith("model.")]
    columns = [column for asset in assets for column in asset.columns]
    assert any(column.pii for column in columns)
    assert any(column.description for column in columns) and not all(column.description for column in columns)
    assert any(asset.tags for asset in assets) and all(asset.owners for asset in assets)
    assert all(asset.code and asset.compiled_code for asset in assets)
    assert len(of(facts, CheckFact)) == len(of(facts, ResultFact)) >= SIZE
    assert len(of(facts, BuildFact)) == SIZE


def test_lineage_runs_forward_only(facts: list[Fact]) -> None:
    place = {model.key: number for number, model in enumerate(models(SIZE, COLUMNS))}
    edges = [fact for fact in facts if isinstance(fact, EdgeFact)]
    assert len(edges) >= SIZE
    assert all(place.get(edge.upstream, -1) < place[edge.downstream] for edge in edges)


def test_another_invocation_says_the_same(facts: list[Fact]) -> None:
    assert read(Wish(SIZE, COLUMNS, invocation=2)) == facts
    assert artifacts(Wish(SIZE, COLUMNS, invocation=2)) != artifacts(Wish(SIZE, COLUMNS))


def test_a_share_of_the_models_is_changed_and_no_other(facts: list[Fact]) -> None:
    before = {fact.key: fact for fact in facts if isinstance(fact, AssetFact)}
    after = {fact.key: fact for fact in read(Wish(SIZE, COLUMNS, changed_share=0.1)) if isinstance(fact, AssetFact)}
    assert before.keys() == after.keys()
    assert sum(1 for key in before if before[key] != after[key]) == SIZE // 10


def test_a_run_tells_its_time_memory_and_failure(tmp_path: Path) -> None:
    done = run(["python3", "-c", "print('here')"], tmp_path / "log", env=environment())
    assert (done.output, done.peak_mb > 1, done.wall > 0) == ("here\n", True, True)
    with pytest.raises(RunError, match="ValueError: no"):
        run(["python3", "-c", "raise ValueError('no')"], tmp_path / "log", env=environment())
    with pytest.raises(RunError, match="longer than"):
        run(["python3", "-c", "import time; time.sleep(30)"], tmp_path / "log", env=environment(), timeout=0.1)


def test_the_report_is_a_table_and_a_line_for_machines() -> None:
    assert table(["", "wall"], [["ours", "1.5"]]).splitlines() == ["      wall", "────  ────", "ours   1.5"]
    assert json.loads(ratios({"ours_over": 1.234, "missing": None})) == {"ours_over": 1.23, "missing": None}
