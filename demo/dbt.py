"""Runs dbt's own command line and turns its JSON log into progress and one-line errors."""

import json
import os
import subprocess
import sys
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from demo.errors import DemoError
from demo.report import Report

PROJECT = Path(__file__).parent / "platform"
# libpq's own variables: whatever the caller's shell says about another server must not leak in.
LIBPQ = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD",
         "dbname": "PGDATABASE", "sslmode": "PGSSLMODE"}  # fmt: skip


@dataclass
class Heard:
    """What the log has said so far."""

    done: int = 0
    total: int = 0
    errors: list[str] = field(default_factory=list)
    tail: deque[str] = field(default_factory=lambda: deque(maxlen=3))

    def take(self, line: str) -> None:
        try:
            event = json.loads(line)
            info, data = event["info"], event["data"]
        except (ValueError, KeyError, TypeError):
            self.tail.append(line.strip())
            return
        if info.get("level") == "error":
            self.errors.append(_first_line(str(info.get("msg", ""))))
        self._count(data)

    def _count(self, data: dict[str, Any]) -> None:
        # The events that start a node tell how many there are, those that end it how long it took.
        if isinstance(data.get("total"), int):
            self.total = data["total"]
        if "execution_time" in data and "node_info" in data:
            self.done += 1

    @property
    def reason(self) -> str:
        said = [line for line in [*self.errors, *self.tail] if line]
        return said[0] if said else "no reason given"


def run(
    command: list[str], *, step: str, out: Path, parameters: Mapping[str, str], report: Report,
    allowed: frozenset[int] = frozenset({0}),
) -> None:  # fmt: skip
    """Runs one dbt command to its end; an exit status that is not allowed becomes a DemoError."""
    heard = Heard()
    report(step, 0, 0)
    with _start(command, out, parameters) as process:
        try:
            for line in _lines(process):
                before = heard.done
                heard.take(line)
                if heard.done != before:
                    report(step, heard.done, max(heard.total, heard.done))
        except BaseException:
            # Ctrl-C in the caller, or a report that raises: leave no dbt behind.
            process.terminate()
            raise
    if process.returncode not in allowed:
        raise DemoError(f"dbt {' '.join(command)} failed: {heard.reason}")
    # Nodes that dbt skipped or did not count must not leave the bar unfinished.
    if heard.done == 0 or heard.done < heard.total:
        report(step, max(heard.total, 1), max(heard.total, 1))


def _start(command: list[str], out: Path, parameters: Mapping[str, str]) -> subprocess.Popen[str]:
    program = Path(sys.executable).parent / "dbt"
    if not program.exists():
        raise DemoError("dbt is missing: install the demo's extras (dbt-core and dbt-postgres)")
    arguments = [
        str(program), "--log-format", "json", "--log-level-file", "none", *command,
        "--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT),
        "--target-path", str(out / "target"), "--log-path", str(out / "logs"),
    ]  # fmt: skip
    return subprocess.Popen(
        arguments,
        cwd=out,
        env=_environment(parameters),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    )


def _environment(parameters: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "DBT_"))}
    server = {LIBPQ[name]: value for name, value in parameters.items() if name in LIBPQ}
    return {**kept, **server, "DBT_SEND_ANONYMOUS_USAGE_STATS": "false", "PGTZ": "UTC"}


def _lines(process: subprocess.Popen[str]) -> Iterator[str]:
    return iter(process.stdout or ())


def _first_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return " ".join(lines[:2])
