"""A Chromium for the browser tests: the named one, the system's, playwright's, or the distribution's package."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from portal.running.console import SetupError, Step

SYSTEM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ASK_PLAYWRIGHT = (
    "from playwright.sync_api import sync_playwright as start\n"
    "with start() as browsers: print(browsers.chromium.executable_path)"
)
DOWNLOAD_SECONDS = 300


def find_chromium() -> str:
    """The path of a Chromium that runs, installed when there is none and it may be."""
    named = os.environ.get("CHROMIUM", "")
    if named:
        if _runs(named):
            return named
        raise SetupError(f"CHROMIUM={named} does not run: name another, or unset it.")
    found = _of_system() or _of_playwright()
    if found:
        return found
    with Step("Chromium") as step:
        step.progress(0, 0, "playwright install chromium")
        _quietly([sys.executable, "-m", "playwright", "install", "chromium"], DOWNLOAD_SECONDS)
        found = _of_playwright()
        if not found and os.geteuid() == 0 and shutil.which("apt-get"):
            step.progress(0, 0, "apt-get install chromium")
            environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
            _quietly(["apt-get", "update", "-q"], DOWNLOAD_SECONDS, environment)
            _quietly(["apt-get", "install", "-y", "-q", "chromium"], 2 * DOWNLOAD_SECONDS, environment)
            found = _of_system()
    if not found:
        raise SetupError(
            "No Chromium for the browser tests: install the package chromium, or set CHROMIUM=/path/to/it."
        )
    return found


def _of_system() -> str:
    for name in SYSTEM:
        path = shutil.which(name)
        if path and _runs(path):
            return path
    return ""


def _of_playwright() -> str:
    path = _quietly([sys.executable, "-c", ASK_PLAYWRIGHT], 60).strip()
    return path if path and _runs(path) else ""


def _runs(path: str) -> bool:
    return bool(_quietly([path, "--version"], 30))


def _quietly(command: list[str], seconds: float, environment: dict[str, str] | None = None) -> str:
    try:
        done = subprocess.run(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout if done.returncode == 0 else ""
