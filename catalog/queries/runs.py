"""Runs as their reader may know them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import Count, QuerySet

from catalog.models import Asset, AssetChange, IngestionRun, RunWarning, Sighting, Source
from catalog.states import ChangeKind

HIDDEN_ERROR = "It failed on something that only members of its domain may see. Ask one of them."


def told_to(user: Any, found: Iterable[IngestionRun]) -> list[IngestionRun]:
    """The runs, in a constant number of queries. Where their source also speaks of what the reader may not see, their
    figures are those of visible changes alone: that there is more may be known, how much may not."""
    runs = list(found)
    visible = Asset.objects.visible_to(user).values("pk")
    secretive = _secretive(user, {run.source_id for run in runs})
    partly = [run for run in runs if run.source_id in secretive and (run.figures or run.error)]
    if not partly:
        return runs
    ids = [run.pk for run in partly]
    changes = AssetChange.objects.filter(run__in=ids, asset__in=visible).values_list("run", "kind")
    counts = {(run, kind): number for run, kind, number in changes.annotate(n=Count("id"))}
    shown = RunWarning.objects.filter(asset__in=visible, run__in=ids).values_list("run")
    warnings = dict(shown.annotate(n=Count("id")))
    for run in partly:
        kept = {"seconds": run.figures["seconds"]} if "seconds" in run.figures else {}
        told = {str(kind): counts.get((run.pk, kind), 0) for kind in ChangeKind.values}
        run.figures = {**told, "warnings": warnings.get(run.pk, 0), **kept}
        if run.error and run.requested_by_id != user.pk:
            run.error = HIDDEN_ERROR
    return runs


def warnings_told_to(user: Any, run: IngestionRun) -> QuerySet[RunWarning]:
    """All of them to who sent the files, for they know what is in them, and where nothing of the source is hidden from the
    person; otherwise those about what they may see, since any other may name what they may not."""
    rows = run.warnings.order_by("id")
    if run.requested_by_id == user.pk or sees_all_of(user, run.source):
        return rows
    return rows.filter(asset__in=Asset.objects.visible_to(user).values("pk"))


def sees_all_of(user: Any, source: Source) -> bool:
    """Whether the source speaks of nothing that is hidden from the person."""
    return not _secretive(user, {source.pk})


def _secretive(user: Any, sources: Collection[int]) -> set[int]:
    """Those of the sources that also speak of what the person may not see."""
    visible = Asset.objects.visible_to(user).values("pk")
    hidden = Sighting.objects.filter(source__in=sources).exclude(asset__in=visible)
    return set(hidden.values_list("source", flat=True).distinct())
