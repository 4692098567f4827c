"""Merged facts as rows that are not saved yet."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django.utils.dateparse import parse_date, parse_datetime

from catalog.curation.overlay import Account, Curated
from catalog.facts import AssetFact, ColumnFact
from catalog.intake.identity import Identity
from catalog.kinds import KINDS
from catalog.models import Asset, AssetOwner, Column, Definition
from catalog.pii.classes import normal

_WORD = re.compile(r"[^\W_]+")
_PLAIN_WORD = re.compile(r"\b[^\W\d_]{4,30}\b")
NOBODY = Account()
MAX_TEXT = 200_000  # characters of a description or of code; longer ones are cut

# Everything of an asset that facts decide, identity and address aside
ASSET_FIELDS = (
    *("kind", "platform", "database", "schema", "title", "path", "section", "description", "domain_id", "tier", "tags"),
    *("terms", "pii", "url", "column_count", "row_count", "size_bytes", "altered_at", "deprecated_at", "meta"),
    *("deprecation_note", "successor_id", "certified_at", "stub", "gone_at"),
)


def moment(text: str) -> datetime | None:
    """ISO 8601 date or date-time as an aware moment; None where it says nothing that can be read."""
    if not text:
        return None
    try:
        found = parse_datetime(text)
        day = parse_date(text) if found is None else None
    except ValueError:
        return None
    if day is not None:
        found = datetime(day.year, day.month, day.day, tzinfo=UTC)
    if found is None:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def asset_values(told: Curated, identity: Identity, domain_id: int | None) -> dict[str, Any]:
    """Values of ``ASSET_FIELDS``, but those that need more than what is told now: ``pii``, ``successor_id``, ``stub``,
    ``gone_at``."""
    fact = told.fact
    return {
        "kind": str(fact.kind),
        "platform": fact.platform[:60],
        "database": identity.database,
        "schema": identity.schema,
        "title": (fact.title or identity.title)[:500],
        "path": identity.path,
        "section": KINDS[fact.kind].section,
        "description": fact.description[:MAX_TEXT],
        "domain_id": domain_id,
        "tier": fact.tier[:40],
        "tags": [tag[:200] for tag in fact.tags],
        "terms": [term[:80] for term in told.terms],
        "url": fact.url[:2000],
        "column_count": len(fact.columns),
        "row_count": fact.row_count,
        "size_bytes": fact.size_bytes,
        "altered_at": moment(fact.altered_at),
        "deprecated_at": moment(fact.deprecated_at),
        "deprecation_note": told.deprecation_note,
        "certified_at": told.certified_at,
        "meta": dict(fact.meta),
    }


def definition(fact: AssetFact, asset_id: int) -> Definition | None:
    """None for things that nobody told how they are made."""
    if not (fact.code or fact.compiled_code or fact.materialized):
        return None
    return Definition(
        asset_id=asset_id,
        materialized=fact.materialized[:60],
        language=fact.language[:30],
        code=fact.code[:MAX_TEXT],
        compiled_code=fact.compiled_code[:MAX_TEXT],
    )


def owners(told: Curated, asset_id: int) -> dict[str, AssetOwner]:
    """Owner rows by name."""
    return {
        owner.name[:300]: AssetOwner(
            asset_id=asset_id,
            name=owner.name[:300],
            email=owner.email[:300],
            is_team=owner.is_team,
            because=told.because.get(owner.name, "")[:200],
            user_id=account.user,
            team_id=account.team,
        )
        for owner in told.fact.owners
        for account in [told.accounts.get(owner, NOBODY)]
    }


def columns(fact: AssetFact, asset_id: int) -> dict[str, Column]:
    """Column rows by name."""
    keys = {name.casefold() for name in fact.primary_key}
    return {
        column.name: Column(
            asset_id=asset_id,
            name=column.name,
            position=column.position,
            data_type=column.data_type,
            nullable=column.nullable,
            is_key=column.is_key or column.name.casefold() in keys,
            description=column.description[:MAX_TEXT],
            tags=list(column.tags),
            pii=normal(column.pii)[:60],
            pii_reason=column.pii_reason[:300] or ("declared" if column.pii else ""),
            meta=dict(column.meta),
            observed=column.observed,
            foreign_key=column.foreign_key[:1600],
        )
        for column in fact.columns
    }


def with_observed(told: dict[str, Column], standing: dict[str, Column]) -> dict[str, Column]:
    """Columns of an asset into which nobody looked this time (a dbt run without its catalog.json): what was seen in the
    warehouse before stays, with what is now told of it."""
    folded = {name.casefold(): name for name in told}
    for name, seen in standing.items():
        if not seen.observed or seen.retired_at is not None:
            continue
        column = told.pop(folded.get(name.casefold(), name), None) or _bare(seen)
        column.name, column.position, column.observed = name, seen.position, True
        column.data_type = column.data_type or seen.data_type
        column.nullable = seen.nullable if column.nullable is None else column.nullable
        told[name] = column
    return told


def _bare(seen: Column) -> Column:
    """A column that was seen and that nobody tells anything of any more."""
    return Column(
        asset_id=seen.asset_id,
        name=seen.name,
        position=seen.position,
        data_type=seen.data_type,
        nullable=seen.nullable,
        is_key=seen.is_key,
        foreign_key=seen.foreign_key,
        observed=True,
    )


COLUMN_FIELDS = (
    *("asset_id", "name", "position", "data_type", "nullable", "is_key", "description", "tags", "pii", "pii_reason"),
    *("meta", "observed", "foreign_key"),
)


def new_column_row(column: ColumnFact, asset_id: int, keys: frozenset[str], wrap: Any) -> tuple[Any, ...]:
    """One line for COPY, in the order of ``COLUMN_FIELDS`` and ``terms``: the road for hundreds of thousands of new columns.

    Most have no tags and no ``meta``: "{}" is both, the empty array and the empty object, at no cost of adapting it.
    """
    return (
        asset_id,
        column.name,
        column.position,
        column.data_type,
        column.nullable,
        column.is_key or column.name.casefold() in keys,
        column.description[:MAX_TEXT],
        list(column.tags) or "{}",
        normal(column.pii)[:60],
        column.pii_reason[:300] or ("declared" if column.pii else ""),
        wrap(column.meta) if column.meta else "{}",
        column.observed,
        column.foreign_key[:1600],
        "{}",
    )


def words(texts: Iterable[str]) -> set[str]:
    """Words of names for the vocabulary of typing errors: 3 to 40 letters or digits, lower case."""
    found = set(_WORD.findall(" ".join(set(texts)).lower()))
    return {word for word in found if 3 <= len(word) <= 40}


def words_of_prose(texts: Iterable[str]) -> set[str]:
    """Of descriptions only what is a word of a language: names, numbers and keys in them would swell the vocabulary."""
    return set(_PLAIN_WORD.findall(" ".join(set(texts)).lower()))


def new_asset(values: dict[str, Any], identity: Identity, address: str, now: datetime) -> Asset:
    return Asset(
        namespace=identity.namespace, name=identity.name, address=address, created_at=now, changed_at=now, **values
    )
