"""What changed lately, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, F, Max, OuterRef, QuerySet, Window
from django.db.models.functions import RowNumber

from catalog.models import Asset, AssetChange, Domain, Edit, IngestionRun
from portal.kernel.authz import ask

FIELD_WORDS = {
    "title": "title",
    "description": "description",
    "tier": "tier",
    "url": "link",
    "tags": "tags",
    "deprecated_at": "deprecation date",
    "domain_id": "domain",
    "owners": "owners",
    "code": "code",
    "materialized": "materialization",
    "kind": "kind",
    "terms": "glossary terms",
    "certified_at": "certification",
    "deprecation_note": "note on its deprecation",
    "successor_id": "successor",
    "lineage": "lineage",
}


@dataclass(frozen=True, slots=True)
class Detail:
    """One line below a change; ``before`` and ``after`` are empty where there is nothing to compare."""

    words: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Activity:
    change: AssetChange
    words: str  # "appeared", "changed: 2 columns added, description"
    details: Sequence[Detail]
    may_undo: bool = False

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
    rows = changes.select_related("run__source", "run__requested_by", "by", "edit__undone_by")
    told = _told(user, rows.order_by("-at", "-id")[:limit])
    return [replace(entry, may_undo=_may_undo(user, entry)) for entry in told]


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
    return [Activity(row, _sentence(row), _details(row.diff, domains)) for row in rows]


def _sentence(row: AssetChange) -> str:
    parts = []
    columns = row.diff.get("columns", {})
    for part in ("added", "removed", "changed"):
        if number := len(columns.get(part, ())):
            parts.append(f"{number} {'column' if number == 1 else 'columns'} {part}")
    parts += [FIELD_WORDS[name] for name in row.diff if name in FIELD_WORDS]
    if "renamed_at" in row.diff:
        before, after = row.diff["name"]
        return ", ".join([f"renamed from {before} to {after}", *parts])
    return f"{row.get_kind_display()}: {', '.join(parts)}" if parts else row.get_kind_display()


def _details(diff: Mapping[str, Any], domains: Mapping[int, str]) -> list[Detail]:
    details = []
    if "renamed_at" in diff:
        details.append(Detail(f"renamed on {diff['renamed_at'][1][:16].replace('T', ' at ')} UTC, as it is told"))
    columns = diff.get("columns", {})
    for part in ("added", "removed"):
        if names := columns.get(part):
            details.append(Detail(f"columns {part}: {', '.join(names[:20])}{' …' if len(names) > 20 else ''}"))
    for name, fields in list(columns.get("changed", {}).items())[:20]:
        for field, (before, after) in fields.items():
            if field == "terms":  # they may be of a domain that the reader does not see
                continue
            details.append(Detail(f"{name}: {field.replace('_', ' ')}", _say(before), _say(after)))
    for field, values in diff.items():
        if field in FIELD_WORDS and field not in {"code", "successor_id", "terms"}:
            if field in {"certified_at", "deprecated_at"}:
                values = [str(value)[:10] if value else None for value in values]
            before, after = [domains.get(value, "") if field == "domain_id" and value else value for value in values]
            details.append(Detail(FIELD_WORDS[field], _say(before), _say(after)))
    return details


def _say(value: Any) -> str:
    if value is None or value == "" or value == []:
        return "—"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
