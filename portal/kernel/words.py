"""Figures, sizes and times as people read them."""

from __future__ import annotations

import json
import re

_STEPS = (
    (60, 1, "s"),
    (3600, 60, "min"),
    (86_400, 3600, "h"),
    (86_400 * 30, 86_400, "d"),
    (86_400 * 365, 86_400 * 30, "mo"),
)


def span(seconds: float) -> str:
    """``42 s``, ``7 min``, ``3 h``, ``12 d``, ``5 mo``, ``2 y``."""
    for limit, unit, word in _STEPS:
        if seconds < limit:
            return f"{int(seconds // unit)} {word}"
    return f"{int(seconds // (86_400 * 365))} y"


def title_words(name: object) -> str:
    """``not_null`` as people write it: ``Not null``."""
    text = str(name).replace("_", " ").strip()
    return text[:1].upper() + text[1:]


def duration(seconds: float | None) -> str:
    """``0.4 s``, ``12 s``, ``3 min 20 s``, ``2 h 5 min``."""
    if seconds is None:
        return "–"
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    return f"{hours // 24} d"


def figure(number: float | str | None) -> str:
    """``1 234 567`` with narrow no-break spaces; a dash for what nobody knows."""
    return "–" if number is None or isinstance(number, str) else f"{number:,}".replace(",", "\u202f")


def compact(number: float | None) -> str:
    """``980``, ``12.4k``, ``3.1M``."""
    if number is None:
        return "–"
    for limit, divisor, unit in ((1e3, 1, ""), (1e6, 1e3, "k"), (1e9, 1e6, "M"), (1e15, 1e9, "G")):
        if abs(number) < limit:
            return f"{number / divisor:.1f}".removesuffix(".0") + unit
    return f"{number:.2g}"


MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?")


def filesize(count: int | None) -> str:
    if count is None:
        return "–"
    size = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.1f}".removesuffix(".0") + f" {unit}"
        size /= 1000
    return f"{size:.1f} TB"


def as_text(value: object) -> str:
    """A value out of somebody's metadata: a moment as people write it, JSON where it has parts."""
    if isinstance(value, str) and MOMENT.fullmatch(value):
        return f"{value[:10]} {value[11:16]}"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list | bool) else str(value)
