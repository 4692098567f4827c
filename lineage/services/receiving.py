"""Events are accepted durably and at once; what they say is taken in later (``lineage.services.events``)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from lineage.events import EventsRetried
from lineage.models import QueuedEvent
from portal.kernel.authz import require
from portal.kernel.events import publish


@transaction.atomic
def receive(*, bodies: Sequence[bytes], by: Any) -> None:
    """Keeps events that were found good. One that waits already is not kept twice.

    Raises:
        PermissionDenied: the person may not send events.
    """
    require(by, "lineage.send_events")
    now = timezone.now()
    rows = {digest(body): QueuedEvent(digest=digest(body), body=body, by=by, received_at=now) for body in bodies}
    QueuedEvent.objects.bulk_create(rows.values(), ignore_conflicts=True, batch_size=1000)


def digest(body: bytes) -> str:
    return hashlib.blake2b(body, digest_size=16).hexdigest()


@transaction.atomic
def retry_failed(*, by: Any) -> int:
    """Events that were set aside wait again; how many.

    Raises:
        PermissionDenied: the person may not send events.
    """
    require(by, "lineage.send_events")
    count = QueuedEvent.objects.filter(failed_at__isnull=False).update(failed_at=None, error="")
    publish(EventsRetried(count), by=by, subject="source:openlineage")
    return count
