"""``make lint`` and ``make test``: every check with its time, then the tests; what failed is told at the end.

The check of types takes as long as all others together and one core: it runs beside them, and beside the first tests.
"""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from portal.running.browser import find_chromium
from portal.running.console import SetupError, Step, say
from portal.running.folder import REPO, ForeignFolderError, claim

PYTHON = sys.executable
SCRIPTS = Path(PYTHON).parent
TEST_DATA = REPO / ".data-test"  # its own servers: the tests neither see nor disturb a demo that runs

CHECKS = {
    "ruff check": [PYTHON, "-m", "ruff", "check", "--quiet", "."],
    "ruff format": [PYTHON, "-m", "ruff", "format", "--check", "--quiet", "."],
    "lint-imports": [str(SCRIPTS / "lint-imports")],
    "djlint": [PYTHON, "-m", "djlint", "templates", "--lint", "--quiet"],
    "check --deploy": [PYTHON, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
    "makemigrations --check": [PYTHON, "manage.py", "makemigrations", "--check", "--dry-run"],
}
TYPES = [PYTHON, "-m", "mypy", "."]
PRODUCTION = {"ALLOWED_HOSTS": "gazetteer.example", "DATABASE_URL": "postgresql://user:password@db/gazetteer"}


def main() -> int:
    """``lint`` runs the checks; ``test`` runs them and then pytest with the words that follow."""
    words = sys.argv[1:]
    try:
        claim(TEST_DATA)
        environment = {key: value for key, value in os.environ.items() if key not in {"DEMO_DIR", "DEMO", "DEBUG"}}
        environment |= {"DATA_DIR": str(TEST_DATA), "PYTHONUNBUFFERED": "1"}
        os.environ["DATA_DIR"] = str(TEST_DATA)
        if words[:1] != ["lint"]:
            environment["CHROMIUM"] = find_chromium()
        with tempfile.TemporaryFile("w+") as told, _started(TYPES, environment, told) as types:
            try:
                failed = _lint(environment)
                status = 0 if words[:1] == ["lint"] else _tested(words[1:], environment)
                failed += _types(types, told)
            finally:
                types.terminate()
    except (SetupError, ForeignFolderError) as problem:
        say(f"✗ {problem}")
        return 1
    except KeyboardInterrupt:
        return 130
    return _told(failed) or status


def _lint(environment: Mapping[str, str]) -> list[str]:
    failed = []
    for name, command in CHECKS.items():
        variables = {**environment, **(_production() if "--deploy" in command else {})}
        with Step(name) as step:
            done = subprocess.run(
                command, cwd=REPO, env=variables, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
            )
            step.failed = done.returncode != 0
        if done.returncode:
            failed.append(name)
            say((done.stdout + done.stderr).rstrip())
    return failed


def _started(command: list[str], environment: Mapping[str, str], told: IO[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command, cwd=REPO, env=environment, stdin=subprocess.DEVNULL, stdout=told, stderr=subprocess.STDOUT
    )


def _types(process: subprocess.Popen[bytes], told: IO[str]) -> list[str]:
    with Step("mypy") as step:
        step.failed = process.wait() != 0
        step.note = "beside the others"
    if not step.failed:
        return []
    told.seek(0)
    say(told.read().rstrip())
    return ["mypy"]


def _tested(words: list[str], environment: Mapping[str, str]) -> int:
    command = [PYTHON, "-m", "pytest", *(words or ["-n", "2"])]
    return subprocess.run(command, cwd=REPO, env=environment, stdin=subprocess.DEVNULL, check=False).returncode


def _production() -> dict[str, str]:
    return {**PRODUCTION, "SECRET_KEY": secrets.token_urlsafe(50)}


def _told(failed: list[str]) -> int:
    if failed:
        say(f"✗ Failed: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
