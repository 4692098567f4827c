"""Celery only wakes work that a row already describes."""

from __future__ import annotations

import logging
import time
from typing import Any

from celery import shared_task
from django.core.cache import cache
from django.db import transaction

from portal.kernel import deliveries

logger = logging.getLogger(__name__)


def wake(task: Any, *args: int) -> None:
    """Sends the task once the transaction has committed. A broker that is down costs time, not work: the sweep finds the row."""

    def send() -> None:
        try:
            task.apply_async(args=args, retry=False)
        except Exception as error:
            logger.warning("the broker did not take %s%s, the sweep will: %s", task.name, args, error)

    transaction.on_commit(send)


@shared_task
def deliver(delivery_id: int) -> None:
    deliveries.deliver(delivery_id)


@shared_task
def sweep_deliveries() -> None:
    for delivery_id in deliveries.waiting():
        deliveries.deliver(delivery_id)


@shared_task
def beat_alive() -> None:
    cache.set("alive:beat", time.time(), timeout=120)
