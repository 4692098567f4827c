"""``tests:`` of the platform's own form: words, or words with parameters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from catalog.contracts.model import SEVERITIES, Rule
from catalog.contracts.nodes import Node
from catalog.contracts.vocabulary import DIMENSIONS, KINDS, OPERATORS, fault

SNAKE = {
    "must_be": "be",
    "must_not_be": "not_be",
    "must_be_greater_than": "gt",
    "must_be_at_least": "ge",
    "must_be_less_than": "lt",
    "must_be_at_most": "le",
    "must_be_between": "between",
    "must_not_be_between": "not_between",
}
COMMON = ("name", "description", "severity", "unit", "dimension", "query", "engine", "extra")
assert set(SNAKE.values()) == set(OPERATORS.values())  # noqa: S101 - two spellings of one list


@dataclass(frozen=True, slots=True)
class Told:
    """Tests that are a column's own promise (never empty, no value twice, a list of values, a reference), and the rest."""

    required: bool
    unique: bool
    enum: tuple[Any, ...] | None
    references: tuple[str, ...]
    rules: tuple[Rule, ...]


def tests(node: Node, *, on_table: bool = False) -> Told:
    found = [rule for each in node.each("tests") if (rule := _test(each, on_table=on_table))]
    plain = [] if on_table else [rule for rule in found if _is_plain(rule)]
    enums = [tuple(rule.arguments["values"]) for rule in plain if rule.kind == "accepted_values"]
    return Told(
        required=any(rule.kind == "not_null" for rule in plain),
        unique=any(rule.kind == "unique" for rule in plain),
        enum=enums[0] if enums else None,
        references=tuple(_reference(rule) for rule in plain if rule.kind == "relationships"),
        rules=tuple(rule for rule in found if rule not in plain),
    )


def _is_plain(rule: Rule) -> bool:
    """Nothing is said of it but what it is."""
    if rule.kind in {"not_null", "unique"} and rule.arguments:
        return False
    bare = Rule(kind=rule.kind, arguments=rule.arguments)
    return rule == bare and rule.kind in {"not_null", "unique", "accepted_values", "relationships"}


def _reference(rule: Rule) -> str:
    field = rule.arguments.get("field")
    return f"{rule.arguments['to']}.{field}" if field else str(rule.arguments["to"])


def _test(node: Node, *, on_table: bool) -> Rule | None:
    if isinstance(node.value, dict):
        if len(node.value) != 1:
            node.problem("must be one test: its name, and its parameters below it")
            return None
        kind = next(iter(node.value))
        return _with_parameters(node, kind, node[kind], on_table=on_table)
    kind = node.as_text().strip()
    return _with_parameters(node, kind, None, on_table=on_table)


def _with_parameters(node: Node, kind: str, inner: Node | None, *, on_table: bool) -> Rule | None:
    known = KINDS.get(kind)
    if known is None:
        near = get_close_matches(kind, KINDS, n=1)
        node.problem(f"“{kind[:60]}” is no test" + (f"; did you mean “{near[0]}”?" if near else ""))
        return None
    if (on_table and not known.on_table) or (not on_table and not known.on_column):
        node.problem(f"{kind} is a test of {'a column' if on_table else 'a table'}")
        return None
    values = _values(kind, inner)
    if values is None:
        return None
    return _rule(kind, inner or node, values)


def _values(kind: str, inner: Node | None) -> dict[str, Any] | None:
    """Parameters by name; a bare value stands for the main one."""
    if inner is None or inner.value is None:
        return {}
    known = KINDS[kind]
    if isinstance(inner.value, dict):
        return dict(inner.value)
    if not known.main:
        inner.problem(f"must be a mapping of {kind}’s parameters")
        return None
    return {known.main: inner.value}


def _rule(kind: str, node: Node, values: Mapping[str, Any]) -> Rule | None:
    known = KINDS[kind]
    asked = [word for word in SNAKE if word in values]
    arguments = {word: value for word, value in values.items() if word not in SNAKE and word not in COMMON}
    operator, expected = (SNAKE[asked[0]], values[asked[0]]) if asked else _expected(kind, arguments)
    if wrong := fault(kind, arguments):
        _at(node, wrong[0]).problem(wrong[1])
        return None
    if asked and not known.measured:
        node[asked[0]].problem(f"{kind} measures no figure")
    if len(asked) > 1:
        node[asked[1]].problem(f"{asked[0]} and {asked[1]} exclude one another")
    if kind == "sql" and not values.get("query"):
        _at(node, "query").problem("is missing: what shall be asked?")
    severity = str(values.get("severity") or "error")
    if severity not in SEVERITIES:
        _at(node, "severity").problem(f"must be one of {', '.join(SEVERITIES)}")
    texts = {
        word: _text(node, values, word) for word in ("name", "description", "unit", "dimension", "query", "engine")
    }
    if kind == "custom" and not values.get("engine"):
        _at(node, "engine").problem("is missing: which tool runs it?")
    if texts["dimension"] and texts["dimension"] not in DIMENSIONS:
        _at(node, "dimension").problem(f"must be one of {', '.join(sorted(DIMENSIONS))}")
    extra = values.get("extra")
    return Rule(
        kind=kind,
        severity=severity,
        operator=operator,
        value=expected,
        arguments={} if kind == "row_count" else arguments,
        kept=extra if isinstance(extra, dict) else {},
        **texts,
    )


def _expected(kind: str, arguments: Mapping[str, Any]) -> tuple[str, Any]:
    """What the figure must be where no operator says it."""
    if kind in {"null_values", "missing_values", "invalid_values", "duplicate_values"}:
        return "be", 0
    low, high = arguments.get("min"), arguments.get("max")
    if kind != "row_count" or (low is None and high is None):
        return "", None
    return ("le", high) if low is None else ("ge", low) if high is None else ("between", [low, high])


def _at(node: Node, word: str) -> Node:
    return node[word] if word and isinstance(node.value, dict) else node


def _text(node: Node, values: Mapping[str, Any], word: str) -> str:
    return node.text(word) if word in values and isinstance(node.value, dict) else ""
