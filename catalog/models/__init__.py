"""The catalog's tables, by noun."""

from catalog.models.assets import Asset, AssetName, AssetOwner, Column, Definition, LastBuild
from catalog.models.domains import Domain, DomainTeamRight, DomainUserRight
from catalog.models.search import SearchEntry, SearchWord
from catalog.models.sources import AssetChange, IngestionRun, RunFile, RunWarning, Sighting, Source

__all__ = [
    "Asset",
    "AssetChange",
    "AssetName",
    "AssetOwner",
    "Column",
    "Definition",
    "Domain",
    "DomainTeamRight",
    "DomainUserRight",
    "IngestionRun",
    "LastBuild",
    "RunFile",
    "RunWarning",
    "SearchEntry",
    "SearchWord",
    "Sighting",
    "Source",
]
