"""Runs of ingestion: requested, claimed, finished. The row is the truth; a lock on it says that somebody works on it."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from catalog.events import IngestionFinished
from catalog.models import IngestionRun, RunFile, Source
from catalog.services import connections, credentials
from catalog.states import ALLOWED, RunState
from portal.kernel.authz import require
from portal.kernel.events import publish

MAX_ATTEMPTS = 3
GRACE = timedelta(seconds=15)  # between a claim's commit and its worker's lock on the row


@transaction.atomic
def request_run(
    *, source: Source, files: Sequence[tuple[str, bytes]], options: Mapping[str, str], by: Any, inline: bool = False
) -> IngestionRun:
    """A queued run with its files. ``by`` is None for commands on the server.

    Raises:
        PermissionDenied: the person may not ingest.
        ValidationError: an option is a secret, which no row of a run may hold, or a live source is given options.
    """
    if by is not None:
        require(by, "catalog.ingest", source)
    if hidden := credentials.secret_names(source.kind) & options.keys():
        raise ValidationError(f"“{min(hidden)}” is a secret: set it on the source, where it is sealed.")
    if by is not None and (files or options) and connections.is_live(source.kind):
        # with a host of one's own choice, the stored password would be sent there
        raise ValidationError("This source asks a running system by its own options and takes no files.")
    run = IngestionRun.objects.create(source=source, options=dict(options), requested_by=by, inline=inline)
    for name, content in _named_apart(files):
        RunFile.objects.create(
            run=run,
            name=name[:200],
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            content=gzip.compress(content, compresslevel=1),
        )
    return run


def _named_apart(files: Sequence[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    """Two ``run_results.json`` are fine, readers tell files apart by what they hold; only their rows need two names."""
    counts: dict[str, int] = {}
    named = []
    for name, content in files:
        short = name.replace("\0", "")[:190]
        counts[short] = counts.get(short, 0) + 1
        named.append((short if counts[short] == 1 else f"{short} ({counts[short]})", content))
    return named


def claim(run_id: int) -> IngestionRun | None:
    """The run, now running and ours; None where somebody else has it or an older run of its source is still open."""
    with transaction.atomic():
        run = IngestionRun.objects.select_related("source").filter(pk=run_id).first()
        if run is None:
            return None
        if IngestionRun.objects.filter(source=run.source_id, state=RunState.RUNNING).exists():
            return None  # it holds the source's row until its end, and wakes the next one then
        Source.objects.select_for_update(no_key=True).get(pk=run.source_id)  # claims of one source come one by one
        older = IngestionRun.objects.filter(
            source=run.source_id, state__in=[RunState.QUEUED, RunState.RUNNING], id__lt=run.pk
        )
        if older.exists() or not _move(run.pk, RunState.QUEUED, RunState.RUNNING, started_at=timezone.now()):
            return None
        IngestionRun.objects.filter(pk=run.pk).update(attempt=F("attempt") + 1)
    run.refresh_from_db()
    return run


def finish(
    *, run: IngestionRun, state: RunState, figures: Mapping[str, float], error: str = "", digest: str = ""
) -> bool:
    """Ends the run inside the caller's transaction. False where this claim is stale: then nothing may be committed."""
    ended = _move(
        run.pk,
        RunState.RUNNING,
        state,
        attempt=run.attempt,
        finished_at=timezone.now(),
        figures=dict(figures),
        error=error[:2000],
        input_digest=digest,
    )
    if ended:
        RunFile.objects.filter(run=run).update(content=None)
        event = IngestionFinished(str(run.uuid), run.source.slug, state, dict(figures))
        publish(event, by=run.requested_by, subject=f"source:{run.source.slug}")
    return ended


@transaction.atomic
def fail(*, run: IngestionRun, error: str) -> None:
    finish(run=run, state=RunState.FAILED, figures={}, error=error or "failed without a word")


def recover() -> list[int]:
    """Runs whose worker is gone go back to the queue, or fail after ``MAX_ATTEMPTS``; returns ids of all that wait.

    A worker holds its run's row locked for as long as it works, so a running row that can be locked has lost its worker.
    """
    with transaction.atomic():
        never_begun = IngestionRun.objects.select_for_update(skip_locked=True, no_key=True).filter(
            state=RunState.QUEUED, inline=True, created_at__lt=timezone.now() - GRACE
        )
        for run in never_begun:
            error = "The command was ended before it began. Nothing was changed."
            _move(run.pk, RunState.QUEUED, RunState.FAILED, finished_at=timezone.now(), error=error)
        lost = IngestionRun.objects.select_for_update(skip_locked=True, no_key=True, of=("self",)).filter(
            state=RunState.RUNNING, started_at__lt=timezone.now() - GRACE
        )
        for run in lost.select_related("source"):
            if run.inline:
                fail(run=run, error="The command that ran it was ended before it was done. Nothing was changed.")
            elif run.attempt >= MAX_ATTEMPTS:
                fail(run=run, error=f"Its worker died {run.attempt} times. Nothing was changed.")
            else:
                _move(run.pk, RunState.RUNNING, RunState.QUEUED, attempt=run.attempt)
    waiting = IngestionRun.objects.filter(state=RunState.QUEUED, inline=False).order_by("id")
    return list(waiting.values_list("id", flat=True))


def next_waiting(source: Source) -> int | None:
    waiting = IngestionRun.objects.filter(source=source, state=RunState.QUEUED, inline=False).order_by("id")
    return waiting.values_list("id", flat=True).first()


def _move(run_id: int, old: RunState, new: RunState, *, attempt: int | None = None, **changes: Any) -> bool:
    """Compare-and-swap of the state; ``attempt`` also fences off a stale worker."""
    if new not in ALLOWED[old]:
        raise ValueError(f"a run never goes from {old} to {new}")
    rows = IngestionRun.objects.filter(pk=run_id, state=old)
    if attempt is not None:
        rows = rows.filter(attempt=attempt)
    return rows.update(state=new, **changes) == 1
