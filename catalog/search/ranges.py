"""Ages, days and numbers as people write them: ``<7d``, ``>2026-01-01``, ``2026-01..2026-03``, ``>1m``, ``1k..5k``. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

_AGE = re.compile(r"(\d{1,6})\s*(h|d|w|mo|y)")
_DAY = re.compile(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?")
_NUMBER = re.compile(r"(\d{1,15}(?:\.\d{1,6})?)([kmbg]?)", re.IGNORECASE)
_SIGN = re.compile(r"(<=|>=|<|>|=)?(.+)")
_HOURS = {"h": 1, "d": 24, "w": 24 * 7, "mo": 24 * 30, "y": 24 * 365}
_TIMES = {"": 1, "k": 10**3, "m": 10**6, "b": 10**9, "g": 10**9}
FIRST = datetime(1970, 1, 1, tzinfo=UTC)
LARGEST = 2**63 - 1


class Times(NamedTuple):
    """From ``since`` on, up to but without ``until``; None where there is no end."""

    since: datetime | None
    until: datetime | None


class Numbers(NamedTuple):
    """Both ends included."""

    least: int | None
    most: int | None


def times(text: str, now: datetime) -> Times | None:
    """None for what is no age and no day.

    >>> times("<7d", datetime(2026, 1, 8, tzinfo=UTC)).since.date().isoformat()
    '2026-01-01'
    """
    if ".." in text:
        ends = [_day(part.strip(), now) if part.strip() else Times(None, None) for part in text.split("..", 1)]
        return Times(ends[0].since, ends[1].until) if ends[0] and ends[1] and any((*ends[0], *ends[1])) else None
    if not (match := _SIGN.fullmatch(text.strip())):
        return None
    sign, what = match[1] or "=", match[2].strip().lower()
    if age := _AGE.fullmatch(what):
        past = max(now - timedelta(hours=min(int(age[1]) * _HOURS[age[2]], 24 * 365 * 50)), FIRST)
        return Times(None, past) if sign.startswith(">") else Times(past, None)
    day = _day(what, now)
    if day is None:
        return None
    return {
        "=": day,
        "<": Times(None, day.since),
        "<=": Times(None, day.until),
        ">": Times(day.until, None),
        ">=": Times(day.since, None),
    }[sign]


def numbers(text: str) -> Numbers | None:
    """None for what is no number.

    >>> numbers(">1m")
    Numbers(least=1000001, most=None)
    """
    text = text.strip()
    if ".." in text:
        low, high = (part.strip() for part in text.split("..", 1))
        least, most = _number(low) if low else None, _number(high) if high else None
        wrong = (low and least is None) or (high and most is None) or not (low or high)
        return None if wrong else Numbers(least, most)
    match = _SIGN.fullmatch(text)
    found = _number(match[2].strip()) if match else None
    if match is None or found is None:
        return None
    ends: dict[str, Callable[[int], Numbers]] = {
        "=": lambda n: Numbers(n, n),
        "<": lambda n: Numbers(None, n - 1),
        "<=": lambda n: Numbers(None, n),
        ">": lambda n: Numbers(min(n + 1, LARGEST), None),
        ">=": lambda n: Numbers(n, None),
    }
    return ends[match[1] or "="](found)


def _day(text: str, now: datetime) -> Times | None:
    """A day, a month or a year as a span of time."""
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    named = {"today": today, "yesterday": today - timedelta(days=1)}
    if text in named:
        return Times(named[text], named[text] + timedelta(days=1))
    match = _DAY.fullmatch(text)
    if not match:
        return None
    year, month, day = (int(part) if part else None for part in match.groups())
    try:
        start = datetime(year or 1, month or 1, day or 1, tzinfo=UTC)
        if day:
            return Times(start, start + timedelta(days=1))
        later = (start.year + 1, 1) if not month or start.month == 12 else (start.year, start.month + 1)
        return Times(start, datetime(*later, 1, tzinfo=UTC))
    except (ValueError, OverflowError):
        return None


def _number(text: str) -> int | None:
    match = _NUMBER.fullmatch(text)
    return min(round(float(match[1]) * _TIMES[match[2].lower()]), LARGEST) if match else None
