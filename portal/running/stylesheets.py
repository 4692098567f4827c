"""What is changed in style sheets of others before they are served."""

from __future__ import annotations

import re
from collections.abc import Iterator

# Static files are served under hashed names, and a style sheet that names a map which is not served cannot be hashed
_SOURCE_MAP = re.compile(r"\s*/\*# sourceMappingURL=[^*]*\*/\s*\Z")
_GUESS = re.compile(r"\[(?:class|style)\b")
_ANYTHING_AFTER = re.compile(r"[~+]\s*(?:\*|:not\([^()]*\))\s*$")
_DEAR_RULE = re.compile(r"([^{};]*(?:\[(?:class|style)\b|[~+]\s*[*:])[^{};]*)\{([^{}]*)\}")


def served(css: str) -> str:
    """Without the link to its map, and without selectors that make small changes of large pages dear:

    - by parts of a class or style, such as ``[class*=col-]``. As long as one of them ends in anything at all, each change
      of a class or style anywhere has the browser look anew at everything below. With Tabler's, to move the map of lineage
      by one pixel took 60 ms; without them, less than one.
    - of anything that comes after something, such as ``legend + *``. Where an element goes, whatever it is, the browser
      looks anew at all that stands after it: 67 ms where a card of the map went.

    No page of ours uses what they are for."""
    return _DEAR_RULE.sub(_without_dear, _SOURCE_MAP.sub("\n", css))


def _without_dear(rule: re.Match[str]) -> str:
    kept = [one for one in _selectors(rule[1]) if not (_GUESS.search(one) or _ANYTHING_AFTER.search(one))]
    return f"{','.join(kept)}{{{rule[2]}}}" if kept else ""


def _selectors(listed: str) -> Iterator[str]:
    """Those of a list; commas in brackets belong to one of them.

    >>> list(_selectors("a,b:is(c,d[x=','])"))
    ['a', "b:is(c,d[x=','])"]
    """
    depth = begin = 0
    for at, letter in enumerate(listed):
        depth += (letter in "([") - (letter in ")]")
        if letter == "," and not depth:
            yield listed[begin:at]
            begin = at + 1
    yield listed[begin:]
