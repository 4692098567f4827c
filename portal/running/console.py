"""Steps with times and progress bars on a terminal, and as plain lines anywhere else. Standard library only."""

from __future__ import annotations

import os
import shutil
import sys
import threading
import time
from types import TracebackType

SPIN = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
BAR_WIDTH = 24
REDRAW_SECONDS = 0.12
PLAIN_SECONDS = 10.0  # how often a long step says something where no line can be redrawn


class SetupError(Exception):
    """Something a person can put right; the message says in one line how."""


class Step:
    """One step of a set-up: ``✓ Title  12.3 s`` when it is done, a bar while it runs.

    A thread keeps the clock moving, so a step that waits on another process still looks alive.
    """

    def __init__(self, title: str) -> None:
        self.title = title
        self.note = ""
        self.failed = False
        self.seconds = 0.0
        self._done, self._total, self._detail = 0.0, 0.0, ""
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._draw, daemon=True)

    def progress(self, done: float, total: float, detail: str = "") -> None:
        """Show that ``done`` of ``total`` is reached; a total of 0 means that nobody knows how much there is."""
        self._done, self._total, self._detail = done, total, detail

    def __enter__(self) -> Step:
        self._began = time.monotonic()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()
        self.seconds = time.monotonic() - self._began
        mark = paint("✗", "31") if kind or self.failed else paint("✓", "32")
        note = f"  {paint(self.note, '2')}" if self.note else ""
        _rewrite(f"{mark} {self.title:<28} {paint(f'{self.seconds:6.1f} s', '2')}{note}", last=True)

    def _draw(self) -> None:
        if not live():
            while not self._ended.wait(PLAIN_SECONDS):
                share = f"  {self._share():.0%}" if self._total else ""
                say(f"  {self.title}{share}  {time.monotonic() - self._began:.0f} s  {self._detail}".rstrip())
            return
        turn = 0
        while not self._ended.wait(REDRAW_SECONDS):
            turn += 1
            passed = time.monotonic() - self._began
            if passed < 2 * REDRAW_SECONDS:
                continue
            bar = f"  {self._bar()} {self._share():4.0%}" if self._total else ""
            text = f"{SPIN[turn % len(SPIN)]} {self.title:<28} {passed:6.1f} s{bar}"
            room = shutil.get_terminal_size().columns - len(text) - 3
            _rewrite(f"{text}  {self._detail[:room]}" if room > 8 else text)

    def _share(self) -> float:
        return min(1.0, self._done / self._total) if self._total else 0.0

    def _bar(self) -> str:
        full = round(self._share() * BAR_WIDTH)
        return "━" * full + " " * (BAR_WIDTH - full)


def say(text: str = "") -> None:
    """One line of output; a reader that has gone away is no reason to fail."""
    try:
        print(text, flush=True)
    except (BrokenPipeError, ValueError, OSError):
        pass
    except UnicodeEncodeError:
        print(text.encode("ascii", "replace").decode("ascii"), flush=True)


def paint(text: str, code: str) -> str:
    """``text`` in a terminal's colour, or as it is where colours are not wanted."""
    return f"\x1b[{code}m{text}\x1b[0m" if live() and not os.environ.get("NO_COLOR") else text


def live() -> bool:
    """Whether lines can be redrawn."""
    try:
        return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
    except ValueError:
        return False


def _rewrite(text: str, *, last: bool = False) -> None:
    if not live():
        say(text)
        return
    try:
        sys.stdout.write(f"\r\x1b[2K{text}" + ("\n" if last else ""))
        sys.stdout.flush()
    except (OSError, ValueError):
        pass
