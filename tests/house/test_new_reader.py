"""A new kind of source is one folder and one line of wiring; nothing else in the house knows of it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client

from catalog.capabilities import SourceFile
from catalog.models import Asset, IngestionRun
from catalog.states import RunState
from portal import wiring
from portal.accounts.models import User
from portal.kernel.checks import switchboard_resolves
from tests.factories import SourceFactory

pytestmark = pytest.mark.django_db
FOLDER = "a_new_connector"
READER = '''
"""Reads a list of tables, one "schema.table: column, column" a line."""

from catalog.capabilities import BadInput, FileSlot
from catalog.facts import AssetFact, ColumnFact, EdgeFact, Kind, Relation


class ListReader:
    label = "List of tables"
    files = [FileSlot(name="tables.txt", required=True, help="One table a line.")]
    options = []

    def read(self, files, options):
        keys = []
        for number, line in enumerate(files[0].load().decode().splitlines(), 1):
            path, colon, columns = line.partition(":")
            schema, dot, table = path.partition(".")
            if not (colon and dot):
                raise BadInput(files[0].name, f"line {number}", "is not schema.table: columns")
            keys.append(path)
            yield AssetFact(
                key=path,
                kind=Kind.TABLE,
                title=table,
                platform="postgres",
                relation=Relation(database="db", schema=schema, identifier=table),
                columns=tuple(ColumnFact(name=name.strip(), position=at) for at, name in enumerate(columns.split(","))),
            )
        for up, down in zip(keys, keys[1:]):
            yield EdgeFact(upstream=up, downstream=down)
'''


@pytest.fixture(autouse=True)
def _one_folder_and_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / "__init__.py").touch()
    (tmp_path / FOLDER / "reader.py").write_text(READER)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setitem(wiring.READERS, "list", f"{FOLDER}.reader.ListReader")
    yield
    for module in [module for module in sys.modules if module.startswith(FOLDER)]:
        del sys.modules[module]


def test_it_ingests_like_any_other(ingest: Callable[..., IngestionRun]) -> None:
    run = ingest(SourceFactory(kind="list"), SourceFile.of("tables.txt", b"raw.a: id, name\nmarts.b: id"))
    assert run.state == RunState.SUCCEEDED, run.error
    assert (run.figures["created"], run.figures["columns"], run.figures["edges"]) == (2, 3, 1)
    assert set(Asset.objects.values_list("path", flat=True)) == {"raw.a", "marts.b"}


def test_its_bad_input_is_told_with_file_and_place(ingest: Callable[..., IngestionRun]) -> None:
    run = ingest(SourceFactory(kind="list"), SourceFile.of("tables.txt", b"raw.a: id\nnothing"))
    assert run.error == "tables.txt: line 2: is not schema.table: columns"
    assert not Asset.objects.exists()


def test_the_check_the_command_the_form_and_the_page_know_it(tmp_path: Path, as_steward: Client, steward: User) -> None:
    assert switchboard_resolves(None) == []
    (tmp_path / "tables.txt").write_text("raw.a: id")
    call_command("ingest", "list", str(tmp_path / "tables.txt"), source="lists", verbosity=0)
    assert "List of tables" in as_steward.get("/sources/new/").content.decode()
    assert "tables.txt" in as_steward.get("/sources/lists/").content.decode()
