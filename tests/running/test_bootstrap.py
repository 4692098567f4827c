"""The set-up before there is an environment: it runs on any Python and explains itself in one line."""

import ast
import socket
import sys
from pathlib import Path

import pytest

from portal.running import assets, bootstrap, ports
from portal.running.console import SetupError

REPO = Path(__file__).resolve().parents[2]
STANDARD_ONLY = ("bootstrap", "assets", "console", "folder", "ports", "reset", "embedded", "handle")


def test_an_old_python_is_told_so_before_anything_newer_is_imported() -> None:
    tree = ast.parse((REPO / "portal/running/bootstrap.py").read_text(encoding="utf-8"), feature_version=(3, 7))
    check = next(place for place, node in enumerate(tree.body) if isinstance(node, ast.If))
    ours = [
        place
        for place, node in enumerate(tree.body)
        if isinstance(node, ast.ImportFrom) and "portal" in str(node.module)
    ]
    assert ours
    assert check < min(ours)


@pytest.mark.parametrize("name", STANDARD_ONLY)
def test_the_set_up_needs_the_standard_library_alone(name: str) -> None:
    tree = ast.parse((REPO / f"portal/running/{name}.py").read_text(encoding="utf-8"))
    roots = {
        alias.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
    }
    roots |= {str(node.module).split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert roots - {"portal"} <= sys.stdlib_module_names


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("OSError: [Errno 28] No space left on device", "the disk is full"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM", "differs from the lock file"),
        ("Temporary failure in name resolution", "no network"),
        ("collecting\nERROR: something else\n", "ERROR: something else"),
        ("", "no reason given"),
    ],
)
def test_what_pip_says_becomes_one_line(said: str, told: str) -> None:
    assert told in bootstrap._reason(said)


def test_a_taken_port_is_named_with_a_way_out() -> None:
    with socket.socket() as taken:
        taken.bind((ports.HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SetupError, match=rf"Port {port} is taken .* PORT=\d+ make demo"):
            ports.check(port)


@pytest.mark.parametrize("text", ["http", "0", "65536", "-1", "80 80"])
def test_a_port_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("PORT", text)
    with pytest.raises(SetupError, match="must be a number"):
        ports.wanted()


def test_every_listed_icon_is_copied_and_a_missing_one_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(assets, "icon_names", lambda: ["table", "no-such-icon"])
    packages = tmp_path / "node_modules"
    for source in [*assets.FILES, f"{assets.ICONS}/table.svg"]:
        (packages / source).parent.mkdir(parents=True, exist_ok=True)
        (packages / source).write_text("body{}\n/*# sourceMappingURL=tabler.min.css.map */")
    with pytest.raises(SetupError, match="no-such-icon"):
        assets.copy(packages, tmp_path / "vendor")
    monkeypatch.setattr(assets, "icon_names", lambda: ["table"])
    assets.copy(packages, tmp_path / "vendor")
    assert (tmp_path / "vendor/icons/table.svg").exists()
    assert (tmp_path / "vendor/tabler.min.css").read_text() == "body{}\n"
