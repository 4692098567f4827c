"""Runs the portal's processes: starts, watches, restarts and ends them, and leaves none behind however it went itself.

Three nets, one under the other: every child is ended when the supervisor leaves; the kernel ends a child whose
supervisor was killed; and the next start ends what ``run.json`` still names, if it is the process started then.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO, Any

import psutil

from portal.running import processes
from portal.running.console import SetupError, say

LOOK_SECONDS = 0.1
PATIENCE = 12.0  # for a child to end by itself: a worker may be in the middle of a task
FAILURES = 5  # of one child within WINDOW before giving up
WINDOW = 90.0
LONGEST_PAUSE = 16.0
SHOWN_LINES = 15
LARGEST_LOG = 5_000_000


class StoppedError(Exception):
    """A signal asked for the end."""


@dataclass
class Child:
    """One process that is kept running."""

    name: str
    command: Sequence[str]
    log: Path
    orphaned: signal.Signals = signal.SIGTERM
    process: subprocess.Popen[bytes] | None = None
    created: float = 0.0
    failures: list[float] = field(default_factory=list)
    start_at: float = 0.0


class Supervisor:
    """The processes of one data folder; ``with`` it, one at a time."""

    def __init__(self, run_file: Path, logs: Path, *, cwd: Path, patience: float = PATIENCE) -> None:
        self.run_file, self.logs, self.cwd, self.patience = run_file, logs, cwd, patience
        self.children: list[Child] = []
        self.signals = 0
        self._step: subprocess.Popen[bytes] | None = None
        self._lock: IO[str] | None = None
        self._environment: dict[str, str] = {}

    def __enter__(self) -> Supervisor:
        self._take_lock()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        self._end_leftovers()
        return self

    def __exit__(self, *_: object) -> None:
        self._end_all()
        self.run_file.unlink(missing_ok=True)
        if self._lock is not None:
            self._lock.close()

    def start(
        self,
        commands: Mapping[str, Sequence[str]],
        environment: Mapping[str, str],
        orphaned: Mapping[str, signal.Signals] | None = None,
    ) -> None:
        """Start every command of ``commands`` (name → command line) and keep it running.

        ``orphaned`` names the signal that the kernel sends a child whose supervisor was killed, if not SIGTERM.
        """
        self._environment = dict(environment)
        for name, command in commands.items():
            child = Child(name, command, self.logs / f"{name}.log", (orphaned or {}).get(name, signal.SIGTERM))
            self.children.append(child)
            self._spawn(child)

    def watch(self, also: Callable[[], None] = lambda: None) -> None:
        """Restart what dies, until a signal (``StoppedError``) or a child that will not stay up (``SetupError``)."""
        while True:
            self.look()
            also()
            time.sleep(LOOK_SECONDS)

    def look(self) -> None:
        """One round of ``watch``."""
        self.check_signals()
        now = time.monotonic()
        for child in self.children:
            if child.process is None:
                if now >= child.start_at:
                    self._spawn(child)
            elif _ended(child.process):
                self._died(child, child.process, now)

    def run(
        self, command: Sequence[str], environment: Mapping[str, str], log: Path, heard: Callable[[str], None]
    ) -> int:
        """Run one step's command to its end, passing on each line of its output; a signal ends it too."""
        with log.open("a", encoding="utf-8") as kept:
            said = log.with_suffix(".out")
            with (
                said.open("w+", encoding="utf-8", errors="replace") as output,
                said.open(encoding="utf-8", errors="replace") as reader,
            ):
                self._step = subprocess.Popen(
                    list(command), cwd=self.cwd, env=dict(environment), stdin=subprocess.DEVNULL, stdout=output,
                    stderr=kept, start_new_session=True, preexec_fn=processes.dies_with_parent(signal.SIGKILL),
                )  # fmt: skip
                self._note()
                ended = False
                while not ended:
                    ended = _ended(self._step)
                    self._pass_on(reader, kept, heard, last=ended)
                    self.check_signals()
                    time.sleep(0 if ended else LOOK_SECONDS)
            said.unlink(missing_ok=True)
        _kill_group(self._step.pid)
        status, self._step = self._step.wait(), None
        self._note()
        return status

    def check_signals(self) -> None:
        if self.signals:
            raise StoppedError

    def _pass_on(self, reader: IO[str], kept: IO[str], heard: Callable[[str], None], *, last: bool) -> None:
        while True:
            place = reader.tell()
            line = reader.readline()
            if not line or (not line.endswith("\n") and not last):
                reader.seek(place)
                return
            kept.write(line)
            heard(line.rstrip("\n"))

    def _take_lock(self) -> None:
        self.run_file.parent.mkdir(parents=True, exist_ok=True)
        self._lock = self.run_file.with_suffix(".lock").open("a+", encoding="utf-8")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._lock.close()
            self._lock = None
            number = _read(self.run_file).get("supervisor", {}).get("pid")
            who = f" (process {number})" if number else ""
            raise SetupError(
                f"Another make demo{who} already serves {self.run_file.parent}: end it, or choose another DEMO_DIR=."
            ) from None

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self.signals += 1

    def _spawn(self, child: Child) -> None:
        if child.log.exists() and child.log.stat().st_size > LARGEST_LOG:
            child.log.replace(child.log.with_suffix(".log.1"))
        with child.log.open("ab") as log:
            # A group of its own: a Ctrl-C here reaches the supervisor alone, who ends the children in good order
            child.process = subprocess.Popen(
                list(child.command), cwd=self.cwd, env=self._environment, stdin=subprocess.DEVNULL, stdout=log,
                stderr=log, start_new_session=True, preexec_fn=processes.dies_with_parent(child.orphaned),
            )  # fmt: skip
        child.created = _created(child.process.pid)
        self._note()

    def _died(self, child: Child, process: subprocess.Popen[bytes], now: float) -> None:
        _kill_group(process.pid)
        status = process.wait()
        child.process = None
        child.failures = [moment for moment in child.failures if now - moment < WINDOW] + [now]
        count = len(child.failures)
        how = f"signal {signal.Signals(-status).name}" if status < 0 else f"status {status}"
        if count >= FAILURES:
            raise SetupError(
                f"{child.name} ended {count} times ({how}), giving up. The end of {child.log}:\n{tail(child.log)}"
            )
        pause = min(LONGEST_PAUSE, 2.0 ** (count - 1))
        child.start_at = now + pause
        say(f"! {child.name} ended ({how}); starting it again in {pause:.0f} s. Its log: {child.log}")

    def _end_all(self) -> None:
        """SIGTERM and patience; a second signal, or the end of patience, kills whole process groups."""
        started: list[subprocess.Popen[bytes]] = [child.process for child in self.children if child.process is not None]
        if self._step is not None:
            started.append(self._step)
        groups = [process.pid for process in started]
        members = [member for process in started for member in _members(process)]
        for process in started:
            if not _ended(process):
                process.terminate()
        heard = self.signals
        deadline = time.monotonic() + self.patience
        while not all(_ended(process) for process in started) and time.monotonic() < deadline and self.signals == heard:
            time.sleep(0.05)
        for group in groups:
            _kill_group(group)
        processes.end([member for member in members if member.is_running()], patience=0.5)
        for process in started:
            process.wait(5)
        self.children.clear()

    def _note(self) -> None:
        """Write down who runs, for the start after a kill."""
        running = [
            (child.name, child.process.pid, child.created) for child in self.children if child.process is not None
        ]
        if self._step is not None:
            running.append(("step", self._step.pid, _created(self._step.pid)))
        text = json.dumps(
            {
                "supervisor": {"pid": os.getpid(), "created": _created(os.getpid())},
                "children": [{"name": name, "pid": pid, "created": created} for name, pid, created in running],
            }
        )
        fresh = self.run_file.with_suffix(".new")
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(self.run_file)

    def _end_leftovers(self) -> None:
        left = leftovers(self.run_file)
        if left:
            say(f"! A previous run was killed; ending what it left: {', '.join(str(process.pid) for process in left)}")
            processes.end([member for process in left for member in processes.family(process)], patience=5)


