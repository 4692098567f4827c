"""One event as what it says: of its run, its job, and the datasets that it names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import msgspec

from lineage.openlineage import columns, keys
from lineage.openlineage.accepting import event_of
from lineage.openlineage.adding import LEFT, NAMED, RENAMED, TELLING, Dataset, Job, Newest, Run, Sum, Uses
from lineage.openlineage.keys import Name
from lineage.openlineage.shapes import (
    ColumnLineage,
    DatasetEvent,
    DatasetLineage,
    DatasetShape,
    Facets,
    JobLineage,
    JobShape,
    LineageEntry,
    LineageField,
    LineageInput,
    Parent,
    RunEvent,
    T,
)
from lineage.openlineage.times import microseconds
from portal.kernel.nesting import fault

K = TypeVar("K")
S = TypeVar("S", bound=Sum)
LARGEST_FACET = 100_000  # bytes; a plan of Spark may have megabytes
OF_COLUMNS = ("columnLineage", "lineage")
WHOLE = frozenset({"schema", "sql", *OF_COLUMNS})  # read out, however large
OF_ITS_JOB = frozenset({"processing_engine", "airflow", "airflowDagRun"})  # facets of runs that tell of their job
RUN_SAYS = "run."
SECRETIVE = "environmentVariables"


@dataclass(slots=True)
class Heard:
    """``run_of`` is (key of the job, id of the run)."""

    names: dict[str, Name] = field(default_factory=dict)  # of all that is meant, by key
    jobs: dict[str, Job] = field(default_factory=dict)
    datasets: dict[str, Dataset] = field(default_factory=dict)
    runs: dict[tuple[str, str], Run] = field(default_factory=dict)

    def add(self, other: Heard) -> None:
        self.names |= other.names
        add_all(self.jobs, other.jobs)
        add_all(self.datasets, other.datasets)
        add_all(self.runs, other.runs)


def add_all(mine: dict[K, S], theirs: Mapping[K, S]) -> None:
    for key, said in theirs.items():
        standing = mine.get(key)
        if standing is None:
            mine[key] = said
        else:
            standing.add(said)


class Unreadable(Exception):
    """It was accepted, and is no event all the same."""


def read(raw: bytes, arrived: int | None = None) -> Heard:
    """Nothing happened later than it was told: an event with a date behind that in which it ``arrived`` (a clock that is
    wrong) counts from then.

    Raises:
        Unreadable: it says nothing that can be understood.
    """
    try:
        found = msgspec.json.decode(raw)
        event = event_of(_without_nul(found) if b"\\u0000" in raw else found)
        at = microseconds(event.event_time)
        if at is None:
            raise Unreadable(f"eventTime: {event.event_time[:60]} is no date-time")
        return _Reader(at if arrived is None else min(at, arrived), len(raw) > LARGEST_FACET).read(event)
    except (msgspec.DecodeError, RecursionError) as error:
        raise Unreadable(fault(error, raw)) from error


class _Reader:
    def __init__(self, at: int, large: bool) -> None:
        self.at = at
        self.large = large
        self.heard = Heard()

    def read(self, event: Any) -> Heard:
        if isinstance(event, DatasetEvent):
            self._dataset(event.dataset, {"facets": event.dataset.facets, "columns": event.dataset.facets})
            return self.heard
        own = self._job(event.job)
        uses = Uses()
        for side, datasets in ((uses.inputs, event.inputs), (uses.outputs, event.outputs)):
            for one in datasets or ():
                self._use(side, one, own)
        if lineage := _told(event.job.facets, "lineage", JobLineage):
            uses.job["lineage"] = [self.at, self._entries(lineage.entries, own)]
        if isinstance(event, RunEvent):
            self._run(event, own, uses)
        elif uses or event.inputs is not None or event.outputs is not None:
            self.heard.jobs[own.key].declared_at, self.heard.jobs[own.key].declared = self.at, uses
        return self.heard

    # --- jobs and runs -----------------------------------------------------------------------------------------------

    def _job(self, job: JobShape) -> Name:
        name = self._known(keys.job(job.namespace, job.name))
        self.heard.jobs[name.key].seen_at = self.at
        self.heard.jobs[name.key].facets = self._facets(job.facets, but=("lineage",))
        return name

    def _known(self, name: Name) -> Name:
        self.heard.names[name.key] = name
        if name.kind == keys.JOB:
            self.heard.jobs.setdefault(name.key, Job())
        else:
            self.heard.datasets.setdefault(name.key, Dataset())
        return name

    def _run(self, event: RunEvent, own: Name, uses: Uses) -> None:
        kind = event.event_type
        run = Run(first_at=self.at, last_at=self.at, uses=uses, facets=self._facets(event.run.facets))
        run.moments = [[self.at, kind]] if kind in TELLING else []
        if parent := _told(event.run.facets, "parent", Parent):
            self._known(keys.job(parent.job.namespace, parent.job.name))
        self.heard.runs[own.key, event.run.run_id.replace("\0", "")] = run
        job = self.heard.jobs[own.key].facets
        for name in OF_ITS_JOB & run.facets.keys():
            job[RUN_SAYS + name] = run.facets[name]

    # --- datasets ----------------------------------------------------------------------------------------------------

    def _dataset(self, one: DatasetShape, facets: Mapping[str, Facets | None]) -> Name:
        """What holds of it whoever names it: its own facets."""
        name = self._known(keys.dataset(one.namespace, one.name))
        said = self.heard.datasets[name.key]
        for part, found in facets.items():
            only = OF_COLUMNS if part == "columns" else ()
            kept = self._facets(found, but=() if only else OF_COLUMNS, only=only)
            for facet, value in kept.items():
                plain = self._columns(facet, value[1], None) if facet in OF_COLUMNS else value[1]
                said.facets[facet] = [self.at, plain]
        lifecycle = (said.facets.get("lifecycleStateChange") or [0, None])[1]
        if lifecycle and (before := lifecycle.get("previousIdentifier")) and before["name"]:
            former = keys.dataset(before["namespace"], before["name"])
            if lifecycle["lifecycleStateChange"] == "RENAME" and former != name:
                was = {"at": self.at, "namespace": former.namespace, "name": former.name}
                said.facets[RENAMED + former.key] = [self.at, was]
                self.heard.datasets[self._known(former).key].facets[LEFT] = [self.at, {"key": name.key}]
        if not (lifecycle and lifecycle.get("lifecycleStateChange") == "DROP"):
            said.alive_at = self.at
        return name

    def _use(self, side: dict[str, Newest], one: DatasetShape, own: Name) -> None:
        """What holds of it in this run alone; who drops a table makes nothing of it."""
        name = self._dataset(one, {"facets": one.facets})
        if self.heard.datasets[name.key].alive_at != self.at:
            return
        said: Newest = {NAMED: [self.at, None], **self._facets(one.input_facets), **self._facets(one.output_facets)}
        for facet in OF_COLUMNS:
            value = (one.facets or {}).get(facet)
            plain = self._columns(facet, value, own)
            if plain or (value and value.get("_deleted")):
                said[facet] = [self.at, plain]
        known_of = side.setdefault(name.key, said)
        if known_of is not said:
            known_of.update(said)

    # --- facets ------------------------------------------------------------------------------------------------------

    def _facets(self, facets: Facets | None, *, but: Sequence[str] = (), only: Sequence[str] = ()) -> Newest:
        return {
            name.replace("\0", ""): [self.at, self._plain(name, value)]
            for name, value in (facets or {}).items()
            if name not in but and (not only or name in only) and value is not None and not _is_own(name)
        }

    def _plain(self, name: str, value: dict[str, Any]) -> dict[str, Any] | None:
        if value.get("_deleted"):
            return None
        if name == SECRETIVE:
            told = value.get("environmentVariables")
            names = [str(one.get("name")) for one in told if isinstance(one, dict)] if isinstance(told, list) else []
            return {"names": names, "values": "withheld"}
        found = {key: inner for key, inner in value.items() if key not in {"_producer", "_schemaURL", "_deleted"}}
        if self.large and len(size := msgspec.json.encode(found)) > LARGEST_FACET and name not in WHOLE:
            return {"left out": f"{len(size)} bytes"}
        return found

    def _columns(self, facet: str, value: dict[str, Any] | None, own: Name | None) -> dict[str, Any] | None:
        """Column lineage as uses, so that it is read once."""
        if not value or value.get("_deleted"):
            return None
        if facet == "columnLineage":
            told = columns.of_column_lineage(msgspec.convert(value, ColumnLineage))
            if told is None:
                return None
            for namespace, name in {(one["namespace"], one["name"]) for one in _input_fields(value)}:
                self._known_dataset(keys.dataset(namespace, name))
            return told.plain()
        lineage = msgspec.convert(value, DatasetLineage)
        return self._sources(lineage.inputs, lineage.fields, own)

    def _entries(self, entries: Iterable[LineageEntry], own: Name) -> list[list[Any]]:
        """[[key of the target, its sources]]"""
        found = []
        for entry in entries:
            target = own
            if entry.namespace is not None and entry.name:
                maker = keys.job if entry.type == "JOB" else keys.dataset
                target = maker(entry.namespace, entry.name)
                self._mention(target)
            elif entry.type == "DATASET":
                continue
            found.append([target.key, self._sources(entry.inputs, entry.fields, own)])
        return sorted(found, key=lambda pair: pair[0])

    def _sources(
        self, inputs: Sequence[LineageInput] | None, fields: Mapping[str, LineageField] | None, own: Name | None
    ) -> dict[str, Any]:
        """{"uses": {key of a source: its columns}}; a source whose columns nobody tells has none."""
        uses: dict[str, set[Any]] = dict(columns.of_lineage_fields(fields, inputs))
        everything = [*(inputs or ()), *(one for entry in (fields or {}).values() for one in entry.inputs)]
        for one in everything:
            name = self._source(one, own)
            if name is not None:
                self._mention(name)
                uses.setdefault(name.key, set())
        return {"uses": {key: sorted(found) for key, found in sorted(uses.items())}, "whole": False}

    def _source(self, one: LineageInput, own: Name | None) -> Name | None:
        if one.namespace is None or not one.name:
            return own if one.type == "JOB" else None
        return (keys.job if one.type == "JOB" else keys.dataset)(one.namespace, one.name)

    def _mention(self, name: Name) -> None:
        if name.kind == keys.JOB:
            self._known(name)
        else:
            self._known_dataset(name)

    def _known_dataset(self, name: Name) -> None:
        """Named only as where a column comes from."""
        self._known(name)
        self.heard.datasets[name.key].alive_at = max(self.heard.datasets[name.key].alive_at, self.at)


def _told(facets: Facets | None, name: str, shape: type[T]) -> T | None:
    found = (facets or {}).get(name)
    return None if found is None or found.get("_deleted") else msgspec.convert(found, shape)


def _is_own(name: str) -> bool:
    """Under which something else is kept than a facet."""
    return name in {NAMED, LEFT} or name.startswith(RENAMED)


def _input_fields(value: dict[str, Any]) -> list[dict[str, Any]]:
    fields = [one for entry in value.get("fields", {}).values() for one in entry["inputFields"]]
    return [*fields, *(value.get("dataset") or [])]


def _without_nul(value: Any) -> Any:
    """PostgreSQL has no place for it."""
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, list):
        return [_without_nul(one) for one in value]
    if isinstance(value, dict):
        return {key.replace("\0", ""): _without_nul(one) for key, one in value.items()}
    return value
