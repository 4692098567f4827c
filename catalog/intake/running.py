"""One run from its files to its figures, in one transaction."""

from __future__ import annotations

import gc
import gzip
import logging
import time
import traceback
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain, groupby
from typing import Any

from django.core.cache import cache
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from catalog.capabilities import BadInput, Reader, SourceFile
from catalog.facts import AssetFact, ExtentFact, Fact, InputFact, WarningFact
from catalog.intake import encoding
from catalog.intake.context import Intake, Sink
from catalog.intake.repeating import repeat, repeated
from catalog.models import IngestionRun, RunFile, RunWarning, Source
from catalog.services import connections, credentials, runs
from catalog.states import RunState
from portal.kernel import sealing, wiring
from portal.kernel.bulk import copy_in
from portal.kernel.scrub import scrub

logger = logging.getLogger(__name__)

BATCH = 1000  # assets, with all their columns, that are in memory at once
MAX_WARNINGS = 1000
TICK_SECONDS = 0.25


class StaleClaim(Exception):
    """Another worker has taken the run over; whatever was done here is rolled back."""


def execute(run: IngestionRun, files: Sequence[SourceFile] | None = None) -> IngestionRun:
    """Runs a claimed run to its end. Bad input and our own faults end it as failed, with nothing of it kept.

    Raises:
        OperationalError: the database went away; the run stays open and is picked up by the sweep.
    """
    try:
        with _collector_paused(), transaction.atomic():
            _work(run, files)
    except (StaleClaim, OperationalError):
        logger.warning("run %s lost its claim or its database", run.pk)
        raise
    except BadInput as error:
        runs.fail(run=run, error=scrub(str(error), credentials.values(run.source)))
    except sealing.CannotOpen as error:
        runs.fail(run=run, error=f"The source's secrets cannot be opened; give them again. {error}")
    except Exception as error:
        logger.error("run %s failed\n%s", run.pk, scrub(traceback.format_exc(), credentials.values(run.source)))
        runs.fail(run=run, error=f"The portal failed on this input ({type(error).__name__}). Nothing was changed.")
    _forget_progress(run)
    run.refresh_from_db()
    return run


def progress(run: IngestionRun) -> dict[str, int]:
    """{"done", "total"} of a running run; total 0 while nobody knows. The cache has it: the run's transaction is not
    visible yet, and a lost figure costs nothing."""
    try:
        found: dict[str, int] | None = cache.get(_progress_key(run))
    except Exception:
        found = None
    return found or {"done": 0, "total": 0}


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Facts and rows hold no cycles and go when their batch goes; the collector would only walk them, again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _work(run: IngestionRun, files: Sequence[SourceFile] | None) -> None:
    started = time.monotonic()
    Source.objects.select_for_update(no_key=True).get(pk=run.source_id)
    held = IngestionRun.objects.select_for_update(no_key=True).filter(
        pk=run.pk, state=RunState.RUNNING, attempt=run.attempt
    )
    if not held.exists():
        raise StaleClaim
    options = {**run.source.options, **run.options}
    facts = _facts(run, files, options)
    first = next(facts, None)
    digest = _input_digest(first, run.source, options)
    before = repeated(run, digest)
    figures = repeat(run, before) if before else _take_in(run, chain([first] if first else [], facts))
    figures["seconds"] = round(time.monotonic() - started, 3)
    if not runs.finish(run=run, state=RunState.SUCCEEDED, figures=figures, digest=digest):
        raise StaleClaim


def _facts(run: IngestionRun, files: Sequence[SourceFile] | None, options: Mapping[str, str]) -> Iterator[Fact]:
    """What the reader finds; it alone is given the secrets. A source that was removed has nothing more to say."""
    if run.source.removed_at is not None:
        return iter(())
    reader: Reader = wiring.named("READERS", run.source.kind)()
    given = {**options, **credentials.opened(run.source)}
    connections.check_reach(reader, given)
    return iter(reader.read(files if files is not None else _stored(run), given))


