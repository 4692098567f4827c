"""What changed lately, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, F, Max, OuterRef, QuerySet, Window
from django.db.models.functions import RowNumber

from catalog.models import Asset, AssetChange, Domain, Edit, IngestionRun
from catalog.queries import wording
from catalog.queries.edits import assets_of
from catalog.queries.wording import Detail
from catalog.states import ChangeKind
from portal.kernel.authz import ask


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


@dataclass(frozen=True, slots=True)
class News:
    """What one intake did in one way, or one person to one asset: 800 new tables are one piece of news."""

    change: AssetChange  # the newest, with its asset and cause
    others: Sequence[Asset]  # some of the further assets
    count: int  # of all assets

    @property
    def words(self) -> str:
        return sentence(self.change) if self.count == 1 else wording.of_many(self.change.kind)


def news(user: Any, limit: int = 8) -> list[News]:
    """The newest first. Looks at the last runs that changed something visible, so that it stays quick however long the
    history is, and tells the same whatever happens in the dark."""
    visible = AssetChange.objects.filter(asset__in=Asset.objects.visible_to(user).values("pk"))
    telling = IngestionRun.objects.filter(Exists(visible.filter(run=OuterRef("pk"))), finished_at__isnull=False)
    runs = telling.order_by("-id").values_list("pk", flat=True)[:12]
    groups = visible.filter(run__in=list(runs)).values_list("run", "kind").annotate(n=Count("pk"), newest=Max("at"))
    counts = {(run, kind): count for run, kind, count, _ in groups.order_by("-newest", "kind")[:limit]}
    place = Window(RowNumber(), partition_by=[F("run"), F("kind")], order_by=F("id").asc())
    sample = visible.filter(run__in={run for run, _ in counts}).annotate(place=place).filter(place__lte=4)
    told: dict[tuple[int, str], list[AssetChange]] = {}
    for row in sample.select_related("asset", "run__source").order_by("id"):
        told.setdefault((row.run_id or 0, row.kind), []).append(row)
    found = [News(told[key][0], [row.asset for row in told[key][1:]], count) for key, count in counts.items()]
    by_hand = visible.filter(run=None).select_related("asset", "by").order_by("-at", "-id")[:limit]
    found += [News(row, [], 1) for row in by_hand]
    return sorted(found, key=lambda item: item.change.at, reverse=True)[:limit]


def of_run(user: Any, run: Any, limit: int = 200) -> list[Activity]:
    visible = Asset.objects.visible_to(user).values("pk")
    rows = run.changes.filter(asset__in=visible).select_related("asset").order_by("kind", "id")[:limit]
    return _told(user, rows)


def _told(user: Any, rows: QuerySet[AssetChange]) -> list[Activity]:
    domains = dict(Domain.objects.visible_to(user).values_list("id", "name"))
    return [Activity(row, sentence(row), wording.details(row.diff, domains)) for row in rows]


def sentence(row: AssetChange) -> str:
    told = wording.sentence(row.diff)
    if wording.is_renaming(row.diff):
        return told
    happened = row.get_kind_display()
    if told and row.kind in {ChangeKind.GONE, ChangeKind.BACK}:
        return f"{happened}; changed: {told}"
    return f"{happened}: {told}" if told else happened
