"""Events come in any order, and more than once: whoever has heard the same knows the same."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lineage.models import Edge, JobRun, Parsed, QueuedEvent, ToldDataset, ToldJob
from lineage.openlineage.adding import ENDS, Moments, moments, newest
from lineage.openlineage.reading import Heard, read
from portal.accounts.models import User
from tests.lineage.openlineage.events import column_edges, columns, dataset, edges, run_event, send

MOMENTS = st.lists(
    st.tuples(st.integers(0, 90), st.sampled_from(["START", "RUNNING", *sorted(ENDS)])).map(list), max_size=90
)
SAID = st.dictionaries(
    st.sampled_from("abc"), st.tuples(st.integers(0, 3), st.none() | st.integers(0, 3)).map(list), max_size=3
)
TABLES = ["db.a.x", "db.a.y", "db.a.z"]
SQL = [None, "insert into a.z select * from a.x", "insert into a.z select id from a.x join a.y using (id)"]
STREAM = {"jobType": {"processingType": "STREAMING"}}
SCHEMAS = [None, {"fields": [{"name": "id"}]}, {"fields": [{"name": "id"}, {"name": "email"}]}]


@st.composite
def events(draw: Any) -> dict[str, Any]:
    def datasets() -> list[Any]:
        found = []
        for name in draw(st.lists(st.sampled_from(TABLES), max_size=2, unique=True)):
            facets: dict[str, Any] = {}
            if schema := draw(st.sampled_from(SCHEMAS)):
                facets["schema"] = schema
            if draw(st.integers(0, 4)) == 0:
                facets["columnLineage"] = columns((draw(st.sampled_from(TABLES)), "id", "id", "IDENTITY"))
            if draw(st.integers(0, 7)) == 0:
                facets["lifecycleStateChange"] = {"lifecycleStateChange": "DROP"}
            found.append(dataset(name, **facets))
        return found

    query = draw(st.sampled_from(SQL))
    return run_event(
        draw(st.sampled_from([None, "START", "RUNNING", "COMPLETE", "FAIL", "ABORT", "OTHER"])),
        at=f"2026-01-01T00:{draw(st.integers(0, 9)):02}:00Z",
        run=draw(st.sampled_from(["1", "2", "3"])),
        job=draw(st.sampled_from(["load", "send"])),
        inputs=datasets(),
        outputs=datasets(),
        job_facets={**({"sql": {"query": query}} if query else {}), **draw(st.sampled_from([{}, {}, STREAM]))},
    )


@given(MOMENTS, MOMENTS, MOMENTS)
def test_moments_are_a_join(one: Moments, two: Moments, three: Moments) -> None:
    assert moments(one, two) == moments(two, one)
    assert moments(moments(one, two), three) == moments(one, moments(two, three))
    known = moments(one, two)
    assert moments(known, one) == known == moments(known, known)


@given(SAID, SAID, SAID)
def test_what_was_said_last_is_a_join(one: Any, two: Any, three: Any) -> None:
    def both(left: Any, right: Any) -> Any:
        return newest(dict(left), right)

    assert both(one, two) == both(two, one)
    assert both(both(one, two), three) == both(one, both(two, three))
    assert both(both(one, two), two) == both(one, two)


@given(st.data())
def test_any_order_is_heard_the_same(data: st.DataObject) -> None:
    sent = data.draw(st.lists(events(), max_size=6))
    other = data.draw(st.permutations(sent + sent[: data.draw(st.integers(0, 3))]))
    assert _heard(sent) == _heard(other)


def _heard(sent: list[dict[str, Any]]) -> Heard:
    heard = Heard()
    for event in sent:
        heard.add(read(msgspec.json.encode(event)))
    return heard


@pytest.mark.django_db(transaction=True)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_order_ends_in_the_same_rows_and_graph(steward: User, data: st.DataObject) -> None:
    sent = data.draw(st.lists(events(), min_size=2, max_size=6))
    other = data.draw(st.permutations(sent + sent[:2]))
    assert _ends_in(steward, sent) == _ends_in(steward, other)


def _ends_in(steward: User, sent: list[dict[str, Any]]) -> Any:
    """One by one into an empty room; the tables' assets stay, so that only what events say is compared."""
    Edge.objects.all().delete()
    for model in (Parsed, JobRun, ToldJob, ToldDataset, QueuedEvent):
        model.objects.all().delete()
    send(steward, *sent)
    runs = JobRun.objects.order_by("job__key", "run_id").values_list(
        "job__key", "run_id", "state", "started_at", "ended_at", "facets", "uses", "moments"
    )
    datasets = ToldDataset.objects.order_by("key").values_list("key", "facets", "alive_at", "dropped")
    unread = set(Parsed.objects.values_list("asset__name", "unread"))
    return list(runs), list(datasets), edges(), column_edges(), unread
