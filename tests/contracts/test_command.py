"""``manage.py contracts``: exit status, words, JSON and JUnit."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from tests.contracts.texts import ORDERS

REPO = Path(__file__).resolve().parents[2]


def check(old: Path, new: Path, **options: Any) -> tuple[int, str]:
    """(exit status, what was printed)."""
    told = StringIO()
    try:
        call_command("contracts", "check", str(old), str(new), stdout=told, stderr=StringIO(), **options)
    except SystemExit as ended:
        return int(str(ended.code)), told.getvalue()
    except CommandError as error:
        return error.returncode, str(error)
    return 0, told.getvalue()


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "old.yaml"
    path.write_text(ORDERS)
    return path


@pytest.fixture
def worse(tmp_path: Path) -> Path:
    path = tmp_path / "new.yaml"
    path.write_text(ORDERS.replace("error_after: 4 hours", "error_after: 1 day").replace("Orders", "All orders"))
    return path


def test_the_same_is_fine(old: Path) -> None:
    assert check(old, old) == (0, "no changes\n")


def test_what_breaks_is_told_with_its_rule_and_ends_with_1(old: Path, worse: Path) -> None:
    code, told = check(old, worse)
    assert code == 1
    assert "BREAKING      marts.orders: freshness loosened from 4 hours to 1 day  [freshness-loosened]" in told
    assert "documentation marts.orders: description changed  [description-changed]" in told


def test_the_other_way_is_fine(old: Path, worse: Path) -> None:
    code, told = check(worse, old)
    assert code == 0
    assert "freshness-tightened" in told


def test_for_machines_it_is_one_object(old: Path, worse: Path) -> None:
    code, told = check(old, worse, json=True)
    found = json.loads(told)
    assert (code, found["breaking"], found["counts"]) == (1, True, {"breaking": 1, "additive": 0, "documentation": 1})
    assert {"verdict", "rule", "table", "column", "before", "after", "words", "why"} == set(found["changes"][0])


def test_a_test_report_has_a_failure_for_each_break(old: Path, worse: Path, tmp_path: Path) -> None:
    check(old, worse, junit=tmp_path / "report.xml")
    suite = ElementTree.parse(tmp_path / "report.xml").getroot()[0]  # noqa: S314 - written here
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    assert suite[0].find("failure") is not None


def test_the_platform_decides_what_types_mean(tmp_path: Path) -> None:
    old, new = tmp_path / "a.yaml", tmp_path / "b.yaml"
    old.write_text("model: {name: t, columns: [{name: a, type: bigint}]}")
    new.write_text("model: {name: t, columns: [{name: a, type: integer}]}")
    assert check(old, new, platform="postgres")[0] == 1
    assert check(old, new, platform="snowflake")[0] == 0


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"model: {name: t, colums: []}", "line 1, column 18: model.colums: is not known"),
        (b"a: *b", "aliases are not allowed"),
        (b"\xff", "is not UTF-8"),
        (b"hello", "must be a mapping"),
        (b"", "is empty"),
        (b"x" * 300_000, "is larger than 256 kB"),
    ],
)
def test_a_file_that_cannot_be_read_ends_with_2_and_its_place(
    old: Path, tmp_path: Path, content: bytes, words: str
) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_bytes(content)
    code, told = check(old, bad)
    assert code == 2
    assert told.startswith(f"{bad}: ")
    assert words in told


def test_a_file_that_is_not_there_ends_with_2(old: Path, tmp_path: Path) -> None:
    assert check(old, tmp_path / "none.yaml")[0] == 2
    assert check(old, tmp_path)[0] == 2
    assert check(old, old, junit=tmp_path / "no" / "folder.xml")[0] == 2


def test_it_needs_no_database_and_a_bad_call_ends_with_2(old: Path, tmp_path: Path) -> None:
    """In a process of its own, with a data folder that nobody may make."""
    environment = {**os.environ, "DEMO_DIR": "/proc/none", "DATABASE_URL": "", "REDIS_URL": "", "SECRET_KEY": "x"}
    run = [sys.executable, "manage.py", "contracts", "check"]
    done = subprocess.run(
        [*run, str(old), str(old)], cwd=REPO, env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "no changes\n"), done.stderr
    assert subprocess.run([*run, str(old)], cwd=REPO, env=environment, capture_output=True, check=False).returncode == 2


def test_a_contract_is_shown_in_the_other_form(old: Path) -> None:
    told = StringIO()
    call_command("contracts", "show", str(old), form="odcs", stdout=told, stderr=StringIO())
    assert "apiVersion: v3.1.0" in told.getvalue()
    told = StringIO()
    call_command("contracts", "show", str(old), json=True, stdout=told, stderr=StringIO())
    assert json.loads(told.getvalue())["document"]["tables"][0]["name"] == "marts.orders"
