"""One program run from start to end: wall clock, processor time and the most memory that it held."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

REPO = Path(__file__).resolve().parent.parent


Command = list[str | Path]


class RunError(Exception):
    """The program failed or took too long; the message ends with what it said last."""


@dataclass(frozen=True, slots=True)
class Run:
    wall: float
    cpu: float  # of this program alone: what a database server does for it is not in it
    peak_mb: float
    output: str


def environment(**changes: str) -> dict[str, str]:
    """Ours, for children: compiled Python files are kept, as in any installation, so no run pays for compiling."""
    kept = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, **changes}


def run(command: Command, log: Path, *, env: Mapping[str, str], timeout: float = 3600) -> Run:
    """Runs to the end. Raises RunError.

    Linux counts the memory of the parent at the fork into the child's peak, so whoever measures must stay small.
    """
    with log.open("wb") as out, log.with_suffix(".err").open("wb") as err:
        started = time.monotonic()
        child = subprocess.Popen(
            [str(part) for part in command], cwd=REPO, env=dict(env), stdin=subprocess.DEVNULL, stdout=out, stderr=err,
            start_new_session=True,
        )  # fmt: skip
        try:
            usage = _wait(child, started + timeout)
        except BaseException:  # Ctrl-C or SIGTERM: the child has a session of its own and would live on
            os.killpg(child.pid, signal.SIGKILL)
            raise
        wall = time.monotonic() - started
    if usage is None:
        raise RunError(f"took longer than {timeout:.0f} s")
    if child.returncode:
        raise RunError(_last_line(log.with_suffix(".err")) or f"exit status {child.returncode}")
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, log.read_text(encoding="utf-8"))


def _wait(child: subprocess.Popen[bytes], deadline: float) -> resource.struct_rusage | None:
    """What the child used; None where it had to be ended."""
    while time.monotonic() < deadline:
        pid, status, usage = os.wait4(child.pid, os.WNOHANG)
        if pid:
            child.returncode = os.waitstatus_to_exitcode(status)
            return usage
        time.sleep(0.005)
    os.killpg(child.pid, signal.SIGKILL)  # its own session, so only what it started itself
    child.wait()
    return None


def _last_line(path: Path) -> str:
    """The last one that speaks of an error, else the last."""
    lines = path.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return next((line for line in reversed(lines) if "Error" in line), lines[-1] if lines else "")[:300]
