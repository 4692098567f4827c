"""The evidence of an edge, the forms that say something of it, and the same over REST."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from catalog.facts import AssetFact, ColumnUseFact, EdgeFact, Kind
from catalog.models import Asset, Source
from lineage.claims import ColumnUse
from lineage.forms import read_pairs
from lineage.models import Edge
from lineage.states import Use
from portal.accounts.models import User
from portal.kernel import tasks
from tests.factories import pour, table

pytestmark = pytest.mark.django_db

RAW, MART = table("raw.users", ["email", "id"], key="raw"), table("marts.people", ["contact"], key="mart")
JOB = AssetFact(key="job", kind=Kind.JOB, title="nightly", platform="airflow", address="dag.nightly", domain="people")
TOLD = EdgeFact(
    upstream="raw",
    downstream="mart",
    columns=(ColumnUseFact("email", "contact", "identity"), ColumnUseFact("id", "", "filter")),
    columns_complete=True,
    sql="select email as contact from raw.users where id > 1",
    dialect="postgres",
)


@pytest.fixture(autouse=True)
def _no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks.deliver, "apply_async", lambda **_: None)


@pytest.fixture
def edge(source: Source) -> Edge:
    pour(source, [RAW, MART, TOLD])
    return Edge.objects.get(source=source)


def body(client: Client, path: str, **more: Any) -> str:
    return client.get(path, **more).content.decode()


def test_the_evidence_tells_who_says_what_with_which_columns_and_sql(edge: Edge, as_viewer: Client) -> None:
    text = body(as_viewer, f"/lineage/edges/{edge.uuid}/")
    for word in ("Declared", "by shop", "email", "contact", "which rows there are", "where id &gt; 1", "First seen"):
        assert word in text
    assert "Reject" not in text


def test_a_dashboard_goes_by_its_title(source: Source, as_viewer: Client) -> None:
    address = "exposure.shop.people"
    board = AssetFact(
        key="board", kind=Kind.DASHBOARD, title="People", platform="dbt", address=address, domain="people"
    )
    pour(source, [MART, board, EdgeFact(upstream="mart", downstream="board")])
    text = body(as_viewer, f"/lineage/edges/{Edge.objects.get().uuid}/")
    assert address not in text.replace(f"/{address}/", "")


def test_the_panel_is_the_same_without_the_page(edge: Edge, as_viewer: Client) -> None:
    text = body(as_viewer, f"/lineage/edges/{edge.uuid}/", headers={"HX-Request": "true"})
    assert "drawer-title" in text
    assert "<html" not in text


@pytest.mark.parametrize("hidden", ["raw.users", "marts.people"])
def test_an_edge_with_a_hidden_end_is_not_there(edge: Edge, as_viewer: Client, restricted: Any, hidden: str) -> None:
    Asset.objects.filter(path=hidden).update(domain=restricted)
    assert as_viewer.get(f"/lineage/edges/{edge.uuid}/").status_code == 404
    assert as_viewer.get(f"/lineage/edges/{uuid4()}/").status_code == 404


def test_sql_that_reads_something_hidden_is_withheld(source: Source, as_viewer: Client, restricted: Any) -> None:
    pay = table("raw.salaries", key="pay", domain="people")
    pour(source, [RAW, MART, pay, TOLD, EdgeFact(upstream="pay", downstream="mart")])
    edge = Edge.objects.get(upstream__path="raw.users")
    text = body(as_viewer, f"/lineage/edges/{edge.uuid}/")
    assert "withheld" in text
    assert "where id" not in text


def test_a_hidden_job_has_no_name(source: Source, as_viewer: Client, restricted: Any) -> None:
    told = EdgeFact(upstream="raw", downstream="mart", job="job")
    pour(source, [RAW, MART, JOB, told])
    text = body(as_viewer, f"/lineage/edges/{Edge.objects.get().uuid}/")
    assert "one that you may not see" in text
    assert "nightly" not in text


def test_what_was_told_before_stays_to_be_read(edge: Edge, source: Source, as_viewer: Client) -> None:
    pour(source, [RAW, MART])
    text = body(as_viewer, f"/lineage/edges/{edge.uuid}/")
    assert "No longer told" in text
    assert "email" in text


def test_a_steward_rejects_and_takes_it_back(edge: Edge, as_steward: Client) -> None:
    path = f"/lineage/edges/{edge.uuid}/"
    assert as_steward.post(f"{path}reject/", {"reason": "a comment"}).status_code == 302
    assert "a comment" in body(as_steward, path)
    assert not Edge.objects.open().exists()
    as_steward.post(f"{path}lift/")
    assert Edge.objects.open().exists()
    assert "took back" in body(as_steward, path)


def test_a_rejection_without_a_reason_says_so(edge: Edge, as_steward: Client) -> None:
    text = as_steward.post(f"/lineage/edges/{edge.uuid}/reject/", follow=True).content.decode()
    assert "Say why" in text
    assert Edge.objects.open().exists()


def test_a_viewer_rejects_nothing(edge: Edge, as_viewer: Client) -> None:
    assert as_viewer.post(f"/lineage/edges/{edge.uuid}/reject/", {"reason": "x"}).status_code == 403


def test_a_correction_begins_with_what_is_told(edge: Edge, as_steward: Client) -> None:
    path = f"/lineage/edges/{edge.uuid}/correct/"
    text = body(as_steward, path)
    assert "email → contact (identity)" in text
    answer = as_steward.post(path, {"columns": "id → contact (transformation)", "complete": "on", "reason": "so"})
    assert answer.status_code == 302
    assert "Corrected" in body(as_steward, answer["Location"])


def test_an_edge_is_added_by_any_name(source: Source, as_steward: Client) -> None:
    pour(source, [RAW, MART])
    given = {"upstream": "raw.users", "downstream": "db.marts.people", "columns": "email -> contact", "reason": "mine"}
    answer = as_steward.post("/lineage/edges/add/", given)
    assert answer.status_code == 302
    assert "Stated by a person" in body(as_steward, answer["Location"])


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"upstream": "nothing"}, "Nothing is called “nothing”"),
        ({"columns": "email contact"}, "Line 1 is not like"),
        ({"columns": "email -> contact (magic)"}, "“magic” is none of"),
        ({"columns": "nope -> contact"}, "raw.users has no column “nope”"),
        ({"reason": ""}, "This field is required"),
        ({"downstream": "raw.users"}, "not made from itself"),
    ],
)
def test_what_is_wrong_is_said_at_its_place(source: Source, as_steward: Client, changed: Any, words: str) -> None:
    pour(source, [RAW, MART])
    given = {"upstream": "raw.users", "downstream": "marts.people", "reason": "x"} | changed
    answer = as_steward.post("/lineage/edges/add/", given)
    assert answer.status_code == 422
    assert words in answer.content.decode().replace("&quot;", '"')


def test_the_form_begins_with_the_asset_that_one_comes_from(edge: Edge, as_viewer: Client) -> None:
    text = body(as_viewer, f"/lineage/edges/add/?downstream={edge.downstream.uuid}")
    assert 'value="marts.people"' in text


def test_over_rest_it_is_the_same_and_the_same_again_changes_nothing(
    source: Source, steward: User, bearer: Any, client: Client
) -> None:
    pour(source, [RAW, MART])
    headers = bearer(steward, "read", "write")

    def post(path: str, **data: Any) -> Any:
        given = {"upstream": "raw.users", "downstream": "marts.people", **data}
        url = f"/api/v1/lineage/edges/{path}"
        return client.post(url, given, content_type="application/json", headers=headers)

    stated = {"columns": [{"from": "email", "to": "contact"}], "reason": "mine"}
    assert [post("", **stated).status_code for _ in range(2)] == [201, 200]
    assert post("reject/", reason="no").json()["judgement"] == "rejected"
    assert post("", **stated).status_code == 400
    assert [post("lift/").json()["reason"], post("lift/").json()["reason"]] == ["rejection", "edge"]
    assert post("lift/").status_code == 400
    assert post("", reason="x", upstream="hidden").json()["errors"] == {"upstream": ["Nothing is called “hidden”."]}


def test_a_token_that_may_read_writes_nothing(edge: Edge, steward: User, bearer: Any, client: Client) -> None:
    given = {"upstream": "raw.users", "downstream": "marts.people", "reason": "x"}
    path = "/api/v1/lineage/edges/reject/"
    answer = client.post(path, given, content_type="application/json", headers=bearer(steward, "read"))
    assert answer.status_code == 403


@given(st.text())
def test_any_text_is_pairs_or_a_clear_error(text: str) -> None:
    try:
        found = read_pairs(text)
    except ValidationError as error:
        assert "Line" in error.messages[0]
    else:
        assert all(one.upstream for one in found)


def test_lines_are_read_as_they_are_shown() -> None:
    assert read_pairs("a → b (identity)\n\n c d->rows (filter)") == [
        ColumnUse("a", "b", Use.IDENTITY),
        ColumnUse("c d", "", Use.FILTER),
    ]


def test_the_pages_cost_the_same_for_many_columns(source: Source, as_viewer: Client, count_queries: Any) -> None:
    def cost(number: int) -> int:
        names = [f"c{n}" for n in range(number)]
        uses = tuple(ColumnUseFact(name, name, "identity") for name in names)
        wide = [table("raw.wide", names, key="up"), table("marts.wide", names, key="down")]
        pour(source, [*wide, EdgeFact(upstream="up", downstream="down", columns=uses)])
        path = f"/lineage/edges/{Edge.objects.filter(closed_at=None).get().uuid}/"
        return int(count_queries(lambda: as_viewer.get(path)))

    first = cost(2)
    assert cost(100) == first
