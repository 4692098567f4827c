"""Real events, of every version of the specification and many producers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lineage.models import JobRun, QueuedEvent
from lineage.openlineage.accepting import NoJson, Refused, accepted
from lineage.services import receiving
from portal.accounts.models import User
from tests.lineage.openlineage.events import column_edges, edges, take_in

# expectations of other projects' tests with holes for values; logs; parts of events
NO_EVENTS = ("target/", "logs/", "spec_facets/", "/mappers/", "marquez/facets/")
HOLES = ("${json-unit", "{{ ", "[{%")
INVALID = "event_invalid_", "event_no_run_id"


def bodies(corpus: Path) -> Iterator[tuple[str, bytes]]:
    folder = corpus / "openlineage"
    for path in sorted([*folder.rglob("*.json"), *folder.rglob("*.jsonl")]):
        name = str(path.relative_to(folder))
        if any(part in f"{name}" for part in NO_EVENTS):
            continue
        content = path.read_bytes()
        for line in content.splitlines() if path.suffix == ".jsonl" else [content]:
            yield name, line


def filled(body: bytes) -> Any:
    """A template with a value in each hole, and with what its writer left out because it varies."""
    found = json.loads(body)
    for event in found if isinstance(found, list) else [found]:
        event["eventTime"] = "2026-01-01T00:00:00Z"
        event.setdefault("producer", "https://example.com")
        event.setdefault("job", {}).setdefault("name", "job")
        event.setdefault("run", {})["runId"] = "41fb5137-f0fd-4ee5-ba5c-56f8571d1bd7"
    return found


def test_every_event_is_accepted_or_refused_for_the_right_reason(corpus: Path) -> None:
    refused = {}
    for name, body in bodies(corpus):
        try:
            accepted(body)
        except Refused as error:
            refused[name] = str(error)
        except NoJson:
            assert any(hole in body.decode() for hole in HOLES), name
    real = {name: why for name, why in refused.items() if not _is_template(name)}
    assert all(Path(name).name.startswith(INVALID) for name in real), real
    assert real == {
        "proxy_validation/event_invalid_dataset_facet.json": "outputs[0].facets.ownership.owners[0].name: is missing",
        "proxy_validation/event_invalid_input_dataset_facet.json": "inputs[0].inputFacets.dataQualityMetrics: "
        "Object missing required field `columnMetrics` or `rowCount`",
        "proxy_validation/event_invalid_job_facet.json": "job.facets.ownership.owners[0].name: is missing",
        "proxy_validation/event_invalid_output_dataset_facet.json": "outputs[0].outputFacets.outputStatistics.rowCount: "
        "Expected `int | null`, got `str`",
        "proxy_validation/event_invalid_run_facet.json": "run.facets.parent.run.runId: is missing",
        "proxy_validation/event_no_run_id.json": "run.runId: is missing",
    }


def test_templates_are_events_once_their_holes_are_filled(corpus: Path) -> None:
    wrong = {}
    for name, body in bodies(corpus):
        if _is_template(name) and body.lstrip()[:1] in (b"{", b"["):
            try:
                accepted(json.dumps(filled(body)).encode())
            except Refused as error:
                wrong[name] = str(error)
            except (NoJson, ValueError):
                continue
    assert wrong == {"templates/spark_columnLineageJDBCComplete.json": "inputs[0].namespace: is missing"}


def test_facets_of_the_specification_are_what_they_say(corpus: Path) -> None:
    """Each example stands where facets of its kind stand."""
    places = {"Job": "job", "Run": "run", "InputDataset": "inputFacets", "OutputDataset": "outputFacets"}
    for path in sorted((corpus / "openlineage" / "spec_facets").glob("*/*.json")):
        facet = json.loads(path.read_text())
        kind = path.parent.name.removesuffix("Facet")
        place = next((place for end, place in places.items() if kind.endswith(end)), "facets")
        event: dict[str, Any] = {
            "eventTime": "2026-01-01T00:00:00Z",
            "producer": "https://example.com",
            "run": {"runId": "r"},
            "job": {"namespace": "n", "name": "j"},
            "outputs": [{"namespace": "n", "name": "d"}],
        }
        if kind == "Lineage":
            place = "job" if "entries" in facet["lineage"] else "facets"
        if place in {"job", "run"}:
            event[place]["facets"] = facet
        else:
            event["outputs"][0][place] = facet
        assert accepted(json.dumps(event).encode()), path


@pytest.mark.django_db
def test_all_of_them_are_taken_in(corpus: Path, steward: User) -> None:
    for name, body in bodies(corpus):
        try:
            receiving.receive(
                bodies=accepted(body if not _is_template(name) else json.dumps(filled(body)).encode()), by=steward
            )
        except (Refused, NoJson, ValueError):
            continue
    take_in()
    assert not QueuedEvent.objects.exists()
    mapped = JobRun.objects.filter(job__name="retail_daily.export").get()
    assert [kind for _, kind in mapped.moments].count("COMPLETE") == 3
    delivery = ("public.orders", "public.orders_7_days", "example.etl_orders_7_days")
    assert ("public.customers", "email", "public.delivery_7_days", "customer_email", "unknown") in column_edges()
    assert any(edge[1] == delivery[1] for edge in edges())


def _is_template(name: str) -> bool:
    return "templates/" in name or "dbt_integration/" in name or name == "marquez/metadata.template.json"
