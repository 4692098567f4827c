"""``GET /api/v1/lineage/graph/``."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from catalog.models import Asset, Domain, Source
from lineage.models import Edge
from lineage.states import Detail, Use
from tests.factories import SourceFactory
from tests.lineage.world import claim, thing, things, told

pytestmark = pytest.mark.django_db
URL = "/api/v1/lineage/graph/"


@pytest.fixture
def chain(source: Source) -> list[Asset]:
    """raw → staging → marts → board; ``amount`` goes to ``cents``, and ``status`` decides rows."""
    raw, staging, marts, board = (thing(path) for path in ("raw.a", "staging.b", "marts.c", "board"))
    told(
        source,
        claim(raw, staging, ("amount", "cents", Use.TRANSFORMATION), ("status", "", Use.FILTER)),
        claim(staging, marts, ("Cents", "total", Use.AGGREGATION)),
        claim(marts, board, detail=Detail.NONE),
    )
    return [raw, staging, marts, board]


def ask(client: Client, **query: Any) -> dict[str, Any]:
    answer = client.get(URL, query)
    assert answer.status_code == 200, answer.content
    return dict(answer.json())


def paths(answer: dict[str, Any]) -> dict[str, int]:
    return {node["path"]: node["level"] for node in answer["nodes"] if "path" in node}


def test_one_hop_each_way_and_how_much_more_there_is(as_viewer: Client, chain: list[Asset]) -> None:
    found = ask(as_viewer, asset=chain[1].uuid)
    assert paths(found) == {"staging.b": 0, "raw.a": -1, "marts.c": 1}
    assert next(node["more"] for node in found["nodes"] if node["path"] == "marts.c") == {"up": 0, "down": 1}
    assert found["partial"]
    assert [reason["code"] for reason in found["reasons"]] == ["depth"]


def test_as_deep_as_asked_in_one_direction(as_viewer: Client, chain: list[Asset]) -> None:
    found = ask(as_viewer, asset="raw.a", direction="down", depth=5)
    assert paths(found) == {"raw.a": 0, "staging.b": 1, "marts.c": 2, "board": 3}
    assert not found["partial"]


def test_edges_say_who_says_so_and_with_which_columns(as_viewer: Client, chain: list[Asset], source: Source) -> None:
    (edge, _) = ask(as_viewer, asset="staging.b", grain="column")["edges"]
    assert edge["origins"] == [{"source": source.slug, "title": source.title, "confidence": "parsed"}]
    assert edge["columns"] == [
        {"from": "amount", "to": "cents", "use": "transformation"},
        {"from": "status", "to": "", "use": "filter"},
    ]


def test_a_columns_way_leaves_out_what_has_no_part_in_it(as_viewer: Client, chain: list[Asset]) -> None:
    found = ask(as_viewer, asset="raw.a", column="amount", direction="down", depth=5)
    assert paths(found) == {"raw.a": 0, "staging.b": 1, "marts.c": 2, "board": 3}
    assert [edge["columns"][0]["use"] for edge in found["edges"]] == ["transformation", "aggregation", "unknown"]
    assert paths(ask(as_viewer, asset="raw.a", column="status", direction="down", depth=5)) == {
        "raw.a": 0,
        "staging.b": 1,
    }
    assert paths(ask(as_viewer, asset="raw.a", column="other", direction="down", depth=5)) == {"raw.a": 0}


def test_and_the_way_back(as_viewer: Client, chain: list[Asset]) -> None:
    found = ask(as_viewer, asset="marts.c", column="total", direction="up", depth=5)
    assert paths(found) == {"marts.c": 0, "staging.b": -1, "raw.a": -2}


def test_a_hub_gives_its_most_used_neighbours_and_the_number_of_the_others(as_viewer: Client, source: Source) -> None:
    hub, children = thing("raw.hub"), things(12)
    told(source, *(claim(hub, child) for child in children))
    found = ask(as_viewer, asset=hub.uuid)
    assert len(found["nodes"]) == 6
    assert found["nodes"][0]["more"] == {"up": 0, "down": 7}
    assert len(ask(as_viewer, asset=hub.uuid, expand=f"{hub.uuid}:down:10")["nodes"]) == 11


def test_yesterday_is_still_there_after_a_model_is_dropped_today(
    as_viewer: Client, chain: list[Asset], source: Source
) -> None:
    yesterday = timezone.now() - timedelta(days=1)
    Edge.objects.update(first_seen=yesterday - timedelta(days=1))
    told(source)
    Asset.objects.filter(path="staging.b").update(retired_at=timezone.now())
    assert paths(ask(as_viewer, asset="raw.a")) == {"raw.a": 0}
    assert paths(ask(as_viewer, asset="raw.a", as_of=yesterday.isoformat())) == {"raw.a": 0, "staging.b": 1}
    compared = ask(as_viewer, asset="raw.a", compare=yesterday.isoformat())
    assert [edge["change"] for edge in compared["edges"]] == ["removed"]


def test_what_stood_at_both_moments_is_told_by_who_says_so_at_the_one_that_is_shown(
    as_viewer: Client, source: Source
) -> None:
    raw, mart = things(2)
    yesterday = timezone.now() - timedelta(days=1)
    other = SourceFactory(slug="history", title="History")
    told(source, claim(raw, mart, detail=Detail.NONE), now=yesterday)
    told(other, claim(raw, mart, ("amount", "total", Use.IDENTITY)), now=yesterday)
    told(source)
    (edge,) = ask(as_viewer, asset=raw.uuid, compare=(yesterday + timedelta(hours=1)).isoformat())["edges"]
    assert (edge["change"], [origin["title"] for origin in edge["origins"]]) == ("same", ["History"])


def test_what_differs_among_the_neighbours_that_are_left_out_is_counted(
    as_viewer: Client, source: Source, restricted: Domain
) -> None:
    hub, *old = thing("raw.hub"), *things(4, "old")
    yesterday = timezone.now() - timedelta(days=1)
    secret = [thing(f"secret.t{number}", domain=restricted) for number in range(2)]
    stays = [claim(hub, one) for one in old[:2]]
    told(source, *stays, *(claim(hub, one) for one in (*old[2:], secret[0])), now=yesterday)
    told(source, *stays, *(claim(hub, one) for one in (*things(3, "new"), secret[1])))
    node = ask(as_viewer, asset="raw.hub", depth=0, compare=yesterday.isoformat())["nodes"][0]
    assert (node["more"]["down"], node["more_changed"]["down"]) == (7, {"added": 3, "removed": 2})
    node = ask(as_viewer, asset="raw.hub", width=4, compare=yesterday.isoformat())["nodes"][0]
    assert (node["more"]["down"], node["more_changed"]["down"]) == (3, {"added": 0, "removed": 2})
    assert ask(as_viewer, asset="raw.hub", depth=0)["nodes"][0]["more_changed"]["down"] == {"added": 0, "removed": 0}


def test_a_cycle_ends(as_viewer: Client, source: Source) -> None:
    one, other = things(2)
    told(source, claim(one, other), claim(other, one))
    found = ask(as_viewer, asset=one.uuid, depth=5)
    assert (len(found["nodes"]), len(found["edges"])) == (2, 2)
    assert found["circles"] == [[str(one.uuid), str(other.uuid)]]


def test_a_cycle_is_told_on_the_page(as_viewer: Client, source: Source) -> None:
    one, other = things(2)
    told(source, claim(one, other), claim(other, one))
    page = as_viewer.get("/lineage/", {"asset": str(one.uuid)}).content.decode()
    assert "made from itself" in page


def test_the_invisible_is_a_stub_without_name_or_number(
    as_viewer: Client, chain: list[Asset], source: Source, restricted: Domain
) -> None:
    secrets = [thing(f"secret.t{number}", domain=restricted) for number in range(3)]
    told(source, claim(chain[0], chain[1]), *(claim(chain[0], one) for one in secrets))
    answer = as_viewer.get(URL, {"asset": "raw.a", "depth": "5", "grain": "column"})
    assert b"secret" not in answer.content
    found = answer.json()
    assert [node for node in found["nodes"] if node.get("restricted")] == [
        {"id": f"restricted:{chain[0].uuid}:down", "restricted": True, "level": 1}
    ]
    assert found["nodes"][0]["more"] == {"up": 0, "down": 0}
    assert "restricted" in [reason["code"] for reason in found["reasons"]]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"asset": "nobody.knows"}, 404),
        ({}, 404),
        ({"asset": "raw.a", "as_of": "yesterday"}, 400),
        ({"asset": "raw.a", "depth": "x"}, 400),
        ({"asset": "raw.a", "direction": "sideways"}, 400),
        ({"asset": "raw.a", "expand": "x:y"}, 400),
        ({"asset": "raw.a\0", "column": "\0"}, 200),
    ],
)
def test_odd_questions_get_a_clear_answer(
    as_viewer: Client, chain: list[Asset], query: dict[str, str], status: int
) -> None:
    assert as_viewer.get(URL, query).status_code == status


def test_a_large_answer_costs_as_many_statements_as_a_small_one(
    as_viewer: Client, chain: list[Asset], source: Source, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(40) as few:
        ask(as_viewer, asset="raw.a", grain="column")
    told(source, *(claim(chain[0], child, ("a", "b", Use.IDENTITY)) for child in things(30)))
    with django_assert_max_num_queries(len(few)):
        assert len(ask(as_viewer, asset="raw.a", grain="column", width=50)["nodes"]) > 30


def test_a_filter_is_told_as_a_reason(as_viewer: Client, chain: list[Asset]) -> None:
    found = ask(as_viewer, asset="raw.a", direction="down", depth=5, kinds="dashboard")
    assert (paths(found), found["partial"]) == ({"raw.a": 0}, True)
    assert "filter" in [reason["code"] for reason in found["reasons"]]
    assert "filter" not in [reason["code"] for reason in ask(as_viewer, asset="raw.a")["reasons"]]


def test_the_table_says_each_confidence_once(as_viewer: Client, source: Source) -> None:
    one, other = things(2)
    for teller in (source, SourceFactory(), SourceFactory()):
        told(teller, claim(one, other))
    page = as_viewer.get("/lineage/", {"asset": str(one.uuid), "view": "table"}).content.decode()
    words = re.findall(r'href="/lineage/edges/[0-9a-f-]{36}/">([^<]+)</a>', page)
    assert len(words) == 2 and "," not in "".join(words)
