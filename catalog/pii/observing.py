"""Personal data by the values of a column: what share of a small sample the validators take for a class. Pure.

The values are looked at and forgotten: what leaves this file is a class, two counts and how sure they make us.
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import NamedTuple

from catalog.pii.classes import CLASSES
from catalog.pii.judging import VALUES, Finding
from catalog.pii.naming import MINIMUM, UNKNOWN_TABLE, About, Table
from catalog.pii.validators import DETECTORS, HINTED, Detector

MAX_VALUES = 100  # distinct values of one column that are looked at
MAX_LENGTH = 320  # of one value: longer ones are prose, and count as no match
MAX_SECONDS = 2.0  # of the processor for one column: never reached by what is known, a belt against what is not
MIN_VALUES = 5  # fewer say nothing
GIVE_UP = 20  # values without a match after which a validator is no longer asked
MACHINES_AT_MOST = 0.6  # an address of a server is nobody's; somebody has to look
Z = 1.96  # 95 %

_HEX_DIGEST = re.compile(r"(?:[0-9a-fA-F]{32}|[0-9a-fA-F]{40}|[0-9a-fA-F]{64}|[0-9a-fA-F]{128})")
_MASKED = re.compile(r"[*•]{2,}|[xX]{4,}|\[?(?:redacted|masked)\]?", re.IGNORECASE)
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ]00:00(?::00(?:\.0+)?)?)?(?:Z|\+00(?::?00)?)?")
_SEXES = frozenset({"male", "female", "man", "woman", "männlich", "weiblich", "homme", "femme", "hombre", "mujer"})
_SEX_CODES = _SEXES | {
    *(
        "m",
        "f",
        "w",
        "d",
        "x",
        "u",
        "o",
        "non-binary",
        "nonbinary",
        "diverse",
        "divers",
        "other",
        "unknown",
        "n/a",
        "none",
    ),
    *("prefer not to say", "not specified", "transgender"),
}


class Seen(NamedTuple):
    finding: Finding
    matched: int
    looked_at: int


def wilson(matched: int, looked_at: int) -> float:
    """The lower bound of a share: with few values, even a full match is not sure.

    >>> round(wilson(5, 5), 2), round(wilson(50, 50), 2), wilson(0, 50)
    (0.57, 0.93, 0.0)
    """
    if not matched:
        return 0.0
    share, square = matched / looked_at, Z * Z
    centre = share + square / (2 * looked_at)
    spread = Z * math.sqrt(share * (1 - share) / looked_at + square / (4 * looked_at * looked_at))
    return max(0.0, (centre - spread) / (1 + square / looked_at))


def by_values(values: Iterable[str | None], hint: str = "", table: Table = UNKNOWN_TABLE) -> Seen | None:
    """What the values speak for. ``hint`` is the class that the name speaks for: values that cannot be of it are a finding
    too, of no confidence, which keeps the name from counting."""
    sample = _sample(values)
    genders = _genders(sample, hint)
    if genders or len(sample) < MIN_VALUES:
        return genders
    if _share(sample, _obscured) >= 0.8:
        return None  # hashed or masked: that hides the class, it does not deny it
    found = _best([*_matches(sample, hint), *_births(sample, hint)])
    if found is not None:
        return _limited(found, table)
    return _denied(sample, hint)


def _sample(values: Iterable[str | None]) -> list[str]:
    distinct: dict[str, None] = {}
    for value in values:
        if isinstance(value, str) and (text := value.strip()):
            distinct[text] = None
            if len(distinct) == MAX_VALUES:
                break
    return list(distinct)


def _matches(sample: Sequence[str], hint: str) -> list[Seen]:
    ends = time.thread_time() + MAX_SECONDS
    detectors = [HINTED[hint], *DETECTORS] if hint in HINTED else DETECTORS
    return [seen for detector in detectors if (seen := _match(detector, sample, ends)) is not None]


def _match(detector: Detector, sample: Sequence[str], ends: float) -> Seen | None:
    matched = looked_at = 0
    for value in sample:
        if (looked_at == GIVE_UP and not matched) or time.thread_time() > ends:
            break
        looked_at += 1
        matched += len(value) <= MAX_LENGTH and detector.test(value)
    return _seen(detector.pii, matched, looked_at, detector.trust) if matched else None


def _seen(pii: str, matched: int, looked_at: int, trust: float) -> Seen:
    reason = f"{matched} of {looked_at} values look like {CLASSES[pii].many}"
    return Seen(Finding(VALUES, pii, reason, round(wilson(matched, looked_at) * trust, 3)), matched, looked_at)


def _best(seen: Sequence[Seen]) -> Seen | None:
    sure = [one for one in seen if one.looked_at >= MIN_VALUES and one.finding.confidence >= MINIMUM]
    return max(sure, key=lambda one: one.finding.confidence, default=None)


def _limited(seen: Seen, table: Table) -> Seen:
    if table.about is not About.MACHINES or seen.finding.pii not in {"ip_address", "device_id"}:
        return seen
    confidence = min(seen.finding.confidence, MACHINES_AT_MOST)
    return seen._replace(finding=seen.finding._replace(confidence=confidence))


def _denied(sample: Sequence[str], hint: str) -> Seen | None:
    """Values that are nothing like what the name promises; what has at least its shape may be test data."""
    detector = next((one for one in DETECTORS if one.pii == hint and one.shape), None)
    if detector is None or detector.shape is None or len(sample) < GIVE_UP:
        return None
    shape = detector.shape
    if _share(sample, lambda value: shape.fullmatch(value) is not None) >= 0.2:
        return None
    looked_at = len(sample)
    matched = sum(len(value) <= MAX_LENGTH and detector.test(value) for value in sample)
    return _seen(hint, matched, looked_at, 0.5)


def _obscured(value: str) -> bool:
    return _HEX_DIGEST.fullmatch(value) is not None or _MASKED.search(value) is not None


def _share(sample: Sequence[str], test: Callable[[str], bool]) -> float:
    return sum(map(test, sample)) / len(sample) if sample else 0.0


def _births(sample: Sequence[str], hint: str) -> list[Seen]:
    """Days without a time, spread over the ages that people live to. Opening days of shops are spread so too: without
    the name's word for it, this only asks for a look."""
    years = [year for value in sample if (year := _year(value)) is not None]
    this_year = date.today().year  # noqa: DTZ011 - a year more or less does not matter
    lived = [year for year in years if 0 <= this_year - year <= 110]
    grown = sum(this_year - year >= 16 for year in lived)
    if len(lived) < MIN_VALUES or max(lived) - min(lived) < 20 or grown < 0.6 * len(lived):
        return []
    return [_seen("birth_date", len(lived), len(sample), 0.98 if hint == "birth_date" else 0.55)]


def _year(value: str) -> int | None:
    found = _DAY.fullmatch(value)
    return int(found[1]) if found and 1 <= int(found[2]) <= 12 and 1 <= int(found[3]) <= 31 else None


def _genders(sample: Sequence[str], hint: str) -> Seen | None:
    """A short list of words: no share over many distinct values could be taken of it."""
    words = {value.casefold() for value in sample}
    if not 2 <= len(words) <= 8 or not words <= _SEX_CODES:
        return None
    told = bool(words & _SEXES) or hint == "gender"
    if not told and not {"m", "f"} <= words:
        return None
    reason = f"all {len(words)} different values are words for genders"
    return Seen(Finding(VALUES, "gender", reason, 0.9 if told else 0.6), len(words), len(words))
