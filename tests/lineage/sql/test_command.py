"""``manage.py lineage sql``: its output and its exit status."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import ManagementUtility

from tests.house.source import REPO

Run = Callable[..., tuple[object, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """``run(*arguments)``: exit status, what was printed, what was complained about."""

    def run(*arguments: str) -> tuple[object, str, str]:
        code: object = 0
        try:
            ManagementUtility(["manage.py", "lineage", "sql", *arguments]).execute()
        except SystemExit as ended:
            code = ended.code
        return (code, *capsys.readouterr())

    return run


def test_lineage_of_the_standard_input() -> None:
    """As a program of its own."""
    done = subprocess.run(
        [sys.executable, "manage.py", "lineage", "sql", "--dialect", "snowflake", "-"],
        input="insert into t (x) select a + 1 from s where b > 1",
        cwd=REPO, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "columns": [
            {"target": "T", "column": "X", "sources": [{"table": "S", "column": "A", "kind": "transformation"}]},
        ],
        "indirect": [{"target": "T", "table": "S", "column": "B", "kind": "filter"}],
        "tables": {"sources": ["S"], "targets": ["T"], "through": []},
        "warnings": [],
    }


def test_lineage_of_a_file_with_a_schema(run: Run, tmp_path: Path) -> None:
    (tmp_path / "q.sql").write_text("select * from raw.orders")
    (tmp_path / "schema.yml").write_text("raw.orders: {id: int, amount: numeric}\n")
    _, told, _ = run("--dialect", "postgres", "--schema", str(tmp_path / "schema.yml"), str(tmp_path / "q.sql"))
    assert [column["column"] for column in json.loads(told)["columns"]] == ["id", "amount"]


def test_sql_that_does_not_parse_is_a_finding(run: Run, tmp_path: Path) -> None:
    (tmp_path / "q.sql").write_text("select a\nfrom (b")
    code, told, complaints = run("--dialect", "postgres", str(tmp_path / "q.sql"))
    assert code == 1
    assert json.loads(told)["columns"] == []
    assert complaints.startswith(f"{tmp_path / 'q.sql'}: line 2: ")


def test_bad_calls(run: Run, tmp_path: Path) -> None:
    (tmp_path / "list.json").write_text("[1]")
    (tmp_path / "latin.sql").write_bytes(b"select '\xe9'")
    (tmp_path / "fine.sql").write_text("select 1")
    fine = str(tmp_path / "fine.sql")
    for arguments, words in [
        (["--dialect", "cobol", fine], "no dialect “cobol”"),
        (["--dialect", "postgres", str(tmp_path / "none.sql")], "No such file"),
        (["--dialect", "postgres", str(tmp_path / "latin.sql")], "not UTF-8 at byte 8"),
        (["--dialect", "postgres", "--schema", str(tmp_path / "list.json"), fine], "expected {table: {column: type}}"),
    ]:
        code, told, complaints = run(*arguments)
        assert (code, told) == (2, ""), arguments
        assert words in complaints
