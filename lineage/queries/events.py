"""How the queue of events stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Min

from lineage.models import QueuedEvent

SHOWN = 50
EXCERPT = 2000  # bytes of an event


@dataclass(frozen=True, slots=True)
class Failed:
    received_at: datetime
    error: str
    by: str
    excerpt: str


@dataclass(frozen=True, slots=True)
class Queue:
    waiting: int
    oldest: datetime | None
    failed: int
    shown: Sequence[Failed]


def queue(user: Any) -> Queue:
    """What an event says is shown to who sent it: it may name what others may not see."""
    waits = QueuedEvent.objects.filter(failed_at=None).aggregate(n=Count("pk"), oldest=Min("received_at"))
    failed = QueuedEvent.objects.filter(failed_at__isnull=False)
    rows = failed.select_related("by").order_by("-failed_at", "-pk")[:SHOWN]
    shown = [
        Failed(row.received_at, row.error, str(row.by or ""), _excerpt(row) if row.by_id == user.pk else "")
        for row in rows
    ]
    return Queue(waits["n"], waits["oldest"], failed.count(), shown)


def _excerpt(row: QueuedEvent) -> str:
    return bytes(row.body)[:EXCERPT].decode("utf-8", "replace")
