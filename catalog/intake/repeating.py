"""The same input again: its figures without reading it."""

from __future__ import annotations

from catalog.models import Asset, IngestionRun, RunWarning
from catalog.states import RunState

STANDING = (
    "edges",
    "sql",
    "checks",
    "skipped",
    "warnings",
    "unmatched",
)  # figures of what is there, not of what changed


def repeated(run: IngestionRun, digest: str) -> IngestionRun | None:
    """The source's newest successful run, if it read the same; nothing but a run changes what a source says."""
    newest = IngestionRun.objects.filter(source=run.source_id, state=RunState.SUCCEEDED).order_by("-id").first()
    return newest if newest and digest and newest.input_digest == digest else None


def repeat(run: IngestionRun, before: IngestionRun) -> dict[str, float]:
    """Repeats the warnings of the run before, and tells its assets as unchanged."""
    rows = RunWarning.objects.filter(run=before).order_by("id")
    RunWarning.objects.bulk_create(
        RunWarning(run=run, asset_id=row.asset_id, file=row.file, place=row.place, message=row.message) for row in rows
    )
    told = Asset.objects.filter(sightings__source=run.source_id, sightings__retired_at=None).distinct().count()
    figures = {name: value if name in STANDING else 0.0 for name, value in before.figures.items()}
    return figures | {"unchanged": told}
