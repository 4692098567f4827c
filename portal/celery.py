"""The Celery application. Its settings are Django's ``CELERY_*``; the tasks are in the rooms' ``tasks.py``."""

from __future__ import annotations

import os
import time
from typing import Any

from celery import Celery
from celery.signals import beat_init, heartbeat_sent, worker_ready
from django.core.cache import cache

from portal.running import embedded

WORKER_KEY = "alive:worker"
WORKER_SECONDS = 60
BEAT_TASK = "portal.kernel.tasks.beat_alive"

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("gazetteer")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.add_defaults(lambda: {"beat_schedule_filename": str(embedded.data_dir() / "beat-schedule")})
app.autodiscover_tasks()


@worker_ready.connect
@heartbeat_sent.connect
def worker_alive(**_: Any) -> None:
    """Tell ``/healthz`` that a worker hears its broker; of the heartbeats, one in ten seconds is enough."""
    now = time.monotonic()
    if now - _last.get(WORKER_KEY, -WORKER_SECONDS) >= WORKER_SECONDS / 6:
        cache.set(WORKER_KEY, int(time.time()), timeout=WORKER_SECONDS)
        _last[WORKER_KEY] = now


@beat_init.connect
def beat_alive(**_: Any) -> None:
    """A first sign of beat without waiting for the schedule's first turn."""
    app.send_task(BEAT_TASK, expires=30)


_last: dict[str, float] = {}
