"""Runs of several sources at once: what they share is written by one at a time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from threading import Barrier, Thread

import pytest
from django.db import connection, transaction
from django.utils import timezone

from catalog.capabilities import SourceFile
from catalog.intake.running import execute
from catalog.models import Asset, IngestionRun, Source
from catalog.services import runs
from tests.catalog.facts import manifest_bytes, model
from tests.factories import SourceFactory

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*calls: Callable[[], object]) -> None:
    barrier = Barrier(len(calls))

    def run(call: Callable[[], object]) -> None:
        barrier.wait()
        try:
            call()
        finally:
            connection.close()

    threads = [Thread(target=run, args=[call]) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def claimed(source: Source) -> IngestionRun:
    requested = runs.request_run(source=source, files=[], options={}, by=None, inline=True)
    found = runs.claim(requested.pk)
    assert found is not None
    return found


def test_two_sources_that_bring_the_same_new_table_at_once_share_it() -> None:
    for number in range(5):
        both = [SourceFactory(namespace=f"postgres://{number}") for _ in range(2)]
        file = SourceFile.of("manifest.json", manifest_bytes(model("orders")))
        started = [claimed(source) for source in both]
        at_once(*[partial(execute, run, [file]) for run in started])
        assert [IngestionRun.objects.get(pk=run.pk).state for run in started] == ["succeeded", "succeeded"]
        assert Asset.objects.filter(namespace=f"postgres://{number}").count() == 1


def test_a_claim_does_not_wait_for_a_run_that_works() -> None:
    source = SourceFactory()
    working = claimed(source)
    waiting = runs.request_run(source=source, files=[], options={}, by=None)
    held, asked = Barrier(2), Barrier(2)

    def hold() -> None:
        with transaction.atomic():
            Source.objects.select_for_update(no_key=True).get(pk=source.pk)
            held.wait()
            asked.wait(10)

    def ask() -> None:
        held.wait()
        assert runs.claim(waiting.pk) is None
        asked.wait(10)

    at_once(hold, ask)
    assert not asked.broken
    runs.fail(run=working, error="done")
    assert runs.claim(waiting.pk) is not None


def test_a_command_that_ended_before_it_began_does_not_block_its_source() -> None:
    source = SourceFactory()
    orphan = runs.request_run(source=source, files=[], options={}, by=None, inline=True)
    IngestionRun.objects.filter(pk=orphan.pk).update(created_at=timezone.now() - timedelta(hours=1))
    following = runs.request_run(source=source, files=[], options={}, by=None)
    assert runs.recover() == [following.pk]
    assert runs.claim(following.pk) is not None
    orphan.refresh_from_db()
    assert (orphan.state, "before it began" in orphan.error) == ("failed", True)