def _take_in(run: IngestionRun, facts: Iterable[Fact]) -> dict[str, float]:
    """The figures of having taken in all facts."""
    with connection.cursor() as cursor:
        # addresses, words and what several sources say of one asset are common to all: one run writes at a time
        cursor.execute("SELECT pg_advisory_xact_lock(823746102)")
    intake = Intake(run=run, source=run.source, now=timezone.now(), tick=_ticker(run))
    sinks: list[Sink] = [load(intake) for load in wiring.listed("SINKS")]
    pour(facts, intake, sinks)
    figures: dict[str, float] = {}
    for sink in sinks:
        figures |= sink.finish()
    _write_warnings(intake)
    return figures | {"warnings": len(intake.warnings)}


def _input_digest(first: Fact | None, source: Source, options: Mapping[str, str]) -> str:
    """Of the input and of everything else that decides what is made of it; "" where the reader tells none."""
    if not isinstance(first, InputFact):
        return ""
    rest = repr((source.kind, source.namespace, sorted(options.items()), wiring.names("SINKS")))
    return encoding.digest(first.digest.encode(), rest)


def pour(facts: Iterable[Fact], intake: Intake, sinks: Sequence[Sink]) -> None:
    done = 0
    for kind, batch in _batches(facts):
        if kind is WarningFact:
            intake.warnings += [(warning, "") for warning in batch]
            continue
        if kind is ExtentFact:
            intake.expected = batch[-1].assets
            continue
        if kind is InputFact:
            continue
        for sink in sinks:
            if kind in sink.takes:
                sink.take(batch)
        if kind is AssetFact:
            done += len(batch)
            intake.tick(done, intake.expected)


def _batches(facts: Iterable[Fact]) -> Iterator[tuple[type, list[Any]]]:
    """Runs of facts of one type, cut at ``BATCH``."""
    for kind, group in groupby(facts, type):
        batch: list[Any] = []
        for fact in group:
            batch.append(fact)
            if len(batch) == BATCH:
                yield kind, batch
                batch = []
        if batch:
            yield kind, batch


def _stored(run: IngestionRun) -> list[SourceFile]:
    """The run's files; each is fetched when it is read."""

    def load(pk: int) -> bytes:
        content = RunFile.objects.values_list("content", flat=True).get(pk=pk)
        return gzip.decompress(content) if content else b""

    rows = RunFile.objects.filter(run=run).values_list("pk", "name").order_by("pk")
    return [SourceFile(name=name, load=lambda pk=pk: load(pk)) for pk, name in rows]  # type: ignore[misc]  # bound by default


def _write_warnings(intake: Intake) -> None:
    """The first thousand; the figures tell how many there were."""

    def asset(warning: WarningFact, key: str) -> int | None:
        return intake.assets.get(key or warning.place.removeprefix("nodes.").removeprefix("sources."))

    hidden = credentials.values(intake.source)
    lines = (
        (
            intake.run.pk,
            asset(warning, key),
            warning.file[:300],
            warning.place[:700],
            scrub(warning.message[:5000], hidden),
        )
        for warning, key in intake.warnings[:MAX_WARNINGS]
    )
    copy_in(RunWarning, ["run", "asset", "file", "place", "message"], lines)


def _ticker(run: IngestionRun) -> Any:
    """Writes progress at most four times a second."""
    last = 0.0

    def tick(done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last < TICK_SECONDS:
            return
        last = time.monotonic()
        try:
            cache.set(_progress_key(run), {"done": done, "total": total}, timeout=600)
        except Exception:
            logger.debug("no progress for run %s: the cache does not answer", run.pk)

    return tick


def _forget_progress(run: IngestionRun) -> None:
    try:
        cache.delete(_progress_key(run))
    except Exception:
        logger.debug("progress of run %s stays until it ends by itself", run.pk)


def _progress_key(run: IngestionRun) -> str:
    return f"run:{run.uuid}"
