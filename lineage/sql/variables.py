"""Variables of procedures: names that stand where a column could, and are none."""

from __future__ import annotations

import re
from itertools import islice
from typing import NamedTuple

LONGEST = 400_000  # characters that are looked through
LONGEST_QUERY = 20_000  # that a loop goes over
MOST_LOOPS = 50

_HINTS = ("declare", "trigger", "proc", "function", "loop", "end for")  # without any of these there are none
_PARAMETERS = re.compile(
    r"\b(?:procedure|proc|function)\s+[\w.\"\[\]`]{1,300}\s*\((?P<list>(?:[^()']|\([^()]{0,50}\)){0,5000})\)",
    re.IGNORECASE,
)
_COMMA = re.compile(r",(?![^(]*\))")
_PARAMETER = re.compile(r"\s*(?:(?:in|out|inout|variadic)\s+)?([a-z_]\w*)\s+\w", re.IGNORECASE)
_DECLARED = re.compile(r"\bdeclare\s+([a-z_]\w*(?:\s*,\s*[a-z_]\w*)*)\s+\w", re.IGNORECASE)
_TYPED = re.compile(
    r"^[ \t]*([a-z_]\w*)[ \t]+(?:constant[ \t]+)?(?:(?:number|numeric|decimal|dec|int\w*|bigint|smallint|pls_integer|"
    r"n?varchar\w*|n?char|character|text|string|date\w*|time\w*|interval|bool\w*|float\w*|double|real|json\w*|uuid|clob|variant|array|"
    r"object)\b|(?P<row>record\b|[\w.\"]+%rowtype\b)|[\w.\"]+%type\b)[^;\n]*;",
    re.IGNORECASE | re.MULTILINE,
)
_LOOP = re.compile(
    r"\bfor\s+(?P<name>[a-z_]\w*)\s+in\s+(?P<over>[a-z_]\w*(?=\s+(?:loop|do)\b)|\(?\s*(?=select\b|with\b))",
    re.IGNORECASE,
)
_CURSOR = re.compile(
    r"\b(?:cursor\s+(?P<name>[a-z_]\w*)|(?P<named>[a-z_]\w*)\s+cursor)(?:\s*\([^()]{0,500}\))?\s+(?:is|for)\s+(?=select\b|with\b)",
    re.IGNORECASE,
)
_LOOP_END = re.compile(r"\)?\s*\b(?:loop|do)\b", re.IGNORECASE)
_CURSOR_END = re.compile(";")
_TRIGGER = re.compile(
    r"\btrigger\b(?:\s+[\w.\[\]\"`]{1,300}\s[^;]{0,200}?\bon\s+(?P<table>[\w.\[\]\"`]{1,300}))?", re.IGNORECASE
)
OF_TRIGGERS = ("new", "old", "inserted", "deleted")  # rows of the table that a trigger hangs on


class Variables(NamedTuple):
    """In lower case. Of a row that a loop goes over, the query that gives it; empty where nobody knows."""

    values: frozenset[str] = frozenset()
    rows: dict[str, str] = {}


def variables(text: str) -> Variables:
    """
    >>> variables("create procedure p(n int) as begin for r in (select a from t) loop null; end loop; end")
    Variables(values=frozenset({'n'}), rows={'r': 'select a from t'})
    """
    text = text[:LONGEST]
    lowered = text.lower()
    if not any(hint in lowered for hint in _HINTS):
        return Variables()
    values = {name.lower() for name in _named(text)}
    rows = {found[1].lower(): "" for found in _TYPED.finditer(text) if found["row"]}
    if (found := _TRIGGER.search(text)) is not None:
        rows |= dict.fromkeys(OF_TRIGGERS, " ".join(("select * from", found["table"])) if found["table"] else "")
    return Variables(frozenset(values), rows | _loops(text))


def _named(text: str) -> list[str]:
    names = [found[1] for found in _TYPED.finditer(text)]
    for declared in _DECLARED.finditer(text):
        names += re.split(r"\s*,\s*", declared[1])
    for head in _PARAMETERS.finditer(text):
        names += [found[1] for part in _COMMA.split(head["list"]) if (found := _PARAMETER.match(part))]
    return names


def _loops(text: str) -> dict[str, str]:
    cursors = {
        (found["name"] or found["named"]).lower(): _until(_CURSOR_END, text, found.end())
        for found in islice(_CURSOR.finditer(text), MOST_LOOPS)
    }
    rows = {}
    for found in islice(_LOOP.finditer(text), MOST_LOOPS):
        over = found["over"].strip().lower()
        here = over in {"", "("}
        rows[found["name"].lower()] = _until(_LOOP_END, text, found.end()) if here else cursors.get(over, "")
    return rows


def _until(mark: re.Pattern[str], text: str, start: int) -> str:
    end = mark.search(text, start, start + LONGEST_QUERY)
    return text[start : end.start()].strip() if end is not None else ""
