"""dbt's selection syntax, pure: ``+marts.revenue_by_day+2 tag:daily,schema:staging --exclude @stg_*``.

Words with spaces between are united, words with commas between must all hold, what follows ``--exclude`` is taken away.
``+`` before or behind a word adds what it is made from and what is made from it, ``2+`` two hops of it, ``@`` all that is
made from it with everything that this needs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MANY = 1_000_000  # hops: as far as it goes
MOST_WORDS = 100
METHODS = {
    "name": "",
    "fqn": "",
    "tag": "tag",
    "schema": "schema",
    "kind": "kind",
    "resource_type": "kind",
    "platform": "platform",
    "domain": "domain",
    "owner": "owner",
    "pii": "pii",
    "source": "source",
    "exposure": "exposure",
}
WORD = re.compile(
    r"""(?P<at>@)?(?:(?P<up>\d*)(?P<ups>\+))?
    (?:(?P<method>[A-Za-z_][A-Za-z_.]*):(?!//))?
    (?P<value>"[^"]*"|[^"+]+)
    (?:(?P<downs>\+)(?P<down>\d*))?""",
    re.VERBOSE,
)
PART = re.compile(r'(?:[^\s,"]|"[^"]*"?)+|,')
EXCLUDE = "--exclude"


class Unreadable(ValueError):
    """``at``: where in the text it stops making sense, counted from 0."""

    def __init__(self, message: str, at: int) -> None:
        super().__init__(message)
        self.message = message
        self.at = at


@dataclass(frozen=True, slots=True)
class Word:
    value: str
    method: str = ""  # one of METHODS' values; "" is the name
    up: int = 0
    down: int = 0
    all_it_needs: bool = False  # @

    @property
    def has_wildcard(self) -> bool:
        return any(letter in self.value for letter in "*?")


Union = tuple[tuple[Word, ...], ...]  # all words of one of these


@dataclass(frozen=True, slots=True)
class Selection:
    wanted: Union
    without: Union = ()


def parse(text: str) -> Selection:
    """
    Raises:
        Unreadable: with the place.
    """
    parts: list[list[list[Word]]] = [[]]
    comma, words, place = False, 0, 0
    for found in PART.finditer(text):
        part, at = found.group(), found.start()
        if part == EXCLUDE:
            if len(parts) == 2 or comma:
                raise Unreadable("“--exclude” stands here once too often." if len(parts) == 2 else _LONELY, at)
            parts.append([])
        elif part == ",":
            if comma or not parts[-1] or at != place:
                raise Unreadable(_LONELY, at)
            comma = True
        else:
            if comma and at != place:
                raise Unreadable(_LONELY, place - 1)
            words += 1
            _add(parts[-1], _word(part, at), joined=comma)
            comma = False
        place = found.end()
    if comma:
        raise Unreadable(_LONELY, place - 1)
    if words > MOST_WORDS:
        raise Unreadable(f"At most {MOST_WORDS} words.", 0)
    if not all(parts):
        raise Unreadable("Nothing is named to select." if not parts[0] else "Nothing is named to exclude.", len(text))
    wanted, without = (tuple(tuple(group) for group in part) for part in [*parts, []][:2])
    return Selection(wanted, without)


_LONELY = "A comma stands between two words, without spaces."


def _add(groups: list[list[Word]], word: Word, *, joined: bool) -> None:
    if joined:
        groups[-1].append(word)
    else:
        groups.append([word])


def _word(token: str, at: int) -> Word:
    found = WORD.fullmatch(token)
    if found is None:
        raise Unreadable(f"“{token[:80]}” cannot be read: it is [n+]name[+n] or [n+]method:value[+n].", at)
    method = (found["method"] or "name").lower()
    if method not in METHODS:
        known = ", ".join(sorted(METHODS))
        raise Unreadable(f"There is no method “{method}:” here; there are {known}.", at)
    if found["at"] and (found["ups"] or found["downs"]):
        raise Unreadable("“@” already goes both ways, without “+”.", at)
    value = found["value"].strip('"').strip()
    if not value:
        raise Unreadable(f"“{token[:80]}” names nothing.", at)
    return Word(
        value=value,
        method=METHODS[method],
        up=_hops(found["ups"], found["up"]),
        down=_hops(found["downs"], found["down"]),
        all_it_needs=bool(found["at"]),
    )


def _hops(plus: str | None, number: str | None) -> int:
    return 0 if not plus else min(int(number[:7]), MANY) if number else MANY
