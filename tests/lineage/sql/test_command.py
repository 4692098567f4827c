"""``manage.py lineage sql``, as a program of its own: its output and its exit status."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.house.source import REPO


def run(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", "lineage", "sql", *arguments],
        cwd=REPO, input=stdin, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def test_lineage_of_the_standard_input() -> None:
    done = run("--dialect", "snowflake", "-", stdin="insert into t (x) select a + 1 from s where b > 1")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "columns": [
            {"target": "T", "column": "X", "sources": [{"table": "S", "column": "A", "kind": "transformation"}]},
        ],
        "indirect": [{"target": "T", "table": "S", "column": "B", "kind": "filter"}],
        "tables": {"sources": ["S"], "targets": ["T"], "through": []},
        "warnings": [],
    }


def test_lineage_of_a_file_with_a_schema(tmp_path: Path) -> None:
    (tmp_path / "q.sql").write_text("select * from raw.orders")
    (tmp_path / "schema.yml").write_text("raw.orders: {id: int, amount: numeric}\n")
    done = run("--dialect", "postgres", "--schema", str(tmp_path / "schema.yml"), str(tmp_path / "q.sql"))
    assert [column["column"] for column in json.loads(done.stdout)["columns"]] == ["id", "amount"]


def test_sql_that_does_not_parse_is_a_finding() -> None:
    done = run("--dialect", "postgres", "-", stdin="select a\nfrom (b")
    assert done.returncode == 1
    assert json.loads(done.stdout)["columns"] == []
    assert done.stderr.startswith("-: line 2: ")


def test_bad_calls(tmp_path: Path) -> None:
    (tmp_path / "list.json").write_text("[1]")
    (tmp_path / "latin.sql").write_bytes(b"select '\xe9'")
    for arguments, words in [
        (["--dialect", "cobol", "-"], "no dialect “cobol”"),
        (["--dialect", "postgres", str(tmp_path / "none.sql")], "No such file"),
        (["--dialect", "postgres", str(tmp_path / "latin.sql")], "not UTF-8 at byte 8"),
        (["--dialect", "postgres", "--schema", str(tmp_path / "list.json"), "-"], "expected {table: {column: type}}"),
    ]:
        done = run(*arguments)
        assert (done.returncode, done.stdout) == (2, ""), arguments
        assert words in done.stderr
