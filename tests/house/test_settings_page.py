"""docs/settings.md and the code name the same variables."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.house.source import REPO, name, python, tree

PAGE = REPO / "docs" / "settings.md"
OF_THE_SYSTEM = {"PATH", "TERM", "NO_COLOR", "MAKELEVEL", "HOME", "DJANGO_SETTINGS_MODULE"}
READERS = {"env", "env_bool", "env_list", "env_int", "env_pairs"}


def read_by(path: Path) -> Iterator[str]:
    """Names of variables that a file reads: ``env…("X")``, ``os.environ.get("X")``, ``os.environ["X"]``."""
    for node in ast.walk(tree(path)):
        first: ast.expr | None = None
        if isinstance(node, ast.Call) and node.args:
            text = ast.unparse(node.func)
            if text in READERS or text in {"os.environ.get", "os.getenv"}:
                first = node.args[0]
        elif isinstance(node, ast.Subscript) and ast.unparse(node.value) == "os.environ":
            first = node.slice
        if isinstance(first, ast.Constant) and isinstance(first.value, str):
            yield first.value


def read() -> dict[str, str]:
    files = [*python("portal"), REPO / "manage.py"]
    return {variable: name(path) for path in files for variable in read_by(path) if variable not in OF_THE_SYSTEM}


def described() -> list[str]:
    return re.findall(r"^\| `([A-Z_]+)` \|", PAGE.read_text(), re.MULTILINE)


def test_every_variable_that_is_read_is_described() -> None:
    assert {variable: path for variable, path in read().items() if variable not in described()} == {}


def test_every_variable_that_is_described_is_read() -> None:
    assert set(described()) - set(read()) == set()


def test_each_is_described_once_with_its_meaning_and_default() -> None:
    assert len(described()) == len(set(described())) > 15
    for line in PAGE.read_text().splitlines():
        if line.startswith("| `"):
            _, meaning, default = [part.strip() for part in line.strip("|").split("|")]
            assert meaning.endswith((".", "`.")) and default, line


def test_defaults_are_those_of_the_code() -> None:
    """Of settings that are numbers or words."""
    text = (REPO / "portal" / "settings.py").read_text()
    for variable, default in re.findall(r'env(?:_int)?\("([A-Z_]+)", "?(\w+)"?\)', text):
        (line,) = [line for line in PAGE.read_text().splitlines() if line.startswith(f"| `{variable}`")]
        assert f"`{default}`" in line, line
