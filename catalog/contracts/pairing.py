"""Which thing of the new document is which of the old one."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from catalog.contracts.model import Column, Table

T = TypeVar("T")
# quoting aside, these do not tell names apart by case
FOLDING = frozenset(
    {"snowflake", "postgres", "redshift", "duckdb", "bigquery", "sqlserver", "mysql", "oracle", "databricks", "athena"}
)


@dataclass(frozen=True, slots=True)
class Sides:
    """What both documents have in common: details beyond the model are compared only within one form."""

    platform: str
    same_form: bool


@dataclass(frozen=True, slots=True)
class Pairs(Generic[T]):
    """``renamed`` are pairs of different names."""

    both: list[tuple[T, T]]
    renamed: list[tuple[T, T]]
    dropped: list[T]
    added: list[T]


def columns(
    old: Sequence[Column], new: Sequence[Column], platform: str, alike: Callable[[Column, Column], bool]
) -> Pairs[Column]:
    """By name; by what ``renamed_from`` says; by a like column with the same words in the same place."""
    left: Left[Column] = (list(old), list(new))
    both: list[tuple[Column, Column]] = []
    renamed: list[tuple[Column, Column]] = []
    was, now = ({column.name: at for at, column in enumerate(each)} for each in (old, new))
    _take(left, both, _name, _names)
    if platform in FOLDING:
        _take(left, both, lambda column: column.name.casefold(), lambda column: [column.name.casefold()])
    _take(left, renamed, _name, lambda column: column.renamed_from)
    _take(
        left,
        renamed,
        lambda column: (was[column.name], column.description),
        lambda column: [(now[column.name], column.description)],
        alike,
    )
    return Pairs(both, renamed, *left)


def tables(old: Sequence[Table], new: Sequence[Table]) -> Pairs[Table]:
    """By name; by place in the warehouse, whole or without its schema; by ``renamed_from``; by the very same columns."""
    left: Left[Table] = (list(old), list(new))
    both: list[tuple[Table, Table]] = []
    renamed: list[tuple[Table, Table]] = []
    _take(left, both, _name, _names)
    _take(left, both, lambda table: table.place.casefold(), lambda table: [table.place.casefold()])
    _take(left, both, _tail, lambda table: [_tail(table)], _one_is_short)
    _take(left, renamed, _name, lambda table: table.renamed_from)
    _take(left, renamed, _column_names, lambda table: [_column_names(table)], lambda old, _: bool(old.columns))
    return Pairs(both, renamed, *left)


def _name(thing: Column | Table) -> str:
    return thing.name


def _names(thing: Column | Table) -> list[str]:
    return [thing.name]


def _tail(table: Table) -> str:
    return table.place.casefold().rpartition(".")[2]


def _one_is_short(before: Table, after: Table) -> bool:
    """One says its schema, the other does not."""
    return "." not in before.place or "." not in after.place


def _column_names(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.columns)


N = TypeVar("N", Column, Table)
Left = tuple[list[N], list[N]]


def _take(
    left: Left[N],
    found: list[tuple[N, N]],
    of_old: Callable[[N], Hashable],
    of_new: Callable[[N], Iterable[Hashable]],
    test: Callable[[N, N], bool] = lambda before, after: True,
) -> None:
    """Moves the pairs of a common key from what is left. By keys, because a hostile file names thousands of columns."""
    old, new = left
    waiting: dict[Hashable, list[N]] = {}
    for each in new:
        for key in of_new(each):
            waiting.setdefault(key, []).append(each)
    gone: set[int] = set()
    for before in old:
        after = next((each for each in waiting.get(of_old(before), ())[:20] if id(each) not in gone), None)
        if after is not None and test(before, after):
            found.append((before, after))
            gone |= {id(before), id(after)}
    old[:] = [each for each in old if id(each) not in gone]
    new[:] = [each for each in new if id(each) not in gone]


def grouped(old: Sequence[T], new: Sequence[T], key: Callable[[T], Hashable]) -> Pairs[T]:
    """Things that may stand several times under one key: equal ones first, then in their order."""
    groups: dict[Hashable, tuple[list[T], list[T]]] = {}
    for at, things in enumerate((old, new)):
        for thing in things:
            groups.setdefault(key(thing), ([], []))[at].append(thing)
    pairs: Pairs[T] = Pairs([], [], [], [])
    for before, after in groups.values():
        for thing in list(before):
            if thing in after:
                before.remove(thing)
                after.remove(thing)
        number = min(len(before), len(after))
        pairs.both.extend(zip(before, after, strict=False))
        pairs.dropped.extend(before[number:])
        pairs.added.extend(after[number:])
    return pairs
