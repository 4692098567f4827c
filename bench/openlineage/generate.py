"""Events as Spark and Airflow send them: a start and an end a run, schemas and column lineage in both."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

COLUMNS, INPUTS = 20, 3
SPACE = "postgres://warehouse"
FIRST = datetime(2026, 1, 1, tzinfo=UTC)


def events(count: int, *, jobs: int, seed: int = 7) -> Iterator[bytes]:
    """``count`` events of runs of so many jobs, one after the other, each job once in a round."""
    for number in range(count // 2):
        job = number % jobs
        run = str(uuid.UUID(int=(seed << 64) + number))
        begun = FIRST + timedelta(minutes=number)
        for kind, at in (("START", begun), ("COMPLETE", begun + timedelta(seconds=90))):
            yield json.dumps(_event(kind, at, run, job)).encode()


def _event(kind: str, at: datetime, run: str, job: int) -> dict[str, Any]:
    inputs = [f"db.raw.table_{(job * 7 + place) % 997}" for place in range(INPUTS)]
    output = f"db.marts.table_{job}"
    return {
        "eventType": kind,
        "eventTime": at.isoformat(),
        "producer": "https://example.com/bench",
        "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
        "run": {"runId": run, "facets": {"processing_engine": {"name": "spark", "version": "3.5"}}},
        "job": {
            "namespace": "bench",
            "name": f"job_{job}",
            "facets": {"jobType": {"integration": "SPARK", "processingType": "BATCH"}},
        },
        "inputs": [_dataset(name) for name in inputs],
        "outputs": [_dataset(output, columnLineage=_columns(inputs))],
    }


def _dataset(name: str, **facets: Any) -> dict[str, Any]:
    fields = [{"name": f"column_{place}", "type": "string"} for place in range(COLUMNS)]
    return {"namespace": SPACE, "name": name, "facets": {"schema": {"fields": fields}, **facets}}


def _columns(inputs: list[str]) -> dict[str, Any]:
    def field(name: str, column: int, kind: str, subtype: str) -> dict[str, Any]:
        told = [{"type": kind, "subtype": subtype, "description": "", "masking": False}]
        return {"namespace": SPACE, "name": name, "field": f"column_{column}", "transformations": told}

    fields = {
        f"column_{place}": {
            "inputFields": [field(name, place, "DIRECT", "IDENTITY") for name in inputs[: 1 + place % 2]]
        }
        for place in range(COLUMNS)
    }
    return {"fields": fields, "dataset": [field(name, 0, "INDIRECT", "JOIN") for name in inputs]}
