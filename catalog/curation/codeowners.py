"""The owners' file: ``pattern owner owner …``, the last line that matches counts. Pure.

Patterns are of ``schema.table`` with ``*`` and ``?``; ``#`` begins a comment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

MAX_LINES = 500
MAX_OWNERS = 10


@dataclass(frozen=True, slots=True)
class Written:
    number: int
    pattern: str
    owners: Sequence[str]


def parse(text: str) -> tuple[list[Written], list[str]]:
    """Lines that say something, and what is wrong with others.

    >>> parse("# all\\nmarts.* finance @stew")
    ([Written(number=2, pattern='marts.*', owners=['finance', 'stew'])], [])
    """
    found: list[Written] = []
    problems: list[str] = []
    for number, line in enumerate(text.replace("\0", "").splitlines(), 1):
        pattern, *owners = line.split("#", 1)[0].split() or [""]
        if not pattern:
            continue
        names = list(dict.fromkeys(name.lstrip("@") for name in owners if name.lstrip("@")))
        if not names:
            problems.append(f"line {number}: “{pattern[:60]}” has no owner")
        elif len(names) > MAX_OWNERS or len(pattern) > 500:
            problems.append(f"line {number}: at most {MAX_OWNERS} owners and 500 characters of pattern")
        else:
            found.append(Written(number, pattern, names))
    if len(found) > MAX_LINES:
        problems.append(f"At most {MAX_LINES} rules.")
    return found, problems


def converted(text: str) -> str:
    """A repository's CODEOWNERS as our lines: a folder is a schema, a file a table.

    >>> print(converted("* @org/data\\n/models/marts/ @org/finance\\nmodels/staging/stg_orders.sql @dee"))
    * data
    marts.* finance
    staging.stg_orders dee
    """
    lines = []
    for line in text.replace("\0", "").splitlines():
        code, mark, comment = line.partition("#")
        pattern, *owners = code.split() or [""]
        if not pattern:
            lines.append(f"#{comment}" if mark else "")
            continue
        names = [name.lstrip("@").rpartition("/")[2] if name.startswith("@") else name for name in owners]
        lines.append(" ".join([_path(pattern), *names]) + (f"  #{comment}" if mark else ""))
    return "\n".join(lines).strip()


def _path(pattern: str) -> str:
    parts = [part for part in pattern.strip("/").split("/") if part and part != "**"]
    if not parts or parts == ["*"]:
        return "*"
    if pattern.endswith("/") or (parts[-1] == "*" and len(parts) > 1):
        return f"{(parts if pattern.endswith('/') else parts[:-1])[-1]}.*"
    stem = parts[-1].rpartition(".")[0] or parts[-1]
    if "." not in parts[-1] and "*" not in parts[-1]:
        return f"{stem}.*"
    return f"{parts[-2] if len(parts) > 1 else '*'}.{stem}"
