"""``manage.py ingest``."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from catalog.models import Asset, IngestionRun, Source
from catalog.services import runs
from catalog.states import RunState
from tests.catalog.facts import manifest_bytes, model
from tests.factories import SourceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """``target/`` of a dbt project."""
    (tmp_path / "manifest.json").write_bytes(manifest_bytes(model("orders", ["id", "total"]), model("users")))
    (tmp_path / "graph.gpickle").write_bytes(b"not for us")
    (tmp_path / "semantic_manifest.json").write_text("{}")
    return tmp_path


def run(*arguments: object, **options: Any) -> str:
    told = StringIO()
    call_command("ingest", "dbt", *map(str, arguments), source="shop", stdout=told, stderr=StringIO(), **options)
    return told.getvalue()


def failure(*arguments: object, **options: Any) -> CommandError:
    with pytest.raises(CommandError) as error:
        run(*arguments, **options)
    assert "\n" not in str(error.value)
    return error.value


def test_a_file_is_read_and_the_figures_are_told(target: Path) -> None:
    told = run(target / "manifest.json")
    assert told.startswith("2 created, 0 changed, 0 unchanged, 0 retired")
    assert Asset.objects.count() == 2


def test_a_folder_stands_for_the_artifacts_in_it(target: Path) -> None:
    assert json.loads(run(target, json=True))["created"] == 2


def test_for_machines_all_figures_are_one_object(target: Path) -> None:
    told = json.loads(run(target, json=True))
    names = {"created", "changed", "unchanged", "retired", "returned", "unmatched", "columns", "warnings", "seconds"}
    assert names | {"run", "source"} <= set(told)
    assert (told["source"], told["columns"]) == ("shop", 3)
    assert IngestionRun.objects.get(uuid=told["run"]).state == RunState.SUCCEEDED


def test_the_same_again_is_unchanged(target: Path) -> None:
    run(target)
    told = json.loads(run(target, json=True))
    assert (told["created"], told["unchanged"]) == (0, 2)


def test_a_new_source_gets_its_name_and_place(target: Path) -> None:
    run(target, namespace="snowflake://org-acc", title="Warehouse")
    source = Source.objects.get()
    assert (source.slug, source.kind, source.title, source.namespace) == (
        "shop", "dbt", "Warehouse", "snowflake://org-acc",
    )  # fmt: skip


def test_bad_input_ends_with_status_1_and_one_line_and_nothing_half_written(target: Path) -> None:
    run(target)
    (target / "manifest.json").write_bytes(manifest_bytes(model("orders"))[:-20])
    error = failure(target)
    assert error.returncode == 1
    assert str(error).startswith("manifest.json")
    assert Asset.objects.filter(retired_at=None).count() == 2


def test_a_file_that_is_not_there_ends_with_a_line_and_leaves_no_run_and_no_source_behind(tmp_path: Path) -> None:
    error = failure(tmp_path / "manifest.json")
    assert "manifest.json: there is no such file" in str(error)
    assert not IngestionRun.objects.exists()
    assert not Source.objects.exists()


def test_a_file_that_is_not_there_blocks_nobody(target: Path) -> None:
    run(target)
    failure(target / "nothing.json")
    assert json.loads(run(target, json=True))["unchanged"] == 2


@pytest.mark.parametrize(
    ("arguments", "options", "words"),
    [
        ([], {"option": ["novalue"]}, "KEY=VALUE"),
        ([], {"namespace": "postgres://elsewhere"}, "lives on"),
    ],
)
def test_a_bad_call_ends_with_status_2(
    target: Path, source: Source, arguments: list[str], options: dict[str, Any], words: str
) -> None:
    error = failure(target, *arguments, **options)
    assert error.returncode == 2
    assert words in str(error)


def test_an_unknown_kind_is_a_bad_call() -> None:
    with pytest.raises(CommandError, match="There is no reader") as error:
        call_command("ingest", "cobol", source="shop")
    assert error.value.returncode == 2


def test_a_malformed_slug_is_a_bad_call() -> None:
    with pytest.raises(CommandError) as error:
        call_command("ingest", "dbt", source="not a slug")
    assert error.value.returncode == 2


def test_a_source_of_another_kind_is_a_bad_call(target: Path) -> None:
    SourceFactory(slug="shop", kind="airflow")
    assert failure(target).returncode == 2


def test_a_source_that_is_busy_is_told_and_its_run_is_left_alone(target: Path, source: Source) -> None:
    waiting = runs.request_run(source=source, files=[], options={}, by=None)
    error = failure(target)
    assert "busy" in str(error)
    assert error.returncode == 1
    assert list(IngestionRun.objects.all()) == [waiting]


def test_warnings_are_told_on_the_other_channel(target: Path) -> None:
    (target / "manifest.json").write_bytes(manifest_bytes(nodes={"model.shop.a": "x"}))
    told, warned = StringIO(), StringIO()
    call_command("ingest", "dbt", str(target), source="shop", stdout=told, stderr=warned)
    assert "warning: manifest.json" in warned.getvalue()
    assert "1 warnings" in told.getvalue()
