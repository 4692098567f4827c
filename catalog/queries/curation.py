"""What people said of an asset beside what its sources say, and the edits that brought it there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from catalog.facts import AssetFact, ColumnFact
from catalog.intake import merging
from catalog.intake.promising import over, written_here
from catalog.intake.said import domain_slug, facts_of
from catalog.models import Annotation, Asset, Column, Sighting
from catalog.states import Field
from portal.kernel.authz import Answer, ask

FROM_SOURCES = {Field.DESCRIPTION, Field.DOMAIN, Field.TIER, Field.TAGS, Field.OWNERS, Field.DEPRECATION}


@dataclass(frozen=True, slots=True)
class Told:
    """What one source says of one field."""

    source: str
    value: Any

    @property
    def words(self) -> str:
        return self.value if isinstance(self.value, str) else ", ".join(self.value)


@dataclass(frozen=True, slots=True)
class Overlaid:
    """A person's word, and what it lies over."""

    word: Annotation
    told: Sequence[Told] = ()

    @property
    def first(self) -> Told | None:
        return self.told[0] if self.told else None


@dataclass(frozen=True, slots=True)
class Place:
    """One field of an asset or of one of its columns, as somebody comes to it."""

    asset: Asset
    field: Field
    column: Column | None = None
    word: Annotation | None = None
    fact: AssetFact | None = None  # what all sources together say
    told: Sequence[Told] = ()

    @property
    def column_name(self) -> str:
        return self.column.name if self.column else ""

    @property
    def source_value(self) -> Any:
        """Without what any person says."""
        if self.fact is None:
            return _EMPTY.get(self.field, "")
        if self.column is None:
            return _of_fact(self.fact, self.field)
        found = column_fact(self.fact, self.column.name)
        return _of_column(found, self.field) if found else _EMPTY.get(self.field, "")


_EMPTY: dict[str, Any] = {Field.TAGS: (), Field.TERMS: (), Field.OWNERS: ()}


def place(asset: Asset, name: Field, column: Column | None = None) -> Place:
    facts = facts_by_source(asset)
    merged = merging.merge([fact for _, fact in facts]) if facts else None
    word = _words(asset, column.name if column else "").get(name)
    return Place(asset, name, column, word, merged, told(facts, name, column.name if column else ""))


def overlaid(asset: Asset, column: str = "") -> dict[str, Overlaid]:
    """Words of people by field. Sources are asked only where there is one: most assets have none."""
    words = _words(asset, column)
    facts = facts_by_source(asset) if FROM_SOURCES & words.keys() else []
    return {name: Overlaid(word, told(facts, name, column)) for name, word in words.items()}


def may_edit(user: Any, asset: Asset) -> Answer:
    return ask(user, "catalog.curate", asset)


def column_fact(fact: AssetFact, name: str) -> ColumnFact | None:
    """By its exact name, else by its name in other case."""
    exact = next((column for column in fact.columns if column.name == name), None)
    low = name.casefold()
    return exact or next((column for column in fact.columns if column.name.casefold() == low), None)


def _words(asset: Asset, column: str) -> dict[str, Annotation]:
    rows = Annotation.objects.filter(asset=asset).select_related("by")
    rows = rows.filter(Q(column__iexact=column) if column else Q(column=""))
    return {row.field: row for row in sorted(rows, key=lambda row: row.column == column)}


def facts_by_source(asset: Asset) -> list[tuple[str, AssetFact]]:
    """(title of the source, what it says), oldest first."""
    rows = Sighting.objects.filter(asset=asset, retired_at=None).order_by("id")
    titles = rows.values_list("source__title", flat=True)
    told = list(zip(titles, facts_of(rows).get(asset.pk, []), strict=True))
    written = written_here([asset.pk]).get(asset.pk)
    if written is None:
        return told
    stands = over([fact for _, fact in told], written)
    return [(title, fact) for title, fact in told if fact in stands] + [("The contract", written)]


def told(facts: Sequence[tuple[str, AssetFact]], name: str, column: str) -> list[Told]:
    """The sources that say something of the field; a source that says what another has said is left out."""
    found: list[Told] = []
    for title, fact in facts:
        of = column_fact(fact, column) if column else None
        value = (_of_column(of, name) if of else None) if column else _of_fact(fact, name)
        if value and all(told.value != value for told in found):
            found.append(Told(title, value))
    return found


def _of_fact(fact: AssetFact, name: str) -> Any:
    values: Mapping[str, Any] = {
        Field.DESCRIPTION: fact.description,
        Field.DOMAIN: domain_slug(fact.domain),
        Field.TIER: fact.tier,
        Field.TAGS: fact.tags,
        Field.OWNERS: tuple(owner.name for owner in fact.owners),
        Field.DEPRECATION: fact.deprecated_at,
    }
    return values.get(name, _EMPTY.get(name, ""))


def _of_column(fact: ColumnFact, name: str) -> Any:
    values: Mapping[str, Any] = {Field.DESCRIPTION: fact.description, Field.TAGS: fact.tags}
    return values.get(name, _EMPTY.get(name, ""))


@dataclass(frozen=True, slots=True)
class Standing:
    """Of one asset, for one person's page."""

    words: Mapping[str, Overlaid]
    may_edit: Answer
    suggestions: int
    successor: Asset | None


def standing(user: Any, asset: Asset) -> Standing:
    successor = None
    if asset.successor_id:
        successor = Asset.objects.visible_to(user).filter(pk=asset.successor_id).first()
    allowed = may_edit(user, asset)
    waiting = asset.suggestions.filter(state="open")
    waiting = waiting if allowed else waiting.filter(by=user)
    return Standing(overlaid(asset), allowed, waiting.count(), successor)
