"""SQL that a job tells of itself gives columns to the pairs that its events name."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from catalog.models import RunWarning
from lineage.models import Edge, Parsed
from lineage.services import job_sql
from lineage.states import Confidence, Detail
from portal.accounts.models import User
from tests.factories import asset
from tests.lineage.openlineage.events import column_edges, columns, dataset, edges, named, run_event, send

pytestmark = pytest.mark.django_db
ORDERS, USERS, RICH = "db.raw.orders", "db.raw.users", "db.marts.rich"
INSERT = "insert into marts.rich select o.amount * 2 as total from raw.orders o join raw.users u on u.id = o.user_id"


def sql(query: str, **facet: Any) -> dict[str, Any]:
    return {"sql": {"query": query, **facet}}


def test_columns_come_out_of_it(steward: User) -> None:
    send(steward, run_event(inputs=[ORDERS, USERS], outputs=[RICH], job_facets=sql(INSERT)))
    assert column_edges() == {
        (ORDERS, "amount", RICH, "total", "transformation"),
        (ORDERS, "user_id", RICH, "", "join"),
        (USERS, "id", RICH, "", "join"),
    }
    told = Edge.objects.open().filter(upstream=named(ORDERS)).values_list("confidence", "job__name")
    assert set(told) == {(Confidence.OBSERVED, "load"), (Confidence.PARSED, "load")}


def test_what_the_producer_tells_of_columns_counts_more(steward: User) -> None:
    facet = columns((ORDERS, "amount", "sum", "AGGREGATION"))
    send(steward, run_event(inputs=[ORDERS], outputs=[dataset(RICH, columnLineage=facet)], job_facets=sql(INSERT)))
    assert column_edges() == {(ORDERS, "amount", RICH, "sum", "aggregation")}
    send(steward, run_event(inputs=[ORDERS, USERS], outputs=[RICH], job="other", run="x", job_facets=sql(INSERT)))
    assert (ORDERS, "amount", RICH, "total", "transformation") in column_edges()


def test_it_invents_no_pair(steward: User) -> None:
    asset("raw.users")
    send(steward, run_event(inputs=[ORDERS], outputs=[RICH], job_facets=sql(INSERT)))
    assert edges() == {(ORDERS, RICH, "load")}


def test_names_mean_what_the_event_names_with_columns_that_are_known(steward: User) -> None:
    orders = dataset(ORDERS, schema={"fields": [{"name": "id"}, {"name": "amount"}]})
    event = run_event(inputs=[orders], outputs=[RICH], job_facets=sql("create table rich as select * from orders"))
    send(steward, event)
    assert column_edges() == {(ORDERS, name, RICH, name, "identity") for name in ("id", "amount")}
    assert Edge.objects.open().get(confidence=Confidence.PARSED).detail == Detail.ALL


def test_a_query_alone_is_what_the_one_output_is_made_of(steward: User) -> None:
    send(
        steward, run_event(inputs=[ORDERS], outputs=[RICH], job_facets=sql('select "amount" from "db"."raw"."orders"'))
    )
    assert column_edges() == {(ORDERS, "amount", RICH, "amount", "identity")}


def test_the_facet_may_tell_the_dialect(steward: User) -> None:
    query = "insert overwrite table rich select `amount` from raw.orders lateral view explode(x) t as y"
    event = run_event(inputs=[ORDERS], outputs=[RICH], job_facets=sql(query, dialect="spark"))
    send(steward, event)
    assert (ORDERS, "amount", RICH, "amount", "identity") in column_edges()


def test_another_text_takes_the_columns_of_the_one_before_back(steward: User) -> None:
    send(steward, run_event(inputs=[ORDERS], outputs=[RICH], job_facets=sql("select amount from raw.orders")))
    later: dict[str, Any] = {"at": "2026-01-02T00:00:00Z", "run": "two", "inputs": [ORDERS], "outputs": [RICH]}
    send(steward, run_event(**later, job_facets=sql("select id from raw.orders")))
    assert column_edges() == {(ORDERS, "id", RICH, "id", "identity")}


@pytest.mark.parametrize("query", ["selec nonsense (", "x" * (job_sql.MOST + 1)])
def test_what_is_not_understood_is_counted_and_costs_no_edge(steward: User, client: Client, query: str) -> None:
    send(steward, run_event(inputs=[ORDERS], outputs=[RICH], job_facets=sql(query)))
    assert edges() == {(ORDERS, RICH, "load")}
    assert Parsed.objects.get().unread
    assert RunWarning.objects.get().asset == named("load")
    client.force_login(steward)
    assert "load" in client.get("/lineage/coverage/").content.decode()
    later: dict[str, Any] = {"at": "2026-01-02T00:00:00Z", "run": "two", "inputs": [ORDERS], "outputs": [RICH]}
    send(steward, run_event(**later, job_facets=sql("select id from raw.orders")))
    assert not Parsed.objects.exclude(unread="").exists()


def test_the_next_run_of_a_source_leaves_it_alone(steward: User) -> None:
    send(steward, run_event(inputs=[ORDERS], outputs=[RICH], job_facets=sql("select amount from raw.orders")))
    before = column_edges()
    asset("raw.orders", columns=("id", "amount"))
    assert column_edges() == before


def test_no_time_is_left_for_it(steward: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job_sql, "BATCH_SECONDS", -1.0)
    send(steward, run_event(inputs=[ORDERS], outputs=[RICH], job_facets=sql(INSERT)))
    assert Parsed.objects.get().unread == job_sql.NO_TIME


def test_sql_that_names_the_hidden_is_not_shown(steward: User, as_viewer: Client, restricted: Any) -> None:
    asset("people.salaries", domain="people")
    query = "selec nonsense ( from people.salaries"
    send(steward, run_event(inputs=["db.people.salaries"], outputs=[RICH], job_facets=sql(query)))
    assert "salaries" not in as_viewer.get("/lineage/coverage/").content.decode()
