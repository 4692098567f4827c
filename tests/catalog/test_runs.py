"""Runs: claimed once, one at a time a source, fenced against workers that were given up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils import timezone

from catalog.capabilities import SourceFile
from catalog.intake import running
from catalog.intake.running import StaleClaim, execute
from catalog.models import Asset, IngestionRun, RunFile, Source
from catalog.services import runs
from catalog.states import ALLOWED, RunState
from catalog.tasks import ingest as ingest_task
from catalog.tasks import sweep_runs
from portal.accounts.models import User
from portal.kernel.models import Event
from tests.catalog.facts import manifest_bytes, model
from tests.factories import SourceFactory
from tests.kernel.sample import in_threads

FILES = [("manifest.json", manifest_bytes(model("orders")))]


@pytest.fixture(autouse=True)
def woken(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Runs for which a worker was woken; none is."""
    found: list[int] = []
    monkeypatch.setattr(ingest_task, "apply_async", lambda args, **_: found.extend(args))
    return found


def requested(source: Source) -> IngestionRun:
    return runs.request_run(source=source, files=FILES, options={}, by=None)


def long_ago() -> None:
    IngestionRun.objects.update(started_at=timezone.now() - 2 * runs.GRACE)


def state(run: IngestionRun) -> str:
    run.refresh_from_db()
    return run.state


@pytest.mark.django_db
def test_a_run_goes_from_waiting_over_running_to_succeeded(source: Source) -> None:
    run = requested(source)
    assert run.state == RunState.QUEUED
    claimed = runs.claim(run.pk)
    assert claimed is not None
    assert (claimed.state, claimed.attempt, claimed.started_at is not None) == (RunState.RUNNING, 1, True)
    done = execute(claimed)
    assert (done.state, done.error, done.figures["created"]) == (RunState.SUCCEEDED, "", 1)
    assert done.seconds is not None


@pytest.mark.django_db
def test_a_finished_run_publishes_one_event_and_drops_its_files(source: Source) -> None:
    claimed = runs.claim(requested(source).pk)
    assert claimed
    execute(claimed)
    event = Event.objects.get(name="catalog.IngestionFinished")
    assert (event.subject, event.payload["state"], event.chained) == ("source:shop", "succeeded", False)
    file = RunFile.objects.get()
    assert (file.content, file.size, len(file.sha256)) == (None, len(FILES[0][1]), 64)


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_one_gets_the_run(source: Source) -> None:
    run = requested(source)
    won = in_threads(*[lambda: runs.claim(run.pk)] * 4)
    assert sum(isinstance(found, IngestionRun) for found in won) == 1
    assert won.count(None) == 3
    run.refresh_from_db()
    assert run.attempt == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_waiting_runs_the_older_goes_first_even_in_a_race(source: Source) -> None:
    first, second = requested(source), requested(source)
    in_threads(lambda: runs.claim(second.pk), lambda: runs.claim(first.pk))
    assert (state(first), state(second)) == (RunState.RUNNING, RunState.QUEUED)


@pytest.mark.django_db
def test_a_second_run_of_a_source_waits_until_the_first_is_over(source: Source) -> None:
    first, second = requested(source), requested(source)
    claimed = runs.claim(first.pk)
    assert claimed
    assert runs.claim(second.pk) is None
    execute(claimed)
    assert runs.claim(second.pk) is not None


@pytest.mark.django_db
def test_another_sources_run_does_not_wait(source: Source) -> None:
    runs.claim(requested(source).pk)
    assert runs.claim(requested(SourceFactory()).pk) is not None


@pytest.mark.django_db(transaction=True)
def test_the_end_of_a_run_wakes_the_next_of_its_source(source: Source, woken: list[int]) -> None:
    first, second = requested(source), requested(source)
    ingest_task(first.pk)
    assert woken == [second.pk]


@pytest.mark.django_db
def test_a_run_that_is_over_is_never_run_again(source: Source) -> None:
    run = requested(source)
    ingest_task(run.pk)
    assert Asset.objects.count() == 1
    assert runs.claim(run.pk) is None
    ingest_task(run.pk)
    run.refresh_from_db()
    assert run.attempt == 1


@pytest.mark.django_db
def test_a_run_that_does_not_exist_is_nothing() -> None:
    assert runs.claim(1_000_000) is None


