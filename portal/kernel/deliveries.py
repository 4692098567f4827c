"""Handing events to their handlers, each effect exactly once."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta

from django.db import models, transaction
from django.utils import timezone

from portal.kernel import wiring
from portal.kernel.models import Delivery

logger = logging.getLogger(__name__)

MAX_WAIT = timedelta(minutes=15)
BATCH = 100


def deliver(delivery_id: int) -> bool:
    """Runs the handler and marks the delivery in one transaction; a crash leaves neither. True when it did the work now.

    A second worker at the same delivery skips it (``SKIP LOCKED``); a handler that raises is tried again later.
    """
    try:
        with transaction.atomic():
            row = _claim(delivery_id)
            if row is None:
                return False
            wiring.load(row.handler)(row.event)
            Delivery.objects.filter(pk=row.pk).update(done_at=timezone.now(), error="")
            return True
    except Exception as error:
        logger.exception("delivery %s failed", delivery_id)
        _postpone(delivery_id, f"{type(error).__name__}: {error}")
        return False


def waiting() -> Sequence[int]:
    """Ids of deliveries that nobody has done and that are due, oldest first."""
    due = models.Q(not_before=None) | models.Q(not_before__lte=timezone.now())
    return list(Delivery.objects.filter(due, done_at=None).order_by("id").values_list("id", flat=True)[:BATCH])


def _claim(delivery_id: int) -> Delivery | None:
    rows = Delivery.objects.select_for_update(skip_locked=True, of=("self",)).select_related("event")
    return rows.filter(pk=delivery_id, done_at=None).first()


def _postpone(delivery_id: int, error: str) -> None:
    row = Delivery.objects.filter(pk=delivery_id, done_at=None).first()
    if row is None:
        return
    wait = min(timedelta(seconds=5) * 2 ** min(row.attempts, 10), MAX_WAIT)
    Delivery.objects.filter(pk=row.pk, done_at=None).update(
        attempts=models.F("attempts") + 1, not_before=timezone.now() + wait, error=error[:2000]
    )
