"""A real worker, killed with SIGKILL in the middle of an ingestion, loses and doubles nothing."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from celery import Celery
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from catalog.models import Asset, AssetChange, AssetName, Column, IngestionRun, Sighting, Source
from catalog.services import runs
from catalog.states import RunState
from lineage.models import Edge
from portal.kernel.models import Event
from portal.running import embedded
from quality.models import Check
from tests.catalog.facts import manifest, manifest_bytes, model
from tests.factories import SourceFactory

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

REPO = Path(__file__).resolve().parents[2]
BROKER_NUMBER = 14  # of the numbered databases of the broker, with 15 as cache: the first are emptied by other tests
PATIENCE = 60  # seconds; the machine may be busy with other tests


def nodes() -> list[dict[str, Any]]:
    """Forty models in a row, each with a check."""
    made = [
        model(f"t{n}", ["id", "amount"], depends_on={"nodes": [f"model.shop.t{n - 1}"] if n else [], "macros": []})
        for n in range(40)
    ]
    tests = [
        {
            "unique_id": f"test.shop.not_null_t{n}.x",
            "resource_type": "test",
            "name": f"not_null_t{n}",
            "config": {"enabled": True, "severity": "ERROR"},
            "column_name": "id",
            "attached_node": f"model.shop.t{n}",
            "test_metadata": {"name": "not_null", "kwargs": {"column_name": "id"}},
            "depends_on": {"nodes": [f"model.shop.t{n}"], "macros": []},
            "columns": {},
        }
        for n in range(40)
    ]
    return made + tests


def until(ask: Callable[[], Any], what: str) -> Any:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if found := ask():
            return found
        time.sleep(0.05)
    raise AssertionError(f"waited {PATIENCE} s in vain until {what}")


@pytest.fixture
def broker() -> Iterator[Celery]:
    """A way to send to the test's own broker, emptied before and after."""
    app = Celery(broker=f"redis+socket://{embedded.broker_socket()}?virtual_host={BROKER_NUMBER}")
    app.control.purge()
    yield app
    app.control.purge()
    app.close()


@pytest.fixture
def start_worker(tmp_path: Path) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Starts workers as the demo does, on the test's database; none survives the test."""
    started: list[subprocess.Popen[bytes]] = []
    database = connection.settings_dict["NAME"]
    environment = os.environ | {
        "DATABASE_URL": f"postgresql://postgres@/{database}?host={quote(str(connection.settings_dict['HOST']), safe='/')}",
        "REDIS_URL": f"unix://{embedded.broker_socket()}?db={BROKER_NUMBER}",
        "SECRET_KEY": settings.SECRET_KEY,
        "LOG_LEVEL": "INFO",
    }

    def start() -> subprocess.Popen[bytes]:
        options = [
            "--queues",
            "ingest,default",
            "--concurrency",
            "1",
            "--without-gossip",
            "--without-mingle",
            "--loglevel",
            "INFO",
        ]
        command = [
            sys.executable,
            "-m",
            "celery",
            "-A",
            "portal",
            "worker",
            "--hostname",
            f"w{len(started)}@test",
            *options,
        ]
        with (tmp_path / f"worker{len(started)}.log").open("wb") as log:
            worker = subprocess.Popen(
                command,
                cwd=REPO,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        started.append(worker)
        return worker

    yield start
    for worker in started:
        kill(worker)


def kill(worker: subprocess.Popen[bytes]) -> None:
    """The whole process group: the worker has no chance to tidy up."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(worker.pid, signal.SIGKILL)
    worker.wait(10)


def send(broker: Celery, run_id: int) -> None:
    broker.send_task("catalog.tasks.ingest", args=[run_id], queue="ingest")


def somebody_waits_for_the_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'lineage_edge'::regclass"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        return bool(cursor.fetchone()[0])


def content(source: Source) -> dict[str, list[Any]]:
    """All that a source brought, without ids and times."""
    assets = Asset.objects.filter(namespace=source.namespace)
    return {
        "assets": sorted(
            assets.values_list("path", "kind", "title", "column_count", "retired_at", "search_entry__words")
        ),
        "columns": sorted(Column.objects.filter(asset__in=assets).values_list("asset__path", "name", "position")),
        "names": sorted(AssetName.objects.filter(asset__in=assets).values_list("name", "canonical")),
        "sightings": sorted(Sighting.objects.filter(source=source).values_list("key", "digest", "asset__path")),
        "changes": sorted(AssetChange.objects.filter(asset__in=assets).values_list("asset__path", "kind")),
        "edges": sorted(Edge.objects.filter(source=source).values_list("upstream__path", "downstream__path")),
        "checks": sorted(Check.objects.filter(source=source).values_list("key", "asset__path")),
    }


def figures(run: IngestionRun) -> dict[str, float]:
    return {name: value for name, value in run.figures.items() if name != "seconds"}


def test_a_killed_worker_loses_and_doubles_nothing(
    broker: Celery,
    start_worker: Callable[[], subprocess.Popen[bytes]],
    ingest: Callable[..., IngestionRun],
) -> None:
    undisturbed = SourceFactory(namespace="postgres://undisturbed")
    source = SourceFactory(namespace="postgres://disturbed")
    expected = ingest(undisturbed, manifest(*nodes()))
    files = [("manifest.json", manifest_bytes(*nodes()))]
    run = runs.request_run(source=source, files=files, options={}, by=None)
    after = runs.request_run(source=source, files=files, options={}, by=None)

    first = start_worker()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE lineage_edge IN ACCESS EXCLUSIVE MODE")
        send(broker, run.pk)
        until(somebody_waits_for_the_lock, "the worker stands in the middle of the ingestion")
        run.refresh_from_db()
        assert (run.state, run.attempt) == (RunState.RUNNING, 1)
        kill(first)
    assert not Asset.objects.filter(namespace=source.namespace).exists()

    IngestionRun.objects.filter(pk=run.pk).update(started_at=timezone.now() - 2 * runs.GRACE)
    until(lambda: run.pk in runs.recover(), "the sweep finds the run whose worker is gone")
    assert not Asset.objects.filter(namespace=source.namespace).exists()

    start_worker()
    send(broker, run.pk)
    until(lambda: IngestionRun.objects.filter(pk=after.pk, state=RunState.SUCCEEDED), "both runs are done")

    run.refresh_from_db()
    after.refresh_from_db()
    assert (run.state, run.attempt, figures(run)) == (RunState.SUCCEEDED, 2, figures(expected))
    assert (after.figures["unchanged"], after.figures["created"]) == (40, 0)
    told, wanted = content(source), content(undisturbed)
    assert all(wanted.values())
    for part in wanted:
        if part != "sightings":
            assert told[part] == wanted[part], part
    assert [row[0::2] for row in told["sightings"]] == [row[0::2] for row in wanted["sightings"]]
    assert Event.objects.filter(name="catalog.IngestionFinished", subject=f"source:{source.slug}").count() == 2
