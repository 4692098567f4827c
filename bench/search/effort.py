"""Processor time of programs that go on running: what a request costs, however busy the machine is with other things."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
TICK = 1000 / os.sysconf("SC_CLK_TCK")  # milliseconds


@dataclass(frozen=True, slots=True)
class Programs:
    """Each with all that it started; their number may grow."""

    roots: tuple[int, ...]

    def milliseconds(self) -> float:
        """Used so far; 0 where the system does not tell."""
        return TICK * sum(_ticks(pid) for pid in self._all())

    def _all(self) -> Iterable[int]:
        parents = {int(path.name): _parent(path) for path in PROC.glob("[0-9]*")}
        found = set(self.roots)
        while more := {pid for pid, parent in parents.items() if parent in found} - found:
            found |= more
        return found


def _stat(path: Path) -> list[str]:
    try:
        return (path / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _parent(path: Path) -> int:
    told = _stat(path)
    return int(told[1]) if told else 0


def _ticks(pid: int) -> int:
    """Of itself and of children that have ended."""
    return sum(map(int, _stat(PROC / str(pid))[11:15]))


def postgres(data: Path) -> int:
    """The embedded server's process."""
    return int((data / "postgres" / "postmaster.pid").read_text().split("\n", 1)[0])
