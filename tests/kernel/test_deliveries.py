"""Deliveries: at least once woken, exactly once done, and one that fails holds up nobody."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from portal import wiring
from portal.accounts.models import Team
from portal.kernel import deliveries, tasks
from portal.kernel.models import Delivery
from tests.kernel import sample
from tests.kernel.sample import Happened, in_threads, tell

GOOD, SLOW, BAD = (f"tests.kernel.sample.{name}" for name in ("make_team", "make_team_slowly", "make_team_and_fail"))


@pytest.fixture(autouse=True)
def _no_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every message is lost; only the rows know."""
    monkeypatch.setattr(tasks.deliver, "apply_async", lambda **_: None)


def published(monkeypatch: pytest.MonkeyPatch, *handlers: str) -> list[Delivery]:
    monkeypatch.setitem(wiring.EVENT_HANDLERS, "test.Happened", list(handlers))
    event = tell(Happened())
    return list(event.deliveries.order_by("pk"))


@pytest.mark.django_db
def test_a_delivery_is_done_once_however_often_it_is_woken(monkeypatch: pytest.MonkeyPatch) -> None:
    (row,) = published(monkeypatch, GOOD)
    assert [deliveries.deliver(row.pk) for _ in range(3)] == [True, False, False]
    row.refresh_from_db()
    assert row.done_at is not None
    assert Team.objects.count() == 1


@pytest.mark.django_db
def test_a_delivery_that_does_not_exist_is_nothing() -> None:
    assert deliveries.deliver(1_000_000) is False


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_one_delivery_do_it_once(monkeypatch: pytest.MonkeyPatch) -> None:
    (row,) = published(monkeypatch, SLOW)
    sample.started.clear()
    sample.may_go_on.clear()
    first: list[Any] = []

    def work() -> None:
        first.append(deliveries.deliver(row.pk))
        connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        assert sample.started.wait(10)
        assert deliveries.deliver(row.pk) is False
        assert first == []  # the first is still in the middle: the second neither repeated it nor waited for it
    finally:
        sample.may_go_on.set()
        thread.join(10)
    assert (first, Team.objects.count()) == ([True], 1)


@pytest.mark.django_db(transaction=True)
def test_a_race_of_workers_over_many_deliveries_does_each_once(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [published(monkeypatch, GOOD)[0] for _ in range(10)]

    def work() -> int:
        return sum(deliveries.deliver(row.pk) for row in rows)

    assert sum(in_threads(work, work, work)) == 10
    assert Team.objects.count() == 10


@pytest.mark.django_db
def test_a_handler_that_fails_leaves_nothing_and_is_postponed_with_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    (row,) = published(monkeypatch, BAD)
    assert deliveries.deliver(row.pk) is False
    row.refresh_from_db()
    assert (Team.objects.count(), row.done_at, row.attempts) == (0, None, 1)
    assert row.error == "RuntimeError: the handler broke"
    assert row.pk not in deliveries.waiting()


@pytest.mark.django_db
def test_the_wait_grows_with_each_failure_up_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    (row,) = published(monkeypatch, BAD)
    waits = []
    for _ in range(12):
        deliveries.deliver(row.pk)
        row.refresh_from_db()
        assert row.not_before
        waits.append(round((row.not_before - timezone.now()).total_seconds() + 0.4))
    assert waits[:3] == [5, 10, 20]
    assert waits[-1] == deliveries.MAX_WAIT.total_seconds()


@pytest.mark.django_db
def test_one_that_fails_does_not_hold_up_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    _, good = published(monkeypatch, BAD, GOOD)
    tasks.sweep_deliveries()
    good.refresh_from_db()
    assert good.done_at is not None
    assert Team.objects.count() == 1


@pytest.mark.django_db
def test_a_failed_one_is_tried_again_when_it_is_due_and_then_forgets_its_error(monkeypatch: pytest.MonkeyPatch) -> None:
    (row,) = published(monkeypatch, BAD)
    tasks.sweep_deliveries()
    Delivery.objects.update(not_before=timezone.now() - timedelta(seconds=1), handler=GOOD)
    tasks.sweep_deliveries()
    row.refresh_from_db()
    assert (row.done_at is not None, row.error, row.attempts) == (True, "", 1)


@pytest.mark.django_db
def test_the_sweep_finds_what_a_lost_message_left(monkeypatch: pytest.MonkeyPatch) -> None:
    published(monkeypatch, GOOD)
    tasks.sweep_deliveries()
    assert Team.objects.count() == 1
    assert deliveries.waiting() == []


@pytest.mark.django_db
def test_a_handler_that_is_gone_is_a_failure_like_any_other(monkeypatch: pytest.MonkeyPatch) -> None:
    (row,) = published(monkeypatch, "tests.kernel.sample.was_renamed")
    assert deliveries.deliver(row.pk) is False
    row.refresh_from_db()
    assert "ImportError" in row.error
