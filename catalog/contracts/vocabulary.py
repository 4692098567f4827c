"""The kinds of quality rules that every form is read into, and the parameters of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

NUMBER: tuple[type, ...] = (int, float)
TEXT: tuple[type, ...] = (str,)
BOUND: tuple[type, ...] = (int, float, str)  # dates are texts
LIST: tuple[type, ...] = (list,)


@dataclass(frozen=True, slots=True, kw_only=True)
class KindOfRule:
    """``main``: the parameter that a bare value stands for (``accepted_values: [a, b]``). ``any_of``: at least one must
    be there. ``measured``: it gives a figure, for which an operator says what it must be."""

    words: str
    parameters: Mapping[str, tuple[type, ...]] = field(default_factory=dict)
    any_of: tuple[str, ...] = ()
    main: str = ""
    measured: bool = False
    on_table: bool = False
    on_column: bool = True


TYPE_WORDS = {
    bool: "true or false",
    int: "a number",
    float: "a number",
    str: "a text",
    list: "a list",
    dict: "a mapping",
}

# Bounds of a column's values, in the standard's words
LIMITS: dict[str, tuple[type, ...]] = {
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), BOUND),
    **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"), (int,)),
    **dict.fromkeys(("precision", "scale"), (int,)),
    **dict.fromkeys(("pattern", "format", "defaultTimezone"), TEXT),
    **dict.fromkeys(("uniqueItems", "timezone"), (bool,)),
    "multipleOf": NUMBER,
    "required": LIST,
}
DIMENSIONS = frozenset(
    {"accuracy", "completeness", "conformity", "consistency", "coverage", "timeliness", "uniqueness"}
)

KINDS: dict[str, KindOfRule] = {
    "not_null": KindOfRule(words="never empty"),
    "unique": KindOfRule(words="no value twice", parameters={"columns": LIST}, main="columns", on_table=True),
    "positive": KindOfRule(words="always above zero"),
    "non_negative": KindOfRule(words="never below zero"),
    "not_empty": KindOfRule(words="no empty text"),
    "accepted_values": KindOfRule(
        words="one of a list", parameters={"values": LIST}, any_of=("values",), main="values"
    ),
    "relationships": KindOfRule(
        words="points to a row", parameters={"to": TEXT, "field": TEXT}, any_of=("to",), main="to"
    ),
    "between": KindOfRule(words="within bounds", parameters={"min": BOUND, "max": BOUND}, any_of=("min", "max")),
    "pattern": KindOfRule(words="of a form", parameters={"pattern": TEXT}, any_of=("pattern",), main="pattern"),
    "length": KindOfRule(words="of a length", parameters={"min": NUMBER, "max": NUMBER}, any_of=("min", "max")),
    "row_count": KindOfRule(
        words="number of rows", parameters={"min": NUMBER, "max": NUMBER}, measured=True, on_table=True, on_column=False
    ),
    "null_values": KindOfRule(words="empty values", measured=True),
    "missing_values": KindOfRule(words="missing values", parameters={"values": LIST}, measured=True),
    "invalid_values": KindOfRule(
        words="invalid values", parameters={"values": LIST, "pattern": TEXT}, measured=True, on_table=True
    ),
    "duplicate_values": KindOfRule(
        words="values that stand twice", parameters={"columns": LIST}, measured=True, on_table=True
    ),
    "sql": KindOfRule(words="a query", measured=True, on_table=True),
    "text": KindOfRule(words="in words", on_table=True),
    "custom": KindOfRule(
        words="a check of some tool",
        parameters={"implementation": (str, dict)},
        any_of=("implementation",),
        on_table=True,
    ),
}

# A column's own promises, that a test in a document is another word for
FLAGS = frozenset({"not_null", "unique", "accepted_values", "relationships"})

# the standard's words for what a figure must be -> ours
OPERATORS: dict[str, str] = {
    "mustBe": "be",
    "mustNotBe": "not_be",
    "mustBeGreaterThan": "gt",
    "mustBeGreaterOrEqualTo": "ge",
    "mustBeGreaterThanOrEqualTo": "ge",
    "mustBeLessThan": "lt",
    "mustBeLessOrEqualTo": "le",
    "mustBeLessThanOrEqualTo": "le",
    "mustBeBetween": "between",
    "mustNotBeBetween": "not_between",
}
OPERATOR_WORDS = {
    "be": "must be",
    "not_be": "must not be",
    "gt": "must be more than",
    "ge": "must be at least",
    "lt": "must be less than",
    "le": "must be at most",
    "between": "must be between",
    "not_between": "must not be between",
}

SEVERITIES = {
    **dict.fromkeys(("error", "critical", "high", "blocker", "fail", "failure", "major"), "error"),
    **dict.fromkeys(("warn", "warning", "medium", "minor"), "warn"),
    **dict.fromkeys(("info", "information", "low", "notice"), "info"),
}


IN_FORCE = frozenset({"", "active", "production", "current", "published"})  # states in which a contract holds
PAST = frozenset({"deprecated", "retired", "archived", "withdrawn"})


def in_force(status: str) -> bool:
    return status.strip().lower() in IN_FORCE


def severity(word: str) -> str:
    """A word that nobody knows is taken for the strongest: a promise is meant."""
    return SEVERITIES.get(word.strip().lower(), "error")


def fault(kind: str, parameters: Mapping[str, Any]) -> tuple[str, str] | None:
    """(parameter or "", what is wrong with it) of the first that is wrong."""
    known = KINDS[kind]
    for name, value in parameters.items():
        if name not in known.parameters:
            return name, f"is no parameter of {kind}"
        if isinstance(value, bool) or not isinstance(value, known.parameters[name]):
            wanted = " or ".join(sorted({TYPE_WORDS[each] for each in known.parameters[name]}))
            return name, f"must be {wanted}"
    if known.any_of and not any(name in parameters for name in known.any_of):
        return "", f"{kind} needs {' or '.join(known.any_of)}"
    return None
