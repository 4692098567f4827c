"""What a step was done from, so that the next start skips it when nothing changed: such steps take seconds each."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from portal.running.folder import REPO

INSTALLED = REPO / "locks" / "portal.txt"  # the packages bring migrations and static files of their own


def static_now() -> str:
    """A digest of what ``collectstatic`` would read."""
    folders = [REPO / "static", *REPO.glob("*/static"), *REPO.glob("portal/*/static")]
    return _digest("", (path for folder in folders for path in folder.rglob("*")))


def migrations_now(database_url: str) -> str:
    """A digest of what ``migrate`` would do, and to which database."""
    return _digest(database_url, [*REPO.glob("*/migrations/*.py"), *REPO.glob("portal/*/migrations/*.py")])


def is_fresh(stamp: Path, now: str) -> bool:
    """Whether the step was done from what there is ``now``."""
    return stamp.exists() and stamp.read_text(encoding="ascii") == now


def _digest(start: str, paths: Iterable[Path]) -> str:
    digest = hashlib.sha256(start.encode() + INSTALLED.read_bytes())
    for path in sorted(path for path in paths if path.is_file()):
        found = path.stat()
        digest.update(f"{path.relative_to(REPO)} {found.st_size} {found.st_mtime_ns}\n".encode())
    return digest.hexdigest()
