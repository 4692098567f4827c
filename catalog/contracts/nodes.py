"""A way through a loaded document that remembers its place, and gathers what is wrong or not understood."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from catalog.contracts.loading import Loaded
from catalog.contracts.problems import Path, Problem, Refused, in_words

MAX_NAME = 500
CLEAR = 0.75  # how alike two words are where one is a slip of the other


@dataclass(slots=True)
class Report:
    loaded: Loaded
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)

    def at(self, path: Path, message: str) -> Problem:
        """The nearest place that is known: of what is missing, that of what holds it."""
        places, near = self.loaded.places, path
        while near and near not in places:
            near = near[:-1]
        line, column = places.get(near, (0, 0))
        return Problem(line=line, column=column, path=in_words(path), message=message)

    def end(self) -> None:
        if self.problems:
            raise Refused(self.problems)


@dataclass(frozen=True, slots=True)
class Node:
    value: Any
    path: Path
    report: Report

    # --- what is wrong ---------------------------------------------------------------------------------------------

    def problem(self, message: str) -> None:
        self.report.problems.append(self.report.at(self.path, message))

    def note(self, message: str) -> None:
        self.report.notes.append(self.report.at(self.path, message))

    # --- what is there ---------------------------------------------------------------------------------------------

    def __getitem__(self, key: str) -> Node:
        inner = self.value.get(key) if isinstance(self.value, dict) else None
        return Node(inner, (*self.path, key), self.report)

    def __contains__(self, key: str) -> bool:
        return isinstance(self.value, dict) and key in self.value

    def is_mapping(self) -> bool:
        """Tells the problem where it is none."""
        if not isinstance(self.value, dict):
            self.problem("must be a mapping of keys to values")
        return isinstance(self.value, dict)

    def as_text(self) -> str:
        """As it was written: a version 1.10 does not become 1.1."""
        if self.value is None:
            return ""
        if isinstance(self.value, str):
            return self.value
        if isinstance(self.value, dict | list):
            self.problem("must be a text")
            return ""
        return self.report.loaded.texts.get(self.path, str(self.value))

    def text(self, key: str) -> str:
        return self[key].as_text()

    def name(self, key: str = "name") -> str:
        """A text that must be there and can name something."""
        found = self.text(key).strip()
        if not found:
            self[key].problem("is missing")
        elif len(found) > MAX_NAME:
            self[key].problem(f"is longer than {MAX_NAME} characters")
        return found

    def flag(self, key: str) -> bool:
        value = self[key].value
        if value is not None and not isinstance(value, bool):
            self[key].problem("must be true or false")
        return value is True

    def whole(self, key: str) -> int | None:
        value = self[key].value
        if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
            self[key].problem("must be a whole number")
            return None
        return value

    def each(self, key: str) -> list[Node]:
        """Items of a list."""
        inner = self[key]
        if inner.value is None:
            return []
        if not isinstance(inner.value, list):
            inner.problem("must be a list")
            return []
        return [Node(value, (*inner.path, at), self.report) for at, value in enumerate(inner.value)]

    def mappings(self, key: str) -> list[Node]:
        return [item for item in self.each(key) if item.is_mapping()]

    def members(self, key: str) -> list[tuple[str, Node]]:
        """Entries of a mapping."""
        inner = self[key]
        if inner.value is None or not inner.is_mapping():
            return []
        return [(name, inner[name]) for name in inner.value]

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; one text stands for a list of it."""
        inner = self[key]
        if isinstance(inner.value, list):
            return tuple(text for item in self.each(key) if (text := item.as_text()))
        return (text,) if (text := inner.as_text()) else ()

    def options(self, key: str) -> dict[str, Any]:
        inner = self[key]
        if inner.value is None or not inner.is_mapping():
            return {}
        return dict(inner.value)

    # --- what is not understood ------------------------------------------------------------------------------------

    def left(self, taken: Collection[str], known: Collection[str] = ()) -> dict[str, Any]:
        """What the reader did not take; what the form does not even know (``known``) is noted."""
        if not isinstance(self.value, dict):
            return {}
        left = {key: value for key, value in self.value.items() if key not in taken}
        for key in left:
            if key not in known:
                self[key].note("is not known to this form; kept as it is")
        return left

    def beyond(self, known: Collection[str], meant: Mapping[str, str]) -> dict[str, Any]:
        """What stands beside the known keys: kept with ``extra``, and noted. ``meant`` are the words that promise something,
        and what people write for them: such a slip is a problem, because to keep it aside would drop the promise."""
        kept = self.options("extra")
        for key in self.value if isinstance(self.value, dict) else ():
            if key in known or key == "extra":
                continue
            slip = get_close_matches(key.lower(), meant, n=1, cutoff=CLEAR)
            near = get_close_matches(key, known, n=1)
            if slip:
                self[key].problem(f"is not known; did you mean “{meant[slip[0]]}”?")
            elif key in kept:
                self[key].problem("stands in “extra” too; say it once")
            else:
                self[key].note(
                    "is not known to this form; kept as it is" + (f". Did you mean “{near[0]}”?" if near else "")
                )
                kept[key] = self.value[key]
        return kept
