"""What changed lately, in words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from catalog.models import Asset, AssetChange, Column, Domain, Edit
from catalog.queries import wording
from catalog.queries.edits import assets_of
from catalog.queries.wording import Detail
from catalog.states import ChangeKind
from portal.kernel.authz import ask

_FROM, _REST = "inherited from ", re.compile(r" via |, |; ")


@dataclass(frozen=True, slots=True)
class Activity:
    change: AssetChange
    words: str  # "appeared", "changed: 2 new columns, description"
    details: Sequence[Detail]
    may_undo: bool = False
    assets: int = 1  # of its edit, as far as the reader sees them
    taken_in: Asset | None = None  # whose change it was before that was taken in, and which was never told of the whole

    @property
    def at(self) -> datetime:
        return self.change.at

    @property
    def edit(self) -> Edit | None:
        return self.change.edit if self.change.edit_id else None

    @property
    def undone(self) -> bool:
        return self.edit is not None and hasattr(self.edit, "undone_by")


def of_asset(user: Any, asset: Asset, limit: int = 50) -> list[Activity]:
    changes = AssetChange.objects.filter(asset_id__in=[asset.pk, *_taken_in(user, asset)])
    rows = changes.select_related("asset", "run__source", "run__requested_by", "by", "edit__undone_by")
    told = _told(user, rows.order_by("-at", "-id")[:limit])
    wide = assets_of(user, [entry.edit for entry in told if entry.edit is not None])
    return [
        replace(
            entry,
            may_undo=_may_undo(user, entry),
            assets=wide.get(entry.change.edit_id or 0, 1),
            taken_in=_other(entry, asset),
        )
        for entry in told
    ]


def _other(entry: Activity, asset: Asset) -> Asset | None:
    return entry.change.asset if entry.change.asset_id != asset.pk else None


def _may_undo(user: Any, entry: Activity) -> bool:
    return entry.edit is not None and not entry.undone and bool(ask(user, "catalog.undo", entry.edit))


def _taken_in(user: Any, asset: Asset) -> QuerySet[Asset, int]:
    """Whose history is part of the asset's own while they are one."""
    return Asset.objects.visible_to(user).filter(merged_into=asset).values_list("pk", flat=True)


def recent(user: Any, limit: int = 12) -> list[Activity]:
    """The newest changes of what the person may see."""
    visible = Asset.objects.visible_to(user).values("pk")
    rows = AssetChange.objects.filter(asset__in=visible).select_related("asset", "run__source", "by")
    return _told(user, rows.order_by("-at", "-id")[:limit])


def of_run(user: Any, run: Any, limit: int = 200) -> list[Activity]:
    visible = Asset.objects.visible_to(user).values("pk")
    rows = run.changes.filter(asset__in=visible).select_related("asset").order_by("kind", "id")[:limit]
    return _told(user, rows)


def _told(user: Any, rows: QuerySet[AssetChange]) -> list[Activity]:
    domains = dict(Domain.objects.visible_to(user).values_list("id", "name"))
    found = list(rows)
    origins = origins_of(found)
    return [_activity(row, domains, origins.get(row.asset_id, {})) for row in found]


def _activity(row: AssetChange, domains: Mapping[int, str], origins: Mapping[str, str]) -> Activity:
    details = wording.details(row.diff, domains)
    if wording.is_inherited(row.diff):
        each = wording.inherited(row.diff, origins)
        details = [Detail(words) for words in each] if len(each) > 1 else []
    return Activity(row, sentence(row, origins), details)


def origins_of(rows: Sequence[AssetChange]) -> dict[int, dict[str, str]]:
    """From which column each of those that inherited does so now, by asset: as the column itself tells, since that names
    only what all may read who see it. A query where something was inherited, else none."""
    ids = {row.asset_id for row in rows if wording.is_inherited(row.diff)}
    found: dict[int, dict[str, str]] = {}
    columns = Column.objects.filter(asset__in=ids, retired_at=None, pii_reason__startswith=_FROM) if ids else []
    for column in columns:
        start = _REST.split(column.pii_reason.removeprefix(_FROM))[0]
        found.setdefault(column.asset_id, {})[column.name] = start
    return found


def author(row: AssetChange) -> str:
    """By whom, or what, as people call it."""
    if wording.is_inherited(row.diff):
        return "lineage"
    return row.run.source.title if row.run else str(row.by)


def sentence(row: AssetChange, origins: Mapping[str, str] | None = None) -> str:
    if wording.is_inherited(row.diff):
        return wording.inherited_in_all(row.diff, origins or {})
    told = wording.sentence(row.diff)
    if wording.is_renaming(row.diff):
        return told
    happened = row.get_kind_display()
    if told and row.kind in {ChangeKind.GONE, ChangeKind.BACK}:
        return f"{happened}; changed: {told}"
    return f"{happened}: {told}" if told else happened
