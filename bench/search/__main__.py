"""``make bench-search``: how good the answers are, then how fast; the last line has the ratios of both."""

from __future__ import annotations

import json
import subprocess
import sys

from bench import measure


def main() -> None:
    """Each in a process of its own: a process is bound to the database that it first saw."""
    ratios: dict[str, float | None] = {}
    for part in ("quality", "speed"):
        told = subprocess.run(
            [sys.executable, "-m", f"bench.search.{part}"],
            cwd=measure.REPO,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        *lines, last = told.stdout.rstrip("\n").splitlines()
        print("\n".join(lines), flush=True)
        ratios |= json.loads(last)
    print(json.dumps(ratios))


if __name__ == "__main__":
    main()
