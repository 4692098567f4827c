"""The lock files: every package pinned with hashes, no address anywhere, each lock a part of the next."""

import json
import re
from pathlib import Path

import pytest

from portal.running import lock

REPO = Path(__file__).resolve().parents[2]
NAMES = sorted(path.stem for path in (REPO / "locks").glob("*.txt"))


def pins(name: str) -> dict[str, str]:
    text = (REPO / "locks" / f"{name}.txt").read_text(encoding="utf-8")
    return dict(re.findall(r"(?m)^([a-z0-9._-]+(?:\[[a-z,]+\])?)==([^ ;\\]+)", text))


@pytest.mark.parametrize("name", NAMES)
def test_every_package_has_a_version_and_a_hash(name: str) -> None:
    entries = re.split(r"(?m)^(?=[a-zA-Z0-9])", (REPO / "locks" / f"{name}.txt").read_text(encoding="utf-8"))[1:]
    assert entries
    assert [entry.splitlines()[0] for entry in entries if "==" not in entry or "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize("path", [*(f"locks/{name}.txt" for name in NAMES), "package-lock.json"])
def test_no_lock_names_an_address(path: str) -> None:
    text = (REPO / path).read_text(encoding="utf-8")
    assert re.findall(r"\w+://\S+|file:\S+|--\S*index\S*|--find-links", text) == []
    assert "resolved" not in text


def test_every_browser_package_has_its_hash() -> None:
    packages = json.loads((REPO / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert [name for name, package in packages.items() if name and "integrity" not in package] == []


def test_one_environment_serves_the_portal_the_demo_and_the_tests() -> None:
    dev, demo, portal = (pins(name) for name in ("dev", "demo", "portal"))
    assert portal.items() <= demo.items() <= dev.items()
    assert set(lock.LOCKS) == {"dev", "demo", "portal"}
