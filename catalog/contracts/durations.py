"""Spans of time as people write them in contracts, in seconds."""

from __future__ import annotations

import re
from typing import Any

UNITS = {
    "second": 1,
    "minute": 60,
    "hour": 3600,
    "day": 86_400,
    "week": 604_800,
    "month": 2_592_000,  # of thirty days: promises of months are about keeping, not about counting
    "year": 31_536_000,
}
_SHORT = {
    "s": "second",
    "sec": "second",
    "m": "minute",
    "min": "minute",
    "h": "hour",
    "hr": "hour",
    "d": "day",
    "dy": "day",
    "w": "week",
    "wk": "week",
    "mo": "month",
    "y": "year",
    "yr": "year",
}
_PART = re.compile(r"(\d{1,9}(?:\.\d{1,6})?)\s*([a-zA-Z]+)\s*,?\s*")
_ISO = re.compile(
    r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?\Z", re.IGNORECASE
)
_ISO_UNITS = ("year", "month", "week", "day", "hour", "minute", "second")
MAX_SECONDS = 100 * UNITS["year"]


def unit(word: str) -> int | None:
    """Seconds of one unit: ``hours``, ``h``, ``Hour``."""
    low = word.strip().lower()
    name = _SHORT.get(low) or _SHORT.get(low.rstrip("s")) or low.rstrip("s")
    return UNITS.get(name)


def seconds(value: Any, of: str = "") -> int | None:
    """None where it is no span of time.

    >>> [seconds(text) for text in ("2 hours", "25h", "PT30M", "1 day 2 hours", {"count": 3, "period": "day"})]
    [7200, 90000, 1800, 93600, 259200]
    >>> seconds(4, "d"), seconds("soon"), seconds(-1, "h")
    (345600, None, None)
    """
    if isinstance(value, dict):
        return seconds(value.get("count"), str(value.get("period", "")))
    if isinstance(value, bool) or value is None:
        return None
    text = str(value).strip()
    if of:
        return _sized(text, unit(of))
    found = _iso(text) if text[:1] in {"P", "p"} else _parts(text)
    return found if found is not None and 0 < found <= MAX_SECONDS else None


def _sized(text: str, size: int | None) -> int | None:
    if size is None or not re.fullmatch(r"\d{1,12}(\.\d{1,6})?", text):
        return None
    whole = round(float(text) * size)
    return whole if 0 < whole <= MAX_SECONDS else None


def _parts(text: str) -> int | None:
    found = [(number, unit(word)) for number, word in _PART.findall(text)]
    if not found or _PART.sub("", text) or any(size is None for _, size in found):
        return None
    return round(sum(float(number) * (size or 0) for number, size in found))


def _iso(text: str) -> int | None:
    match = _ISO.match(text)
    if match is None or not any(match.groups()):
        return None
    return round(
        sum(float(number) * UNITS[name] for number, name in zip(match.groups(), _ISO_UNITS, strict=True) if number)
    )


def in_words(amount: int | None) -> str:
    """
    >>> in_words(7200), in_words(90000), in_words(86400), in_words(90)
    ('2 hours', '25 hours', '1 day', '90 seconds')
    """
    if amount is None:
        return ""
    number, name = whole(amount)
    return f"{number} {name}" if number == 1 else f"{number} {name}s"


SHORT = {"second": "s", "minute": "min", "hour": "h", "day": "d", "week": "w"}


def whole(amount: int) -> tuple[int, str]:
    """The largest unit that it is a whole number of."""
    for name in ("week", "day", "hour", "minute"):
        if amount % UNITS[name] == 0 and amount >= UNITS[name]:
            return amount // UNITS[name], name
    return amount, "second"
