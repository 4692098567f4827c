"""The sums of what events have said, as rows: read, added to, written back, each in one statement a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from catalog.intake.cause import wrap
from lineage.models import JobRun, ToldDataset, ToldJob
from lineage.openlineage import keys
from lineage.openlineage.adding import Dataset, Job, Newest, Run, Uses, is_observed, settled, values
from lineage.openlineage.reading import Heard
from lineage.openlineage.times import microseconds, moment
from portal.kernel.bulk import copy_upsert, new_ids

JOB_FIELDS = (
    *("id", "key", "namespace", "name", "space", "asset_id", "facets", "declared", "seen_at"),
    *("told", "drawn", "datasets"),
)
DATASET_FIELDS = ("id", "key", "namespace", "name", "space", "asset_id", "facets", "alive_at", "dropped", "told")
RUN_FIELDS = (
    *("job_id", "run_id", "state", "first_at", "last_at", "started_at", "ended_at", "nominal_at"),
    *("parent", "parent_run", "error", "rows_written", "moments", "facets", "uses"),
    *("named_at", "settled"),
)
JSON = frozenset({"facets", "declared", "moments", "uses"})
LONGEST_ERROR = 20_000


class Sums:
    """All that a batch of events touches. ``changed`` are keys of jobs of which a run says something else than before;
    ``flipped`` are ids of datasets that are dropped now, or no longer."""

    def __init__(self, heard: Heard) -> None:
        self.heard = heard
        self.jobs: dict[str, ToldJob] = {row.key: row for row in ToldJob.objects.filter(key__in=list(heard.jobs))}
        self.datasets = {row.key: row for row in ToldDataset.objects.filter(key__in=list(heard.datasets))}
        self.runs: dict[tuple[str, str], JobRun] = {}
        self.changed: set[str] = set()
        self.flipped: set[int] = set()
        self.reshaped: set[int] = set()  # ids of datasets that have other columns than before
        self.renewed: set[str] = set()  # keys of jobs and datasets of which something else is said than before
        self._make_missing()
        self._add_jobs()
        self._add_datasets()
        self._add_runs()

    def write(self) -> None:
        _write(ToldJob, JOB_FIELDS, self.jobs.values(), ["key"])
        _write(ToldDataset, DATASET_FIELDS, self.datasets.values(), ["key"])
        _write(JobRun, RUN_FIELDS, self.runs.values(), ["job", "run_id"])

    # --- adding ------------------------------------------------------------------------------------------------------

    def _make_missing(self) -> None:
        """A job and a dataset of one name are two things: who comes second gets a namespace of its own."""
        names = self.heard.names
        new_datasets = [key for key in self.heard.datasets if key not in self.datasets]
        new_jobs = [key for key in self.heard.jobs if key not in self.jobs]
        for key, pk in zip(new_datasets, new_ids(ToldDataset, len(new_datasets)), strict=True):
            name = names[key]
            self.datasets[key] = ToldDataset(id=pk, key=key, namespace=name.namespace, name=name.name)
        for key, pk in zip(new_jobs, new_ids(ToldJob, len(new_jobs)), strict=True):
            name = names[key]
            self.jobs[key] = ToldJob(id=pk, key=key, namespace=name.namespace, name=name.name)
        twins = {keys.dataset(*names[key][1:]).key: key for key in new_jobs}
        taken = {*ToldDataset.objects.filter(key__in=list(twins)).values_list("key", flat=True), *new_datasets}
        for twin, key in twins.items():
            if twin in taken:
                self.jobs[key].space = f"job:{names[key].namespace}"
        twins = {keys.job(*names[key][1:]).key: key for key in new_datasets}
        for twin in ToldJob.objects.filter(key__in=list(twins), space="").values_list("key", flat=True):
            self.datasets[twins[twin]].space = f"dataset:{names[twins[twin]].namespace}"

    def _add_jobs(self) -> None:
        for key, told in self.heard.jobs.items():
            row = self.jobs[key]
            self._compare(key, row.facets, told.facets)
            streamed = streams(row.facets)
            at, declared = row.declared or (None, {})
            sum_ = Job(facets=row.facets, declared_at=at, declared=uses_of(declared), seen_at=row.seen_at)
            sum_.add(told)
            row.facets, row.seen_at = sum_.facets, sum_.seen_at
            if sum_.declared_at is not None:
                row.declared = [sum_.declared_at, plain(sum_.declared)]
            if told.declared_at is not None or "sql" in told.facets or streamed != streams(row.facets):
                self.changed.add(key)

    def _add_datasets(self) -> None:
        for key, told in self.heard.datasets.items():
            row = self.datasets[key]
            self._compare(key, row.facets, told.facets)
            before = _fields(row.facets)
            sum_ = Dataset(facets=row.facets, alive_at=row.alive_at)
            sum_.add(told)
            row.facets, row.alive_at = sum_.facets, sum_.alive_at
            if before != _fields(row.facets):
                self.reshaped.add(row.pk)
            if row.dropped != sum_.dropped:
                row.dropped = sum_.dropped
                self.flipped.add(row.pk)

    def _compare(self, key: str, before: Newest, told: Newest) -> None:
        if any(name not in before or before[name][1] != value for name, (_, value) in told.items()):
            self.renewed.add(key)

    def _add_runs(self) -> None:
        wanted = {self.jobs[key].pk: key for key, _ in self.heard.runs}
        ids = {run_id for _, run_id in self.heard.runs}
        for row in JobRun.objects.filter(job__in=list(wanted), run_id__in=ids):
            self.runs[wanted[row.job_id], row.run_id] = row
        for (key, run_id), told in self.heard.runs.items():
            row = self.runs.get((key, run_id)) or JobRun(job_id=self.jobs[key].pk, run_id=run_id)
            before = _standing(row)
            sum_ = run_of(row) if row.pk else told
            if row.pk:
                sum_.add(told)
            fill(row, sum_)
            self.runs[key, run_id] = row
            if told.uses or before != _standing(row):
                self.changed.add(key)


def streams(facets: Newest) -> bool:
    kind = facets.get("jobType", (0, None))[1] or {}
    return str(kind.get("processingType") or "").upper() == "STREAMING"


def _fields(facets: Newest) -> Any:
    return facets.get("schema", (0, None))[1]


def _standing(row: JobRun) -> tuple[Any, ...]:
    """What decides whether its edges count."""
    return row.named_at, row.settled, *(is_observed(row.moments, streams=streams) for streams in (False, True))


def run_of(row: JobRun) -> Run:
    return Run(row.first_at, row.last_at, row.moments, row.facets, uses_of(row.uses))


def fill(row: JobRun, run: Run) -> None:
    """Everything of the row follows from the sum."""
    facets = values(run.facets)
    parent, error = facets.get("parent") or {}, facets.get("errorMessage") or {}
    row.first_at, row.last_at, row.moments, row.facets = run.first_at, run.last_at, run.moments, run.facets
    row.state = run.state
    row.started_at, row.ended_at = moment(run.started_at), moment(run.ended_at)
    row.nominal_at = moment(microseconds(str((facets.get("nominalTime") or {}).get("nominalStartTime") or "")))
    row.parent = keys.job(parent["job"]["namespace"], parent["job"]["name"]).key if parent else ""
    row.parent_run = str(parent["run"]["runId"])[:200] if parent else ""
    row.error = str(error.get("message") or "")[:LONGEST_ERROR]
    row.rows_written = _rows(run.uses)
    row.uses, row.named_at = plain(run.uses), run.uses.at
    row.settled = settled(run.moments)


def uses_of(told: Mapping[str, Any]) -> Uses:
    return Uses(told.get("inputs", {}), told.get("outputs", {}), told.get("job", {})) if told else Uses()


def plain(uses: Uses) -> dict[str, Any]:
    return {"inputs": uses.inputs, "outputs": uses.outputs, "job": uses.job} if uses else {}


def _rows(uses: Uses) -> int | None:
    told = [(values(said).get("outputStatistics") or {}).get("rowCount") for said in uses.outputs.values()]
    counts = [count for count in told if isinstance(count, int) and 0 <= count < 2**62]
    return min(sum(counts), 2**62) if counts else None


def _write(model: Any, fields: Iterable[str], rows: Iterable[Any], key: list[str]) -> None:
    names = list(fields)
    lines = [[wrap(getattr(row, name)) if name in JSON else getattr(row, name) for name in names] for row in rows]
    columns = [name.removesuffix("_id") if name in {"job_id", "asset_id"} else name for name in names]
    if lines:
        update = [name for name in columns if name not in {*key, "id"}]
        copy_upsert(model, columns, lines, key=key, update=update)
