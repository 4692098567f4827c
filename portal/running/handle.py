"""A process's hold on the embedded servers, counted by a file lock, so that a killed process leaves no count behind.

Every user holds ``users.lock`` shared. The keeper, which runs the servers, stops them once it gets that lock for
itself alone.
"""

from __future__ import annotations

import fcntl
import os
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import IO

REPO = Path(__file__).resolve().parents[2]
START_SECONDS = 180.0  # recovery after a crash may take its time; the keeper itself says when a server gave up

_held: dict[Path, IO[str]] = {}
_started: dict[Path, int] = {}


class ServicesError(Exception):
    """The embedded servers cannot run; the message says in one line what to do."""


def acquire(run_dir: Path, log_dir: Path) -> None:
    """Hold the servers of ``run_dir`` until ``release`` or the end of this process, starting them when none run."""
    if run_dir in _held:
        return
    _make_private(run_dir)
    log_dir.mkdir(parents=True, exist_ok=True)
    users = _open(run_dir / "users.lock")
    fcntl.flock(users, fcntl.LOCK_SH)  # waits while a keeper is stopping its servers
    _held[run_dir] = users
    with _open(run_dir / "start.lock") as start:
        fcntl.flock(start, fcntl.LOCK_EX)
        if not keeper_alive(run_dir):
            _started[run_dir] = _start_keeper(log_dir / "services.log")


def held(run_dir: Path) -> bool:
    """Whether this process holds the servers of ``run_dir``."""
    return run_dir in _held


def release(run_dir: Path, *, wait: float = 0.0) -> bool:
    """Give up this process's hold; with ``wait``, true when the servers stopped within so many seconds."""
    if users := _held.pop(run_dir, None):
        users.close()
    deadline = time.monotonic() + wait
    while keeper_alive(run_dir) or not _reaped(run_dir):
        if time.monotonic() >= deadline:
            return False
        time.sleep(0.05)
    return True


def keeper_alive(run_dir: Path) -> bool:
    """Whether a keeper runs for ``run_dir``: it holds ``keeper.lock`` for all its life."""
    path = run_dir / "keeper.lock"
    if not path.exists():
        return False
    with _open(path) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _reaped(run_dir: Path) -> bool:
    """Whether the keeper that this process started, if it did, is gone from the list of processes too."""
    if run_dir not in _started:
        return True
    try:
        ended, _ = os.waitpid(_started[run_dir], os.WNOHANG)
    except ChildProcessError:
        ended = _started[run_dir]
    if ended:
        del _started[run_dir]
    return bool(ended)


def _start_keeper(log: Path) -> int:
    command = [sys.executable, "-m", "portal.running.keeper"]
    with log.open("a", encoding="utf-8") as errors:
        # Its own session: a Ctrl-C in this terminal must not reach the database before its users are done
        keeper = subprocess.Popen(
            command,
            cwd=REPO,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            start_new_session=True,
        )
    assert keeper.stdout is not None  # noqa: S101 - a pipe was asked for
    with keeper.stdout as said:
        answer = said.readline().strip()
    if answer != "ready":
        raise ServicesError(answer or f"The embedded database did not start; {log} says why.")
    keeper.returncode = 0  # it may outlive this process: nobody has to wait for it
    return keeper.pid


def _make_private(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o711)
        found = folder.lstat()
    except OSError as error:
        raise ServicesError(
            f"Cannot use {folder} ({error.strerror}); choose a folder of your own with DEMO_DIR=."
        ) from error
    if found.st_uid != os.geteuid():
        raise ServicesError(
            f"{folder} belongs to another user; run as that user, or choose another folder with DEMO_DIR=."
        )
    if not stat.S_ISDIR(found.st_mode) or found.st_mode & 0o022:
        raise ServicesError(
            f"{folder} must be a folder that only its owner may write to; choose another with DEMO_DIR=."
        )


def _open(path: Path) -> IO[str]:
    try:
        return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600), "r+", encoding="utf-8")
    except OSError as error:
        raise ServicesError(f"Cannot open {path} ({error.strerror}); choose another folder with DEMO_DIR=.") from error
