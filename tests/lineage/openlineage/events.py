"""Events for tests, as short as the specification allows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from catalog.models import Asset
from lineage.models import Edge
from lineage.services import events, receiving
from portal.accounts.models import User

WAREHOUSE = "postgres://test"
RUN = "41fb5137-f0fd-4ee5-ba5c-56f8571d1bd7"
Event = dict[str, Any]


def dataset(name: str, namespace: str = WAREHOUSE, **facets: Any) -> dict[str, Any]:
    return {"namespace": namespace, "name": name, **({"facets": facets} if facets else {})}


def run_event(
    kind: str | None = "COMPLETE",
    *,
    at: str = "2026-01-01T00:10:00Z",
    run: str = RUN,
    job: str = "load",
    inputs: Iterable[Any] = (),
    outputs: Iterable[Any] = (),
    facets: Mapping[str, Any] | None = None,
    job_facets: Mapping[str, Any] | None = None,
) -> Event:
    return {
        **({"eventType": kind} if kind else {}),
        "eventTime": at,
        "run": {"runId": run, "facets": facets or {}},
        "job": {"namespace": "airflow", "name": job, "facets": job_facets or {}},
        "inputs": [one if isinstance(one, dict) else dataset(one) for one in inputs],
        "outputs": [one if isinstance(one, dict) else dataset(one) for one in outputs],
        "producer": "https://example.com/tests",
    }


def columns(*uses: tuple[str, str, str, str], rows: Iterable[tuple[str, str, str]] = ()) -> dict[str, Any]:
    """A facet out of (upstream, its column, column, subtype) and, for what decides rows, (upstream, its column, subtype)."""
    fields: dict[str, Any] = {}
    for upstream, column, into, subtype in uses:
        told = [{"type": "DIRECT", "subtype": subtype}]
        field = {"namespace": WAREHOUSE, "name": upstream, "field": column, "transformations": told}
        fields.setdefault(into, {"inputFields": []})["inputFields"].append(field)
    whole = [
        {
            "namespace": WAREHOUSE,
            "name": upstream,
            "field": column,
            "transformations": [{"type": "INDIRECT", "subtype": subtype}],
        }
        for upstream, column, subtype in rows
    ]
    return {"fields": fields, "dataset": whole}


def send(by: User, *sent: Event) -> None:
    """Each on its own, and all of them taken in."""
    for event in sent:
        receiving.receive(bodies=[msgspec.json.encode(event)], by=by)
    take_in()


def take_in() -> None:
    while events.take_in():
        pass


def edges() -> set[tuple[str, str, str]]:
    """(upstream, downstream, job) of all open edges, by name."""
    rows = Edge.objects.open().values_list("upstream__name", "downstream__name", "job__name")
    return {(up, down, job or "") for up, down, job in rows}


def column_edges() -> set[tuple[str, str, str, str, str]]:
    rows = Edge.objects.open().exclude(columns=None)
    return {
        (edge.upstream.name, use.upstream_column, edge.downstream.name, use.downstream_column, use.get_use_display())
        for edge in rows.prefetch_related("columns", "upstream", "downstream")
        for use in edge.columns.all()
    }


def named(name: str) -> Asset:
    return Asset.objects.get(name=name)
