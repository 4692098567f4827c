"""Sources for those who look after them, and their runs as a small chart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max

from catalog.models import IngestionRun, Source
from catalog.queries.runs import told_to
from portal.kernel.words import duration

CHART_HEIGHT = 40.0
LEAST = 3.0  # of a bar, so that the shortest run is still seen
STEP = 10
FEWEST = 30  # places, so that a few bars are no walls


@dataclass(frozen=True, slots=True)
class Bar:
    x: int
    y: str
    height: str
    state: str
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Durations of finished runs, oldest first."""

    bars: Sequence[Bar]
    width: int
    longest: str
    failed: int


def present(user: Any) -> list[tuple[Source, IngestionRun | None]]:
    """All sources by title, each with its last run as the person may know it."""
    rows = list(Source.objects.present().defer("secrets").order_by("title"))
    newest = IngestionRun.objects.filter(source__in=rows).values("source").annotate(last=Max("id")).values("last")
    last = {run.source_id: run for run in told_to(user, IngestionRun.objects.filter(pk__in=newest))}
    return [(row, last.get(row.pk)) for row in rows]


def chart(source: Source, runs: Sequence[IngestionRun]) -> Chart | None:
    """None where fewer than two runs are done: one bar compares with nothing."""
    done = [run for run in runs if run.seconds is not None][::-1]
    if len(done) < 2:
        return None
    longest = max(run.seconds or 0.0 for run in done)
    bars = [_bar(at, run, source, longest) for at, run in enumerate(done)]
    failed = sum(bar.state == "failed" for bar in bars)
    return Chart(bars=bars, width=STEP * max(len(bars), FEWEST), longest=duration(longest), failed=failed)


def _bar(at: int, run: IngestionRun, source: Source, longest: float) -> Bar:
    height = max(CHART_HEIGHT * (run.seconds or 0.0) / longest, LEAST) if longest else LEAST
    finished: datetime = run.finished_at or run.created_at
    return Bar(
        x=at * STEP,
        y=f"{CHART_HEIGHT - height:.1f}",
        height=f"{height:.1f}",
        state=run.state,
        title=f"{finished:%-d %b %H:%M} UTC: {run.get_state_display().lower()}, {duration(run.seconds)}",
        url=f"/sources/{source.slug}/runs/{run.uuid}/",
    )
