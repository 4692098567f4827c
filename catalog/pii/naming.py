"""Personal data by the name of a column, with its table and its type beside it. Pure.

In a compound the last word says what the thing is: ``customer_email`` is an e-mail address, ``email_sent_at`` a moment,
``address_count`` a number. So a phrase of the lexicon counts at the end of a name, and what stands before it only says whose
it is: ``patient_name`` is a person's, ``product_name`` is not, and a bare ``name`` is what its table is about.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from catalog.pii import lexicon, types
from catalog.pii.classes import CLASSES
from catalog.pii.judging import NAME, Finding
from catalog.pii.tokens import singular, tokens

# How sure each way to a class is; ``bench.pii`` shows what share of them is right
CLEAR = 0.9
WITH_PEOPLE = 0.85
CLEAR_OF_THINGS = 0.6  # ``support_email``, ``store_phone``: an address indeed, maybe of nobody
ALONE = 0.5  # ``city``, ``ip`` where nothing tells whether it is about people
KEPT_WHEN_OBSCURED = 0.9  # data under a pseudonym is personal data still (GDPR, recital 26)
MINIMUM = 0.4

# Whose bare mention without people around is not worth anybody's look
NOTHING_ALONE = frozenset(
    {"name", "ethnicity", "salary", "health", "gender", "religion", "email", "username", "device_id"}
)
# Things have these too: the full name of a product
ALSO_OF_THINGS = frozenset({("full", "name"), ("full", "nm"), ("name", "suffix"), ("name", "prefix")})
# Companies have these as well as people, cars and cards go by others: somebody has to look
DOUBTFUL = frozenset({("tin",), ("vin",), ("pan",), ("contact",)})
# A relation between two things is neither of them: ``birth_date_after_death_date``
RELATIONS = frozenset({"after", "before", "without", "within", "per", "vs", "versus", "than", "between", "since"})
# Lists of codes bear the name of what they list: the table ``race`` with its column ``race``
LISTED = frozenset({"gender", "ethnicity", "religion", "nationality", "marital_status", "sexuality"})
# Columns that only tables about people have; two of them tell what the table is about
MARKS = frozenset({"birth_date", "gender", "ethnicity", "national_id", "marital_status", "religion"})

_ANY = frozenset({types.TEXT, types.NUMBER, types.DATE, types.ID, types.OTHER, types.UNKNOWN})
_TEXTS = frozenset({types.TEXT, types.UNKNOWN})
_CODES = _TEXTS | {types.NUMBER}
FAMILIES = {
    "email": _TEXTS | {types.OTHER},
    "name": _TEXTS | {types.OTHER},
    "phone": _CODES,
    "address": _CODES | {types.OTHER},
    "birth_date": _CODES | {types.DATE},
    "gender": _CODES,
    "nationality": _CODES,
    "marital_status": _CODES,
    "ethnicity": _CODES,
    "religion": _CODES,
    "sexuality": _CODES,
    "username": _TEXTS,
    "ip_address": _CODES | {types.OTHER},
    "device_id": _CODES | {types.ID},
    "national_id": _CODES,
    "iban": _CODES,
    "credit_card": _CODES,
    "salary": _CODES,
    "password": _TEXTS | {types.OTHER},
    "location": _CODES | {types.OTHER},
}


class About(StrEnum):
    """What the rows of a table are."""

    PEOPLE = "people"
    MACHINES = "machines"
    PLACES = "places"
    THINGS = "things"
    UNKNOWN = ""


class Table(NamedTuple):
    """What a column's name is read with. ``words`` are the table's own, in the singular and without its layer."""

    about: About = About.UNKNOWN
    words: tuple[str, ...] = ()


UNKNOWN_TABLE = Table()

_PHRASES: dict[tuple[str, ...], tuple[str, bool]] = {
    **{phrase: (pii, False) for pii, phrases in lexicon.OF_PEOPLE.items() for phrase in phrases},
    **{phrase: (pii, True) for pii, phrases in lexicon.CLEAR.items() for phrase in phrases},
}
_LONGEST = max(map(len, _PHRASES))


def by_name(name: str, data_type: str = "", table: Table = UNKNOWN_TABLE) -> Finding | None:
    """The class that a name speaks for; None where it speaks for none, or not for one that its type could hold.

    >>> by_name("customer_email").pii, by_name("email_sent_at"), by_name("name", "text", table_of("products"))
    ('email', None, None)
    """
    return _by_name(name, types.family(data_type), _narrowed(table, name))


def table_of(title: str, columns: Iterable[str] = ()) -> Table:
    """``title`` is the table's own name, ``columns`` are the names of all of its columns."""
    words = tuple(singular(word) for word in tokens(title) if word not in lexicon.LAYERS and not word.isdigit())
    about = _about(words)
    if about is not About.PEOPLE and _holds_people(columns):
        about = About.PEOPLE
    return Table(about, words)