def leftovers(run_file: Path) -> list[psutil.Process]:
    """The processes that ``run_file`` names and that still are what they were when it was written."""
    found = []
    for entry in _read(run_file).get("children", []):
        try:
            process = processes.alive(int(entry["pid"]), float(entry["created"]))
        except (KeyError, TypeError, ValueError):
            continue
        if process is not None:
            found.append(process)
    return found


def tail(log: Path, lines: int = SHOWN_LINES) -> str:
    """The last lines of ``log``, indented."""
    try:
        text = log.read_text(encoding="utf-8", errors="replace")[-20_000:]
    except OSError:
        return "    (no log)"
    return "\n".join(f"    {line[:300]}" for line in text.splitlines()[-lines:])


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _created(pid: int) -> float:
    try:
        return psutil.Process(pid).create_time()
    except psutil.Error:
        return 0.0


def _members(process: subprocess.Popen[bytes]) -> list[psutil.Process]:
    try:
        return processes.family(psutil.Process(process.pid))
    except psutil.Error:
        return []


def _ended(process: subprocess.Popen[bytes]) -> bool:
    """Whether ``process`` ended; its number stays taken meanwhile, so that its group can be named safely."""
    if process.returncode is not None or not hasattr(os, "waitid"):
        return process.poll() is not None
    return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _kill_group(group: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)
