"""Work that a row describes: claim, run, nothing else."""

from __future__ import annotations

from celery import shared_task

from catalog.intake.running import StaleClaim, execute
from catalog.models import IngestionRun
from catalog.services import runs, schedules, usage
from portal.kernel.tasks import wake


@shared_task
def ingest(run_id: int) -> None:
    """Runs it, unless it is taken, done, or an older run of its source is not done yet."""
    run = runs.claim(run_id)
    if run is None:
        return
    try:
        execute(run)
    except StaleClaim:
        return
    if (waiting := runs.next_waiting(run.source)) is not None:
        wake(ingest, waiting)


@shared_task
def sweep_runs() -> None:
    """Picks up what a killed worker or a lost message left behind."""
    for run_id in runs.recover():
        wake(ingest, run_id)


@shared_task
def make_due_runs() -> None:
    """Runs that the sources' schedules ask for; what a lost message leaves behind, the sweep above finds."""
    for run_id in schedules.make_due():
        wake(ingest, run_id)


@shared_task
def age_usage() -> None:
    usage.age_usage()


def start(run: IngestionRun) -> None:
    """Wakes a worker for the run once the caller's transaction has committed."""
    wake(ingest, run.pk)