@lru_cache(maxsize=16_384)
def _about(words: tuple[str, ...]) -> About:
    """The last word that says anything does, as in any compound."""
    for word in reversed(words):
        for about, known in _KINDS:
            if word in known:
                return about
    return About.UNKNOWN


_KINDS = (
    (About.PEOPLE, lexicon.PEOPLE),
    (About.MACHINES, lexicon.MACHINES),
    (About.PLACES, lexicon.PLACES),
    (About.THINGS, lexicon.THINGS),
)


def _holds_people(columns: Iterable[str]) -> bool:
    marks: set[str] = set()
    for column in columns:
        mark = _mark(column)
        if mark:
            marks.add(mark)
            if len(marks) > 1:
                return True
    return False


@lru_cache(maxsize=65_536)
def _mark(column: str) -> str:
    """Which mark of a table about people a column is, if any; first and last names are two of them."""
    found = _by_name(column, types.UNKNOWN, UNKNOWN_TABLE)
    if found is None or found.confidence < CLEAR:
        return ""
    if found.pii == "name":
        return " ".join(tokens(column))
    return found.pii if found.pii in MARKS else ""


def _narrowed(table: Table, column: str) -> Table:
    """Only what matters stays, so that a name's answer is remembered for all tables of its kind."""
    return Table(table.about, table.words if table.words == _singulars(column) else ())


@lru_cache(maxsize=65_536)
def _singulars(column: str) -> tuple[str, ...]:
    return tuple(singular(word) for word in tokens(column))


@lru_cache(maxsize=65_536)
def _by_name(name: str, family: str, table: Table) -> Finding | None:
    words = tokens(name)
    if not words or family == types.BOOLEAN or words[0] in lexicon.COUNTERS or not RELATIONS.isdisjoint(words):
        return None
    plain = tuple(word for word in words if word not in lexicon.OBSCURED)
    phrase, before = _phrase(plain) or _phrase(words) or ((), ())
    if not phrase:
        return None
    pii, clear = _PHRASES[phrase]
    if family not in FAMILIES.get(pii, _ANY) or (pii in LISTED and table.words):
        return None
    clear = clear and not (phrase in ALSO_OF_THINGS and table.about is About.THINGS)
    confidence, people = _confidence(pii, clear, before, table.about)
    obscured = plain != words and pii != "password"
    confidence = min(confidence, CLEAR_OF_THINGS) if phrase in DOUBTFUL else confidence
    confidence = round(confidence * (KEPT_WHEN_OBSCURED if obscured else 1), 3)
    if confidence < MINIMUM:
        return None
    return Finding(NAME, pii, _reason(pii, people=people, obscured=obscured), confidence)


def _phrase(words: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """(a phrase of the lexicon, the words that say whose it is): at the name's end, or at its beginning with people
    behind it, as in ``nombre_cliente`` and ``name_of_customer``."""
    rest = tuple(words)
    while rest:
        if found := _ending(rest):
            return found
        if not (rest[-1].isdigit() or rest[-1] in lexicon.TAILS):
            break
        rest = rest[:-1]
    return _leading(words)


def _ending(words: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    for length in range(min(_LONGEST, len(words)), 0, -1):
        for form in (words, (*words[:-1], singular(words[-1]))):
            if form[-length:] in _PHRASES:
                return form[-length:], form[:-length]
    return None


def _leading(words: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    for length in range(min(_LONGEST, len(words) - 1), 0, -1):
        phrase, behind = tuple(words[:length]), tuple(singular(word) for word in words[length:])
        whose = {word for word in behind if word not in lexicon.NEUTRAL}
        said = "of" in behind or phrase[0] in lexicon.HEAD_FIRST or not whose.isdisjoint(lexicon.HEAD_FIRST)
        if phrase in _PHRASES and said and whose and whose <= lexicon.PEOPLE:
            return phrase, behind
    return None


def _confidence(pii: str, clear: bool, before: tuple[str, ...], about: About) -> tuple[float, bool]:
    """(how sure, whether people around it were needed for that)"""
    whose = [singular(word) for word in before if word not in lexicon.NEUTRAL and not word.isdigit()]
    owner = _about(tuple(whose))
    if owner is About.PEOPLE:
        return (CLEAR, False) if clear else (WITH_PEOPLE, True)
    of_things = owner is not About.UNKNOWN
    if clear:
        return (CLEAR_OF_THINGS if of_things or about in {About.PLACES, About.MACHINES} else CLEAR), False
    if of_things:
        return (0.0 if pii in NOTHING_ALONE else ALONE - 0.1), False
    if about is About.PEOPLE and (not whose or pii not in NOTHING_ALONE):
        return WITH_PEOPLE, True
    if pii in NOTHING_ALONE or about in {About.THINGS, About.MACHINES} or whose:
        return 0.0, False
    return (ALONE - 0.1 if about is About.PLACES else ALONE), False


def _reason(pii: str, *, people: bool, obscured: bool) -> str:
    whose = ", of people" if people else ""
    hidden = ", hashed or masked, which leaves it personal" if obscured else ""
    return f"named like {CLASSES[pii].one}{whose}{hidden}"
