"""What is wrong with a document, and what of it was not understood; both with their place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Path = tuple[str | int, ...]
MAX_PROBLEMS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """``line`` and ``column`` count from one; 0 where the place is not known (JSON that is no YAML)."""

    line: int = 0
    column: int = 0
    path: str = ""
    message: str

    @property
    def place(self) -> str:
        at = f"line {self.line}, column {self.column}" if self.line else ""
        return ": ".join(part for part in (at, self.path) if part)

    def __str__(self) -> str:
        return ": ".join(part for part in (self.place, self.message) if part)


class Refused(Exception):
    """The document cannot be read; all that is wrong with it, in the order of its lines."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: (problem.line, problem.column))[:MAX_PROBLEMS])
        super().__init__("; ".join(map(str, self.problems[:3])))


def in_words(path: Path) -> str:
    """
    >>> in_words(("schema", 0, "properties", 2, "name"))
    'schema[0].properties[2].name'
    """
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).lstrip(".")[:500]
