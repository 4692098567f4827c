"""What the standards share: rules of the same words, status, owners, key columns."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from catalog.contracts.model import Column, Rule
from catalog.contracts.nodes import Node
from catalog.contracts.vocabulary import KINDS, OPERATORS, SEVERITIES, severity

OUR_ENGINE = "gazetteer"  # a custom rule of this engine is one of our own kinds
METRICS = {
    "nullValues": "null_values",
    "missingValues": "missing_values",
    "invalidValues": "invalid_values",
    "duplicateValues": "duplicate_values",
    "rowCount": "row_count",
}
_TAKEN = {"type", "metric", "rule", "name", "description", "severity", "unit", "dimension", "arguments", "query"}
_TAKEN |= {"engine", "implementation", *OPERATORS}
_ARGUMENTS = {"validValues": "values", "missingValues": "values", "properties": "columns"}  # theirs -> ours


def rule(node: Node, known: frozenset[str]) -> Rule:
    """A quality rule of ODCS or of the Data Contract Specification."""
    operator, value = _expectation(node)
    kind = _kind(node)
    arguments = _arguments(node, kind)
    told = node.text("severity")
    if told and told.lower() not in SEVERITIES:
        node["severity"].note("is no known severity; taken for error")
    implementation = node["implementation"].value
    if kind == "custom" and implementation is not None:
        arguments = {"implementation": implementation}
    if kind not in {"custom", "sql", "text"} and node.text("engine") == OUR_ENGINE and isinstance(implementation, dict):
        arguments = {key: value for key, value in implementation.items() if key != "check"}
    return Rule(
        kind=kind,
        name=node.text("name"),
        description=node.text("description"),
        severity=severity(told),
        operator=operator,
        value=value,
        unit=_unit(node),
        dimension=node.text("dimension"),
        arguments=arguments,
        query=node.text("query"),
        engine="" if node.text("engine") == OUR_ENGINE else node.text("engine"),
        kept=node.left(_TAKEN, known),
    )


def _kind(node: Node) -> str:
    told = node.text("type") or ("sql" if "query" in node else "custom" if "engine" in node else "library")
    if told == "custom" and node.text("engine") == OUR_ENGINE:
        implementation = node["implementation"].value
        check = implementation.get("check") if isinstance(implementation, dict) else None
        return check if isinstance(check, str) and check in KINDS else "custom"
    if told in {"sql", "text", "custom"}:
        if told == "sql" and not node.text("query"):
            node["query"].problem("is missing: a rule of type sql has a query")
        return told
    if told != "library":
        node["type"].note("is no known type of rule; kept, and read as text")
        return "text"
    metric = node.text("metric") or node.text("rule")
    if not metric:
        node["metric"].problem("is missing: a rule of type library names its metric")
    if metric not in METRICS:
        node["metric" if "metric" in node else "rule"].note("is no metric of the standard; its name is kept")
    return METRICS.get(metric, "text")


def _arguments(node: Node, kind: str) -> dict[str, Any]:
    found = {_ARGUMENTS.get(name, name): value for name, value in node.options("arguments").items()}
    metric = node.text("metric") or node.text("rule")
    return found | {"metric": metric} if kind == "text" and metric else found


def _unit(node: Node) -> str:
    unit = node.text("unit").lower()
    return "percent" if unit in {"percent", "%"} else "" if unit == "rows" else unit


def _expectation(node: Node) -> tuple[str, Any]:
    """(operator, value); a rule has one."""
    told = [key for key in OPERATORS if key in node]
    if len(told) > 1:
        node[told[1]].problem(f"{told[0]} and {told[1]} exclude one another")
    if not told:
        return "", None
    value, operator = node[told[0]].value, OPERATORS[told[0]]
    if operator in {"between", "not_between"} and not _is_pair(value):
        node[told[0]].problem("must be a list of two numbers, the smaller first")
    elif operator in {"gt", "ge", "lt", "le"} and not _is_number(value):
        node[told[0]].problem("must be a number")
    return operator, value


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_pair(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(map(_is_number, value)) and value[0] <= value[1]


def accepted(rules: tuple[Rule, ...]) -> tuple[tuple[Any, ...] | None, tuple[Rule, ...]]:
    """(the list of values that a rule closes, the other rules): "no invalid value" is another word for an enum."""
    for at, each in enumerate(rules):
        closed = each.arguments.keys() == {"values"} and isinstance(each.arguments["values"], list)
        plain = not (each.kept or each.name or each.description or each.unit or each.dimension)
        none = each.operator == "be" and each.value == 0 and each.severity == "error"
        if each.kind == "invalid_values" and closed and plain and none:
            return tuple(each.arguments["values"]), rules[:at] + rules[at + 1 :]
    return None, rules


def twice(nodes: list[Node], names: list[str]) -> None:
    """Two things of one name in one place cannot be told apart."""
    seen: set[str] = set()
    for node, name in zip(nodes, names, strict=True):
        if name and name in seen:
            node["name"].problem(f"“{name[:80]}” stands here twice")
        seen.add(name)


def ranked(columns: list[Column]) -> tuple[Column, ...]:
    """Places in the key count from one without gaps, whatever numbers were written."""
    keys = sorted((column for column in columns if column.key), key=lambda column: column.key)
    places = {column.name: place for place, column in enumerate(keys, 1)}
    return tuple(replace(column, key=places.get(column.name, 0)) for column in columns)


def shape(node: Node, fields: str) -> str:
    """The logical type of what holds other things, where nobody says it."""
    return "array" if node["items"].value else "object" if node[fields].value else ""
