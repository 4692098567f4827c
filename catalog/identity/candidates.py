"""How likely one thing is another, and why, in words for people. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher

SIMILAR = 0.75  # of difflib's ratio
LEAST = 20  # a lower score is no candidate


@dataclass(frozen=True, slots=True)
class Thing:
    title: str
    schema: str
    database: str
    platform: str
    namespace: str
    columns: frozenset[str] = frozenset()  # folded


@dataclass(frozen=True, slots=True)
class Likeness:
    """``score`` orders candidates; it is no probability."""

    score: int
    reasons: tuple[str, ...]


def likeness(one: Thing, other: Thing) -> Likeness:
    """
    >>> at = dict(database="", platform="postgres", namespace="postgres://h")
    >>> likeness(Thing("orders", "marts", **at), Thing("ORDERS", "raw", **at)).reasons
    ('the same name in schema raw',)
    >>> likeness(Thing("orders", "raw", **at), Thing("orders", "", "", "kafka", "kafka://b")).reasons
    ('the same name, in no schema', 'on kafka')
    """
    score, reasons = _names(one, other)
    if not score:
        return Likeness(0, ())
    if one.columns and other.columns:
        shared = len(one.columns & other.columns)
        if 2 * shared > len(one.columns):
            score += 30 * shared // len(one.columns)
            reasons.append(_shared(shared, len(one.columns)))
        elif not shared:
            score -= 15
    if one.platform and one.platform != other.platform:
        score -= 10
        reasons.append(f"on {other.platform}")
    if one.database and one.database.casefold() == other.database.casefold():
        score += 5
    return Likeness(score, tuple(reasons))


def _shared(shared: int, of: int) -> str:
    """
    >>> _shared(1, 1), _shared(14, 14), _shared(9, 14)
    ('its only column is there', 'all of its 14 columns are there', '9 of its 14 columns are there')
    """
    if shared == of:
        return "its only column is there" if of == 1 else f"all of its {of} columns are there"
    return f"{shared} of its {of} columns are there"


def _names(one: Thing, other: Thing) -> tuple[int, list[str]]:
    title, there = one.title.casefold(), other.title.casefold()
    same_schema = one.schema.casefold() == other.schema.casefold()
    if title == there and (same_schema or not one.schema):
        if one.namespace == other.namespace or not same_schema:
            return 60, ["the same name"]
        return 60, [f"the same name on {other.namespace}"]
    if title == there:
        return 45, [f"the same name in schema {other.schema}" if other.schema else "the same name, in no schema"]
    nearby = 5 if same_schema else 0
    where = "" if same_schema or not other.schema else f", in schema {other.schema}"
    if one_letter_apart(title, there):
        return 35 + nearby, [f"one letter apart{where}"]
    ratio = SequenceMatcher(None, title, there).ratio()
    return (round(30 * ratio) + nearby, [f"a similar name{where}"]) if ratio >= SIMILAR else (0, [])


def one_letter_apart(one: str, other: str) -> bool:
    """One letter more, less, or another one.

    >>> one_letter_apart("orders", "order"), one_letter_apart("orders", "ordres")
    (True, False)
    """
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    short, long = sorted((one, other), key=len)
    at = next((place for place, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    return short[at + (len(short) == len(long)) :] == long[at + 1 :]
