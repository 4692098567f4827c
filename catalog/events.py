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


@dataclass(frozen=True, slots=True)
class SuggestionMade:
    suggestion: str
    column: str
    field: str
    name: ClassVar[str] = "catalog.SuggestionMade"
    chained: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class SuggestionDecided:
    suggestion: str
    state: str
    name: ClassVar[str] = "catalog.SuggestionDecided"
    chained: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class Announced:
    announcement: str
    title: str
    name: ClassVar[str] = "catalog.Announced"
    chained: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class AnnouncementWithdrawn:
    announcement: str
    name: ClassVar[str] = "catalog.AnnouncementWithdrawn"
    chained: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class TermChanged:
    """What of the term changed stands in ``before`` and ``after``; ``before`` is empty for a new one."""

    term: str
    before: dict[str, object]
    after: dict[str, object]
    name: ClassVar[str] = "catalog.TermChanged"
    chained: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class OwnerRulesChanged:
    before: int
    after: int
    assets: int
    name: ClassVar[str] = "catalog.OwnerRulesChanged"
    chained: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class AssetsMerged:
    """By a person; what joins by itself is told by its run."""

    merge: str
    kept: str
    gone: str
    reason: str
    name: ClassVar[str] = "catalog.AssetsMerged"
    chained: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class MergeUndone:
    merge: str
    kept: str
    gone: str
    name: ClassVar[str] = "catalog.MergeUndone"
    chained: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class AssetSplit:
    """``undone`` tells that what was taken out was put back."""

    split: str
    asset: str
    made: str
    undone: bool
    name: ClassVar[str] = "catalog.AssetSplit"
    chained: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class NamespaceAliasChanged:
    """``joined`` counts the assets that became one by it, or that are two again."""

    alias: str
    namespace: str
    removed: bool
    joined: int
    name: ClassVar[str] = "catalog.NamespaceAliasChanged"
    chained: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class ViewShared:
    """``shared`` is false where a view was taken back from the others."""

    view: str
    title: str
    query: str
    shared: bool
    name: ClassVar[str] = "catalog.ViewShared"
    chained: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class ContractSaved:
    """``sequence`` counts the versions of this contract; ``verdict`` is that against the version before."""

    contract: str
    asset: str
    sequence: int
    number: str
    verdict: str
    name: ClassVar[str] = "catalog.ContractSaved"
    chained: ClassVar[bool] = True
