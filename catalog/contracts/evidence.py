"""What is known of a table beside its contract, and what that proves of a promise about values. Pure.

A check tells what it found. What a warehouse itself refuses needs no check; what it would let happen may still never
happen, so that proves nothing either way.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from catalog.contracts import promises
from catalog.contracts.model import Rule
from catalog.facts import AssetFact
from catalog.watched import NOTHING, Watched

NONE_OF = {"null_values": "not_null", "duplicate_values": "unique"}  # rules that none of may be, by their plain name
EMPTY_POSSIBLE = "may be empty in the warehouse, and nobody checks"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A column as the warehouse itself showed it."""

    name: str
    data_type: str = ""
    nullable: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraints:
    """What the warehouse itself holds its rows to; names of columns are folded."""

    never_empty: frozenset[str] = frozenset()
    maybe_empty: frozenset[str] = frozenset()
    unique: frozenset[frozenset[str]] = frozenset()
    references: Mapping[str, str] = field(default_factory=dict)  # column → schema.table.column


NO_CONSTRAINTS = Constraints()


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    platform: str = ""
    seen: tuple[Seen, ...] = ()
    watched: Watched = NOTHING
    constraints: Constraints = NO_CONSTRAINTS
    rows: int | None = None
    altered_at: datetime | None = None  # as its platform tells


class Finding(NamedTuple):
    """``status`` as of a check, "" where nothing tells; ``because`` where it is no check that does."""

    status: str = ""
    because: str = ""


NOTHING_FOUND = Finding()


def constraints(facts: Iterable[AssetFact]) -> Constraints:
    """Of those that have asked the warehouse itself: what others write of keys is a promise too, and proves none."""
    asked = [fact for fact in facts if fact.first_hand]
    columns = [column for fact in asked for column in fact.columns]
    return Constraints(
        never_empty=frozenset(column.name.casefold() for column in columns if column.nullable is False),
        maybe_empty=frozenset(column.name.casefold() for column in columns if column.nullable),
        unique=frozenset(_folded(key) for fact in asked for key in fact.unique_keys),
        references={column.name.casefold(): column.foreign_key for column in columns if column.foreign_key},
    )


def of_column(kind: str, path: str, evidence: Evidence, *, to: str = "") -> Finding:
    """Of a promise that a column makes of its own values; ``to`` is where it points."""
    name, held = path.casefold(), evidence.constraints
    if found := _checked(kind, name, evidence.watched):
        return Finding(found)
    match kind:
        case "not_null" if name in held.never_empty:
            return Finding("pass", "by the warehouse’s constraint “not null”")
        case "not_null" if name in held.maybe_empty:
            return Finding("", EMPTY_POSSIBLE)
        case "unique":
            return _unique({name}, held)
        case "relationships" if _points(held.references.get(name, ""), to):
            return Finding("pass", "by the warehouse’s foreign key")
    return NOTHING_FOUND


def of_key(names: Collection[str], evidence: Evidence) -> Finding:
    """Of a primary key: no two rows alike in it, and no part of it empty."""
    folded = _folded(names)
    if len(folded) == 1:
        (name,) = folded
        both = {_checked("unique", name, evidence.watched), _checked("not_null", name, evidence.watched)}
        if "fail" in both or both == {"pass"}:
            return Finding("fail" if "fail" in both else "pass")
    found = _unique(folded, evidence.constraints)
    return found if found.status and folded <= evidence.constraints.never_empty else NOTHING_FOUND


def of_rule(rule: Rule, path: str, evidence: Evidence) -> Finding:
    if rule.kind == "row_count" and not path and evidence.rows is not None:
        holds = promises.holds(rule, evidence.rows)
        if holds is not None:
            return Finding("pass" if holds else "fail", f"the warehouse tells of {evidence.rows:,} rows")
    none_at_all = (rule.operator, rule.value) == ("be", 0)
    kind = NONE_OF.get(rule.kind, rule.kind) if none_at_all else rule.kind
    if kind == "unique" and rule.arguments.get("columns"):
        return _unique(_folded(map(str, rule.arguments["columns"])), evidence.constraints)
    return _first(of_column(rule.kind, path, evidence), of_column(kind, path, evidence))


def _first(*found: Finding) -> Finding:
    return next((each for each in found if each != NOTHING_FOUND), NOTHING_FOUND)


def _checked(kind: str, column: str, watched: Watched) -> str:
    """The worst of the checks of this kind that have said anything."""
    told = {check.status for check in watched.checks if (check.kind, check.column.casefold()) == (kind, column)}
    return next((status for status in ("fail", "error", "warn", "pass", "skipped") if status in told), "")


def _unique(names: Collection[str], held: Constraints) -> Finding:
    for key in sorted(held.unique, key=lambda key: (len(key), sorted(key))):
        if key and key <= set(names):
            return Finding("pass", f"by the warehouse’s constraint “unique ({', '.join(sorted(key))})”")
    return NOTHING_FOUND


def _points(real: str, to: str) -> bool:
    """``raw.users.id`` is what ``users.id`` means, and ``users`` alone."""
    have, wanted = real.casefold().split("."), to.casefold().split(".")
    by_column = len(wanted) > 1 and have[-len(wanted) :] == wanted
    return bool(real and to) and (by_column or have[:-1][-len(wanted) :] == wanted)


def _folded(names: Iterable[str]) -> frozenset[str]:
    return frozenset(name.casefold() for name in names)
