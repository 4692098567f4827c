"""Each clause of a contract beside what is seen of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from catalog.contracts import durations, types
from catalog.contracts.columns import rule_words
from catalog.contracts.evidence import NOTHING_FOUND, Evidence, Finding, Seen, of_column, of_key, of_rule
from catalog.contracts.model import Column, Freshness, Rule, Table, flat
from catalog.contracts.types import Fit

MANY = 5  # values of a list that are shown
TELLING = frozenset({"pass", "warn", "fail"})  # what a check says when it has run
LONGEST_S = 100 * 365 * 24 * 3600


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

    @property
    def status(self) -> str:
        known = self.seen is not None and bool(self.seen.data_type or not self.promised_type)
        return "fail" if self.fault else "pass" if known else ""

    @property
    def trouble(self) -> str:
        promised = f", promised {self.promised_type.lower()}" if self.seen and self.promised_type else ""
        return f"{self.path} {self.fault}{promised}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleClause:
    """``status`` as of the check that looks after it, "" where none is known; ``because`` where something else tells it."""

    words: str
    column: str = ""
    severity: str = "error"
    status: str = ""
    because: str = ""
    description: str = ""

    @property
    def trouble(self) -> str:
        place = f"{self.column}: " if self.column else ""
        return f"{place}{self.words}" + (f" ({self.because})" if self.because else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class FreshnessClause:
    """``status``: pass, warn, fail of what was seen at ``at``; "" where nobody looked."""

    warn_after: str
    error_after: str
    status: str = ""
    because: str = ""
    age_s: int | None = None
    at: datetime | None = None
    late_at: datetime | None = None  # when nothing has changed until then, the promise is broken

    @property
    def trouble(self) -> str:
        return f"its data is older than {self.error_after}"


@dataclass(frozen=True, slots=True)
class Clauses:
    """A table's promises beside what is known of them. Each column, rule and the freshness counts as one."""

    columns: Sequence[ColumnClause]
    rules: Sequence[RuleClause]
    freshness: FreshnessClause | None
    not_promised: Sequence[str]

    @property
    def all(self) -> list[ColumnClause | RuleClause | FreshnessClause]:
        return [*self.columns, *self.rules, *([self.freshness] if self.freshness else [])]

    @property
    def total(self) -> int:
        return len(self.all)

    @property
    def checked(self) -> int:
        """Those of which something tells whether they are kept."""
        return sum(each.status in TELLING for each in self.all)

    @property
    def faults(self) -> list[str]:
        """The broken ones in words. What only warns or informs by its own word breaks nothing."""
        strict = [each for each in self.all if getattr(each, "severity", "error") == "error"]
        return [each.trouble for each in strict if each.status == "fail"]


def of_table(table: Table, evidence: Evidence, now: datetime) -> Clauses:
    return Clauses(
        columns=columns(table, evidence),
        rules=rules(table, evidence),
        freshness=freshness(table, evidence, now),
        not_promised=not_promised(table, evidence.seen),
    )


def columns(table: Table, evidence: Evidence) -> list[ColumnClause]:
    """In the order of the contract. Columns inside of arrays have no name of their own in a warehouse."""
    known = {each.name.casefold(): each for each in evidence.seen}
    return [
        _column(path, column, known.get(_seen_name(path, column)), bool(known), evidence.platform)
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
        not_enforced=column.required and seen is not None and seen.nullable is True,
    )


def _fits(column: Column, seen: Seen, platform: str) -> bool:
    """Whether all values of the type that is there are of the type that was promised."""
    if not seen.data_type or not (column.physical_type or column.logical_type):
        return True
    actual = types.parse(seen.data_type, platform)
    if column.physical_type:
        return types.fit(actual, types.parse(column.physical_type, platform)) in {Fit.SAME, Fit.WIDENED}
    return types.stands_for(column.logical_type, actual)


def rules(table: Table, evidence: Evidence) -> list[RuleClause]:
    """Rules of the table, of its columns, and what columns promise of themselves."""
    found = [_of_key(table.key, evidence)] if table.key else []
    found += [_rule(rule, "", evidence) for rule in table.rules]
    for path, column in flat(table.columns):
        found += _promises(path, column, evidence)
        found += [_rule(rule, path, evidence) for rule in column.rules]
    return found


def _of_key(key: Sequence[str], evidence: Evidence) -> RuleClause:
    status, because = of_key(key, evidence)
    return RuleClause(words=f"key {', '.join(key)}: no two rows alike, never empty", status=status, because=because)


def _promises(path: str, column: Column, evidence: Evidence) -> Iterator[RuleClause]:
    if column.required:
        yield _own(path, "never empty", of_column("not_null", path, evidence))
    if column.unique:
        yield _own(path, "no value twice", of_column("unique", path, evidence))
    if column.enum is not None:
        listed = ", ".join(map(str, column.enum[:MANY])) + ("…" if len(column.enum) > MANY else "")
        yield _own(path, f"one of {listed}", of_column("accepted_values", path, evidence))
    for to in column.references:
        yield _own(path, f"points to {to}", of_column("relationships", path, evidence, to=to))
    for name, value in column.limits.items():
        yield _own(path, f"{name} {value}", NOTHING_FOUND)


def _own(path: str, words: str, found: Finding) -> RuleClause:
    return RuleClause(words=words, column=path, status=found.status, because=found.because)


def _rule(rule: Rule, path: str, evidence: Evidence) -> RuleClause:
    in_words = rule.kind == "text" and rule.description
    status, because = of_rule(rule, path, evidence)
    return RuleClause(
        words=rule.description if in_words else rule_words(rule),
        column=path,
        severity=rule.severity,
        status=status,
        because=because,
        description="" if in_words else rule.description,
    )


def freshness(table: Table, evidence: Evidence, now: datetime) -> FreshnessClause | None:
    """As somebody who looked has seen it; else by the last change that the platform knows of: no row is newer."""
    promise, watched = table.freshness, evidence.watched
    if promise is None:
        return None
    age, at, because, late_at = watched.age_s, watched.looked_at, "", None
    if age is None and evidence.altered_at is not None:
        age, at = max(int((now - evidence.altered_at).total_seconds()), 0), now
        because = "by the last change that the warehouse tells of"
        if promise.error_after_s is not None:
            late_at = evidence.altered_at + timedelta(seconds=min(promise.error_after_s, LONGEST_S))
    return FreshnessClause(
        warn_after=durations.in_words(promise.warn_after_s),
        error_after=durations.in_words(promise.error_after_s),
        status="" if age is None else _in_time(promise, age),
        because=because,
        age_s=age,
        at=at,
        late_at=late_at,
    )


def _in_time(promise: Freshness, age: int) -> str:
    if promise.error_after_s is not None and age > promise.error_after_s:
        return "fail"
    return "warn" if promise.warn_after_s is not None and age > promise.warn_after_s else "pass"
