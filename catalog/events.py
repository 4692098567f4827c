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
class SourceChanged:
    """Names of what changed; of secrets never more than that."""

    source: str
    fields: tuple[str, ...]
    secrets_given: tuple[str, ...]
    secrets_forgotten: tuple[str, ...]
    name: ClassVar[str] = "catalog.SourceChanged"
    chained: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class SourceRemoved:
    source: str
    kind: str
    name: ClassVar[str] = "catalog.SourceRemoved"
    chained: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class ScheduleChanged:
    source: str
    schedule: str
    paused: bool
    name: ClassVar[str] = "catalog.ScheduleChanged"
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


@dataclass(frozen=True, slots=True)
class AssetsEdited:
    """One an edit, on one asset or on thousands; what it changed stands in ``EditLine``."""

    edit: str
    summary: str
    assets: int
    fields: tuple[str, ...]
    name: ClassVar[str] = "catalog.AssetsEdited"
    chained: ClassVar[bool] = True
