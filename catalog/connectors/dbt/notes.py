"""Warnings, gathered so that ten thousand equal ones become one that counts them."""

from __future__ import annotations

from collections.abc import Iterator

from catalog.facts import WarningFact

SHOWN = 3  # equal warnings that are shown one by one
GROUPS = 200  # different ones, before the rest is only counted
WIDTH = 120


def short(text: str, width: int = WIDTH) -> str:
    """``text`` on one line, cut where it would fill the page; what cannot be shown (or stored) is replaced."""
    return printable(text if len(text) <= width else f"{text[:width]}…")


def printable(text: str) -> str:
    return text if text.isprintable() else "".join(char if char.isprintable() else "\ufffd" for char in text)


class Notes:
    """What was left out or mended in one run: ``add`` as often as needed, ``facts`` once at the end."""

    def __init__(self) -> None:
        self._groups: dict[tuple[str, str], list[str]] = {}
        self._counts: dict[tuple[str, str], int] = {}
        self._beyond = 0

    def add(self, file: str, place: str, message: str) -> None:
        group = (printable(file), printable(message))
        count = self._counts.get(group, 0)
        if not count and len(self._counts) >= GROUPS:
            self._beyond += 1
            return
        self._counts[group] = count + 1
        if count < SHOWN:
            self._groups.setdefault(group, []).append(printable(place))

    def facts(self) -> Iterator[WarningFact]:
        for (file, message), places in self._groups.items():
            count = self._counts[file, message]
            if count <= SHOWN:
                yield from (WarningFact(file=file, place=place, message=message) for place in places)
            else:
                message = f"{message} ({count:,} places, among them {', '.join(places[1:])})"
                yield WarningFact(file=file, place=places[0], message=message)
        if self._beyond:
            yield WarningFact(file="", place="", message=f"{self._beyond:,} more warnings are not listed")
