"""The demo platform, in a process of its own: dbt and the generated rows would stay in the supervisor's memory."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from demo.build import DemoError, build


def main() -> int:
    """``URL FOLDER``: build the platform there, one JSON line a step of progress."""
    url, out = sys.argv[1:3]
    try:
        build(url, Path(out), report=_report)
    except DemoError as error:
        print(json.dumps({"error": str(error)}), flush=True)
        return 1
    return 0


def _report(step: str, done: int, total: int) -> None:
    print(json.dumps({"step": step, "done": done, "total": total}), flush=True)


if __name__ == "__main__":
    sys.exit(main())
