"""Takes in events that wait, in the order in which they came: a batch is one transaction with the rows that it takes off the
queue, so a worker may be killed at any moment."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import accumulate

from django.db import OperationalError, connection, transaction
from django.utils import timezone

from catalog.intake.cause import Cause
from catalog.intake.turns import LOCK
from catalog.models import AssetChange, IngestionRun, RunWarning
from lineage.models import QueuedEvent
from lineage.openlineage.reading import Heard, Unreadable, read
from lineage.openlineage.times import microseconds_of
from lineage.services.drawing import Drawn, draw
from lineage.services.flows import refresh
from lineage.services.sums import Sums
from lineage.services.telling_catalog import new_run, source_of_events, tell_catalog

logger = logging.getLogger(__name__)

BATCH = 500
BATCH_BYTES = 16 * 1024 * 1024
PATIENCE = "2s"  # for a run of another source to end its turn


class Busy(Exception):
    """Another source is being read; the events wait."""


def take_in() -> int:
    """How many of the oldest waiting events were taken in; 0 where none wait. One that cannot be taken in is set aside.

    Raises:
        Busy: it is somebody else's turn.
    """
    ids = waiting()
    if ids:
        _take(ids)
    return len(ids)


def waiting() -> list[int]:
    """Ids of a batch, oldest first, bounded in number and bytes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, octet_length(body) FROM lineage_queuedevent WHERE failed_at IS NULL ORDER BY id LIMIT %s",
            [BATCH],
        )
        rows = cursor.fetchall()
    sums = accumulate(size for _, size in rows)
    return [pk for at, ((pk, _), total) in enumerate(zip(rows, sums, strict=True)) if at == 0 or total <= BATCH_BYTES]


def _take(ids: Sequence[int]) -> None:
    """Where a batch fails, its halves are tried: the one event that it fails on is found and set aside."""
    try:
        with transaction.atomic():
            _turn()
            _absorb(_claimed(ids))
    except Busy:
        raise
    except Exception as error:
        if isinstance(error, OperationalError) and not _is_too_much(error):
            raise
        if len(ids) == 1:
            logger.exception("event %s is set aside", ids[0])
            _set_aside({ids[0]: f"The portal failed on this event: {type(error).__name__}"})
            return
        middle = len(ids) // 2
        _take(ids[:middle])
        _take(ids[middle:])


def _is_too_much(error: OperationalError) -> bool:
    """Whether the database is there, and only has its limits (SQLSTATE class 54): trying again would end the same way."""
    return str(getattr(error.__cause__, "sqlstate", None) or "").startswith("54")


def _turn() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [PATIENCE])
        try:
            with transaction.atomic():
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        except OperationalError as error:
            raise Busy from error
        cursor.execute("SELECT set_config('lock_timeout', '0', true)")


def _claimed(ids: Sequence[int]) -> list[QueuedEvent]:
    rows = QueuedEvent.objects.select_for_update(skip_locked=True).filter(pk__in=ids, failed_at=None)
    return list(rows.order_by("id"))


def _absorb(events: Sequence[QueuedEvent]) -> None:
    heard = Heard()
    bad: dict[int, str] = {}
    for event in events:
        try:
            heard.add(read(bytes(event.body), microseconds_of(event.received_at)))
        except Unreadable as error:
            bad[event.pk] = str(error)
    if heard.names:
        source, now = source_of_events(), timezone.now()
        sums = Sums(heard)
        run = tell_catalog(source, sums, now)
        sums.write()
        drawn = draw(source, sums, now)
        if run or drawn.changed or drawn.unread:
            run = run or new_run(source, now)
            _warn(run, drawn)
            _let_flow(run, drawn.changed, now)
    _set_aside(bad)
    QueuedEvent.objects.filter(pk__in=[event.pk for event in events if event.pk not in bad]).delete()


def _let_flow(run: IngestionRun, changed: Collection[int], now: datetime) -> None:
    """Personal data flows along what the batch has changed."""
    told = AssetChange.objects.filter(run=run).values_list("asset", flat=True)
    run.figures["pii_inherited"] = refresh(cause=Cause(now=now, run=run), assets={*told, *changed})
    run.save(update_fields=["figures"])


def _warn(run: IngestionRun, drawn: Drawn) -> None:
    """One warning for each text that was not understood, as with all other SQL."""
    RunWarning.objects.bulk_create(
        RunWarning(
            run=run, asset_id=job.asset_id, place=job.name[:700], message=f"its SQL was not understood: {why}"[:5000]
        )
        for job, why in drawn.unread
    )
    run.figures["warnings"] = len(drawn.unread)


def _set_aside(bad: dict[int, str]) -> None:
    for pk, error in bad.items():
        QueuedEvent.objects.filter(pk=pk).update(failed_at=timezone.now(), error=error[:2000] or "unreadable")


FORGET = """
DELETE FROM lineage_jobrun WHERE id IN (
  SELECT id FROM (
    SELECT id, last_at, row_number() OVER (PARTITION BY job_id ORDER BY named_at DESC NULLS LAST, last_at DESC) AS place
    FROM lineage_jobrun) ranked
  WHERE place > %s AND last_at < %s)
"""
KEPT = 50  # newest runs of each job, however old: more than its edges are drawn from


def forget_runs(*, before: datetime) -> int:
    """Old runs go, so that the table does not grow for ever; how many."""
    with connection.cursor() as cursor:
        cursor.execute(FORGET, [KEPT, int(before.timestamp() * 1_000_000)])
        return int(cursor.rowcount)
