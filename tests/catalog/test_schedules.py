"""Schedules: when sources are read by themselves, whatever is killed in between."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, connections
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from catalog import tasks
from catalog.models import Asset, IngestionRun, Source
from catalog.services import schedules
from catalog.states import RunState
from portal.accounts.models import User
from portal.kernel.models import Event

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
FIELD = st.sampled_from(["*", "0", "7", "*/5", "1-4", "2,3", "mon", "99", "-1", "x", "*/0", "", "1-"])
TEXTS = st.one_of(st.lists(FIELD, min_size=5, max_size=5).map(" ".join), st.text(max_size=40))


@pytest.mark.parametrize(
    ("schedule", "after"),
    [
        ("* * * * *", timedelta(minutes=1)),
        ("*/15 * * * *", timedelta(minutes=15)),
        ("0 * * * *", timedelta(hours=1)),
        ("30 5 * * *", timedelta(hours=17, minutes=30)),
        ("30 5 * * 1", timedelta(days=6, hours=17, minutes=30)),  # noon is of a Monday
        ("0 12 23 11 *", timedelta(days=365)),
        ("0 */24 * * *", timedelta(hours=12)),
        ("10 0-23/24 */31 */12 *", timedelta(days=39, minutes=-12 * 60 + 10)),
    ],
)
def test_the_next_time_is_after_now(schedule: str, after: timedelta) -> None:
    assert schedules.next_after(schedule, NOON) == NOON + after


@given(TEXTS, st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_any_text_is_a_schedule_with_a_next_time_or_refused(text: str, at: datetime) -> None:
    try:
        schedule = schedules.normal(text)
    except ValidationError:
        return
    if schedule:
        assert schedules.next_after(schedule, at) > at
        assert schedules.normal(schedule) == schedule


@pytest.mark.parametrize("text", ["* * * *", "61 * * * *", "0 0 30 2 *", "a b c d e", "* * * * * *", "1\0 2 3 4 5 6"])
def test_what_never_comes_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        schedules.normal(text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("61 * * * *", "“61” is no minute. It takes 0 to 59"),
        ("٣ * * * *", "“٣” is no minute"),
        ("0 25 * * *", "“25” is no hour. It takes 0 to 23"),
        ("0 0 32 * *", "“32” is no day of the month"),
        ("0 0 * foo *", "“foo” is no month"),
        ("0 0 * * 5-9", "“5-9” is no day of the week"),
        ("0 */25 * * *", "“\\*/25” leaps over every hour but the first: its step is at most 24"),
        ("0 6,8-18/12 * * *", "“8-18/12” leaps over every hour but the first: its step is at most 11"),
        ("*/61 * * * *", "“\\*/61” leaps over every minute"),
        ("0 0 * * */8", "“\\*/8” leaps over every day of the week"),
        ("0 */5-9 * * *", "“\\*/5-9” is no hour"),
        ("0 1-5/2/9 * * *", "“1-5/2/9” is no hour"),
        ("0 0 30 2 *", "“0 0 30 2 \\*” never comes: no month has such a day"),
    ],
)
def test_what_is_wrong_is_told_in_words_of_ours(text: str, told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        schedules.normal(text)


@pytest.fixture
def due(live_source: Source) -> Source:
    Source.objects.update(schedule="* * * * *", next_run_at=timezone.now() - timedelta(days=3))
    live_source.refresh_from_db()
    return live_source


@pytest.mark.django_db
class TestPage:
    def test_a_preset_and_a_schedule_of_its_own(self, as_steward: Client, live_source: Source) -> None:
        as_steward.post("/sources/wh/schedule/", {"preset": "0 * * * *"})
        live_source.refresh_from_db()
        assert live_source.schedule == "0 * * * *"
        assert live_source.next_run_at is not None
        assert timezone.now() < live_source.next_run_at <= timezone.now() + timedelta(hours=1)
        as_steward.post("/sources/wh/schedule/", {"preset": "custom", "crontab": "  5  4 * *  mon-fri "})
        live_source.refresh_from_db()
        assert live_source.schedule == "5 4 * * mon-fri"
        assert "5 4 * * mon-fri" in as_steward.get("/sources/wh/").content.decode()
        as_steward.post("/sources/wh/schedule/", {"preset": "hand"})
        live_source.refresh_from_db()
        assert live_source.schedule == ""
        assert live_source.next_run_at is None
        assert Event.objects.filter(name="catalog.ScheduleChanged").count() == 3

    def test_a_wrong_one_is_told_at_its_field(self, as_steward: Client, live_source: Source) -> None:
        response = as_steward.post("/sources/wh/schedule/", {"preset": "custom", "crontab": "61 * * * *"})
        assert response.status_code == 422
        assert "“61” is no minute. It takes 0 to 59;" in response.content.decode()

    def test_a_source_of_files_has_none_and_says_why(self, as_steward: Client, source: Source) -> None:
        assert "has no schedule here" in as_steward.get("/sources/shop/").content.decode()
        assert as_steward.post("/sources/shop/schedule/", {"preset": "0 * * * *"}).status_code == 422

    def test_a_paused_source_keeps_its_schedule_and_is_not_read(self, as_steward: Client, due: Source) -> None:
        as_steward.post("/sources/wh/pause/", {"paused": "on"})
        due.refresh_from_db()
        assert (due.paused, due.next_run_at, due.schedule) == (True, None, "* * * * *")
        assert schedules.make_due(timezone.now() + timedelta(days=1)) == []
        as_steward.post("/sources/wh/pause/")
        due.refresh_from_db()
        assert due.next_run_at is not None

    def test_the_api_sets_it_too(self, client: Client, steward: User, bearer: Any, live_source: Source) -> None:
        headers = bearer(steward, "read", "ingest")
        body = {"schedule": "0 * * * *", "paused": True}
        answer = client.patch("/api/v1/sources/wh/", body, content_type="application/json", headers=headers).json()
        assert (answer["schedule"], answer["paused"], answer["next_run_at"]) == ("0 * * * *", True, None)
        bad = client.patch("/api/v1/sources/wh/", {"schedule": "x"}, content_type="application/json", headers=headers)
        assert bad.status_code == 400


@pytest.mark.django_db
class TestDue:
    def test_what_was_missed_is_made_up_once(self, due: Source) -> None:
        (run_id,) = schedules.make_due()
        run = IngestionRun.objects.get(pk=run_id)
        assert (run.scheduled, run.requested_by, run.state) == (True, None, RunState.QUEUED)
        due.refresh_from_db()
        assert due.next_run_at is not None
        assert timezone.now() < due.next_run_at <= timezone.now() + timedelta(minutes=1)
        assert schedules.make_due() == []

    @pytest.mark.parametrize("state", [RunState.QUEUED, RunState.RUNNING])
    def test_a_run_that_is_still_open_is_not_doubled(self, due: Source, state: RunState) -> None:
        IngestionRun.objects.create(source=due, state=state)
        assert schedules.make_due() == []
        due.refresh_from_db()
        assert due.next_run_at is not None
        assert due.next_run_at > timezone.now()

    def test_what_is_not_due_waits(self, due: Source) -> None:
        Source.objects.update(next_run_at=timezone.now() + timedelta(seconds=30))
        assert schedules.make_due() == []

    def test_the_task_reads_it_and_the_run_says_that_its_schedule_asked(
        self, due: Source, as_steward: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        woken: list[int] = []
        monkeypatch.setattr(tasks, "wake", lambda task, run_id: woken.append(run_id))
        tasks.make_due_runs()
        tasks.ingest(woken[0])
        assert Asset.objects.get().path == "marts.a"
        assert "its schedule" in as_steward.get("/sources/wh/").content.decode()


@pytest.mark.django_db(transaction=True)
class TestKilled:
    def test_a_beat_killed_before_its_commit_leaves_the_source_due(
        self, due: Source, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        class Killed(BaseException):
            pass

        def kill(*_: Any, **__: Any) -> Any:
            raise Killed

        with monkeypatch.context() as patch, pytest.raises(Killed):
            patch.setattr(IngestionRun.objects, "create", kill)
            schedules.make_due()
        assert not IngestionRun.objects.exists()
        assert len(schedules.make_due()) == 1

    def test_a_message_that_was_lost_is_found_by_the_sweep(self, due: Source, monkeypatch: pytest.MonkeyPatch) -> None:
        def lose(**_: Any) -> None:
            raise ConnectionError("no broker")

        monkeypatch.setattr(tasks.ingest, "apply_async", lose)
        tasks.make_due_runs()
        woken: list[int] = []
        monkeypatch.setattr(tasks, "wake", lambda task, run_id: woken.append(run_id))
        tasks.sweep_runs()
        assert woken == [IngestionRun.objects.get().pk]

    def test_many_at_once_make_one_run(self, due: Source) -> None:
        made: list[int] = []
        start = threading.Barrier(6)

        def work() -> None:
            start.wait()
            made.extend(schedules.make_due())
            connections.close_all()

        threads = [threading.Thread(target=work) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(made) == IngestionRun.objects.count() == 1


@pytest.mark.django_db
def test_asking_costs_one_query_where_nothing_is_due(
    live_source: Source, count_queries: Callable[[Callable[[], Any]], int]
) -> None:
    assert connection is not None
    assert count_queries(schedules.make_due) == 1
