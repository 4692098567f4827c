"""Which run called which: what the runs of tasks tell of the run of their DAG, as the reader may know it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Min, QuerySet

from catalog.models import Asset
from lineage.models import JobRun, ToldJob

MOST = 25


@dataclass(frozen=True, slots=True)
class Named:
    """A run that only the runs of its tasks tell of, with what is known of these."""

    run_id: str
    began: datetime | None
    ended: datetime | None
    tasks: int


@dataclass(frozen=True, slots=True)
class Caller:
    """The run that called another one. ``asset``: its job, where the reader may see that."""

    run_id: str
    asset: Asset | None


def named_by_tasks(user: Any, told: Sequence[ToldJob]) -> list[Named]:
    """The newest first; of tasks that the person may see."""
    rows = _called(user, told).exclude(parent_run="").values("parent_run")
    found = rows.annotate(
        newest=Max("first_at"), began=Min("started_at"), ended=Max("ended_at"), tasks=Count("job__asset", distinct=True)
    )
    return [
        Named(row["parent_run"], row["began"], row["ended"], row["tasks"])
        for row in found.order_by("-newest", "parent_run")[:MOST]
    ]


def called_by(user: Any, told: Sequence[ToldJob], run_id: str) -> list[tuple[Asset, JobRun]]:
    """What was run within this run, in its order."""
    rows = _called(user, told).filter(parent_run=run_id).select_related("job__asset").order_by("first_at", "id")
    return [(run.job.asset, run) for run in rows[: MOST * 8] if run.job.asset is not None]


def caller_of(user: Any, run: JobRun) -> Caller | None:
    if not run.parent_run or (run.parent, run.parent_run) == (run.job.key, run.run_id):
        return None
    told = ToldJob.objects.filter(key=run.parent).values("asset")
    return Caller(run.parent_run, Asset.objects.visible_to(user).live().filter(pk__in=told).first())


def _called(user: Any, told: Sequence[ToldJob]) -> QuerySet[JobRun]:
    keys, own = [job.key for job in told], [job.pk for job in told]
    visible = Asset.objects.visible_to(user).live().values("pk")
    return JobRun.objects.filter(parent__in=keys, job__asset__in=visible).exclude(job__in=own)
