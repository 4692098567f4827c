"""What came by POST: events that the specification allows, each as its own bytes, or what is wrong with them and where."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import msgspec
from msgspec import Struct

from lineage.openlineage.shapes import (
    DATASET_FACETS,
    INPUT_FACETS,
    JOB_FACETS,
    OUTPUT_FACETS,
    RUN_FACETS,
    DatasetEvent,
    DatasetShape,
    Event,
    JobEvent,
    RunEvent,
)
from lineage.openlineage.times import microseconds
from portal.kernel.nesting import fault

MOST_FAULTS = 50
PLACE = re.compile(r"(?P<what>.*?)(?: - at `\$(?P<place>.*)`)?", re.DOTALL)
NUL = b"\\u0000"  # the only way of JSON to write it
UNDERSTOOD = {**RUN_FACETS, **JOB_FACETS, **DATASET_FACETS, **INPUT_FACETS, **OUTPUT_FACETS}
NAMING = frozenset({"namespace", "name", "runId"})
LONGEST_NAMESPACE, LONGEST_NAME = 300, 5000


class Fault(NamedTuple):
    place: str  # "[3].run.runId"; "" is the event itself
    message: str


class Refused(Exception):
    """Nothing of the body is taken. ``str()`` is its first fault in one line."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        super().__init__(": ".join(part for part in faults[0] if part))


class NoJson(Exception):
    """The body is no JSON at all."""


def accepted(body: bytes) -> list[bytes]:
    """The events of a body, which is one or an array of them.

    Raises:
        NoJson: it cannot be read.
        Refused: an event is not what the specification allows.
    """
    try:
        found = msgspec.json.decode(body)
        raw = [bytes(one) for one in msgspec.json.decode(body, type=list[msgspec.Raw])] if _is_list(found) else [body]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise NoJson(fault(error, body)) from error
    faults: list[Fault] = []
    for at, value in enumerate(found if _is_list(found) else [found]):
        place = f"[{at}]" if _is_list(found) else ""
        found_here = [*faults_of(value), *(_nul(value) if NUL in body else ())]
        faults += [Fault(place + fault.place, fault.message) for fault in found_here]
        if len(faults) >= MOST_FAULTS:
            break
    if faults:
        raise Refused([Fault(fault.place.removeprefix("."), fault.message) for fault in faults])
    return raw


def event_of(value: object) -> Event:
    """Which of the three it is, by what it has.

    Raises:
        msgspec.ValidationError: none of them.
    """
    if not isinstance(value, dict):
        raise msgspec.ValidationError("Expected an event, which is a JSON object")
    kind = str(value.get("schemaURL") or "").rpartition("/")[2]
    if "run" in value or kind == "RunEvent":
        return msgspec.convert(value, RunEvent)
    if "job" in value:
        return msgspec.convert(value, JobEvent)
    if "dataset" in value:
        return msgspec.convert(value, DatasetEvent)
    raise msgspec.ValidationError("Object missing required field `run`, `job` or `dataset`")


def faults_of(value: object) -> Iterator[Fault]:
    try:
        event = event_of(value)
    except msgspec.ValidationError as error:
        yield _fault(error, "")
        return
    if microseconds(event.event_time) is None:
        yield Fault(".eventTime", "Expected a date-time as in ISO 8601")
    if isinstance(event, DatasetEvent):
        yield from _of_dataset(event.dataset, ".dataset")
        return
    yield from _of_name(event.job, ".job")
    yield from _of_facets(event.job.facets, JOB_FACETS, ".job.facets")
    if isinstance(event, RunEvent):
        yield from _of_facets(event.run.facets, RUN_FACETS, ".run.facets")
    for side, datasets in (("inputs", event.inputs), ("outputs", event.outputs)):
        for at, dataset in enumerate(datasets or ()):
            yield from _of_dataset(dataset, f".{side}[{at}]")


def _is_list(value: object) -> bool:
    return isinstance(value, list)


def _of_dataset(dataset: DatasetShape, place: str) -> Iterator[Fault]:
    yield from _of_name(dataset, place)
    yield from _of_facets(dataset.facets, DATASET_FACETS, f"{place}.facets")
    yield from _of_facets(dataset.input_facets, INPUT_FACETS, f"{place}.inputFacets")
    yield from _of_facets(dataset.output_facets, OUTPUT_FACETS, f"{place}.outputFacets")


def _nul(event: object) -> Iterator[Fault]:
    """The database has no place for it, and a name without it may be another one's. Facets that nobody reads are shown
    without it."""
    waiting = [("", event)]
    while waiting:
        place, value = waiting.pop()
        if isinstance(value, str) and "\0" in value and place.rpartition(".")[2] in NAMING:
            yield Fault(place, "Has a NUL character, which no name may have")
        elif isinstance(value, dict):
            known = UNDERSTOOD if place.lower().endswith("facets") else value
            waiting += [(f"{place}.{key}", one) for key, one in value.items() if key in known]
        elif isinstance(value, list):
            waiting += [(f"{place}[{at}]", one) for at, one in enumerate(value)]


def _of_name(thing: Any, place: str) -> Iterator[Fault]:
    for part, most in (("namespace", LONGEST_NAMESPACE), ("name", LONGEST_NAME)):
        if len(getattr(thing, part)) > most:
            yield Fault(f"{place}.{part}", f"Expected at most {most} characters")


def _of_facets(facets: Mapping[str, Any] | None, shapes: Mapping[str, type[Struct]], place: str) -> Iterator[Fault]:
    for name, value in (facets or {}).items():
        if value is None:
            continue
        if not isinstance(value, dict):
            yield Fault(f"{place}.{name}", "Expected a facet, which is a JSON object")
        elif name in shapes and not value.get("_deleted"):
            try:
                msgspec.convert(value, shapes[name])
            except msgspec.ValidationError as error:
                yield _fault(error, f"{place}.{name}")


def _fault(error: msgspec.ValidationError, place: str) -> Fault:
    """msgspec says "… - at `$.run`"; a field that is missing is what one looks for, not the object that it misses in."""
    found = PLACE.fullmatch(str(error))
    what, inner = (found["what"], found["place"] or "") if found else (str(error), "")
    missing = re.search(r"missing required field `(\w+)`$", what)
    if missing:
        return Fault(f"{place}{inner}.{missing[1]}", "is missing")
    return Fault(place + inner, what)
