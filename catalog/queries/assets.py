"""What an asset's page asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.db.models.functions import Lower

from catalog.identity.naming import split
from catalog.intake.namespaces import Namespaces
from catalog.models import Asset, AssetChange, AssetName, AssetOwner, Column, LastBuild, Sighting, Source
from catalog.queries import wording
from catalog.queries.badges import badges_of
from catalog.queries.wording import Detail
from portal.kernel.slots import Badge

_SIGHTINGS = Sighting.objects.select_related("source", "last_run").order_by("retired_at", "id")


@dataclass(frozen=True, slots=True)
class AssetPage:
    asset: Asset
    owners: Sequence[AssetOwner]
    badges: Sequence[Badge]
    last_build: LastBuild | None
    sources: Sequence[Source]
    key_columns: Sequence[Column]


def find(user: Any, section: str, address: str) -> list[Asset]:
    """Assets that the address may mean, the exact one alone where there is one; by any known name otherwise."""
    visible = Asset.objects.visible_to(user).select_related("domain", "definition", "last_build")
    visible = visible.prefetch_related(Prefetch("sightings", _SIGHTINGS, to_attr="told"))
    exact = visible.filter(section=section, address=address)
    if found := list(exact):
        return found
    low = address.lower()
    named = AssetName.objects.annotate(low=Lower("name")).filter(low=low).values("asset")
    paths = Asset.objects.annotate(low_path=Lower("path")).filter(low_path=low).values("pk")
    found_by_name = visible.filter(pk__in=named.union(paths), merged_into=None)
    return list(found_by_name.filter(section=section).order_by("retired_at", "name")[:20])


def by_name(user: Any, name: str, namespace: str = "") -> list[Asset]:
    """Assets known by a name: any name of any tool in any of its forms, the path, or the public id."""
    return named_among(Asset.objects.visible_to(user).select_related("domain"), name, namespace)


def named_among(visible: QuerySet[Asset], name: str, namespace: str = "") -> list[Asset]:
    name = name.strip()
    if namespace or "://" in name:
        return list(visible.filter(pk__in=_by_pair(namespace, name).values("asset"))[:2])
    forms = {name.lower(), ".".join(split(name)).lower()}  # as it stands, and without quotes
    names = AssetName.objects.annotate(low=Lower("name"))
    known = names.filter(Q(low__in=forms) | Q(folded=name) | Q(folded__in=forms))
    if found := list(visible.filter(pk__in=known.values("asset"))[:20]):
        return found
    placed = visible.annotate(low_path=Lower("path")).filter(low_path__in=forms, merged_into=None)
    titled = visible.annotate(low_title=Lower("title")).filter(low_title=name.lower(), merged_into=None)
    # data is called by its path, everything else by its title too; data by its last name where nothing else is
    others = titled.exclude(section="datasets")
    return list(placed[:20]) or list(others[:20]) or list(titled.filter(retired_at=None)[:20])


def _by_pair(namespace: str, name: str) -> QuerySet[AssetName]:
    """Where the namespace says which platform it is, as that folds names; otherwise without regard to case."""
    forms = Namespaces().forms(namespace, name)
    spaces, names = {namespace, *(space for space, _ in forms)}, {found for _, found in forms}
    rows = AssetName.objects.annotate(low=Lower("name")).filter(namespace__in=spaces)
    return rows.filter(Q(folded__in=names) | Q(low=name.lower()))


def page_of(asset: Asset) -> AssetPage:
    """Everything of the page that is not in a tab or panel."""
    return AssetPage(
        asset=asset,
        owners=list(asset.owners.select_related("user", "team").order_by("name")),
        badges=badges_of([asset])[asset.pk],
        last_build=getattr(asset, "last_build", None),
        sources=sources_of(asset),
        key_columns=list(asset.columns.filter(retired_at=None, is_key=True).order_by("position")[:8]),
    )


def columns_of(asset: Asset) -> QuerySet[Column]:
    return asset.columns.filter(retired_at=None).order_by("position", "id")


@dataclass(frozen=True, slots=True)
class ColumnChange:
    at: datetime
    words: str
    details: Sequence[Detail]
    by: Any


def column_history(asset: Asset, name: str) -> list[ColumnChange]:
    """What happened to one column, newest first, out of the asset's changes."""
    rows = asset.changes.filter(
        Q(diff__columns__added__contains=[name])
        | Q(diff__columns__removed__contains=[name])
        | Q(diff__columns__changed__has_key=name)
        | Q(kind="created")
    )
    newest = rows.select_related("by", "run__source").order_by("-at", "-id")[:20]
    return [_column_change(row, name) for row in newest]


def _column_change(row: AssetChange, name: str) -> ColumnChange:
    columns = row.diff.get("columns", {})
    told = wording.of_column(columns.get("changed", {}).get(name, {}))
    return ColumnChange(
        at=row.at,
        words=wording.happened_to(columns, name),
        details=told,
        by=row.by or (row.run and row.run.source.title),
    )


def said_by(asset: Asset) -> Sequence[Sighting]:
    """What each source says of the asset, live ones first; asked once for a page."""
    told: Sequence[Sighting] = asset.told if hasattr(asset, "told") else list(_SIGHTINGS.filter(asset=asset))
    return told


def sources_of(asset: Asset) -> list[Source]:
    """Each that tells of the asset, once, under however many names it does."""
    return list(dict.fromkeys(row.source for row in said_by(asset) if row.retired_at is None))
