"""From nothing to an environment: ``python -m portal.running.bootstrap demo|dev|portal``.

Runs on the system's Python with the standard library alone. A second run finds everything in place and returns at once.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

OLDEST = (3, 11)
if sys.version_info < OLDEST:  # before the imports: what they read is written for a newer Python
    sys.exit("✗ Gazetteer needs Python 3.11 or newer; this is {}.{}: make PYTHON=…".format(*sys.version_info[:2]))

from portal.running import assets, ports  # noqa: E402
from portal.running.console import SetupError, Step, say  # noqa: E402
from portal.running.folder import ForeignFolderError, claim, data_dir  # noqa: E402

REPO = Path(__file__).resolve().parents[2]
VENV = REPO / ".venv"
STAMP = VENV / ".gazetteer.json"
# A lock holds all that the ones after it hold, in the same versions (see lock.py)
LOCKS = ("dev", "demo", "portal")
REASONS = (
    ("No space left on device", "the disk is full: free some space"),
    ("Disk quota exceeded", "the disk quota is used up: free some space"),
    (
        "DO NOT MATCH THE HASHES",
        "a package differs from the lock file: clear pip's cache (pip cache purge) or check the package index",
    ),
    (
        "Failed to establish a new connection",
        "no network, or no way to the package index: check the connection and pip's settings",
    ),
    (
        "Temporary failure in name resolution",
        "no network, or no way to the package index: check the connection and pip's settings",
    ),
    ("Read timed out", "the package index does not answer: try again"),
    ("ConnectionResetError", "the package index broke off: try again"),
    ("Permission denied", "no right to write to .venv: remove it or run as its owner"),
    ("No matching distribution found", "a package is not on the package index that pip uses: check pip's settings"),
)


def main(arguments: list[str] | None = None) -> int:
    """Set up the environment of the lock file that is named; 0 when it stands."""
    names = sys.argv[1:] if arguments is None else arguments
    lock = names[0] if names else "demo"
    os.umask(0o022)  # the database may run as another user, who must be able to read its programs here
    try:
        if lock == "demo":
            ports.check(ports.wanted())  # now, not after a minute of setting up
        log = _log_file()
        _environment(lock, log)
        if not assets.up_to_date():
            with Step("Browser assets") as step:
                assets.fetch(step, VENV / "bin" / "python", log)
    except (SetupError, ForeignFolderError) as problem:
        say(f"✗ {problem}")
        return 1
    except OSError as error:
        say(f"✗ {_os_reason(error)}")
        return 1
    except KeyboardInterrupt:
        say("\n✗ Interrupted; the next start carries on from here.")
        return 130
    return 0


def _environment(lock: str, log: Path) -> None:
    if lock not in LOCKS:
        raise SetupError(f"There is no lock file {lock!r}; there are {', '.join(LOCKS)}.")
    usable = _usable()
    if usable and _stamped().get(lock) == _digest(lock):
        return
    with Step("Environment") as step:
        if not usable:
            step.progress(0, 0, "a new .venv")
            _make_venv(log)
        STAMP.unlink(missing_ok=True)
        _install(step, lock, log)
        held = LOCKS[LOCKS.index(lock) :]
        STAMP.write_text(json.dumps({name: _digest(name) for name in held}), encoding="ascii")


def _usable() -> bool:
    python = VENV / "bin" / "python"
    if not python.exists():
        return False
    asked = subprocess.run(
        [str(python), "-c", "import sys, pip; print(*sys.version_info[:2])"],
        capture_output=True,
        text=True,
        check=False,
    )
    return asked.returncode == 0 and tuple(map(int, asked.stdout.split())) >= OLDEST


def _make_venv(log: Path) -> None:
    shutil.rmtree(VENV, ignore_errors=True)
    made = subprocess.run([sys.executable, "-m", "venv", str(VENV)], capture_output=True, text=True, check=False)
    with log.open("a", encoding="utf-8") as output:
        output.write(made.stdout + made.stderr)
    if made.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        said = made.stdout + made.stderr
        if "ensurepip" in said or "No module named venv" in said:
            version = ".".join(map(str, sys.version_info[:2]))
            raise SetupError(
                f"Python's venv module is incomplete: apt-get install python{version}-venv, or make PYTHON=…"
            )
        raise SetupError(f"Cannot make .venv: {_reason(said)}; the log is {log}")


def _install(step: Step, lock: str, log: Path) -> None:
    path = REPO / "locks" / f"{lock}.txt"
    total = len(re.findall(r"(?m)^[A-Za-z0-9]", path.read_text(encoding="utf-8")))
    environment = {
        key: value
        for key, value in os.environ.items()
        if key not in {"PYTHONHOME", "PYTHONPATH", "PIP_TARGET", "PIP_PREFIX"}
    }
    environment.update(PIP_USER="0", PIP_REQUIRE_VIRTUALENV="0", PIP_DISABLE_PIP_VERSION_CHECK="1")
    command = [
        str(VENV / "bin" / "python"), "-m", "pip", "install", "--no-input", "--no-deps", "--no-compile", "--require-hashes",
        "--progress-bar", "off", "--retries", "3", "-r", str(path),
    ]  # fmt: skip
    start = log.stat().st_size
    with log.open("a", encoding="utf-8") as output:
        pip = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        try:
            while pip.poll() is None:
                _show(step, total, _tail(log, start))
                time.sleep(0.25)
        except BaseException:
            pip.terminate()
            pip.wait()
            raise
    if pip.returncode:
        raise SetupError(f"The packages could not be installed: {_reason(_tail(log, start))}; the log is {log}")
    step.note = f"{total} packages"


def _show(step: Step, total: int, said: str) -> None:
    """pip says what it fetches; while it unpacks it says nothing, but the packages can be counted."""
    fetched = len(re.findall(r"(?m)^(?:Collecting|Requirement already satisfied)", said))
    if "Installing collected packages" in said:
        unpacked = sum(1 for _ in VENV.glob("lib/python3*/site-packages/*.dist-info"))
        step.progress(2 * total + min(unpacked, total), 3 * total, "unpacking")
        return
    name = re.findall(r"(?m)^Collecting ([A-Za-z0-9._-]+)", said)
    step.progress(2 * fetched, 3 * total, re.split(r"==", name[-1])[0] if name else "")


def _stamped() -> dict[str, str]:
    try:
        return dict(json.loads(STAMP.read_text(encoding="ascii")))
    except (OSError, ValueError):
        return {}


def _digest(lock: str) -> str:
    return hashlib.sha256((REPO / "locks" / f"{lock}.txt").read_bytes()).hexdigest()


def _log_file() -> Path:
    folder = claim(data_dir()) / "logs"
    folder.mkdir(exist_ok=True)
    log = folder / "setup.log"
    log.write_text("", encoding="utf-8")
    return log


def _tail(log: Path, start: int) -> str:
    with log.open("rb") as said:
        said.seek(start)
        return said.read().decode("utf-8", "replace")


def _reason(said: str) -> str:
    for sign, reason in REASONS:
        if sign in said:
            return reason
    lines = [line for line in said.splitlines() if line.strip()]
    errors = [line for line in lines if line.lower().startswith("error")]
    return (errors or lines or ["no reason given"])[-1].strip()[:300]


def _os_reason(error: OSError) -> str:
    if error.errno == errno.ENOSPC:
        return "The disk is full: free some space, or choose another one with DEMO_DIR=."
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return f"No right to write to {error.filename}: run as its owner, or choose another folder with DEMO_DIR=."
    return f"{error.strerror}: {error.filename}"


if __name__ == "__main__":
    sys.exit(main())
