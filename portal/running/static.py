"""Whether the collected static files are those of this checkout: collecting and compressing takes seconds."""

from __future__ import annotations

import hashlib
from pathlib import Path

from portal.running.folder import REPO

INSTALLED = REPO / "locks" / "portal.txt"  # the packages bring static files of their own


def static_now() -> str:
    """A digest of what ``collectstatic`` would read."""
    digest = hashlib.sha256(INSTALLED.read_bytes())
    for folder in sorted([REPO / "static", *REPO.glob("*/static"), *REPO.glob("portal/*/static")]):
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                found = path.stat()
                digest.update(f"{path.relative_to(REPO)} {found.st_size} {found.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def static_is_fresh(root: Path) -> bool:
    """Whether ``root`` was collected from what there is now."""
    stamp = root / ".stamp"
    return stamp.exists() and stamp.read_text(encoding="ascii") == static_now()
