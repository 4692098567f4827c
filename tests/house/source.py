"""The project's own files, parsed once."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]
ROOMS = ("portal", "catalog", "lineage", "quality", "access", "models_registry")
Function = ast.FunctionDef | ast.AsyncFunctionDef


def python(*folders: str) -> list[Path]:
    """Python files below the folders, without those that Django writes."""
    found = [path for folder in folders for path in sorted((REPO / folder).rglob("*.py"))]
    return [path for path in found if "migrations" not in path.parts and "__pycache__" not in path.parts]


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def name(path: Path) -> str:
    return str(path.relative_to(REPO))


def functions(path: Path) -> Iterator[Function]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


@cache
def imported(path: Path) -> list[tuple[str, int, bool]]:
    """(module, line, whether it is imported inside a function) of every import."""
    inner = {id(node) for function in functions(path) for node in ast.walk(function) if node is not function}
    found = []
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found += [(alias.name, node.lineno, id(node) in inner) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            found += [(f"{node.module}.{alias.name}", node.lineno, id(node) in inner) for alias in node.names]
    return found


def templates() -> list[Path]:
    return sorted((REPO / "templates").rglob("*.html"))
