"""The floor and the peer: bare ``json.load`` of the files, and ``datahub ingest`` from its dbt source to its file sink."""

from __future__ import annotations

import json
import sys
import venv
from pathlib import Path

from bench import measure

PACKAGE = "acryl-datahub[dbt]"
FILES = ("manifest.json", "catalog.json", "run_results.json")
LOAD = "import json, sys\nfor name in sys.argv[1:]:\n    with open(name, encoding='utf-8') as file: json.load(file)"
TIMEOUT = 1800.0


def json_load(folder: Path, work: Path) -> measure.Run:
    """The middle one of three, each in a fresh process: one outlier must not move every ratio."""
    command: measure.Command = [sys.executable, "-c", LOAD, *(folder / name for name in FILES)]
    runs = [measure.run(command, work / "json.log", env=measure.environment()) for _ in range(3)]
    return sorted(runs, key=lambda done: done.wall)[1]


class DataHub:
    """In an environment of its own, made when it is first wanted and kept for the next time."""

    def __init__(self, work: Path) -> None:
        self.work = work
        self.home = work / "datahub"
        self.program = self.home / "bin" / "datahub"

    def install(self) -> None:
        """Raises RunError where the package cannot be had."""
        if self.program.exists():
            return
        venv.create(self.home, with_pip=True, clear=True)
        command: measure.Command = [self.home / "bin" / "python", "-m", "pip", "install", "--quiet", PACKAGE]
        measure.run(command, self.work / "pip.log", env=measure.environment(), timeout=TIMEOUT)

    def ingest(self, folder: Path, *, column_lineage: bool) -> measure.Run:
        out = self.work / "datahub.json"
        recipe = self.work / "recipe.json"
        source = {
            "manifest_path": str(folder / "manifest.json"),
            "catalog_path": str(folder / "catalog.json"),
            "run_results_paths": [str(folder / "run_results.json")],
            "target_platform": "postgres",
            "write_semantics": "OVERRIDE",  # its default asks a running server what is there
            "include_column_lineage": column_lineage,
        }
        recipe.write_text(
            json.dumps(
                {
                    "source": {"type": "dbt", "config": source},
                    "sink": {"type": "file", "config": {"filename": str(out)}},
                }
            ),
            encoding="utf-8",
        )
        env = measure.environment(DATAHUB_TELEMETRY_ENABLED="false", HOME=str(self.work))
        command: measure.Command = [self.program, "ingest", "run", "-c", recipe, "--no-default-report"]
        try:
            return measure.run(command, self.work / "datahub.log", env=env, timeout=TIMEOUT)
        finally:
            out.unlink(missing_ok=True)
