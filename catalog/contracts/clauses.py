"""Each clause of a contract beside what is seen of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from catalog.contracts import durations, types
from catalog.contracts.columns import rule_words
from catalog.contracts.model import Column, Rule, Table, flat
from catalog.contracts.types import Fit
from catalog.watched import Watched

MANY = 5  # values of a list that are shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A column as the catalog has it; ``observed`` where the warehouse itself showed it."""

    name: str
    data_type: str = ""
    nullable: bool | None = None
    observed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnClause:
    """``fault``: in words, what is seen and not promised; "" where the promise holds or nobody looked."""

    path: str
    seen_name: str  # as the warehouse would call it, folded
    depth: int
    name: str
    column: Column
    promised_type: str
    seen: Seen | None
    fault: str = ""
    not_enforced: bool = False  # never empty by promise, and the warehouse would let it be


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleClause:
    words: str
    column: str
    severity: str
    status: str = ""  # of the check that looks after it; "" where none is known
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FreshnessClause:
    warn_after: str
    error_after: str
    status: str = ""  # pass, warn, fail of what was seen; "" where nobody looked


def columns(table: Table, seen: Sequence[Seen], platform: str) -> list[ColumnClause]:
    """In the order of the contract. Columns inside of arrays have no name of their own in a warehouse."""
    known = {each.name.casefold(): each for each in seen}
    looked = any(each.observed for each in seen)
    return [
        _column(path, column, known.get(_seen_name(path, column)), looked, platform)
        for path, column in flat(table.columns)
    ]


def not_promised(table: Table, seen: Sequence[Seen]) -> list[str]:
    """Columns that are there and stand in no clause: readers use them at their own risk."""
    promised = {_seen_name(path, column) for path, column in flat(table.columns)}
    return [each.name for each in seen if each.name.casefold() not in promised and "." not in each.name]


def _seen_name(path: str, column: Column) -> str:
    return (
        (path.rpartition(".")[0] + "." + column.physical_name).lstrip(".").casefold()
        if column.physical_name
        else path.casefold()
    )


def _column(path: str, column: Column, seen: Seen | None, looked: bool, platform: str) -> ColumnClause:
    promised = column.physical_type or column.logical_type
    fault = ""
    if seen is None and looked and "[]" not in path:
        fault = "is not in the table"
    elif seen is not None and not _fits(column, seen, platform):
        fault = f"is {seen.data_type.lower()}"
    return ColumnClause(
        path=path,
        seen_name=_seen_name(path, column),
        depth=min(path.count("."), 5),
        name=path.rpartition(".")[2],
        column=column,
        promised_type=promised,
        seen=seen,
        fault=fault,
        not_enforced=column.required and seen is not None and seen.observed and seen.nullable is True,
    )


def _fits(column: Column, seen: Seen, platform: str) -> bool:
    """Whether all values of the type that is there are of the type that was promised."""
    if not seen.data_type or not (column.physical_type or column.logical_type):
        return True
    actual = types.parse(seen.data_type, platform)
    if column.physical_type:
        return types.fit(actual, types.parse(column.physical_type, platform)) in {Fit.SAME, Fit.WIDENED}
    return types.stands_for(column.logical_type, actual)


def rules(table: Table, watched: Watched) -> list[RuleClause]:
    """Rules of the table, of its columns, and what columns promise of themselves."""
    status = {(check.column.casefold(), check.kind): check.status for check in watched.checks}
    found = [_rule(rule, "", status) for rule in table.rules]
    for path, column in flat(table.columns):
        found += [_own(path, kind, words, status) for kind, words in _promises(column)]
        found += [_rule(rule, path, status) for rule in column.rules]
    return found


def _promises(column: Column) -> list[tuple[str, str]]:
    told = [("not_null", "never empty")] if column.required else []
    told += [("unique", "no value twice")] if column.unique else []
    if column.enum is not None:
        listed = ", ".join(map(str, column.enum[:MANY])) + ("…" if len(column.enum) > MANY else "")
        told.append(("accepted_values", f"one of {listed}"))
    told += [("relationships", f"points to {to}") for to in column.references]
    told += [("", f"{name} {value}") for name, value in column.limits.items()]
    return told


def _own(path: str, kind: str, words: str, status: Mapping[tuple[str, str], str]) -> RuleClause:
    return RuleClause(words=words, column=path, severity="error", status=status.get((path.casefold(), kind), ""))


def _rule(rule: Rule, path: str, status: Mapping[tuple[str, str], str]) -> RuleClause:
    in_words = rule.kind == "text" and rule.description
    return RuleClause(
        words=rule.description if in_words else rule_words(rule),
        column=path,
        severity=rule.severity,
        status=status.get((path.casefold(), rule.kind), ""),
        description="" if in_words else rule.description,
    )


def freshness(table: Table, watched: Watched) -> FreshnessClause | None:
    promise = table.freshness
    if promise is None:
        return None
    status, age = "", watched.age_s
    if age is not None:
        late = promise.error_after_s is not None and age > promise.error_after_s
        slow = promise.warn_after_s is not None and age > promise.warn_after_s
        status = "fail" if late else "warn" if slow else "pass"
    return FreshnessClause(
        warn_after=durations.in_words(promise.warn_after_s),
        error_after=durations.in_words(promise.error_after_s),
        status=status,
    )
