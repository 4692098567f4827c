"""Starting and ending processes: children die with their parent, and only what we started is ever ended."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import psutil

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform.startswith("linux") else None


def dies_with_parent(number: int = signal.SIGTERM) -> Callable[[], None]:
    """A ``preexec_fn``: on Linux the kernel sends the child ``number`` when its parent is gone, however it went."""
    parent = os.getpid()

    def prepare() -> None:
        if _libc is None:
            return
        _libc.prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0)
        if os.getppid() != parent:  # the parent went before the kernel was told
            os._exit(1)

    return prepare


def alive(pid: int, created: float) -> psutil.Process | None:
    """The running process ``pid``, unless it is another one that was given the same number later."""
    try:
        process = psutil.Process(pid)
        if abs(process.create_time() - created) < 0.02 and process.status() != psutil.STATUS_ZOMBIE:
            return process
    except psutil.Error:
        pass
    return None


def family(process: psutil.Process) -> list[psutil.Process]:
    """``process`` and all that it started."""
    try:
        return [process, *process.children(recursive=True)]
    except psutil.Error:
        return [process]


def end(processes: Iterable[psutil.Process], *, patience: float) -> list[psutil.Process]:
    """SIGTERM, then SIGKILL after ``patience`` seconds; returns what is left even then."""
    known = [process for process in processes if process.is_running()]
    for process in known:
        with contextlib.suppress(psutil.Error):
            process.terminate()
    _, stubborn = psutil.wait_procs(known, timeout=patience)
    for process in stubborn:
        with contextlib.suppress(psutil.Error):
            process.kill()
    return psutil.wait_procs(stubborn, timeout=5)[1]


def runs_program(pid: int, program: str, folder: Path) -> bool:
    """Whether process ``pid`` is ``program`` working for ``folder``, so that a reused number is not taken for it."""
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        return process.name().startswith(program) and str(folder) in process.cmdline()
    except psutil.Error:
        return False


def wait_until(happened: Callable[[], bool], seconds: float, every: float = 0.05) -> bool:
    """Whether ``happened`` came true within ``seconds``."""
    deadline = time.monotonic() + seconds
    while not happened():
        if time.monotonic() >= deadline:
            return False
        time.sleep(every)
    return True
