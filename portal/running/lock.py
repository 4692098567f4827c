"""Write the lock files from pyproject.toml: exact versions with hashes and no addresses (``make lock``)."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]
OLDEST_PYTHON = "3.11"
# The largest first: the others take its versions, so that one environment serves all three
LOCKS = {"dev": ("demo", "test"), "demo": ("demo",), "portal": ()}
HEADER = "# Written by `make lock` from pyproject.toml; do not edit.\n"


def main() -> int:
    """Resolve each lock file anew, keeping known versions unless ``--upgrade`` is given."""
    uv = shutil.which("uv", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
    if uv is None:
        print("✗ make lock needs uv: pip install uv")
        return 1
    for name, extras in LOCKS.items():
        target = REPO / "locks" / f"{name}.txt"
        command = [
            uv, "pip", "compile", "pyproject.toml", "--quiet", "--universal", "--generate-hashes", "--python-version", OLDEST_PYTHON,
            "--no-emit-index-url", "--no-emit-find-links", "--no-header", "--no-annotate", "--output-file", str(target), *sys.argv[1:],
        ]  # fmt: skip
        for extra in extras:
            command += ["--extra", extra]
        if name != "dev":
            command += ["--constraints", "locks/dev.txt"]
        status = subprocess.run(command, cwd=REPO, check=False).returncode
        if status:
            return status
        target.write_text(HEADER + target.read_text(encoding="utf-8"), encoding="utf-8")
        print(f"✓ locks/{name}.txt")
    return 0


if __name__ == "__main__":
    sys.exit(main())
