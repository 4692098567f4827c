"""Tables of curated metadata as CSV: written so that no spreadsheet takes a cell for a formula, and read back the same.

A cell that begins with ``= + - @``, a tab or a carriage return gets an apostrophe in front, and so does one that begins
with an apostrophe; reading takes that one away. Lists are joined with ``; `` and a semicolon in an item gets a backslash.
Pure.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

MAX_ROWS = 100_000
MAX_CELL = 200_000
_RISKY = ("=", "+", "-", "@", "\t", "\r")


class BadSheet(ValueError):
    """``problems`` are sentences with the line of the file."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = list(problems)[:50]
        super().__init__(self.problems[0] if self.problems else "The file cannot be read.")


@dataclass(frozen=True, slots=True)
class Row:
    """``place`` is where it stands in the file, in words for people."""

    place: str
    cells: Mapping[str, str]


def guarded(text: str) -> str:
    return f"'{text}" if text.startswith((*_RISKY, "'")) else text


def unguarded(text: str) -> str:
    """Only what ``guarded`` put there: an apostrophe that somebody typed before a letter stays."""
    return text[1:] if text[:1] == "'" and text[1:2] in {*_RISKY, "'"} and len(text) > 1 else text


def joined(items: Iterable[str]) -> str:
    return "; ".join(item.replace("\\", "\\\\").replace(";", "\\;") for item in items)


def parted(text: str) -> list[str]:
    """Items of ``joined``, without doubles and empty ones."""
    items, item, escaped = [], "", False
    for letter in text:
        if escaped:
            item, escaped = item + letter, False
        elif letter == "\\":
            escaped = True
        elif letter == ";":
            items.append(item)
            item = ""
        else:
            item += letter
    items.append(item + ("\\" if escaped else ""))
    return list(dict.fromkeys(item.strip() for item in items if item.strip()))


def line(cells: Iterable[str]) -> str:
    """One line of the file."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow([guarded(cell) for cell in cells])
    return out.getvalue()


def read(content: bytes, known: Sequence[str], needed: Sequence[str]) -> list[Row]:
    """
    Raises:
        BadSheet: no UTF-8, no table, a column that nobody knows, or one that is missing.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        number = content[: error.start].count(b"\n") + 1
        raise BadSheet([f"line {number}: is not UTF-8"]) from error
    if "\0" in text:
        raise BadSheet([f"line {text[: text.index(chr(0))].count(chr(10)) + 1}: holds a NUL character"])
    if not text.split("\n", 1)[0].rstrip("\r").replace("\t", "").isprintable():
        raise BadSheet(["line 1: is neither CSV nor YAML"])
    delimiter = ";" if text.split("\n", 1)[0].count(";") > text.split("\n", 1)[0].count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[Row] = []
    header: list[str] = []
    before = 0
    try:
        csv.field_size_limit(MAX_CELL)
        for cells in reader:
            place, before = f"line {before + 1}", reader.line_num
            if not header:
                header = _header(cells, known, needed)
            elif any(cells):
                rows.append(_row(place, cells, header))
                if len(rows) > MAX_ROWS:
                    raise BadSheet([f"{place}: at most {MAX_ROWS:,} lines"])
    except csv.Error as error:
        raise BadSheet([f"line {reader.line_num}: {error}"]) from error
    if not header:
        raise BadSheet(["The file is empty."])
    return rows


def _header(cells: Sequence[str], known: Sequence[str], needed: Sequence[str]) -> list[str]:
    header = [unguarded(cell).strip().lower() for cell in cells]
    problems = [
        f"line 1: there is no column “{name[:60]}”; there are: {', '.join(known)}"
        for name in header
        if name not in known
    ]
    problems += [f"line 1: the column “{name}” stands there twice" for name in set(header) if header.count(name) > 1]
    problems += [f"line 1: the column “{name}” is missing" for name in needed if name not in header]
    if problems:
        raise BadSheet(problems)
    return header


def _row(place: str, cells: Sequence[str], header: Sequence[str]) -> Row:
    if len(cells) > len(header):
        raise BadSheet([f"{place}: has {len(cells)} cells, the first line has {len(header)}"])
    return Row(place, dict(zip(header, [unguarded(cell) for cell in cells], strict=False)))
