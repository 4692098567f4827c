"""What holds where more matches than is looked at, and where many words begin alike."""

from __future__ import annotations

import pytest

from catalog.search import finding, typeahead, vocabulary
from catalog.search.matching import whole
from portal.accounts.models import User
from tests.factories import SourceFactory, pour, table
from tests.search.world import ask, paths

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shop")]


def many(*names: str) -> None:
    pour(SourceFactory(), [table(f"many.{name}", ["needle_id"], key=name) for name in names])


def test_what_is_called_so_is_found_however_many_names_hold_the_word(
    viewer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    many(*(f"needle_{number}" for number in range(10)), "needle")
    monkeypatch.setattr(typeahead, "RANKED", 3)
    monkeypatch.setattr(finding, "CAP", 3)
    monkeypatch.setattr(finding, "RANKED", 3)
    assert typeahead.assets(viewer, "needle", 8)[0].hits[0].path == "many.needle"
    assert paths(viewer, "needle")[0] == "many.needle"


def test_names_are_looked_at_before_everything_else(viewer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    many(*(f"hay_{number}" for number in range(10)), "the_needle")
    monkeypatch.setattr(typeahead, "RANKED", 3)
    assert typeahead.assets(viewer, "needle", 8)[0].hits[0].path == "many.the_needle"


def test_a_word_stands_for_the_few_that_begin_with_it_and_else_for_its_beginning(
    viewer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    many("needlework_day", "needles_day")
    assert whole(viewer, "needl day").words[0].begins == ["needle", "needles", "needlework"]
    assert set(paths(viewer, "needl day")) == {"many.needlework_day", "many.needles_day"}
    monkeypatch.setattr(vocabulary, "MOST", 2)
    assert whole(viewer, "needl day").words[0].begins is None
    assert set(paths(viewer, "needl day")) == {"many.needlework_day", "many.needles_day"}


def test_a_beginning_that_no_name_has_is_looked_for_in_prose(viewer: User) -> None:
    pour(SourceFactory(), [table("x.deliveries", description="Shipments that arrive at 12monkeys")])
    found = ask(viewer, "12monk deliveries")
    assert [hit.asset.path for hit in found.hits] == ["x.deliveries"]
    assert not found.any_word


@pytest.mark.parametrize("sort", ["relevance", "name", "changed", "popularity", "freshness"])
def test_every_order_has_every_match_once(viewer: User, sort: str) -> None:
    assert sorted(paths(viewer, "revenue", sort=sort)) == [
        *("marts.revenue_by_country", "marts.revenue_by_day", "revenue_overview")
    ]
    assert len(paths(viewer, "", sort=sort)) == 7
