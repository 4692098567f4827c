"""Work that rows describe: claim, run, nothing else."""

from __future__ import annotations

import logging
import time
from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.core.cache import cache
from django.utils import timezone

from lineage.services import events
from lineage.snapshots import keeping
from portal.kernel.tasks import wake

logger = logging.getLogger(__name__)

WOKEN = "lineage:events:woken"
WOKEN_SECONDS = 5  # a worker that has not begun by then may be asked again
SECONDS = 20.0  # for which one task goes on; then others have their turn
LATER = 1.0


@shared_task
def keep_graph() -> None:
    """Packs the graph anew when much has changed. Nobody waits for it: answers are right without."""
    keeping.keep()


@shared_task
def take_events() -> None:
    """Takes in all events that wait. What a killed worker or a lost message leaves behind, the next one finds."""
    until = time.monotonic() + SECONDS
    _asleep()
    try:
        while events.take_in():
            if time.monotonic() > until:
                wake_events()
                return
    except events.Busy:
        take_events.apply_async(countdown=LATER, retry=False)


@shared_task
def forget_runs() -> None:
    events.forget_runs(before=timezone.now() - timedelta(days=settings.JOB_RUN_DAYS))


def wake_events() -> None:
    """Wakes a worker once the caller's transaction has committed, unless one has been woken that has not looked yet."""
    try:
        first = cache.add(WOKEN, 1, timeout=WOKEN_SECONDS)
    except Exception:
        first = True
    if first:
        wake(take_events)


def _asleep() -> None:
    """Before it looks: who comes later wakes anew."""
    try:
        cache.delete(WOKEN)
    except Exception:
        logger.debug("the cache does not answer; whoever sends events wakes each time for a while")
