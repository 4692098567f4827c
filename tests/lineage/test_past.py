"""Questions about the past: what was known then, from which moment on anything is known, and none about the future."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from catalog.models import Asset, Column, Source
from lineage.models import ColumnEdge, Edge
from lineage.states import Use
from tests.lineage.world import claim, thing, told

pytestmark = pytest.mark.django_db

NOW = timezone.now().replace(microsecond=0)
BEGIN, CHANGE = NOW - timedelta(days=10), NOW - timedelta(days=2)
TOMORROW = (NOW + timedelta(days=1)).isoformat()
GRAPH, IMPACT = "/api/v1/lineage/graph/", "/api/v1/lineage/impact/"
FIRST = f"Nothing was known before {BEGIN:%-d %b %Y, %H:%M}."


@pytest.fixture
def chain(source: Source) -> list[Asset]:
    """raw.a fed staging.b, and marts.c by way of it; two days ago its column went into marts.d instead."""
    a, b, c, d = (thing(path, columns=["n"]) for path in ("raw.a", "staging.b", "marts.c", "marts.d"))
    told(source, claim(a, b, ("n", "n", Use.IDENTITY)), claim(b, c, ("n", "n", Use.AGGREGATION)), now=BEGIN)
    told(source, claim(a, b, ("n", "n", Use.IDENTITY)), claim(b, d, ("n", "n", Use.FILTER)), now=CHANGE)
    return [a, b, c, d]


def ask(client: Client, url: str = GRAPH, **query: Any) -> dict[str, Any]:
    response = client.get(url, {"asset": "raw.a", **query})
    assert response.status_code == 200, response.content
    return response.json()  # type: ignore[no-any-return]


def hits(answer: dict[str, Any]) -> list[tuple[str, str | None, str | None]]:
    return [(hit["asset"]["path"], hit["column"], hit["use"]) for hit in answer["hits"]]


def command(*words: str) -> tuple[str, int]:
    out = StringIO()
    try:
        call_command("lineage", "impact", *words, stdout=out)
    except SystemExit as end:
        return out.getvalue(), int(end.code or 0)
    return out.getvalue(), 0


def test_impact_tells_what_a_change_would_have_hit_then(as_viewer: Client, chain: list[Asset]) -> None:
    today = [("staging.b", "n", "identity"), ("marts.d", "n", "filter")]
    then = [("staging.b", "n", "identity"), ("marts.c", "n", "aggregation")]
    assert hits(ask(as_viewer, IMPACT, column="n")) == today
    answer = ask(as_viewer, IMPACT, column="n", as_of=(CHANGE - timedelta(days=1)).isoformat())
    assert hits(answer) == then
    assert answer["as_of"] == (CHANGE - timedelta(days=1)).isoformat()
    assert (answer["known_since"], answer["reasons"]) == (None, [])


def test_a_column_and_a_table_that_are_gone_are_known_in_the_past(as_viewer: Client, chain: list[Asset]) -> None:
    gone = NOW - timedelta(days=1)
    Asset.objects.filter(path="marts.d").update(retired_at=gone)
    Column.objects.filter(asset=chain[0]).delete()
    ColumnEdge.objects.update(live=False)
    Edge.objects.filter(closed_at=None).update(closed_at=gone)
    assert as_viewer.get(IMPACT, {"asset": "raw.a", "column": "n"}).status_code == 404
    then = ask(as_viewer, IMPACT, column="N", as_of=(gone - timedelta(hours=1)).isoformat())
    assert hits(then) == [("staging.b", "n", "identity"), ("marts.d", "n", "filter")]
    assert then["hits"][1]["path"][0]["column"] == "n"
    assert ask(as_viewer, IMPACT)["hits"] == []


@pytest.mark.parametrize("url", [GRAPH, IMPACT])
def test_before_the_first_evidence_it_says_so_and_from_when_on(as_viewer: Client, chain: list[Asset], url: str) -> None:
    early = ask(as_viewer, url, as_of=(BEGIN - timedelta(days=1)).isoformat())
    assert early["partial"]
    assert early["reasons"][0] == {"code": "history", "message": FIRST}
    assert early["known_since"] == BEGIN.isoformat()
    first = ask(as_viewer, url, as_of=early["known_since"])
    assert (first["known_since"], "history" in str(first["reasons"])) == (None, False)
    assert first.get("edges") or first.get("hits")


def test_a_comparison_with_an_unknown_day_is_no_news(as_viewer: Client, chain: list[Asset]) -> None:
    answer = ask(as_viewer, compare=(BEGIN - timedelta(days=1)).isoformat())
    assert [edge["change"] for edge in answer["edges"]] == ["added"]
    assert answer["reasons"][0]["message"] == FIRST


def test_a_selection_of_today_says_that_it_is_one(as_viewer: Client, chain: list[Asset]) -> None:
    answer = ask(as_viewer, asset="", select="raw.a+", as_of=CHANGE.isoformat())
    assert [reason["code"] for reason in answer["reasons"]] == ["history"]


@pytest.mark.parametrize("name", ["as_of", "compare"])
@pytest.mark.parametrize("moment", [TOMORROW, TOMORROW[:10], "9999-12-31"], ids=["moment", "day", "end"])
def test_the_future_is_refused_by_the_graph(as_viewer: Client, chain: list[Asset], name: str, moment: str) -> None:
    response = as_viewer.get(GRAPH, {"asset": "raw.a", name: moment})
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    assert "Lies in the future" in response.json()["errors"][name][0]


@pytest.mark.parametrize("path", ["/lineage/", "/lineage/impact/"])
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_and_by_pages(as_viewer: Client, chain: list[Asset], path: str, headers: dict[str, str]) -> None:
    response = as_viewer.get(path, {"asset": "raw.a", "as_of": TOMORROW, "view": "table"}, headers=headers)
    assert response.status_code == 400
    assert "Lies in the future" in response.content.decode()


@pytest.mark.parametrize("path", ["/lineage/edges.csv", "/lineage/impact/?format=csv", "/lineage/impact/?format=json"])
def test_and_by_downloads(as_viewer: Client, chain: list[Asset], path: str) -> None:
    path, _, form = path.partition("?format=")
    response = as_viewer.get(path, {"asset": "raw.a", "as_of": TOMORROW, **({"format": form} if form else {})})
    assert (response.status_code, "as_of: Lies in the future" in response.content.decode()) == (400, True)


def test_and_by_impact_in_api_and_command(as_viewer: Client, chain: list[Asset]) -> None:
    response = as_viewer.get(IMPACT, {"asset": "raw.a", "as_of": TOMORROW})
    assert (response.status_code, "Lies in the future" in response.content.decode()) == (400, True)
    with pytest.raises(CommandError, match="--as-of lies in the future") as error:
        command("raw.a", "--as-of", TOMORROW)
    assert error.value.returncode == 2


def test_a_clock_that_is_ahead_and_the_day_itself_are_now(as_viewer: Client, chain: list[Asset]) -> None:
    ahead = timezone.now() + timedelta(seconds=40)
    for moment in (ahead.isoformat(), f"{timezone.localdate()}", "now"):
        assert ask(as_viewer, as_of=moment)["as_of"] is None
        assert ask(as_viewer, IMPACT, as_of=moment)["as_of"] is None


def test_the_command_looks_back(chain: list[Asset]) -> None:
    moment = (CHANGE - timedelta(days=1)).isoformat()
    text, status = command("raw.a.n", "--as-of", moment)
    assert (status, "marts.c.n" in text, "marts.d" in text) == (1, True, False)
    assert text.startswith(f"As of {moment}: Dropping raw.a.n hits 2 Tables.")
    text, status = command("raw.a", "--as-of", "2001-01-01", "--json")
    assert (status, json.loads(text)["reasons"][0]["message"]) == (0, FIRST)
    assert FIRST in command("raw.a", "--as-of", "2001-01-01")[0]


@pytest.mark.parametrize("path", ["/lineage/", "/lineage/impact/"])
def test_pages_lead_to_the_first_moment_that_is_known(as_viewer: Client, chain: list[Asset], path: str) -> None:
    page = as_viewer.get(path, {"asset": "raw.a", "as_of": "2001-01-01"}).content.decode()
    assert FIRST in page
    assert f"as_of={BEGIN:%Y-%m-%d}T" in page


def test_the_page_of_impact_says_of_when_it_tells(as_viewer: Client, chain: list[Asset]) -> None:
    page = as_viewer.get("/lineage/impact/", {"asset": "raw.a", "as_of": BEGIN.isoformat()}).content.decode()
    assert f"What was known on {BEGIN:%-d %b %Y, %H:%M}" in page
    assert 'name="as_of"' in page
