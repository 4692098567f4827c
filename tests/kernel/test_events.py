"""Events: written with their change or not at all, and never changed afterwards."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from portal import wiring
from portal.kernel import tasks
from portal.kernel.events import publish
from portal.kernel.models import Delivery, Event
from tests.kernel.sample import Happened, Proven, tell

HANDLERS = ["tests.kernel.sample.make_team", "tests.kernel.sample.make_team_and_fail"]


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Messages that reached the broker."""
    found: list[Any] = []
    monkeypatch.setattr(tasks.deliver, "apply_async", lambda args, **_: found.append(args))
    monkeypatch.setitem(wiring.EVENT_HANDLERS, "test.Happened", HANDLERS)
    return found


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE kernel_event SET subject = 'x'",
        "UPDATE kernel_event SET chain_hash = ''",
        "DELETE FROM kernel_event",
        "TRUNCATE kernel_event CASCADE",
    ],
)
@pytest.mark.parametrize("event", [Happened(), Proven()], ids=["plain", "chained"])
def test_the_database_refuses_every_change_of_an_event(statement: str, event: Any) -> None:
    tell(event)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # or TRUNCATE stumbles over the open test, not over the trigger
        cursor.execute(statement)
    assert Event.objects.get().subject == "test"


@pytest.mark.django_db
def test_the_orm_cannot_change_or_delete_an_event_either() -> None:
    event = tell(Happened())
    for change in (
        lambda: Event.objects.update(name="x"),
        event.delete,
        lambda: Event(pk=event.pk, name="x", at=event.at).save(),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()


@pytest.mark.django_db(transaction=True)
def test_publishing_outside_a_transaction_is_refused() -> None:
    with pytest.raises(transaction.TransactionManagementError, match=r"test\.Happened"):
        publish(Happened())
    assert not Event.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_event_makes_one_delivery_a_handler_and_wakes_them_after_the_commit(sent: list[Any]) -> None:
    with transaction.atomic():
        publish(Happened())
        assert sent == []
    assert sorted(Delivery.objects.values_list("handler", flat=True)) == sorted(HANDLERS)
    assert sent == [(pk,) for pk in Delivery.objects.order_by("pk").values_list("pk", flat=True)]


@pytest.mark.django_db(transaction=True)
def test_a_rollback_leaves_neither_event_nor_delivery_nor_message(sent: list[Any]) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        publish(Happened())
        raise ZeroDivisionError
    assert (Event.objects.count(), Delivery.objects.count(), sent) == (0, 0, [])


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_down_does_not_undo_the_change(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: Any) -> None:
        raise ConnectionError("no broker")

    monkeypatch.setattr(tasks.deliver, "apply_async", refuse)
    monkeypatch.setitem(wiring.EVENT_HANDLERS, "test.Happened", HANDLERS)
    tell(Happened())
    assert Delivery.objects.filter(done_at=None).count() == 2


@pytest.mark.django_db
def test_one_event_cannot_be_delivered_twice_to_one_handler() -> None:
    event = tell(Happened())
    Delivery.objects.create(event=event, handler="h")
    with pytest.raises(DatabaseError), transaction.atomic():
        Delivery.objects.create(event=event, handler="h")
