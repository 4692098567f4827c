"""A script as text: where its statements end and how deep they nest, told before any parser sees it.

The compiled parser is recursive: nesting without end would exhaust the machine's stack and end the process, where Python
only raises. So depth is measured here, by one regular expression that knows quotes and comments.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

DEEPEST = 250  # open parentheses, brackets, CASEs; sqlglot reaches Python's limit of calls a little above

_SKIPPED = r"--[^\n]*|/\*.*?(?:\*/|\Z)|'(?:[^'\\]|''|\\.)*(?:'|\Z)"
_DOLLARS = r"\$(?P<tag>\w*)\$.*?(?:\$(?P=tag)\$|\Z)"
_MARKS = re.compile(
    rf"{_SKIPPED}|{_DOLLARS}|\"(?:[^\"]|\"\")*(?:\"|\Z)|`(?:[^`]|``)*(?:`|\Z)|(?P<open>[(\[{{]|\bcase\b)|(?P<close>[)\]}}]|\bend\b)|(?P<stop>;)|"
    r"(?P<type>\b(?:array|struct|map|list|row|nullable|tuple|nested)\s*<)|(?P<typed>>)",
    re.DOTALL | re.IGNORECASE,
)
# where a backslash in quotes is a letter like any other
_LITERAL_BACKSLASH = re.compile(
    _MARKS.pattern.replace(r"'(?:[^'\\]|''|\\.)*(?:'|\Z)", r"'(?:[^']|'')*(?:'|\Z)"), _MARKS.flags
)
WITH_ESCAPES = {"", "bigquery", "snowflake", "mysql", "hive", "spark", "spark2", "databricks", "clickhouse", "doris", "starrocks",
                "singlestore"}  # fmt: skip


class Piece(NamedTuple):
    """One statement's text."""

    text: str
    line: int  # where it begins, from 1
    depth: int


def pieces(script: str, dialect: str) -> Iterator[Piece]:
    """The statements of a script, without the semicolons between them."""
    if ";" not in script and _may_nest(script) <= DEEPEST:
        yield Piece(script, 1, 0)  # as most are that come one by one: nothing to look for
        return
    marks = _MARKS if dialect in WITH_ESCAPES else _LITERAL_BACKSLASH
    start, line, depth, deepest, types = 0, 1, 0, 0, 0
    for mark in marks.finditer(script):
        kind = mark.lastgroup
        if kind == "open":
            depth += 1
            deepest = max(deepest, depth)
        elif kind == "close":
            depth = max(0, depth - 1)
        elif kind == "type":
            types += 1
            deepest = max(deepest, types)
        elif kind == "typed":
            types = max(0, types - 1)
        elif kind == "stop":
            text = script[start : mark.start()]
            yield Piece(text, line, deepest)
            line += text.count("\n")
            start, depth, deepest, types = mark.end(), 0, 0, 0
    yield Piece(script[start:], line, deepest)


def _may_nest(text: str) -> int:
    """No statement is nested deeper than it has words that open something."""
    return sum(map(text.count, "([{<")) + text.lower().count("case")


def has_endless_signs(text: str) -> bool:
    """NOT NOT NOT …: prefixes nest as parentheses do."""
    lowered = text.lower()
    signs = sum(map(text.count, "-+~!")) + sum(map(lowered.count, ("not", "interval", "prior")))
    return signs >= DEEPEST and _SIGNS.search(text) is not None


def is_blank(text: str) -> bool:
    """Whether there is nothing but white space and comments."""
    return _BLANK.match(text) is not None


_SIGNS = re.compile(rf"(?:\b(?:not|interval|prior)\s+|[-+~!]\s+|[~!]){{{DEEPEST}}}", re.IGNORECASE)
_BLANK = re.compile(r"(?:\s+|--[^\n]*|/\*.*?(?:\*/|\Z))*+\Z", re.DOTALL)
_VALUES = re.compile(r"\bvalues\s*(?=\()", re.IGNORECASE)
_ROW = re.compile(r"'(?:[^'\\]|''|\\.)*'|[()]")
_LITERALS = re.compile(r"(?:[\s\d.,()+\-]|'(?:[^'\\]|''|\\.)*'|\b(?:null|true|false|default)\b)*\Z", re.IGNORECASE)


def without_rows(text: str) -> str:
    """An INSERT of many rows of literals with the first of them alone: the others have no columns to tell of."""
    found = _VALUES.search(text)
    if not found:
        return text
    depth = 0
    for mark in _ROW.finditer(text, found.end()):
        if mark[0] == "(":
            depth += 1
        elif mark[0] == ")":
            depth -= 1
            if depth == 0:
                rest = text[mark.end() :]
                return text[: mark.end()] if _LITERALS.match(rest) else text
    return text
