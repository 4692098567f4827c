"""``make demo-reset``: drop the data folder, if it is one that we made and nobody uses it. Standard library only."""

from __future__ import annotations

import fcntl
import shutil
import sys

from portal.running import embedded, handle
from portal.running.console import SetupError, say
from portal.running.folder import REPO, data_dir, is_ours


def main() -> int:
    try:
        say(f"✓ {_drop()}")
    except (SetupError, handle.ServicesError) as problem:
        say(f"✗ {problem}")
        return 1
    except OSError as error:
        say(f"✗ {error.filename}: {error.strerror}; remove it as its owner.")
        return 1
    return 0


def _drop() -> str:
    data = data_dir()
    if not data.exists():
        return f"{data} does not exist; there is nothing to drop."
    if not is_ours(data) or REPO.is_relative_to(data):
        raise SetupError(f"{data} was not made by Gazetteer and stays: remove it yourself if you mean it.")
    lock = data / "run.lock"
    if lock.exists():
        with lock.open("a") as taken:
            try:
                fcntl.flock(taken, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise SetupError(f"make demo is running on {data}: end it first (Ctrl-C).") from None
    if not handle.release(embedded.run_dir(), wait=5):
        raise SetupError(f"A command still uses the database in {data}: let it end first.")
    shutil.rmtree(data)
    if embedded.run_dir().parent != data:
        shutil.rmtree(embedded.run_dir(), ignore_errors=True)
    return f"{data} is gone; the next make demo starts anew."


if __name__ == "__main__":
    sys.exit(main())
