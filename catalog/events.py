"""What happened in the catalog."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class IngestionFinished:
    """One a run, however many assets it touched; those are in ``AssetChange``."""

    run: str
    source: str
    state: str
    figures: dict[str, float]
    name: ClassVar[str] = "catalog.IngestionFinished"
    chained: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class SourceCreated:
    source: str
    kind: str
    name: ClassVar[str] = "catalog.SourceCreated"
    chained: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class DomainRestrictionChanged:
    domain: str
    restricted: bool
    name: ClassVar[str] = "catalog.DomainRestrictionChanged"
    chained: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class DomainMemberAdded:
    domain: str
    member: str
    name: ClassVar[str] = "catalog.DomainMemberAdded"
    chained: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class DomainMemberRemoved:
    domain: str
    member: str
    name: ClassVar[str] = "catalog.DomainMemberRemoved"
    chained: ClassVar[bool] = True
