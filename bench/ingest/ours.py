"""Our side: an embedded database of its own, and ``manage.py ingest`` as anybody would call it."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

from bench import measure
from bench.ingest.project import models

SOURCE = "bench"


class Portal:
    """The portal on a fresh data folder. While it is open, its database stays up, so that no run waits for it."""

    def __init__(self, work: Path) -> None:
        self.work = work
        self.data = work / "portal"

    def __enter__(self) -> Portal:
        self._hold()
        self._manage("migrate", "-v0")
        # Compiles what an installation compiles once, and fills the file cache
        self._manage("check", "-v0")
        return self

    def __exit__(self, *_: object) -> None:
        self._embedded.handle.release(self._embedded.run_dir(), wait=60)
        shutil.rmtree(self.data, ignore_errors=True)

    def ingest(self, folder: Path) -> tuple[measure.Run, dict[str, Any]]:
        """The measured command, and the figures that it printed."""
        done = self._manage("ingest", "dbt", str(folder), "--source", SOURCE, "--json")
        figures: dict[str, Any] = json.loads(done.output)
        return done, figures

    def prove_searchable(self, count: int, columns: int) -> None:
        """Raises RunError where the last model cannot be found by its name."""
        name = list(models(count, columns))[-1].name
        code = (
            "from catalog.models import Asset; from catalog.search.text import Holds, all_of, raw, words;"
            f"print(Asset.objects.filter(Holds(all_of(map(raw, words({name!r})))), title={name!r}).count())"
        )
        if self._manage("shell", "-v0", "-c", code).output.strip() != "1":
            raise measure.RunError(f"{name} was ingested and is not found")

    def prove_column_lineage(self, count: int, columns: int) -> None:
        """Raises RunError where a column of a model has no column that it is made of."""
        code = (
            "from lineage.models import ColumnEdge;"
            "rows = ColumnEdge.objects.filter(live=True).exclude(downstream_column='');"
            "print(rows.values('downstream', 'downstream_column').distinct().count())"
        )
        found = int(self._manage("shell", "-v0", "-c", code).output.strip())
        if found < count * columns:
            raise measure.RunError(f"{found:,} of {count * columns:,} columns have lineage")

    def _hold(self) -> None:
        shutil.rmtree(self.data, ignore_errors=True)
        for name in ("DATABASE_URL", "REDIS_URL", "CACHE_URL", "DATA_DIR"):
            os.environ.pop(name, None)
        os.environ |= {"DEMO_DIR": str(self.data), "DEMO": "1", "DJANGO_SETTINGS_MODULE": "portal.settings"}
        from portal.running import embedded  # noqa: PLC0415 - the environment above decides where the servers live

        self._embedded = embedded
        embedded.ensure_services(["bench"])

    def _manage(self, *arguments: str) -> measure.Run:
        command: measure.Command = [sys.executable, measure.REPO / "manage.py", *arguments]
        return measure.run(command, self.work / f"{arguments[0]}.log", env=measure.environment())
