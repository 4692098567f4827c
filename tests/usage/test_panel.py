"""The panel "Usage" of an asset's page, and "Popular" on the home page."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from catalog.facts import UsageFact
from catalog.models import Asset, Domain, Source
from catalog.queries import usage
from catalog.services.domains import add_member
from portal.accounts.models import User
from tests.factories import UserFactory, pour, table

pytestmark = pytest.mark.django_db
TODAY = timezone.now().date()
ORDERS, USERS, SALARIES = "model.shop.orders", "model.shop.users", "model.shop.salaries"


def used(
    key: str, reads: int, *, back: int = 0, by: str = "ana", joined: tuple[tuple[str, int], ...] = ()
) -> UsageFact:
    day = (TODAY - timedelta(days=back)).isoformat()
    return UsageFact(asset=key, day=day, principal=by, reads=reads, joined=joined)


@pytest.fixture
def told(source: Source, restricted: Domain) -> None:
    facts = [table("marts.orders"), table("marts.users"), table("hr.salaries", domain="people")]
    joined = ((USERS, 7), (SALARIES, 9))
    pour(source, [*facts, used(ORDERS, 30, joined=joined), used(ORDERS, 5, by="tom", back=2), used(SALARIES, 99)])


def of_orders(user: User) -> Any:
    return usage.of_asset(user, Asset.objects.get(title="orders"))


def test_it_tells_how_often_by_whom_and_with_what(told: None, as_viewer: Client) -> None:
    UserFactory(username="ana", first_name="Ana", last_name="Anders")
    page = as_viewer.get("/datasets/marts.orders/").content.decode()
    assert "reads in 30 days" in page
    assert "Ana Anders" in page
    assert "tom" in page
    assert "marts.<wbr>users" in page


def test_what_one_may_not_see_is_no_partner(told: None, viewer: User, restricted: Domain) -> None:
    assert [partner.asset.title for partner in of_orders(viewer).partners] == ["users"]
    add_member(domain=restricted, name="vera", by=None)
    assert [partner.asset.title for partner in of_orders(viewer).partners] == ["salaries", "users"]


def test_what_one_may_not_see_is_not_popular(told: None, viewer: User) -> None:
    assert usage.popular(viewer) == [Asset.objects.get(title="orders")]


def test_a_standing_among_few_is_no_standing(source: Source, viewer: User, restricted: Domain) -> None:
    def read(number: int) -> int:
        others = [table(f"marts.t{at}") for at in range(number)]
        hidden = [table(f"hr.h{at}", domain="people") for at in range(20)]
        reads = [used(fact.key, 1) for fact in others] + [used(fact.key, 9) for fact in hidden]
        pour(source, [table("marts.orders"), *others, *hidden, used(ORDERS, 5), *reads])
        return int(of_orders(viewer).rank)

    assert read(18) == 0
    assert read(19) == 10


def test_thirty_days_are_compared_with_the_thirty_before(source: Source, viewer: User) -> None:
    pour(source, [table("marts.orders"), used(ORDERS, 30), used(ORDERS, 20, back=40), used(ORDERS, 1000, back=70)])
    found = of_orders(viewer)
    assert (found.total, found.before, found.trend) == (30, 20, 50)


def test_an_asset_of_which_nobody_told_has_no_panel(source: Source, as_viewer: Client, viewer: User) -> None:
    pour(source, [table("marts.orders")])
    assert of_orders(viewer) is None
    assert "reads in 30 days" not in as_viewer.get("/datasets/marts.orders/").content.decode()


def test_the_chart_has_a_bar_a_day_and_a_single_read_can_be_seen() -> None:
    bars = usage.bars({date(2026, 3, 30): 100_000, date(2026, 3, 1): 1}, date(2026, 3, 30))
    assert len(bars) == 30
    assert (bars[0].height, bars[-1].height, bars[-1].y) == ("1.50", "40.00", "0.00")
    assert {bar.height for bar in bars[1:-1]} == {"0.00"}


def test_home_shows_what_is_popular_among_what_one_may_see(told: None, as_viewer: Client, restricted: Domain) -> None:
    page = as_viewer.get("/").content.decode()
    assert "Popular" in page
    assert "salaries" not in page
    add_member(domain=restricted, name="vera", by=None)
    assert "hr.<wbr>salaries" in as_viewer.get("/").content.decode()


def test_the_number_of_statements_does_not_grow_with_readers_and_partners(
    source: Source, viewer: User, count_queries: Any
) -> None:
    pour(source, [table("marts.orders"), table("marts.users"), used(ORDERS, 1, joined=((USERS, 1),))])
    few = count_queries(lambda: of_orders(viewer))
    others = [table(f"marts.t{number}") for number in range(20)]
    joined = tuple((fact.key, 3) for fact in others)
    many = [used(ORDERS, number + 1, by=f"p{number}", joined=joined) for number in range(20)]
    pour(source, [table("marts.orders"), *others, *many])
    assert count_queries(lambda: of_orders(viewer)) == few
