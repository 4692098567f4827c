"""Events of runs become edges."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from catalog.facts import ColumnFact
from catalog.models import Asset, LastBuild
from lineage.models import Edge, JobRun, QueuedEvent
from lineage.states import Detail
from portal.accounts.models import User
from tests.factories import SourceFactory, asset, pour, table
from tests.lineage.openlineage.events import column_edges, columns, dataset, edges, named, run_event, send

pytestmark = pytest.mark.django_db
ORDERS, USERS, RICH = "db.raw.orders", "db.raw.users", "db.marts.rich"


def test_inputs_go_into_outputs_by_their_job(steward: User) -> None:
    send(steward, run_event(inputs=[ORDERS, USERS], outputs=[RICH]))
    assert edges() == {(ORDERS, RICH, "load"), (USERS, RICH, "load")}
    assert not QueuedEvent.objects.exists()


def test_a_name_that_is_known_is_that_asset(steward: User) -> None:
    table = asset("raw.orders")
    send(steward, run_event(inputs=[dataset("DB.Raw.Orders", "postgresql://TEST:5432")], outputs=[RICH]))
    assert Edge.objects.get().upstream == table
    assert named(RICH).stub


def test_columns_are_told_with_how_they_are_used(steward: User) -> None:
    facet = columns((ORDERS, "amount", "total", "AGGREGATION"), rows=[(USERS, "id", "JOIN")])
    send(steward, run_event(inputs=[ORDERS, USERS], outputs=[dataset(RICH, columnLineage=facet)]))
    assert column_edges() == {(ORDERS, "amount", RICH, "total", "aggregation"), (USERS, "id", RICH, "", "join")}
    assert set(Edge.objects.values_list("detail", flat=True)) == {Detail.ALL}


def test_a_run_that_says_nothing_of_columns_takes_none_back(steward: User) -> None:
    told = columns((ORDERS, "amount", "total", "AGGREGATION"))
    send(steward, run_event(inputs=[ORDERS], outputs=[dataset(RICH, columnLineage=told)], run="one"))
    send(steward, run_event(inputs=[ORDERS, USERS], outputs=[RICH], run="two", at="2026-01-02T00:00:00Z"))
    assert column_edges() == {(ORDERS, "amount", RICH, "total", "aggregation")}
    assert edges() == {(ORDERS, RICH, "load"), (USERS, RICH, "load")}


@pytest.mark.parametrize(
    "later", [{"inputs": [USERS]}, {"inputs": [ORDERS], "outputs": [dataset(RICH, columnLineage={"_deleted": True})]}]
)
def test_columns_of_what_is_read_no_more_or_taken_back_are_gone(steward: User, later: dict[str, Any]) -> None:
    told = columns((ORDERS, "amount", "total", "AGGREGATION"))
    send(steward, run_event(inputs=[ORDERS], outputs=[dataset(RICH, columnLineage=told)], run="one"))
    send(steward, run_event(**{"outputs": [RICH]} | later, run="two", at="2026-01-02T00:00:00Z"))
    assert column_edges() == set()


def test_an_empty_end_erases_nothing(steward: User) -> None:
    send(
        steward,
        run_event("START", at="2026-01-01T00:00:00Z", inputs=[ORDERS], outputs=[RICH]),
        run_event("COMPLETE", at="2026-01-01T00:10:00Z"),
    )
    assert edges() == {(ORDERS, RICH, "load")}
    run = JobRun.objects.get()
    assert (run.state, run.seconds) == ("COMPLETE", 600.0)


def test_a_new_run_that_reads_something_else_closes_what_was(steward: User) -> None:
    send(steward, run_event(inputs=[ORDERS], outputs=[RICH], run="one"))
    send(steward, run_event("START", at="2026-01-02T00:00:00Z", inputs=[USERS], run="two"))
    assert edges() == {(ORDERS, RICH, "load"), (USERS, RICH, "load")}
    send(steward, run_event("COMPLETE", at="2026-01-02T00:10:00Z", outputs=[RICH], run="two"))
    assert edges() == {(USERS, RICH, "load")}
    assert Edge.objects.filter(closed_at__isnull=False).get().upstream == named(ORDERS)


STREAM = {"jobType": {"processingType": "STREAMING", "integration": "FLINK"}}


@pytest.mark.parametrize("end", ["FAIL", "ABORT"])
@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_run_that_came_to_nothing_leaves_no_edge(steward: User, end: str, order: tuple[int, int]) -> None:
    sent = [
        run_event("START", at="2026-01-01T00:00:00Z", inputs=[ORDERS], outputs=[RICH]),
        run_event(end, at="2026-01-01T00:10:00Z"),
    ]
    send(steward, *[sent[at] for at in order])
    assert edges() == set()


def test_a_run_that_fails_takes_nothing_from_what_an_earlier_one_completed(steward: User) -> None:
    send(steward, run_event(inputs=[ORDERS], outputs=[RICH], run="one"))
    for day in range(2, 28):
        send(steward, run_event("FAIL", at=f"2026-01-{day:02}T00:00:00Z", inputs=[USERS], outputs=[RICH], run=f"{day}"))
    assert edges() == {(ORDERS, RICH, "load")}


@pytest.mark.parametrize("kind", ["START", "RUNNING", None, "OTHER"])
def test_a_run_under_way_is_lineage(steward: User, kind: str | None) -> None:
    send(steward, run_event(kind, inputs=[ORDERS], outputs=[RICH]))
    assert edges() == {(ORDERS, RICH, "load")}


@pytest.mark.parametrize("ran", [True, False])
def test_a_stream_that_ran_until_it_was_aborted_has_moved_data(steward: User, ran: bool) -> None:
    kinds = ["START", "RUNNING", "ABORT"] if ran else ["START", "ABORT"]
    for at, kind in enumerate(reversed(kinds)):
        of: dict[str, Any] = {"inputs": [ORDERS], "outputs": [RICH]} if kind == "START" else {}
        send(steward, run_event(kind, at=f"2026-01-01T00:0{9 - at}:00Z", job_facets=STREAM, **of))
    assert bool(edges()) is ran


def test_mapped_tasks_of_which_one_fails_have_made_what_the_others_completed(steward: User) -> None:
    send(steward, run_event(inputs=[ORDERS], outputs=[RICH]), run_event("FAIL", at="2026-01-01T00:11:00Z"))
    assert edges() == {(ORDERS, RICH, "load")}


def test_nothing_stands_in_the_future(steward: User) -> None:
    send(
        steward,
        run_event("START", at="2999-01-01T00:00:00Z", inputs=[ORDERS], outputs=[RICH]),
        run_event(at="2999-01-01T00:10:00Z"),
    )
    now, run, edge = timezone.now(), JobRun.objects.get(), Edge.objects.get()
    moments = (run.started_at, run.ended_at, edge.first_seen, edge.last_seen, named(RICH).last_build.at)
    assert all(at is not None and at <= now for at in moments)
    assert (run.state, max(run.last_at, run.named_at or 0) / 1e6 <= now.timestamp()) == ("COMPLETE", True)


def test_a_job_that_only_reads_is_where_it_goes(steward: User) -> None:
    send(steward, run_event(inputs=[ORDERS], job="report"))
    send(steward, run_event(outputs=[RICH], job="generate"))
    assert edges() == {(ORDERS, "report", "report"), ("generate", RICH, "generate")}


def test_the_same_again_changes_nothing(steward: User) -> None:
    event = run_event(inputs=[ORDERS], outputs=[RICH])
    send(steward, event)
    before = list(Edge.objects.values_list("pk", "first_seen")), Asset.objects.count()
    send(steward, event, event)
    assert (list(Edge.objects.values_list("pk", "first_seen")), Asset.objects.count()) == before


def test_a_dropped_table_has_no_edges_and_may_come_back(steward: User) -> None:
    gone = dataset(ORDERS, lifecycleStateChange={"lifecycleStateChange": "DROP"})
    send(steward, run_event(inputs=[ORDERS], outputs=[RICH]))
    send(steward, run_event(at="2026-01-02T00:00:00Z", outputs=[gone], job="drop", run="two"))
    assert edges() == {("load", RICH, "load")}
    assert named(ORDERS).retired_at is not None
    send(steward, run_event(at="2026-01-03T00:00:00Z", outputs=[ORDERS], job="make", run="three"))
    assert (ORDERS, RICH, "load") in edges()
    assert named(ORDERS).retired_at is None


@pytest.mark.parametrize("dropped", [ORDERS, RICH])
def test_a_job_whose_other_side_was_dropped_still_does_what_it_did(
    as_viewer: Client, steward: User, dropped: str
) -> None:
    gone = dataset(dropped, lifecycleStateChange={"lifecycleStateChange": "DROP"})
    send(steward, run_event(inputs=[ORDERS], outputs=[RICH]))
    before = timezone.now()
    send(steward, run_event(at="2026-01-02T00:00:00Z", outputs=[gone], job="drop", run="two"))

    def changes(**moments: str) -> dict[tuple[str, str], str]:
        query = {"asset": str(named(RICH if dropped == ORDERS else ORDERS).uuid), **moments}
        found = as_viewer.get("/api/v1/lineage/graph/", query).json()
        names = {node["id"]: node["title"] for node in found["nodes"]}
        return {(names[edge["from"]], names[edge["to"]]): edge["change"] for edge in found["edges"]}

    end = ("load", "rich") if dropped == ORDERS else ("orders", "load")
    assert changes() == {end: None}
    assert changes(compare=before.isoformat()) == {end: "same", ("orders", "rich"): "removed"}
    assert changes(as_of=before.isoformat(), compare="now") == {end: "same", ("orders", "rich"): "added"}


def test_what_a_job_newly_reads_without_writing_is_news(as_viewer: Client, steward: User) -> None:
    send(steward, run_event(inputs=[ORDERS]))
    before = timezone.now()
    send(steward, run_event(at="2026-01-02T00:00:00Z", inputs=[ORDERS, RICH], run="two"))
    query = {"asset": str(named("load").uuid), "compare": before.isoformat()}
    found = as_viewer.get("/api/v1/lineage/graph/", query).json()
    assert sorted(edge["change"] for edge in found["edges"]) == ["added", "same"]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_renamed_table_is_one_under_two_names(steward: User, order: tuple[int, int]) -> None:
    before = {"name": "/lake/old", "namespace": "file"}
    renamed = dataset(
        "/lake/new", "file", lifecycleStateChange={"lifecycleStateChange": "RENAME", "previousIdentifier": before}
    )
    sent = [
        run_event(inputs=[ORDERS], outputs=[dataset("/lake/old", "file")]),
        run_event(at="2026-01-02T00:00:00Z", inputs=[renamed], outputs=[RICH], job="use", run="two"),
    ]
    send(steward, *[sent[at] for at in order])
    names = set(Edge.objects.open().filter(job__name="use").values_list("upstream", flat=True))
    assert names == set(Edge.objects.open().filter(job__name="load").values_list("downstream", flat=True))


def test_a_symlink_joins_a_path_with_its_table(steward: User) -> None:
    table = asset("raw.orders")
    links = {"identifiers": [{"namespace": "postgres://test", "name": ORDERS, "type": "TABLE"}]}
    send(steward, run_event(inputs=[dataset("/warehouse/orders", "file", symlinks=links)], outputs=[RICH]))
    assert Edge.objects.get().upstream == table


def test_what_nobody_has_words_for_is_shown_with_the_dataset(steward: User, client: Client) -> None:
    send(steward, run_event(inputs=[ORDERS], outputs=[dataset(RICH, my_mad={"_producer": "x", "level": "odd"})]))
    client.force_login(steward)
    page = client.get(named(RICH).get_absolute_url()).content.decode()
    assert "my_mad" in page
    assert "odd" in page


def test_an_output_knows_how_and_when_it_was_made(steward: User) -> None:
    send(steward, run_event("FAIL", outputs=[RICH]))
    assert LastBuild.objects.get(asset=named(RICH)).status == "error"


def test_a_job_and_a_dataset_of_one_name_stay_two(steward: User) -> None:
    send(steward, run_event(inputs=[ORDERS], outputs=[dataset("load", "airflow")], job="load"))
    assert edges() == {(ORDERS, "load", "load")}
    assert set(Asset.objects.filter(name="load").values_list("kind", flat=True)) == {"job", "table"}


def test_personal_data_flows_along_what_events_tell(steward: User) -> None:
    people = _people()
    facet = columns(("db.raw.people", "email", "contact", "IDENTITY"))
    schema = {"fields": [{"name": "contact", "type": "text"}]}
    send(steward, run_event(inputs=["db.raw.people"], outputs=[dataset(RICH, schema=schema, columnLineage=facet)]))
    assert people.pii == ["email"]
    assert named(RICH).columns.get().pii == "email"


def _people() -> Asset:
    email = ColumnFact(name="email", position=1, pii="email")
    pour(SourceFactory(), [replace(table("raw.people"), columns=(email,))])
    return named("db.raw.people")


def test_what_events_describe_is_known_by_more_than_its_name(steward: User, client: Client) -> None:
    schema = {"fields": [{"name": "id"}]}
    send(steward, run_event(inputs=[dataset(ORDERS, schema=schema)], outputs=[RICH]))
    client.force_login(steward)
    page = client.get(named(ORDERS).get_absolute_url()).content.decode()
    assert "Known only from its use" in page
    assert "Known only by its name" not in page
    assert "Known only by its name" in client.get(named(RICH).get_absolute_url()).content.decode()


def test_an_endpoint_that_says_so_is_one(steward: User) -> None:
    scores = dataset("scores", "sagemaker://eu-west-1", datasetType={"datasetType": "ENDPOINT"})
    send(steward, run_event(inputs=[ORDERS], outputs=[scores]))
    found = Edge.objects.get().downstream
    assert (found.kind, found.platform, found.stub) == ("endpoint", "sagemaker", False)
    assert found.get_absolute_url() == "/endpoints/scores/"


def test_a_job_that_changes_a_table_in_place_reads_and_writes_it(steward: User) -> None:
    send(steward, run_event(inputs=[ORDERS], outputs=[ORDERS]))
    assert edges() == {(ORDERS, "load", "load"), ("load", ORDERS, "load")}
    send(steward, run_event(inputs=[ORDERS, "db.raw.users"], outputs=[ORDERS], at="2026-01-02T00:00:00Z", run="two"))
    assert edges() == {("db.raw.users", ORDERS, "load")}
