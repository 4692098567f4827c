"""When sources are read by themselves. ``Source.next_run_at`` is the truth; beat only looks at it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from celery.schedules import ParseException, crontab
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from catalog.events import ScheduleChanged
from catalog.models import IngestionRun, Source
from catalog.services import connections, runs
from catalog.states import RunState
from portal.kernel.authz import require
from portal.kernel.events import publish

PRESETS = (
    # crontab, in words
    ("*/15 * * * *", "Every 15 minutes"),
    ("0 * * * *", "Every hour, on the hour"),
    ("0 */6 * * *", "Every 6 hours"),
    ("30 5 * * *", "Every day at 05:30 UTC"),
    ("30 5 * * 1", "Every Monday at 05:30 UTC"),
)
FIELDS = (
    # celery's name, in words, what it takes
    ("minute", "minute", "0 to 59"),
    ("hour", "hour", "0 to 23"),
    ("day_of_month", "day of the month", "1 to 31"),
    ("month_of_year", "month", "1 to 12, or jan to dec"),
    ("day_of_week", "day of the week", "0 to 6 from Sunday on, or sun to sat"),
)
PART = re.compile(r"(?P<range>\*|\w+(?:-\w+)?)(?:/(?P<step>\d+))?", re.ASCII)  # celery overlooks what stands behind one
WRONG = (ParseException, ValueError, TypeError, ArithmeticError, RuntimeError, RecursionError)
OPEN = (RunState.QUEUED, RunState.RUNNING)


def normal(text: str) -> str:
    """Five fields with single spaces, or "" for none.

    Raises:
        ValidationError: it is no crontab, or a day that never comes.
    """
    fields = text.replace("\0", " ").split()
    if not fields:
        return ""
    if len(fields) != 5 or len(" ".join(fields)) > 100:
        raise ValidationError("A schedule has five fields: minute, hour, day of month, month, day of week.")
    for (name, words, takes), field in zip(FIELDS, fields, strict=True):
        try:
            far = [wide for part in field.split(",") if (wide := _too_far(name, part))]
        except WRONG as error:
            told = f"{takes}; * for each, 1,15 for several, 1-5 for a range, */2 for every second"
            raise ValidationError(f"“{field}” is no {words}. It takes {told}.") from error
        if far:
            part, most = far[0]
            raise ValidationError(f"“{part}” leaps over every {words} but the first: its step is at most {most}.")
    _next(" ".join(fields), timezone.now())
    return " ".join(fields)


def next_after(schedule: str, at: datetime) -> datetime:
    """The first time after ``at``, in UTC. Raises ValidationError."""
    return _next(schedule, at)


def in_words(schedule: str) -> str:
    return dict(PRESETS).get(schedule, schedule)


@transaction.atomic
def set_schedule(*, source: Source, schedule: str, by: Any) -> None:
    """ "" ends it. A source that was paused stays so.

    Raises:
        PermissionDenied: the person may not.
        ValidationError: no crontab, or a source that only reads files.
    """
    require(by, "catalog.ingest", source)
    schedule = normal(schedule)
    if schedule and not connections.is_live(source.kind):
        raise ValidationError("This source reads files that are brought to it, so it cannot be read by itself.")
    row = _locked(source)
    if row.schedule != schedule:
        _write(row, schedule, row.paused, by)


@transaction.atomic
def set_paused(*, source: Source, paused: bool, by: Any) -> None:
    """A paused source keeps its schedule and is not read by it. Raises PermissionDenied."""
    require(by, "catalog.ingest", source)
    row = _locked(source)
    if row.paused != paused:
        _write(row, row.schedule, paused, by)


@transaction.atomic
def run_now(*, source: Source, by: Any) -> IngestionRun:
    """A run of a live source; the one that already waits, if there is one.

    Raises:
        PermissionDenied: the person may not.
        ValidationError: the source only reads files.
    """
    require(by, "catalog.ingest", source)
    if not connections.is_live(source.kind):
        raise ValidationError("This source reads files: bring them, and it reads them at once.")
    row = _locked(source)
    waiting = IngestionRun.objects.filter(source=row, state=RunState.QUEUED, inline=False).order_by("id").first()
    return waiting or runs.request_run(source=row, files=[], options={}, by=by)


def make_due(now: datetime | None = None) -> Sequence[int]:
    """Makes the runs that are due and returns their ids. Each source is moved on and given its run in one transaction,
    by compare-and-swap: two callers make one run, a killed one none or one. What was missed meanwhile is made up once."""
    now = now or timezone.now()
    due = Source.objects.filter(next_run_at__lte=now, paused=False, removed_at=None).order_by("next_run_at")
    made = (_make_one(source, now) for source in due.defer("secrets", "options"))
    return [run_id for run_id in made if run_id is not None]


@transaction.atomic
def _make_one(source: Source, now: datetime) -> int | None:
    seen = Source.objects.filter(
        pk=source.pk, next_run_at=source.next_run_at, schedule=source.schedule, paused=False, removed_at=None
    )
    if not seen.update(next_run_at=next_after(source.schedule, now)):
        return None
    if IngestionRun.objects.filter(source=source, state__in=OPEN).exists():
        return None  # the one before is not done: another would only wait behind it and read the same
    return IngestionRun.objects.create(source=source, scheduled=True).pk


def _locked(source: Source) -> Source:
    """Raises Source.DoesNotExist where somebody has removed it meanwhile."""
    return Source.objects.select_for_update(no_key=True).get(pk=source.pk, removed_at=None)


def _write(source: Source, schedule: str, paused: bool, by: Any) -> None:
    source.schedule, source.paused = schedule, paused
    source.next_run_at = next_after(schedule, timezone.now()) if schedule and not paused else None
    source.save(update_fields=["schedule", "paused", "next_run_at"])
    publish(ScheduleChanged(source.slug, schedule, paused), by=by, subject=f"source:{source.slug}")


def _too_far(name: str, part: str) -> tuple[str, int] | None:
    """The part of a field and the longest step that it can take, where it takes a longer one: celery would read that as
    the first of its range alone. Raises one of ``WRONG``."""
    found = PART.fullmatch(part)
    if found is None:
        raise ValueError(part)
    crontab(**{name: part})
    most = len(getattr(crontab(**{name: found["range"]}), name))
    return (part, most) if found["step"] and int(found["step"]) > most else None


def _next(schedule: str, at: datetime) -> datetime:
    at = at.astimezone(UTC)
    try:
        minute, hour, day, month, weekday = schedule.split()
        rule = crontab(minute, hour, weekday, day, month, nowfun=lambda: at)
        start, wait, _ = rule.remaining_delta(at, tz=UTC)
        found: datetime = start + wait
        return found
    except WRONG as error:
        raise ValidationError(f"“{schedule}” never comes: no month has such a day.") from error
