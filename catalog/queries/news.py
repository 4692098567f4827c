"""What happened lately, for the home page: what one intake did in one way, or a person in one act, is one line."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Case, Count, Exists, F, Max, Min, OuterRef, Q, QuerySet, Value, When, Window
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import RowNumber
from django.urls import reverse

from catalog.intake.cause import OWNER_RULES
from catalog.models import Asset, AssetChange, Edit, EditLine, IngestionRun
from catalog.queries import activity, wording
from catalog.states import ChangeKind, Field
from portal.kernel.authz import ask

SAMPLED = 4  # assets that are named of a line about many
ONE_GO = timedelta(minutes=30)  # between two edits of one asset that are told as one
LOOKED_AT = 24  # of the newest edits, so that what is asked stays small however long the history is


@dataclass(frozen=True, slots=True)
class News:
    """One line. Of an edit ``words`` are about all that it did: the page of it says the rest."""

    at: datetime
    words: str
    by: str
    count: int  # of all assets
    asset: Asset | None = None  # the only one, or the first of those that are named
    others: Sequence[Asset] = ()  # some of the further assets
    kind: str = "changed"
    edit: Edit | None = None
    undone_by: str = ""
    fields: frozenset[str] = frozenset()  # of an edit
    edits: int = 1  # one after another, by one person, of one asset
    url: str = ""  # of the page that says more of all of it, for those who may see that


@dataclass(frozen=True, slots=True)
class _Chain:
    """An edit, and how it stands: taken back, or taken back and done again."""

    root: Edit
    newest: Edit
    back: bool


def newest(user: Any, limit: int = 8) -> list[News]:
    """The newest first, and of all only what the person may see."""
    visible = AssetChange.objects.filter(asset__in=Asset.objects.visible_to(user).values("pk"))
    chains = _chains(user)
    found = [
        *_of_runs(user, visible, limit),
        *_in_one_go(_of_edits(user, chains)),
        *_inherited(visible, chains[:limit]),
        *_acts(user, visible, limit),
    ]
    return sorted(found, key=lambda item: item.at, reverse=True)[:limit]


def _of_runs(user: Any, visible: QuerySet[AssetChange], limit: int) -> list[News]:
    """Looks at the last runs that changed something visible, so that it tells the same whatever happens in the dark."""
    telling = IngestionRun.objects.filter(Exists(visible.filter(run=OuterRef("pk"))), finished_at__isnull=False)
    runs = telling.order_by("-id").values_list("pk", flat=True)[:12]
    groups = visible.filter(run__in=list(runs)).values_list("run", "kind").annotate(n=Count("pk"), newest=Max("at"))
    counts = {(run, kind): count for run, kind, count, _ in groups.order_by("-newest", "kind")[:limit]}
    place = Window(RowNumber(), partition_by=[F("run"), F("kind")], order_by=F("id").asc())
    sample = visible.filter(run__in={run for run, _ in counts}).annotate(place=place).filter(place__lte=SAMPLED)
    told: dict[tuple[int, str], list[AssetChange]] = {}
    for row in sample.select_related("asset", "run__source").order_by("id"):
        told.setdefault((row.run_id or 0, row.kind), []).append(row)
    leads = bool(ask(user, "catalog.see_source"))
    return [_of_run(told[key], count, leads=leads) for key, count in counts.items()]


def _of_run(rows: Sequence[AssetChange], count: int, *, leads: bool) -> News:
    news, run = _of_changes(rows, count), rows[0].run
    return replace(news, url=run.get_absolute_url()) if run and leads and count > 1 else news


def _of_changes(rows: Sequence[AssetChange], count: int, origins: Mapping[int, dict[str, str]] | None = None) -> News:
    first = rows[0]
    own = (origins or {}).get(first.asset_id, {})
    return News(
        at=first.at,
        words=activity.sentence(first, own) if count == 1 else wording.of_many(first.kind),
        by=first.run.source.title if first.run and count > 1 else activity.author(first),
        count=count,
        asset=first.asset,
        others=[row.asset for row in rows[1:]],
        kind=first.kind,
    )


# --- by hand -----------------------------------------------------------------------------------------------------------


def _chains(user: Any) -> list[_Chain]:
    """The newest edits, each with what was undone of it and done again as one."""
    seen = EditLine.objects.filter(edit=OuterRef("pk"), asset__in=Asset.objects.visible_to(user).values("pk"))
    rows = Edit.objects.filter(Exists(seen)).select_related("by", "undoes__by", "undoes__undoes__by").order_by("-pk")
    found: dict[int, _Chain] = {}
    for row in rows[:LOOKED_AT]:
        root, steps = row, 0
        while root.undoes is not None:
            root, steps = root.undoes, steps + 1
        found.setdefault(root.pk, _Chain(root, row, steps % 2 == 1))
    return list(found.values())


def _of_edits(user: Any, chains: Sequence[_Chain]) -> list[News]:
    lines = EditLine.objects.filter(edit__in=[one.root for one in chains], asset__in=Asset.objects.visible_to(user))
    parts = lines.values("edit").annotate(
        n=Count("asset", distinct=True), first=Min("asset"), fields=ArrayAgg("field", distinct=True)
    )
    told = {part["edit"]: part for part in parts.order_by()}
    firsts = Asset.objects.in_bulk([part["first"] for part in told.values() if part["n"] == 1]) if told else {}
    return [
        News(
            at=one.newest.at,
            words=_fields(told[one.root.pk]["fields"]),
            by=str(one.root.by),
            count=told[one.root.pk]["n"],
            asset=firsts.get(told[one.root.pk]["first"]),
            edit=one.root,
            undone_by=str(one.newest.by) if one.back else "",
            fields=frozenset(told[one.root.pk]["fields"]),
        )
        for one in chains
        if one.root.pk in told
    ]


def _in_one_go(edits: Sequence[News]) -> list[News]:
    """What somebody wrote field by field of one asset, with nothing of others in between, is one line."""
    found: list[News] = []
    for news in sorted(edits, key=lambda item: item.at, reverse=True):
        if found and _goes_on(news, found[-1]):
            fields = found[-1].fields | news.fields
            found[-1] = replace(found[-1], fields=fields, words=_fields(fields), edits=found[-1].edits + 1)
        else:
            found.append(news)
    return found


def _goes_on(older: News, newer: News) -> bool:
    alone = older.asset is not None and older.asset == newer.asset and older.by == newer.by
    return alone and not (older.undone_by or newer.undone_by) and newer.at - older.at <= ONE_GO


def _fields(names: Collection[str]) -> str:
    """``tags``, ``owners and tier``, ``domain, owners and tier``"""
    *most, last = sorted(str(Field(name).label) for name in names)
    return f"{', '.join(most)} and {last}" if most else last


def _inherited(visible: QuerySet[AssetChange], chains: Sequence[_Chain]) -> list[News]:
    """What came along lineage of edits that stand: what was taken back is no news of those further down."""
    standing = {str(one.root.uuid): one for one in chains if not one.back}
    if not standing:
        return []
    since = min(one.root.at for one in standing.values())
    rows = visible.filter(run=None, edit=None, at__gte=since).annotate(source=KeyTextTransform("inherited", "diff"))
    groups = (
        rows.filter(source__in=standing).values("source").annotate(n=Count("asset", distinct=True), first=Max("pk"))
    )
    counts = {group["first"]: group["n"] for group in groups.order_by()}
    found = (
        list(AssetChange.objects.filter(pk__in=counts).select_related("asset", "run__source", "by")) if counts else []
    )
    origins = activity.origins_of(found)
    return [
        _of_changes([row], 1, origins)
        if counts[row.pk] == 1
        else News(at=row.at, words="inherit personal data anew", by="lineage", count=counts[row.pk])
        for row in found
    ]


# What an act is called by, where it did several things: a merge changes columns too
_LEADING = (ChangeKind.MERGED, ChangeKind.SPLIT)


def _acts(user: Any, visible: QuerySet[AssetChange], limit: int) -> list[News]:
    """Merges, splits, edges, rules: without an edit that could be undone. All that one act did has its moment."""
    rows = visible.filter(run=None, edit=None).exclude(diff__has_key="inherited")
    counted = {str(kind): Count("asset", distinct=True, filter=Q(kind=kind)) for kind in _LEADING}
    groups = rows.values("at", "by").annotate(**counted, all=Count("asset", distinct=True)).order_by("-at", "-by")
    acts = {(group["at"], group["by"]): group for group in groups[:limit]}
    if not acts:
        return []
    rank = Case(*(When(kind=kind, then=Value(place)) for place, kind in enumerate(_LEADING)), default=Value(9))
    place = Window(RowNumber(), partition_by=[F("at"), F("by")], order_by=[rank.asc(), F("id").asc()])
    sample = rows.filter(at__in={at for at, _ in acts}).annotate(place=place).filter(place__lte=SAMPLED)
    told: dict[tuple[datetime, int | None], dict[int, AssetChange]] = {}
    for row in sample.select_related("asset", "by").order_by("place"):
        told.setdefault((row.at, row.by_id), {}).setdefault(row.asset_id, row)
    return [
        _of_act(user, list(told[key].values()), next(n for n in (*map(group.get, _LEADING), group["all"]) if n))
        for key, group in acts.items()
    ]


def _of_act(user: Any, rows: Sequence[AssetChange], count: int) -> News:
    first = rows[0]
    news = _of_changes([row for row in rows if row.kind == first.kind], count)
    if count == 1:
        return news
    ruled = first.diff.get("act") == OWNER_RULES
    right, place = ("catalog.rule_owners", "catalog:owner_rules") if ruled else ("catalog.merge", "catalog:unmatched")
    leads = (ruled or first.kind in _LEADING) and bool(ask(user, right))
    words = wording.of_many(first.kind, Field.OWNERS) if ruled else news.words
    return replace(news, words=words, by=activity.author(first), url=reverse(place) if leads else "")
