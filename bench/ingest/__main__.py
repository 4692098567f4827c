"""``python -m bench.ingest``: first, unchanged and slightly changed ingestion, beside ``json.load`` and ``datahub ingest``."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bench import measure, report
from bench.ingest.ours import Portal
from bench.ingest.peers import DataHub, json_load

COLUMNS = 30
QUICK = os.environ.get("QUICK", "") not in {"", "0"}
PEERS = os.environ.get("PEERS", "1") != "0"
SIZES = (1000,) if QUICK else (2000, 10000)
CHANGED = 0.01


@dataclass(slots=True)
class Table:
    """Rows so far, and the ratios that go into the last line."""

    floor: measure.Run
    rows: list[list[str]] = field(default_factory=list)
    ratios: dict[str, float | None] = field(default_factory=dict)

    def add(self, what: str, done: measure.Run, note: str = "", *, inside: float | None = None) -> None:
        """``inside``: seconds of the run itself, without the start of the program around it."""
        self.rows.append(
            [
                what,
                f"{done.wall:.2f}",
                f"{done.wall / self.floor.wall:.1f}",
                "" if inside is None else f"{inside:.2f}",
                "" if inside is None else f"{inside / self.floor.wall:.1f}",
                f"{done.cpu / self.floor.cpu:.1f}",
                f"{done.peak_mb:.0f}",
                note,
            ]
        )

    def miss(self, what: str, why: str) -> None:
        self.rows.append([what, "–", "–", "", "", "–", "–", why])

    def __str__(self) -> str:
        head = ["", "wall s", "÷ json.load", "run s", "÷ json.load", "CPU ÷", "peak MB", ""]
        return report.table(head, self.rows)


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # as an exception, so that servers are released
    chosen = os.environ.get("BENCH_DIR", "")
    work = Path(chosen or tempfile.gettempdir()) / ("ingest" if chosen else "gazetteer-bench-ingest")
    work.mkdir(parents=True, exist_ok=True)
    ratios: dict[str, float | None] = {}
    for size in SIZES:
        table = _one_size(work, size, with_peer=PEERS and size == SIZES[0])
        print(f"\n{size:,} models × {COLUMNS} columns\n{table}\n", flush=True)
        suffix = "" if size == SIZES[0] else f"_{size}"
        ratios |= {f"{name}{suffix}": value for name, value in table.ratios.items()}
    print(report.ratios(ratios))


def _one_size(work: Path, size: int, *, with_peer: bool) -> Table:
    first, again, changed = (work / f"{name}-{size}" for name in ("first", "again", "changed"))
    for invocation, folder in enumerate((first, again, changed), 1):
        _generate(work, folder, size, invocation, CHANGED if folder is changed else 0.0)
    table = Table(json_load(first, work))
    megabytes = sum(path.stat().st_size for path in first.iterdir()) / 1e6
    table.add("json.load", table.floor, f"{megabytes:.0f} MB")
    _ours(work, table, size, (first, again, changed))
    if with_peer:
        _theirs(work, table, first)
    for folder in (first, again, changed):
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()
    return table


def _generate(work: Path, folder: Path, size: int, invocation: int, changed: float) -> None:
    _say(f"generating {folder.name}")
    options = ["--models", size, "--columns", COLUMNS, "--invocation", invocation, "--changed-share", changed]
    command: measure.Command = [sys.executable, "-m", "bench.ingest.generate", folder, *map(str, options)]
    measure.run(command, work / "generate.log", env=measure.environment())


def _ours(work: Path, table: Table, size: int, folders: tuple[Path, Path, Path]) -> None:
    with Portal(work) as portal:
        for name, folder in zip(("first", "unchanged", "changed"), folders, strict=True):
            _say(f"ours, {name}")
            done, figures = portal.ingest(folder)
            if name == "first":
                portal.prove_searchable(size, COLUMNS)
                portal.prove_column_lineage(size, COLUMNS)
            words = {
                "created": "created",
                "changed": "changed",
                "unchanged": "unchanged",
                "sql_read": "read for columns",
            }
            told = ", ".join(f"{figures[name]:,.0f} {said}" for name, said in words.items() if figures[name])
            table.add(f"ours, {name}", done, told, inside=figures["seconds"])
            table.ratios[f"ours_{name}_over_json_load"] = done.wall / table.floor.wall
            table.ratios[f"ours_{name}_run_over_json_load"] = figures["seconds"] / table.floor.wall
            table.ratios[f"ours_{name}_peak_mb"] = done.peak_mb


def _theirs(work: Path, table: Table, folder: Path) -> None:
    peer = DataHub(work)
    _peer(table, "datahub", lambda: _installed(peer).ingest(folder, column_lineage=False))
    _peer(table, "datahub_with_column_lineage", lambda: _installed(peer).ingest(folder, column_lineage=True))


def _installed(peer: DataHub) -> DataHub:
    peer.install()
    return peer


def _peer(table: Table, name: str, call: Callable[[], measure.Run]) -> None:
    """A peer that cannot be had or does not end is a row that says so, not the end of the bench."""
    _say(name.replace("_", " "))
    ours = table.ratios["ours_first_over_json_load"]
    try:
        done = call()
    except (measure.RunError, OSError) as error:
        table.miss(name.replace("_", " "), str(error)[:100])
        table.ratios[f"{name}_over_ours_first"] = None
        return
    table.add(name.replace("_", " "), done)
    table.ratios[f"{name}_over_json_load"] = done.wall / table.floor.wall
    table.ratios[f"{name}_over_ours_first"] = done.wall / table.floor.wall / ours if ours else None


def _say(what: str) -> None:
    print(f"· {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
