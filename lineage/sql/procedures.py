"""The SQL inside procedures. Their languages are many; what counts here are the statements that write."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_HEAD = re.compile(
    r"(?:\s|--[^\n]*\n|/\*.*?\*/|;)*(?:(?P<made>create\s+(?:or\s+(?:replace|alter)\s+)?(?:\w+\s+){0,2}?"
    r"(?:procedure|proc|task|package\s+body|(?P<function>function|trigger))\b)|alter\s+proc|"
    r"for\s+\w+\s+in\s*\(|while\b(?=[^;]{1,500}\bdo\b)|if\b(?=[^;]{1,500}\bthen\b)|loop\b(?!\s*[.,])|"
    r"begin\b(?!\s*(?:tran|work|;|\Z))|declare\b|execute\s+immediate\s+\$\$|do\s+\$\w*\$)",
    re.IGNORECASE | re.DOTALL,
)
_SKIP = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"|`[^`]*`|\[[^\]\n]*\]|--[^\n]*|/\*.*?\*/", re.DOTALL)
# a statement that writes, where it may begin: at the start of a line, behind a semicolon or a word of control
_START = re.compile(
    r"(?:\A|\n|;|\b(?:as|return|(?P<among>in))\s*(?P<open>\()|\b(?:begin|then|else|loop|do|as|each\s+row|(?P<read>in|is)|return(?:\s+query)?)\b|"
    r"\$\w*\$|\))[ \t\r\n]*"
    r"(?P<start>insert\s+(?:(?:into|overwrite)\b|[\w.\[\]#]+\s*(?:\(|select\b|values\b))|merge\s+(?:into\s+)?(?!when)[\w\[\"`]|update\s+(?!set\b|statistics\b)[\w\[\"`]|delete\s+(?!when)"
    r"(?:from\s+)?[\w\[\"`]|truncate\s+table|create\s+(?:or\s+replace\s+)?(?:(?:local\s+|global\s+)?temp(?:orary)?\s+|transient\s+|volatile\s+)?"
    r"(?:table(?!\s+function\b)|view)\b|drop\s+table\b|with\s+(?:recursive\s+)?[\w\[\"`]+(?:\s*\([^)]*\))?\s+as\s*\(|select\b)",
    re.IGNORECASE,
)
_END = re.compile(
    r";|\$\w*\$|\n\s*(?:begin|end|if|else|elsif|elseif|while|loop|exception|declare|return|print|exec|execute|raise|commit|rollback|go|fetch|open|"
    r"close|call|throw)\b(?!\s*=)",
    re.IGNORECASE,
)
_LOOP = re.compile(r"\b(?:loop|do)\b", re.IGNORECASE)
_PAREN = re.compile(r"[()]")
_QUOTED_BODY = re.compile(r"\bas\s+'((?:[^']|'')*)'", re.IGNORECASE)
_LANGUAGE = re.compile(r"\blanguage\s+'?(?!sql\b|plpgsql\b|plsql\b|spl\b)\w", re.IGNORECASE)
_FROM_OR_INTO = re.compile(r"\b(?:from|into)\s+[#\w\[\"`]", re.IGNORECASE)  # others only show variables
# several variables; one alone is read as a table, and told apart by the dialect
_INTO_VARIABLES = re.compile(
    r"\binto\s+(?:strict\s+)?:?[\w.]+(?:\s*,\s*:?[\w.]+)+(?=\s+from\b|\s*\Z)|\binto\s+strict\s+[\w.]+", re.IGNORECASE
)


_NEXT = (
    r"\n\s*(?:insert\s+(?:into\b|[\w.\[\]#]+\s*(?:\(|select\b|values\b))|merge\s+into\b|update\s+(?!set\b)[\w\[]|"
    r"delete\s+(?:from\b|[\w.\[\]#]+\s+(?:from|where)\b)|create\s+table\b|(?:truncate|drop)\s+table\b|"
    r"with\s+\w+\s+as\s*\()"
)
_STOP = re.compile(rf"(?:{_END.pattern})|{_NEXT}", re.IGNORECASE)


class Body(NamedTuple):
    """One statement of a procedure."""

    text: str
    only_read: bool = False  # what a loop or a cursor goes over


def is_procedure(text: str) -> bool:
    return _HEAD.match(text) is not None


def is_made(text: str) -> bool:
    """Whether it is kept by the database, and not run at once."""
    found = _HEAD.match(text)
    return found is not None and found["made"] is not None


def is_function(text: str) -> bool:
    """Many read no table at all."""
    found = _HEAD.match(text)
    return found is not None and found["function"] is not None


def bodies(text: str) -> Iterator[Body]:
    """The statements that read and write tables, in their order; what only steers the procedure is left out."""
    if is_function(text):
        if _LANGUAGE.search(text):
            return
        text = _QUOTED_BODY.sub(_unquoted, text)
    masked = _SKIP.sub(_blank, text)
    at = 0
    while found := _START.search(masked, at):
        start = found.start("start")
        end = _end(masked, start, _last(masked, found))
        statement = text[start:end].strip()
        if not statement.lower().startswith("select") or _FROM_OR_INTO.search(masked, start, end):
            asks = statement[:4].lower() in {"sele", "with"}
            yield (
                Body(_INTO_VARIABLES.sub(" ", statement), bool(found["read"] or found["among"]))
                if asks
                else Body(statement)
            )
        at = max(end, start + 1)


def _unquoted(found: re.Match[str]) -> str:
    return "as $$ " + found[1].replace("''", "'") + " $$"


def _last(masked: str, found: re.Match[str]) -> int:
    """How far a statement can reach that begins inside something."""
    start = found.start("start")
    if (found["read"] or "").lower() == "in":
        end = _LOOP.search(masked, start)
        return end.start() if end is not None else len(masked)
    return len(masked) if found["open"] is None else _closed(masked, start)


def _closed(masked: str, start: int) -> int:
    depth = 0
    for found in _PAREN.finditer(masked, start):
        depth += 1 if found[0] == "(" else -1
        if depth < 0:
            return found.start()
    return len(masked)


def _end(masked: str, start: int, last: int) -> int:
    """Where the statement ends: a semicolon, a word of control, or the next one that begins on a line of its own."""
    depth_at = start
    kept_with = masked[start : start + 4].lower() == "with"
    kept_merge = masked[start : start + 5].lower() == "merge"
    for found in _STOP.finditer(masked, start, last):
        at = found.start()
        if at == start or masked.count("(", depth_at, at) != masked.count(")", depth_at, at):
            continue
        word = found[0].strip().lower()
        if word.startswith(("insert", "update", "delete", "merge", "create", "truncate", "with")) and (
            kept_with or kept_merge
        ):
            kept_with = False
            continue
        return at
    return last


def _blank(found: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", found[0]) if found[0][0] not in '["`' else found[0].replace(";", " ")
