"""What events have said becomes facts: jobs and datasets go through the catalog's own sinks, so that names are resolved,
unmatched ones wait, and people's words hold as with every other source."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from catalog.facts import AssetFact, BuildFact, CheckStatus
from catalog.intake import builds, encoding
from catalog.intake.context import Intake
from catalog.intake.running import pour
from catalog.models import IngestionRun, Sighting, Source
from catalog.services import sources
from catalog.states import RunState
from lineage.models import ToldDataset, ToldJob
from lineage.openlineage import keys
from lineage.openlineage.adding import ENDS, LEFT, RENAMED, Newest, values
from lineage.openlineage.describing import dataset_fact, job_fact
from lineage.openlineage.keys import Name
from lineage.services.sums import Sums
from portal.kernel import wiring

SLUG, KIND, TITLE = "openlineage", "openlineage", "OpenLineage"
MOST_NAMES = 100
STATUS = {"COMPLETE": CheckStatus.PASS, "FAIL": CheckStatus.ERROR, "ABORT": CheckStatus.ERROR}


def source_of_events() -> Source:
    """The one source that all events belong to; made when the first one comes. One that was removed comes back."""
    found = Source.objects.present().filter(kind=KIND).order_by("pk").first()
    if found is not None:
        return found
    slug = SLUG if not Source.objects.present().filter(slug=SLUG).exists() else f"{SLUG}-events"
    return sources.create_source(slug=slug, title=TITLE, kind=KIND, options={}, by=None)


def asset_ids(source: Source, wanted: Iterable[str]) -> dict[str, int]:
    """Which asset a key means, as sightings have it: whatever was merged, split or pinned since."""
    rows = Sighting.objects.filter(source=source, key__in=list(wanted), retired_at=None)
    return dict(rows.values_list("key", "asset"))


def tell_catalog(source: Source, sums: Sums, now: datetime) -> IngestionRun | None:
    """Pours what says something new, and lets the batch's rows know their assets. The run that it was, if any."""
    rows: dict[str, ToldJob | ToldDataset] = {**sums.jobs, **sums.datasets}
    known = asset_ids(source, rows)
    facts, gone = [], []
    for key, row in rows.items():
        if isinstance(row, ToldDataset) and (row.dropped or _went_along(row, sums)):
            gone += [key] if key in known else []
            gone += _names_before(row, sums) if row.dropped else []
            continue
        if isinstance(row, ToldDataset) and not row.alive_at:
            continue  # a name that something was renamed from, and that nothing was heard by
        if row.told and key not in sums.renewed and (key in known or row.asset_id is None):
            continue
        fact = _fact(row)
        told = hashlib.blake2b(encoding.encode(fact), digest_size=16).hexdigest()
        if row.told != told or (key not in known and row.asset_id is not None):
            row.told = told
            facts.append(fact)
    run = None
    if facts or gone:
        run = new_run(source, now)
        _pour(run, facts, gone, now)
        known = asset_ids(source, rows)
    for key in known:
        rows[key].asset_id = known[key]
    builds.note({known[key]: fact for key, fact in _builds(sums) if key in known})
    return run


def _names_before(row: ToldDataset, sums: Sums) -> list[str]:
    """Keys of the names that a dropped dataset had before it was renamed, and under which nobody has named it since. Those
    of the batch are looked at by themselves."""
    found: list[str] = []
    waiting, until = _former(row.facets), row.facets["lifecycleStateChange"][0]
    while waiting and len(found) < MOST_NAMES:
        told = [one for one in _told(waiting - {*found, row.key}, sums) if one.alive_at <= until]
        found += [one.key for one in told]
        waiting = {former for one in told for former in _former(one.facets)}
    return [key for key in found if key not in sums.datasets]


def _went_along(row: ToldDataset, sums: Sums) -> bool:
    """Whether it was renamed since anybody named it so, and dropped under a later name: whatever comes when."""
    for _ in range(MOST_NAMES):
        at, said = row.facets.get(LEFT, (0, None))
        following = _told([said["key"]], sums) if said and at >= row.alive_at else []
        if not following or following[0].dropped:
            return bool(following)
        row = following[0]
    return False


def _told(wanted: Iterable[str], sums: Sums) -> list[ToldDataset]:
    """As the batch leaves them, or as they were before."""
    here = {key: sums.datasets[key] for key in wanted if key in sums.datasets}
    return [*here.values(), *ToldDataset.objects.filter(key__in={*wanted} - here.keys())]


def _former(facets: Newest) -> set[str]:
    return {name.removeprefix(RENAMED) for name in facets if name.startswith(RENAMED)}


def new_run(source: Source, now: datetime) -> IngestionRun:
    """What events change of the catalog is a run of their source, as all its news are."""
    return IngestionRun.objects.create(
        source=source, state=RunState.SUCCEEDED, created_at=now, started_at=now, finished_at=now
    )


def _fact(row: ToldJob | ToldDataset) -> AssetFact:
    is_job = isinstance(row, ToldJob)
    name = Name(keys.JOB if is_job else keys.DATASET, row.namespace, row.name)
    fact = (job_fact if is_job else dataset_fact)(name, values(row.facets))
    return replace(fact, key=row.key, namespace=row.space or fact.namespace)


def _pour(run: IngestionRun, facts: list[AssetFact], gone: list[str], now: datetime) -> None:
    """An intake of its own, of news only."""
    intake = Intake(run=run, source=run.source, now=now, partial=True, gone=gone)
    sinks = [sink(intake) for sink in wiring.listed("SINKS") if getattr(sink, "partial", False)]
    pour(facts, intake, sinks)
    for sink in sinks:
        run.figures |= sink.finish()
    run.save(update_fields=["figures"])


def _builds(sums: Sums) -> Iterator[tuple[str, BuildFact]]:
    """Of each dataset that a finished run has written."""
    for (job, _), run in sorted(sums.runs.items(), key=lambda item: item[1].last_at):
        if run.state not in ENDS or run.ended_at is None:
            continue
        name = sums.jobs[job].name
        words = "" if run.state == "COMPLETE" else f"{name} {run.get_state_display().lower()}"
        for key in run.uses.get("outputs", {}):
            yield (
                key,
                BuildFact(
                    asset=key,
                    status=STATUS[run.state],
                    at=run.ended_at.isoformat(),
                    seconds=run.seconds,
                    message=words[:500],
                ),
            )
