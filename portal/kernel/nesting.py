"""What is wrong with JSON that cannot be read, in words: of one that is nested without end, where. Pure."""

from __future__ import annotations

import re

DEEP = 100  # levels from which on a place is told; how many can be read depends on who reads
SCANNED = 2**20
TOLD = 4  # parts of the place
_TOKEN = re.compile(rb'"((?:[^"\\]|\\.)*+)"?|[\[\]{},]', re.DOTALL)


def fault(error: Exception, content: bytes) -> str:
    """Of what ``msgspec.json.decode`` raised over the content."""
    if not isinstance(error, RecursionError):
        return str(error)
    place = deep_place(content)
    return f"it is nested too deeply, in {place}" if place else "it is nested too deeply"


def deep_place(content: bytes) -> str:
    """Where JSON goes far down: ``[0].run.facets.x``; "" where that is not known.

    >>> deep_place(b'[{}, {"a": {"b": [' + b"[" * 200)
    '[1].a.b[0]'
    """
    path: list[str | int] = []
    is_key = False
    for found in _TOKEN.finditer(content[:SCANNED]):
        sign = found[0][:1]
        if sign in b"[{":
            path.append(0 if sign == b"[" else "")
        elif sign in b"]}":
            path = path[:-1]
        elif sign == b'"' and is_key:
            path[-1] = found[1].decode("utf-8", "replace")[:40]
        elif sign == b"," and path and isinstance(last := path[-1], int):
            path[-1] = last + 1
        is_key = sign == b"{" or (sign == b"," and bool(path) and isinstance(path[-1], str))
        if len(path) > DEEP:
            return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path[:TOLD]).lstrip(".")
    return ""
