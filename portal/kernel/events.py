"""Publishing: an event, its deliveries and the change commit together or not at all."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, ClassVar, Protocol

from django.db import transaction
from django.utils import timezone

from portal.kernel import tasks, wiring
from portal.kernel.logs import request_id
from portal.kernel.models import Delivery, Event


class DomainEvent(Protocol):
    """A frozen dataclass in the past tense. ``chained`` marks what security and stewardship must be able to prove."""

    name: ClassVar[str]
    chained: ClassVar[bool]
    __dataclass_fields__: ClassVar[dict[str, Any]]


def publish(event: DomainEvent, *, by: Any = None, subject: str = "") -> Event:
    """Writes the event and one delivery a handler, and wakes the handlers after the commit.

    Raises:
        TransactionManagementError: called outside a transaction, where a crash could part the event from its change.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError(f"publish {event.name} inside the transaction of its change")
    row = Event.objects.create(
        name=event.name,
        at=timezone.now(),
        actor=by,
        subject=subject,
        payload=asdict(event),
        request_id=request_id.get().strip("-"),
        chained=event.chained,
    )
    rows = Delivery.objects.bulk_create(Delivery(event=row, handler=name) for name in wiring.handlers(event.name))
    for delivery in rows:
        tasks.wake(tasks.deliver, delivery.pk)
    return row
