"""Text in, syntax trees out; what cannot be read becomes one warning."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import sqlglot
from sqlglot import exp
from sqlglot.errors import ErrorLevel, ParseError, SqlglotError

from lineage.sql.procedures import bodies, is_function, is_made, is_procedure
from lineage.sql.repairs import reduced, repaired
from lineage.sql.scanning import DEEPEST, Piece, has_endless_signs, is_blank, pieces, without_rows
from lineage.sql.templates import filled, has_templates

LONGEST = 400_000  # characters of one statement; parsing costs seconds above, and nobody wrote it by hand
RETRIED = 50_000  # longer ones are not tried in other dialects
MANY_ROWS = 20_000
# a statement is often marked with a dialect that it is not of; these are read when its own cannot
NEIGHBOURS = ("", "snowflake", "spark", "postgres", "tsql", "mysql")
_PLACE = re.compile(r"\.? Line (\d+), Col: (\d+)\.?")
_WRITES = re.compile(r"\s*(?:insert|merge|update|delete|create|with|select|replace)\b", re.IGNORECASE)
_STRANGE = (SqlglotError, RecursionError, ValueError, AttributeError, KeyError, TypeError, IndexError, AssertionError)

_MISSING = re.compile(r"Required keyword: '\w+' missing for <class '[\w.]*?(\w+)'>")
_SYNTAX = (exp.Connector, exp.Case, exp.Cast)  # functions to the parser, words of the language to everybody else

# "contains unsupported syntax. Falling back …": told as a warning of ours where it matters
logging.getLogger("sqlglot").setLevel(logging.ERROR)


class Warned(NamedTuple):
    """What was not read, and why."""

    line: int
    message: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.message}"


def statements(script: str, dialect: str) -> Iterator[exp.Expr | Warned]:
    """Each statement of the script, one at a time, so that who asks can stop."""
    text = script.replace("\0", " ")
    if has_templates(text):
        text = filled(text)
    text = repaired(text, dialect)
    if len(text) <= LONGEST and is_procedure(text):
        yield from _procedure(text, dialect)
        return
    for piece in pieces(text, dialect):
        if not is_blank(piece.text):
            yield from _one(piece, dialect)


def _one(piece: Piece, dialect: str) -> Iterator[exp.Expr | Warned]:
    text = piece.text
    if len(text) > MANY_ROWS:
        text = without_rows(text)
    if len(text) > LONGEST:
        yield Warned(
            piece.line, f"a statement of {len(text):,} characters is too long to be read (at most {LONGEST:,})"
        )
    elif piece.depth > DEEPEST or has_endless_signs(text):
        depth = f"{piece.depth:,} deep" if piece.depth > DEEPEST else "without end"
        yield Warned(piece.line, f"a statement nested {depth} is too deep to be read (at most {DEEPEST})")
    elif is_made(text):
        yield from _procedure(text, dialect, piece.line)
    else:
        trees, problem = _parsed(text, dialect)
        if problem:
            yield _placed(piece, problem)
        yield from trees


def _placed(piece: Piece, problem: str) -> Warned:
    """The parser counts lines from the statement's beginning, people from the file's."""
    where = _PLACE.search(problem)
    if where is None:
        above = piece.text[: len(piece.text) - len(piece.text.lstrip())]
        return Warned(piece.line + above.count("\n"), problem)
    return Warned(piece.line + int(where[1]) - 1, f"{problem[: where.start()].rstrip(' .')}, column {where[2]}")


def _parsed(text: str, dialect: str) -> tuple[list[exp.Expr], str]:
    """(trees, why there are none)."""
    trees, problem = _tried(text, dialect)
    if not problem or len(text) > RETRIED:
        return trees, problem
    if (shorter := reduced(text)) is not None:
        found, failed = _tried(shorter, dialect)
        if not failed:
            return found, ""
    for other in NEIGHBOURS:
        if other != dialect:
            found, failed = _tried(text, other)
            if not failed:
                return found, ""
    parts = [_tried(part.text, dialect) for part in bodies(text) if part.text != text.strip()]
    return [tree for found, _ in parts for tree in found], "" if any(found for found, _ in parts) else problem


def _tried(text: str, dialect: str) -> tuple[list[exp.Expr], str]:
    try:
        trees = [tree for tree in sqlglot.parse(text, dialect=dialect) if tree is not None]
    except RecursionError:
        return [], "nested too deep to be read"
    except _STRANGE as error:
        trees = (
            _of_other_functions(text, dialect) if isinstance(error, ParseError) and _is_call(error.errors[0]) else []
        )
        if not trees:
            return [], _told(error)
    for tree in trees:
        if isinstance(tree, exp.Command) and _WRITES.match(text):
            return [], f"not understood: {' '.join(text.split())[:80]}"
        if not isinstance(tree, _STATEMENTS):
            return [], f"not a statement: {' '.join(text.split())[:80]}"
    return trees, ""


def _of_other_functions(text: str, dialect: str) -> list[exp.Expr]:
    """A function of somebody's own may be called like one of the dialect's, and take other arguments."""
    try:
        sqlglot.parse(text, dialect=dialect, error_level=ErrorLevel.RAISE)
    except ParseError as error:
        if not all(_is_call(each) for each in error.errors):
            return []
        return [
            tree for tree in sqlglot.parse(text, dialect=dialect, error_level=ErrorLevel.IGNORE) if tree is not None
        ]
    except _STRANGE:
        return []
    return []


def _is_call(error: dict[str, Any]) -> bool:
    description = str(error.get("description"))
    if found := _MISSING.match(description):
        kind = getattr(exp, found[1], None)
        return isinstance(kind, type) and issubclass(kind, exp.Func) and not issubclass(kind, _SYNTAX)
    return description.startswith("The number of provided arguments")


def _procedure(text: str, dialect: str, line: int = 1) -> Iterator[exp.Expr | Warned]:
    """The statements of a body that write; the language around them is not SQL of any dialect's query."""
    found = False
    for body in bodies(text):
        if len(body.text) > LONGEST or next(pieces(body.text, dialect)).depth > DEEPEST:
            continue
        trees, problem = _parsed(body.text, dialect)
        if not problem:
            found = True
            yield from (exp.Exists(this=tree) if body.only_read else tree for tree in trees)
    if not found and not is_function(text):
        yield Warned(line, "nothing in this procedure was understood to read or write tables")


def _told(error: Exception) -> str:
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return re.sub(r"\x1b\[\d+m", "", lines[0])[:200]


_STATEMENTS = (exp.Query, exp.DML, exp.DDL, exp.Command, exp.Values, exp.Block, exp.Alter, exp.Drop, exp.TruncateTable, exp.Use,
               exp.Set, exp.Cache, exp.Uncache, exp.Refresh, exp.Describe, exp.Show, exp.Pragma, exp.Transaction, exp.Commit,
               exp.Rollback, exp.Grant, exp.Comment, exp.MultitableInserts, exp.Analyze, exp.Copy, exp.Attach, exp.Detach,
               exp.Kill, exp.LoadData, exp.Export, exp.Execute, exp.Declare, exp.EndStatement, exp.From,
               exp.Pivot, exp.Summarize)  # fmt: skip
