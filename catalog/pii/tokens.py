"""A column's name as words: ``customerEmailAddress``, ``CUST_EMAIL_ADDR`` and ``customeremailaddress`` are parted alike. Pure."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from catalog.pii import lexicon

MAX_NAME = 200
MAX_GLUED = 40
_PARTS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+|[^\W\d_a-zA-Z]+")
_SPECIAL = str.maketrans(
    {"ß": "ss", "ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ł": "l", "Ł": "L"}
)

_WORDS = frozenset(
    word
    for table in (lexicon.CLEAR, lexicon.OF_PEOPLE)
    for phrases in table.values()
    for phrase in phrases
    for word in phrase
)
_PARTS_OF_GLUED = frozenset(
    word
    for word in (
        *_WORDS,
        *lexicon.PEOPLE,
        *lexicon.GLUE,
        *lexicon.THINGS,
        *lexicon.PLACES,
        *lexicon.OBSCURED,
        *lexicon.COUNTERS,
    )
    if len(word) >= 3 or word in {"id", "ip", "no", "to", "is"}
)


def tokens(name: str) -> tuple[str, ...]:
    """Words in lower case, without accents, single numbers left out at the end by the caller's rules.

    >>> tokens("customerEmailAddress"), tokens("ADDR_LINE_1"), tokens("nationalidnumber")
    (('customer', 'email', 'address'), ('addr', 'line', '1'), ('national', 'id', 'number'))
    """
    plain = unicodedata.normalize("NFKD", name[:MAX_NAME].translate(_SPECIAL))
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return tuple(word for part in _PARTS.findall(plain) for word in _parted(part.lower()))


@lru_cache(maxsize=65_536)
def _parted(word: str) -> tuple[str, ...]:
    """A word that the lexicon does not know as those of which it is written, if it is so to its last letter."""
    if word in _PARTS_OF_GLUED or not 6 <= len(word) <= MAX_GLUED:
        return (word,)
    ways: list[tuple[str, ...] | None] = [(), *([None] * len(word))]
    for end in range(2, len(word) + 1):
        for start in range(end - 1):
            before = ways[start]
            if before is not None and word[start:end] in _PARTS_OF_GLUED:
                found = (*before, word[start:end])
                best = ways[end]
                if best is None or len(found) < len(best):
                    ways[end] = found
    return ways[-1] or (word,)


def singular(word: str) -> str:
    """Enough of English to know ``users`` and ``countries``, and the few plurals of other languages that tables are called by."""
    if word in lexicon.PEOPLE_PLURALS:
        return lexicon.PEOPLE_PLURALS[word]
    if len(word) > 4 and word.endswith("ies"):
        return f"{word[:-3]}y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word
