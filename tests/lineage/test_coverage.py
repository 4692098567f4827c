"""What is known of lineage, and what is not, with the reader's eyes."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from catalog.facts import AssetFact, EdgeFact, Kind
from catalog.models import Source
from lineage.queries import coverage as queries
from lineage.queries import testimony
from lineage.queries.coverage import Known
from tests.factories import SourceFactory, UserFactory, pour, table
from tests.lineage.test_reading import RAW, STG, made, seen

pytestmark = pytest.mark.django_db

ALONE = table("raw.alone", key="alone")
TOLD = table("marts.told", key="told")


@pytest.fixture
def platform(source: Source) -> Source:
    bad = made("stg.bad", "select ((((( from where")
    pour(source, [RAW, STG, ALONE, TOLD, bad, EdgeFact(upstream="alone", downstream="told")])
    return source


def test_shares_tell_what_is_known(platform: Source) -> None:
    found = {one.schema: one for one in queries.shares(UserFactory())}
    assert (found["raw"].columns, found["raw"].tables, found["stg"].columns, found["stg"].none) == (1, 1, 1, 1)
    whole = queries.together(list(found.values()))
    assert (whole.total, whole.percent_linked) == (5, 80)


def test_jobs_are_how_edges_come_to_be_and_lack_none(platform: Source) -> None:
    pour(
        platform,
        [ALONE, AssetFact(key="job", kind=Kind.JOB, title="nightly", platform="airflow", address="dag.nightly")],
    )
    assert [one.asset.path for one in queries.listed(UserFactory(), [Known.NONE])] == ["raw.alone"]


def test_assets_are_listed_by_what_is_known(platform: Source) -> None:
    user = UserFactory()
    assert [one.asset.path for one in queries.listed(user, [Known.TABLES])] == ["marts.told", "raw.alone"]
    assert [one.asset.path for one in queries.listed(user, [Known.NONE])] == ["stg.bad"]
    assert queries.listed(user, [Known.NONE], "raw") == []


def test_an_edge_to_what_is_hidden_is_told_without_it(source: Source, restricted: Any) -> None:
    hidden = table("raw.alone", key="alone", domain="people")
    pour(source, [hidden, TOLD, EdgeFact(upstream="alone", downstream="told")])
    shares = queries.shares(UserFactory())
    assert [(one.schema, one.restricted, one.total) for one in shares] == [("marts", 1, 1)]
    assert testimony.evidence(UserFactory()) == []


def test_sql_that_was_not_understood_says_why(platform: Source, as_viewer: Client) -> None:
    page = as_viewer.get("/lineage/coverage/").content.decode()
    assert "stg.<wbr>bad" in page
    assert "select (((((" in page


def test_sql_that_names_something_hidden_is_not_shown(source: Source, restricted: Any, as_viewer: Client) -> None:
    hidden = table("raw.salaries", key="salaries", domain="people")
    bad = made("stg.bad", "select ((((( from raw.salaries")
    pour(source, [hidden, bad, EdgeFact(upstream="salaries", downstream="stg.bad")])
    page = as_viewer.get("/lineage/coverage/").content.decode()
    assert "stg.<wbr>bad" in page
    assert "salaries" not in page


def test_names_that_match_nothing_tell_how_many_edges_wait() -> None:
    live = SourceFactory(kind="postgres")
    pour(live, [seen("marts.v", ["id"], kind=Kind.VIEW, language="sql", code="select id from gone.away")])
    assert [(one.asset.path, one.edges) for one in testimony.waiting(UserFactory())] == [("gone.away", 1)]


def test_edges_that_nobody_tells_any_more_are_listed(platform: Source) -> None:
    pour(platform, [RAW, STG, ALONE, TOLD])
    assert [(edge.upstream.path, edge.downstream.path) for edge in testimony.retired(UserFactory())] == [
        ("raw.alone", "marts.told")
    ]


def test_the_age_of_evidence_is_told_by_source_to_who_may_see_sources(platform: Source, as_steward: Client) -> None:
    found = as_steward.get("/api/v1/lineage/coverage/").json()
    assert {(one["source"], one["confidence"], one["edges"]) for one in found["evidence"]} == {
        ("shop", "declared", 1),
        ("shop", "parsed", 1),
    }


def test_the_answer_says_that_it_is_partial_and_why(platform: Source, as_viewer: Client) -> None:
    found = as_viewer.get("/api/v1/lineage/coverage/?known=columns").json()
    assert [one["asset"]["path"] for one in found["assets"]] == ["raw.pay", "stg.pay"]
    assert (found["partial"], [one["code"] for one in found["reasons"]]) == (True, ["unparsed"])
    assert found["evidence"] == []


def test_nonsense_in_the_query_is_a_clear_error(as_viewer: Client) -> None:
    assert as_viewer.get("/api/v1/lineage/coverage/?known=all").status_code == 400
    assert as_viewer.get("/api/v1/lineage/coverage/?limit=9999999").status_code == 400
    assert as_viewer.get("/lineage/coverage/?page=99999999999&show=x&schema=%00").status_code == 200


def test_the_sheet_has_every_asset(platform: Source, as_viewer: Client) -> None:
    lines = as_viewer.get("/lineage/coverage.csv").getvalue().decode().splitlines()
    assert lines[0] == "asset,kind,platform,schema,lineage,link"
    assert len(lines) == 6
    assert any(line.startswith("raw.pay,table,postgres,raw,columns,") for line in lines)


def test_the_page_costs_the_same_however_much_there_is(platform: Source, as_viewer: Client, count_queries: Any) -> None:
    few = count_queries(lambda: as_viewer.get("/lineage/coverage/"))
    more = [made(f"stg.bad{n}", f"select ((((( from where {n}") for n in range(10)]
    pour(platform, [RAW, STG, *more, *(table(f"raw.more{n}") for n in range(30))])
    assert count_queries(lambda: as_viewer.get("/lineage/coverage/")) == few
