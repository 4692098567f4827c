"""The catalog's tables, by noun."""

from catalog.models.assets import Asset, AssetName, AssetOwner, Column, Definition, LastBuild
from catalog.models.contracts import Contract, ContractTable, ContractVersion, Keeping
from catalog.models.curation import Annotation, Announcement, Edit, EditLine, OwnerRule, Suggestion
from catalog.models.domains import Domain, DomainTeamRight, DomainUserRight
from catalog.models.glossary import Term, TermRelation
from catalog.models.identity import Apart, Merge, NamespaceAlias, Split
from catalog.models.personal import Favourite, Follow, SavedView, Visit
from catalog.models.pii import PiiFinding
from catalog.models.search import SearchEntry, SearchWord
from catalog.models.sources import AssetChange, IngestionRun, RunFile, RunWarning, Sighting, Source
from catalog.models.usage import JoinedWith, UsageDay, UsageTotal

__all__ = [
    "Annotation",
    "Announcement",
    "Apart",
    "Asset",
    "AssetChange",
    "AssetName",
    "AssetOwner",
    "Column",
    "Contract",
    "ContractTable",
    "ContractVersion",
    "Definition",
    "Domain",
    "DomainTeamRight",
    "DomainUserRight",
    "Edit",
    "EditLine",
    "Favourite",
    "Follow",
    "IngestionRun",
    "JoinedWith",
    "Keeping",
    "LastBuild",
    "Merge",
    "NamespaceAlias",
    "OwnerRule",
    "PiiFinding",
    "RunFile",
    "RunWarning",
    "SavedView",
    "SearchEntry",
    "SearchWord",
    "Sighting",
    "Source",
    "Split",
    "Suggestion",
    "Term",
    "TermRelation",
    "UsageDay",
    "UsageTotal",
    "Visit",
]