@pytest.mark.django_db(transaction=True)
def test_a_claim_that_was_taken_over_rolls_back_all_it_did(source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    run = requested(source)
    stale = runs.claim(run.pk)
    assert stale
    pour = running.pour

    def pour_and_lose_the_claim(*args: Any) -> None:
        pour(*args)
        assert Asset.objects.exists()
        IngestionRun.objects.filter(pk=run.pk).update(attempt=2)

    monkeypatch.setattr(running, "pour", pour_and_lose_the_claim)
    with pytest.raises(StaleClaim):
        execute(stale)
    assert not Asset.objects.exists()
    assert not Event.objects.exists()


@pytest.mark.django_db
def test_a_worker_that_comes_back_late_neither_writes_nor_fails_the_run(source: Source) -> None:
    run = requested(source)
    stale = runs.claim(run.pk)
    assert stale
    long_ago()
    runs.recover()
    fresh = runs.claim(run.pk)
    assert fresh
    with pytest.raises(StaleClaim):
        execute(stale)
    runs.fail(run=stale, error="late")
    assert state(run) == RunState.RUNNING
    assert execute(fresh).state == RunState.SUCCEEDED


@pytest.mark.django_db(transaction=True)
def test_a_run_whose_worker_is_at_work_is_left_alone(source: Source) -> None:
    run = requested(source)
    runs.claim(run.pk)
    long_ago()
    with transaction.atomic():
        IngestionRun.objects.select_for_update(no_key=True).get(pk=run.pk)
        assert in_threads(runs.recover) == [[]]
    assert state(run) == RunState.RUNNING


@pytest.mark.django_db
def test_a_run_that_was_claimed_just_now_is_left_alone(source: Source) -> None:
    run = requested(source)
    runs.claim(run.pk)
    assert runs.recover() == []
    assert state(run) == RunState.RUNNING


@pytest.mark.django_db
def test_a_lost_run_waits_again_and_after_three_deaths_fails_with_a_reason(source: Source) -> None:
    run = requested(source)
    for _ in range(runs.MAX_ATTEMPTS):
        assert runs.claim(run.pk) is not None
        long_ago()
        found = runs.recover()
    assert found == []
    run.refresh_from_db()
    assert (run.state, run.error) == (RunState.FAILED, "Its worker died 3 times. Nothing was changed.")


@pytest.mark.django_db
def test_a_command_that_was_ended_fails_its_run_and_blocks_nobody(source: Source) -> None:
    run = runs.request_run(source=source, files=[], options={}, by=None, inline=True)
    runs.claim(run.pk)
    long_ago()
    assert runs.recover() == []
    assert state(run) == RunState.FAILED
    assert runs.claim(requested(source).pk) is not None


@pytest.mark.django_db(transaction=True)
def test_the_sweep_wakes_what_a_lost_message_left(source: Source, woken: list[int]) -> None:
    run = requested(source)
    sweep_runs()
    assert woken == [run.pk]


@pytest.mark.django_db(transaction=True)
def test_a_database_that_goes_away_leaves_the_run_open_for_the_sweep(
    source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = requested(source)
    claimed = runs.claim(run.pk)
    assert claimed

    def lose(*_: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    monkeypatch.setattr(running, "pour", lose)
    with pytest.raises(OperationalError):
        execute(claimed)
    connection.close()
    long_ago()
    assert runs.recover() == [run.pk]


@pytest.mark.django_db
def test_a_fault_of_our_own_fails_the_run_without_its_innards(source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_(*_: Any) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(running, "pour", break_)
    claimed = runs.claim(requested(source).pk)
    assert claimed
    done = execute(claimed)
    assert (done.state, done.error) == (
        RunState.FAILED,
        "The portal failed on this input (RuntimeError). Nothing was changed.",
    )


@pytest.mark.django_db
def test_only_stewards_may_request_a_run(source: Source, viewer: User, steward: User) -> None:
    with pytest.raises(PermissionDenied, match="Only stewards"):
        runs.request_run(source=source, files=FILES, options={}, by=viewer)
    assert runs.request_run(source=source, files=FILES, options={}, by=steward).requested_by == steward


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("run_state_known", {"state": "asleep"}),
        ("run_finished_has_time", {"state": RunState.SUCCEEDED}),
        ("run_failed_says_why", {"state": RunState.FAILED, "finished_at": timezone.now()}),
    ],
)
def test_the_database_refuses_states_that_cannot_be(source: Source, constraint: str, change: dict[str, Any]) -> None:
    requested(source)
    with pytest.raises(IntegrityError), transaction.atomic():
        IngestionRun.objects.update(**change)
    assert constraint in {found.name for found in IngestionRun._meta.constraints}


@pytest.mark.parametrize("old", RunState)
@pytest.mark.parametrize("new", RunState)
def test_no_move_is_possible_that_is_not_listed(old: RunState, new: RunState) -> None:
    if new in ALLOWED[old]:
        return
    with pytest.raises(ValueError, match="never goes"):
        runs._move(1, old, new)


@pytest.mark.django_db
def test_files_of_a_run_are_read_by_whichever_worker_has_it(
    ingest: Callable[..., IngestionRun], source: Source
) -> None:
    big = manifest_bytes(*(model(f"t{number}", description="x" * 2000) for number in range(50)))
    run = runs.request_run(source=source, files=[("manifest.json", big)], options={}, by=None)
    content = RunFile.objects.get().content
    assert content is not None
    assert len(content) < len(big) / 5
    ingest_task(run.pk)
    assert Asset.objects.count() == 50
    assert ingest(source, SourceFile.of("manifest.json", big)).figures["unchanged"] == 50
