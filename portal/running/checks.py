"""``make lint`` and ``make test``: every check with its time, then the tests; what failed is told at the end."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from portal.running.browser import find_chromium
from portal.running.console import SetupError, Step, say
from portal.running.folder import REPO, ForeignFolderError, claim

PYTHON = sys.executable
SCRIPTS = Path(PYTHON).parent
TEST_DATA = REPO / ".data-test"  # its own servers: the tests neither see nor disturb a demo that runs

CHECKS = {
    "ruff check": [PYTHON, "-m", "ruff", "check", "--quiet", "."],
    "ruff format": [PYTHON, "-m", "ruff", "format", "--check", "--quiet", "."],
    "mypy": [PYTHON, "-m", "mypy", "."],
    "lint-imports": [str(SCRIPTS / "lint-imports")],
    "djlint": [PYTHON, "-m", "djlint", "templates", "--lint", "--quiet"],
    "check --deploy": [PYTHON, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
    "makemigrations --check": [PYTHON, "manage.py", "makemigrations", "--check", "--dry-run"],
}
PRODUCTION = {"ALLOWED_HOSTS": "gazetteer.example", "DATABASE_URL": "postgresql://user:password@db/gazetteer"}


def main() -> int:
    """``lint`` runs the checks; ``test`` runs them and then pytest with the words that follow."""
    words = sys.argv[1:]
    try:
        claim(TEST_DATA)
        environment = {key: value for key, value in os.environ.items() if key not in {"DEMO_DIR", "DEMO", "DEBUG"}}
        environment |= {"DATA_DIR": str(TEST_DATA), "PYTHONUNBUFFERED": "1"}
        os.environ["DATA_DIR"] = str(TEST_DATA)
        if words[:1] == ["lint"]:
            return _told(_lint(environment))
        environment["CHROMIUM"] = find_chromium()
        failed = _lint(environment)
        command = [PYTHON, "-m", "pytest", *(words[1:] or ["-n", "2"])]
        status = subprocess.run(command, cwd=REPO, env=environment, stdin=subprocess.DEVNULL, check=False).returncode
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


def _production() -> dict[str, str]:
    return {**PRODUCTION, "SECRET_KEY": secrets.token_urlsafe(50)}


def _told(failed: list[str]) -> int:
    if failed:
        say(f"✗ Failed: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
