"""The data folder: which one it is, and the mark that says that we made it. Standard library only."""

from __future__ import annotations

import os
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]
DEFAULT = REPO / ".data"
MARK = ".gazetteer"
MARK_TEXT = "Gazetteer made this folder; make demo-reset removes it with all that is in it.\n"


class ForeignFolderError(Exception):
    """The folder holds something that is not ours; the message says in one line what to do."""


def data_dir() -> Path:
    """The folder of everything that the portal keeps: ``DEMO_DIR``, ``DATA_DIR``, or ``.data`` in the checkout."""
    named = os.environ.get("DEMO_DIR") or os.environ.get("DATA_DIR")
    return Path(named or DEFAULT).expanduser().resolve()


def claim(folder: Path) -> Path:
    """Make ``folder`` ours if it is absent or empty; refuse one that holds other things."""
    if is_ours(folder):
        return folder
    folder.mkdir(parents=True, exist_ok=True, mode=0o755)
    if folder != DEFAULT and any(folder.iterdir()) and not is_ours(folder):
        raise ForeignFolderError(f"{folder} holds other things: choose an empty folder, or a new one, with DEMO_DIR=.")
    (folder / MARK).write_text(MARK_TEXT, encoding="utf-8")
    return folder


def is_ours(folder: Path) -> bool:
    """Whether Gazetteer made ``folder``."""
    return (folder / MARK).is_file()
