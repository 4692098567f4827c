"""One hop around a column, for its drawer."""

from __future__ import annotations

from typing import Any

import pytest
from django.template.loader import render_to_string

from catalog.models import Asset, Domain, Source
from lineage.queries.column_map import column_map
from lineage.states import Detail, Use
from tests.factories import UserFactory
from tests.lineage.world import claim, thing, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def chain(source: Source) -> list[Asset]:
    """raw → staging → marts, and a board that reads staging, nobody knows how."""
    raw, staging, marts, board = (thing(path) for path in ("raw.a", "staging.b", "marts.c", "bi.board"))
    told(
        source,
        claim(raw, staging, ("Amount", "cents", Use.TRANSFORMATION), ("status", "", Use.FILTER)),
        claim(staging, marts, ("cents", "total", Use.AGGREGATION), ("cents", "", Use.FILTER)),
        claim(staging, board, detail=Detail.NONE),
    )
    return [raw, staging, marts, board]


def told_of(hops: Any) -> list[tuple[str, str, str]]:
    return [(hop.asset.path, hop.column, str(hop.use.label)) for hop in hops]


def test_a_column_tells_where_it_comes_from_and_goes(chain: list[Asset]) -> None:
    found = column_map(UserFactory(), chain[1], "CENTS")
    assert told_of(found.upstream) == [("raw.a", "Amount", "transformation")]
    assert told_of(found.downstream) == [
        ("marts.c", "total", "aggregation"),
        ("marts.c", "", "filter"),
        ("bi.board", "", "unknown"),
    ]


def test_what_is_hidden_is_told_without_name_or_number(chain: list[Asset]) -> None:
    secret = Domain.objects.create(slug="secret", name="Secret", restricted=True)
    Asset.objects.filter(pk__in=[chain[0].pk, chain[2].pk]).update(domain=secret)
    found = column_map(UserFactory(), chain[1], "cents")
    assert (found.hidden_up, found.hidden_down, told_of(found.upstream)) == (True, True, [])
    text = render_to_string("lineage/parts/column_map.html", {"map": found})
    assert "may not see" in text
    assert "marts.c" not in text


def test_a_column_of_which_nothing_is_known_says_so(source: Source) -> None:
    found = column_map(UserFactory(), thing("raw.alone"), "id")
    assert not found
    assert "Nothing is known" in render_to_string("lineage/parts/column_map.html", {"map": found})
