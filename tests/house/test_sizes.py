"""Files and functions stay small enough to be read at once (STYLE.md 4.2)."""

from __future__ import annotations

from statistics import median

import pytest

from tests.house.source import REPO, ROOMS, Function, functions, name, python

MAX_FILE, MAX_FUNCTION = 400, 60
EVERYTHING = python(*ROOMS, "demo", "bench", "tests")


def lines(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def test_no_python_file_is_longer_than_400_lines() -> None:
    sizes = {name(path): len(path.read_text().splitlines()) for path in EVERYTHING}
    assert {path: size for path, size in sizes.items() if size > MAX_FILE} == {}


def test_no_function_is_longer_than_60_lines() -> None:
    found = {f"{name(path)}:{f.name}": lines(f) for path in python(*ROOMS, "demo") for f in functions(path)}
    assert {where: size for where, size in found.items() if size > MAX_FUNCTION} == {}


@pytest.mark.parametrize("pattern", ["templates/**/*.html", "static/js/*.js"])
def test_no_template_or_script_is_longer_than_400_lines(pattern: str) -> None:
    sizes = {name(path): len(path.read_text().splitlines()) for path in REPO.glob(pattern)}
    assert sizes
    assert {path: size for path, size in sizes.items() if size > MAX_FILE} == {}


def test_most_files_and_functions_are_much_smaller() -> None:
    files = sorted(len(path.read_text().splitlines()) for path in python(*ROOMS))
    bodies = sorted(lines(f) for path in python(*ROOMS) for f in functions(path))
    assert median(files) <= 90
    assert files[len(files) * 9 // 10] <= 250
    assert median(bodies) <= 8
    assert bodies[len(bodies) * 9 // 10] <= 25
