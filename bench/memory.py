"""``python -m bench.memory [FOLDER]``: what the portal takes while nobody uses it.

Memory: all processes of a running ``make demo`` together, as PSS (pages that several share count once). Disk: an
environment with what ``locks/portal.txt`` names and nothing else, made in a temporary folder (``--no-disk`` leaves it out).
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import venv
from collections.abc import Iterator
from pathlib import Path

import psutil

from bench import measure, report

LOCK = measure.REPO / "locks" / "portal.txt"
MEMORY_TARGET_MB = 700.0
DISK_TARGET_MB = 500.0


def processes(data: Path) -> list[psutil.Process]:
    """Those that work on this data folder, with all their descendants."""
    found = {
        each.pid: each
        for process in psutil.process_iter()
        if _works_on(process, data)
        for each in (process, *_children(process))
    }
    found.pop(psutil.Process().pid, None)
    return list(found.values())


def _works_on(process: psutil.Process, data: Path) -> bool:
    """Every process of ours writes its log there; the servers, which may be another user's, name it as their folder."""
    try:
        if any(str(data) in part for part in process.cmdline()):
            return True
        return any(Path(file.path).is_relative_to(data) for file in process.open_files())
    except (psutil.Error, OSError):
        return False


def _children(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.Error:
        return []


def pss_mb(process: psutil.Process) -> float:
    """0 for a process that is gone or not ours to look at."""
    try:
        return float(process.memory_full_info().pss) / 1e6
    except (psutil.Error, AttributeError):
        return 0.0


def memory_rows(found: list[psutil.Process]) -> Iterator[tuple[str, float]]:
    """(what, MB) by kind of process, the largest first."""
    sums: dict[str, list[float]] = {}
    for process in found:
        sums.setdefault(_kind(process), []).append(pss_mb(process))
    for kind, parts in sorted(sums.items(), key=lambda item: -sum(item[1])):
        yield f"{kind} × {len(parts)}" if len(parts) > 1 else kind, sum(parts)


def _kind(process: psutil.Process) -> str:
    try:
        line = process.cmdline()
    except psutil.Error:
        return "gone"
    words = " ".join(line)
    for mark in ("gunicorn", "celery", "postgres", "valkey", "keeper", "portal.running.demo", "supervisor"):
        if mark in words:
            if mark == "celery":
                return "celery beat" if " beat" in words else "celery worker"
            return mark
    return Path(line[0]).name if line else "unnamed"


def disk_mb() -> float:
    """Size of an environment out of the lock alone. Raises RunError where it cannot be made."""
    with tempfile.TemporaryDirectory(prefix="gazetteer-bench-") as folder:
        home = Path(folder) / "env"
        venv.create(home, with_pip=True)
        install: measure.Command = [home / "bin" / "python", "-m", "pip", "install", "--quiet", "--require-hashes"]
        measure.run([*install, "-r", LOCK], Path(folder) / "pip.log", env=measure.environment(), timeout=1800)
        return sum(path.lstat().st_blocks * 512 for path in home.rglob("*") if not path.is_symlink()) / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="?", type=Path, default=measure.REPO / ".data")
    parser.add_argument("--no-disk", action="store_true", help="only memory")
    given = parser.parse_args()
    found = processes(given.data.resolve())
    rows = [(what, f"{size:.0f}") for what, size in memory_rows(found)]
    memory = sum(map(pss_mb, found)) if found else None
    rows.append(("memory, all together", f"{memory:.0f}" if memory else "nothing runs on this data folder"))
    disk = None
    if LOCK.exists() and not given.no_disk:
        try:
            disk = disk_mb()
        except measure.RunError as error:
            print(f"no environment out of the lock: {error}", file=sys.stderr)
    rows.append(("disk, the portal's own environment", f"{disk:.0f}" if disk else "not measured"))
    print(report.table(["", "MB"], rows))
    print(
        report.ratios(
            {
                "idle_memory_mb": memory,
                "idle_memory_over_target": memory / MEMORY_TARGET_MB if memory else None,
                "environment_mb": disk,
                "environment_over_target": disk / DISK_TARGET_MB if disk else None,
            }
        )
    )


if __name__ == "__main__":
    main()
