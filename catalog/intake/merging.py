"""What several sightings of one asset say together. Pure.

Who makes a thing knows it better than who reads it, so a sighting that tells how the asset is materialized comes first,
and one that only mentions it last; among equals the older sighting does. Single values: the first that says something.
Lists: all, in order, once. How columns and sizes really are is for those to say that have asked the platform itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from catalog.facts import AssetFact, ColumnFact

T = TypeVar("T")


def merge(facts: Sequence[AssetFact]) -> AssetFact:
    """One fact out of at least one. ``key``, identity and kind are those of the leading sighting."""
    if len(facts) == 1:
        return facts[0]
    ranked = in_rank(facts)
    lead = ranked[0]
    measured = sorted(ranked, key=lambda fact: not fact.first_hand)
    return replace(
        lead,
        aliases=_all(ranked, lambda fact: fact.aliases),
        description=_first(fact.description for fact in ranked),
        tags=_all(ranked, lambda fact: fact.tags),
        owners=_all(ranked, lambda fact: fact.owners),
        domain=_first(fact.domain for fact in ranked),
        tier=_first(fact.tier for fact in ranked),
        url=_first(fact.url for fact in ranked),
        columns=merge_columns(_sights(ranked)),
        columns_known=any(fact.columns_known for fact in ranked),
        primary_key=next((fact.primary_key for fact in ranked if fact.primary_key), ()),
        materialized=_first(fact.materialized for fact in ranked),
        language=_first(fact.language for fact in ranked),
        code=_first(fact.code for fact in ranked),
        compiled_code=_first(fact.compiled_code for fact in ranked),
        row_count=next((fact.row_count for fact in measured if fact.row_count is not None), None),
        size_bytes=next((fact.size_bytes for fact in measured if fact.size_bytes is not None), None),
        altered_at=_first(fact.altered_at for fact in measured),
        names=_all(ranked, lambda fact: fact.names),
        deprecated_at=_first(fact.deprecated_at for fact in ranked),
        meta={key: value for fact in reversed(ranked) for key, value in fact.meta.items()},
    )


def in_rank(facts: Sequence[AssetFact]) -> list[AssetFact]:
    """Who leads, first."""
    return sorted(facts, key=lambda fact: (fact.mention, not fact.materialized))


def _sights(ranked: Sequence[AssetFact]) -> list[tuple[ColumnFact, ...]]:
    """Each one's columns. Where somebody has asked the platform itself, an older file's sight of it is hearsay."""
    if not any(fact.first_hand and fact.columns_known for fact in ranked):
        return [fact.columns for fact in ranked]
    return [fact.columns if fact.first_hand else tuple(map(_hearsay, fact.columns)) for fact in ranked]


def _hearsay(column: ColumnFact) -> ColumnFact:
    return replace(column, observed=False) if column.observed else column


def merge_columns(lists: Sequence[tuple[ColumnFact, ...]]) -> tuple[ColumnFact, ...]:
    """Columns by name, exact first, then without regard to case where that is unambiguous in both lists."""
    merged: dict[str, ColumnFact] = {}
    for columns in lists:
        folded = _unambiguous(merged)
        own = _unambiguous({column.name: column for column in columns})
        for column in columns:
            low = column.name.casefold()
            name = column.name if column.name in merged else folded.get(low, column.name) if low in own else column.name
            merged[name] = _both(merged[name], column) if name in merged else column
    return tuple(sorted(merged.values(), key=lambda column: column.position))


def _unambiguous(columns: dict[str, ColumnFact]) -> dict[str, str]:
    seen: dict[str, list[str]] = {}
    for name in columns:
        seen.setdefault(name.casefold(), []).append(name)
    return {low: names[0] for low, names in seen.items() if len(names) == 1}


def _both(first: ColumnFact, second: ColumnFact) -> ColumnFact:
    seen, other = (second, first) if second.observed and not first.observed else (first, second)
    return replace(
        first,
        name=seen.name,
        position=seen.position,
        data_type=seen.data_type or other.data_type,
        nullable=seen.nullable if seen.nullable is not None else other.nullable,
        is_key=first.is_key or second.is_key,
        description=first.description or second.description,
        tags=tuple(dict.fromkeys(first.tags + second.tags)),
        pii=first.pii or second.pii,
        pii_reason=first.pii_reason if first.pii else second.pii_reason,
        meta={**second.meta, **first.meta},
        observed=first.observed or second.observed,
        foreign_key=first.foreign_key or second.foreign_key,
    )


def _first(values: Iterable[str]) -> str:
    return next((value for value in values if value), "")


def _all(facts: Sequence[AssetFact], field: Callable[[AssetFact], tuple[T, ...]]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(value for fact in facts for value in field(fact)))
