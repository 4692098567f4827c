"""Is a promise about values weaker, stronger or another than before? For rules, limits and service levels."""

from __future__ import annotations

import re
from dataclasses import replace
from enum import StrEnum
from typing import Any

from catalog.contracts import durations
from catalog.contracts.model import Rule, Sla

_INFINITY = float("inf")
# limits that a value must not be below, above; the others are compared whole
_FLOORS = frozenset({"minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties", "min"})
_CEILINGS = frozenset({"maximum", "exclusiveMaximum", "maxItems", "maxProperties", "max"})
_LESS_IS_MORE = frozenset(
    {
        "latency",
        "frequency",
        "freshness",
        "freshnesswarning",
        "timetodetect",
        "timetonotify",
        "timetorepair",
        "errorrate",
    }
)
_MORE_IS_MORE = frozenset({"availability", "retention", "endofsupport", "endoflife", "throughput", "noticeperiod"})
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


class Turn(StrEnum):
    SAME = "same"
    WEAKER = "weaker"
    STRONGER = "stronger"
    OTHER = "other"


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def limit(name: str, old: Any, new: Any) -> Turn:
    """One bound of a column's values."""
    if old == new:
        return Turn.SAME
    higher = _higher(old, new)
    if higher is None or (name not in _FLOORS and name not in _CEILINGS):
        return Turn.OTHER
    return Turn.STRONGER if higher == (name in _FLOORS) else Turn.WEAKER


def _higher(old: Any, new: Any) -> bool | None:
    before, after = _number(old), _number(new)
    if before is not None and after is not None:
        return after > before
    if isinstance(old, str) and isinstance(new, str) and _DATE.match(old) and _DATE.match(new):
        return new > old
    return None


# --- rules -------------------------------------------------------------------------------------------------------------


def rule(old: Rule, new: Rule) -> Turn:
    """What two rules of one kind demand; severity and words aside."""
    if (old.query, old.engine, old.unit) != (new.query, new.engine, new.unit):
        return Turn.OTHER
    turns = {_expected(old, new), _arguments(old, new)} - {Turn.SAME}
    return turns.pop() if len(turns) == 1 else Turn.OTHER if turns else Turn.SAME


def _expected(old: Rule, new: Rule) -> Turn:
    if (old.operator, old.value) == (new.operator, new.value):
        return Turn.SAME
    if not old.operator:
        return Turn.STRONGER
    if not new.operator:
        return Turn.WEAKER
    before, after = _interval(old), _interval(new)
    if before is None or after is None:
        return Turn.OTHER
    if before == after:
        return Turn.SAME
    return Turn.STRONGER if _within(after, before) else Turn.WEAKER if _within(before, after) else Turn.OTHER


def holds(rule: Rule, figure: float) -> bool | None:
    """Whether a measured figure is as the rule wants it; None where that cannot be told."""
    plain = {"not_be": "be", "not_between": "between"}.get(rule.operator)
    interval = _interval(replace(rule, operator=plain or rule.operator))
    if interval is None or rule.unit:
        return None
    return _within((figure, False, figure, False), interval) != (plain is not None)


Interval = tuple[float, bool, float, bool]  # lower bound, whether it is outside, upper bound, whether it is outside


def _interval(rule: Rule) -> Interval | None:
    """The figures that are well; None where they are no interval."""
    if rule.operator == "between" and isinstance(rule.value, list) and len(rule.value) == 2:
        low, high = map(_number, rule.value)
        return None if low is None or high is None else (low, False, high, False)
    value = _number(rule.value)
    if value is None:
        return None
    return {
        "be": (value, False, value, False),
        "gt": (value, True, _INFINITY, False),
        "ge": (value, False, _INFINITY, False),
        "lt": (-_INFINITY, False, value, True),
        "le": (-_INFINITY, False, value, False),
    }.get(rule.operator)


def _within(inner: Interval, outer: Interval) -> bool:
    low = inner[0] > outer[0] or (inner[0] == outer[0] and (inner[1] or not outer[1]))
    high = inner[2] < outer[2] or (inner[2] == outer[2] and (inner[3] or not outer[3]))
    return low and high


def _arguments(old: Rule, new: Rule) -> Turn:
    names = sorted({*old.arguments, *new.arguments})
    turns = {_argument(name, old.arguments.get(name), new.arguments.get(name), old.kind) for name in names}
    turns -= {Turn.SAME}
    return turns.pop() if len(turns) == 1 else Turn.OTHER if turns else Turn.SAME


def _argument(name: str, old: Any, new: Any, kind: str) -> Turn:
    if old == new:
        return Turn.SAME
    if name == "values" and isinstance(old, list) and isinstance(new, list) and kind != "missing_values":
        more = [value for value in new if value not in old]
        less = [value for value in old if value not in new]
        return Turn.OTHER if bool(more) == bool(less) else Turn.WEAKER if more else Turn.STRONGER
    if name in {"min", "max"} and (old is None or new is None):
        return Turn.STRONGER if old is None else Turn.WEAKER
    return limit(name, old, new)


# --- service levels ----------------------------------------------------------------------------------------------------


def level(old: Sla, new: Sla) -> Turn:
    if (old.value, old.unit, old.kept) == (new.value, new.unit, new.kept):
        return Turn.SAME
    name = re.sub(r"[^a-z]", "", old.property.lower())
    before, after = _size(old), _size(new)
    if before is None or after is None or type(before) is not type(after) or old.kept != new.kept:
        return Turn.OTHER
    if before == after:
        return Turn.SAME
    if name not in _LESS_IS_MORE and name not in _MORE_IS_MORE:
        return Turn.OTHER
    more = after > before  # type: ignore[operator]  # both are of one type
    return Turn.STRONGER if more == (name in _MORE_IS_MORE) else Turn.WEAKER


def _size(sla: Sla) -> float | str | None:
    """Seconds, a share, or a date."""
    amount = durations.seconds(sla.value, sla.unit) if sla.unit else durations.seconds(sla.value)
    if amount is not None:
        return float(amount)
    text = str(sla.value).strip()
    if _DATE.match(text):
        return text
    match = re.fullmatch(r"(\d{1,9}(?:\.\d{1,9})?)\s*%?", text)
    return float(match[1]) if match and not sla.unit else None
