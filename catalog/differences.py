"""Where what sources say of an asset's columns differs from what its warehouse shows. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from catalog.facts import AssetFact, ColumnFact
from catalog.sql.types import same_type


class Unlike(StrEnum):
    MISSING = "missing"  # told, but not in the warehouse
    EXTRA = "extra"  # in the warehouse, but not told
    TYPE = "type"
    NULLS = "nulls"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one source says; ``title`` is how people call the source."""

    title: str
    fact: AssetFact


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    column: str
    kind: Unlike
    source: str
    said: str = ""
    seen: str = ""

    @property
    def words(self) -> str:
        match self.kind:
            case Unlike.MISSING:
                return f"{self.source} documents it, the warehouse does not have it"
            case Unlike.EXTRA:
                return f"not known to {self.source}"
            case _:
                return f"{self.source} says {self.said}, the warehouse {self.seen}"


def differences(told: Sequence[Told]) -> list[Difference]:
    """Nothing where no source looked into the warehouse. Mentions say nothing about columns, so they do not differ.

    ``told`` is in order of trust among those that looked: the first of them is the warehouse.
    """
    told = [one for one in told if not one.fact.mention]
    looked = [one for one in told if any(column.observed for column in one.fact.columns)]
    if not looked:
        return []
    warehouse = min(looked, key=_trust)
    seen = {column.name: column for column in warehouse.fact.columns if column.observed}
    found: list[Difference] = []
    for one in told:
        if one.fact.columns and (one is not warehouse or one.fact.columns_known):
            found += _of(one, seen, itself=one is warehouse)
    return found


def _trust(told: Told) -> tuple[bool, bool]:
    """A reader that asked the warehouse itself knows it better than dbt's catalog.json of last night, and who only looks
    better than who documents too."""
    return not told.fact.first_hand, not all(column.observed for column in told.fact.columns)


def summary(found: Sequence[Difference]) -> list[str]:
    """Sentences for the head of the page: ``dbt has 2 columns that the warehouse does not have``."""
    counts = Counter((difference.source, difference.kind) for difference in found)
    return [_sentence(source, kind, number) for (source, kind), number in counts.items()]


def by_column(found: Sequence[Difference]) -> Mapping[str, list[Difference]]:
    grouped: dict[str, list[Difference]] = {}
    for difference in found:
        grouped.setdefault(difference.column.casefold(), []).append(difference)
    return grouped


def _of(one: Told, seen: Mapping[str, ColumnFact], *, itself: bool) -> list[Difference]:
    folded = _folded(seen)
    platform = one.fact.platform
    found: list[Difference] = []
    met: set[str] = set()
    for column in one.fact.columns:
        real = seen.get(column.name) or seen.get(folded.get(column.name.casefold(), ""))
        if real is None:
            if not _is_part(column.name, seen):
                found.append(Difference(column=column.name, kind=Unlike.MISSING, source=one.title))
            continue
        met.add(real.name)
        if not itself:
            found += _unlike(one.title, platform, column, real)
    if not itself:
        extra = [name for name in seen if name not in met and not _is_part(name, seen)]
        found += [Difference(column=name, kind=Unlike.EXTRA, source=one.title) for name in extra]
    return found


def _unlike(source: str, platform: str, said: ColumnFact, seen: ColumnFact) -> list[Difference]:
    found: list[Difference] = []
    if said.data_type and seen.data_type and not same_type(platform, said.data_type, seen.data_type):
        types = {"said": said.data_type, "seen": seen.data_type}
        found.append(Difference(column=seen.name, kind=Unlike.TYPE, source=source, **types))
    if said.nullable is not None and seen.nullable is not None and said.nullable != seen.nullable:
        nulls = {"said": _nulls(said.nullable), "seen": _nulls(seen.nullable)}
        found.append(Difference(column=seen.name, kind=Unlike.NULLS, source=source, **nulls))
    return found


def _nulls(nullable: bool) -> str:
    return "nulls allowed" if nullable else "never null"


def _folded(seen: Mapping[str, ColumnFact]) -> dict[str, str]:
    """Names without regard to case, where only one is meant."""
    names: dict[str, list[str]] = {}
    for name in seen:
        names.setdefault(name.casefold(), []).append(name)
    return {low: found[0] for low, found in names.items() if len(found) == 1}


def _is_part(name: str, seen: Mapping[str, ColumnFact]) -> bool:
    """A field of a column that is itself known: few sources list those."""
    return any(name[:at] in seen for at in range(1, len(name)) if name[at] == ".")


def _sentence(source: str, kind: Unlike, number: int) -> str:
    columns = "1 column" if number == 1 else f"{number} columns"
    match kind:
        case Unlike.MISSING:
            return f"{source} documents {columns} that the warehouse does not have"
        case Unlike.EXTRA:
            return f"{source} does not know {columns} of the warehouse"
        case Unlike.TYPE:
            return f"{source} gives {columns} another type"
        case Unlike.NULLS:
            return f"{source} and the warehouse disagree about nulls in {columns}"
