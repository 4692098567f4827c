"""Reads of two assets on one day are added up when these become one, and told apart again."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import permutations

import pytest

from catalog.facts import Fact, UsageFact
from catalog.models import Asset, Source, UsageDay
from catalog.services import identity
from portal.accounts.models import User
from tests.factories import SourceFactory, pour, table
from tests.identity.world import dump

pytestmark = pytest.mark.django_db
NAMES = ("a", "b", "c")
TODAY = datetime.now(UTC).date()
BEFORE = date.fromordinal(TODAY.toordinal() - 1)


def read(name: str, reads: int, day: date = TODAY, principal: str = "bi", *, running: bool = False) -> UsageFact:
    return UsageFact(asset=f"model.shop.{name}", day=day.isoformat(), principal=principal, reads=reads, running=running)


@pytest.fixture
def house(db: None) -> Source:
    source: Source = SourceFactory()
    pour(source, [*tables(), read("a", 1), read("b", 10), read("c", 100), read("b", 7, BEFORE), read("c", 70, BEFORE)])
    return source


def tables() -> list[Fact]:
    return [table(f"marts.{name}") for name in NAMES]


def asset(name: str) -> Asset:
    return Asset.objects.get(path=f"marts.{name}")


def reads(name: str) -> list[tuple[date, int]]:
    return list(UsageDay.objects.filter(asset=asset(name)).order_by("-day").values_list("day", "reads"))


def test_a_day_of_both_is_added_up(house: Source, steward: User) -> None:
    identity.merge(kept=asset("a"), gone=asset("b"), by=steward)
    assert reads("a") == [(TODAY, 11), (BEFORE, 7)]
    assert asset("a").popularity == 18


@pytest.mark.parametrize("order", list(permutations((0, 1))))
def test_every_row_is_as_it_was_when_the_merges_are_undone(
    house: Source, steward: User, order: tuple[int, int]
) -> None:
    before = dump()
    merges = [identity.merge(kept=asset("a"), gone=asset(name), by=steward) for name in ("b", "c")]
    assert reads("a") == [(TODAY, 111), (BEFORE, 77)]
    identity.undo(merge=merges[order[0]], by=steward)
    assert reads("a") == ([(TODAY, 101), (BEFORE, 70)] if order[0] == 0 else [(TODAY, 11), (BEFORE, 7)])
    identity.undo(merge=merges[order[1]], by=steward)
    after = dump()
    assert {name for name in before if before[name] != after[name]} == set()


def test_what_is_told_again_of_the_day_stands_for_both(house: Source, steward: User) -> None:
    merge = identity.merge(kept=asset("a"), gone=asset("b"), by=steward)
    pour(house, [*tables(), read("a", 2), read("b", 20)])
    assert reads("a")[0] == (TODAY, 22)
    identity.undo(merge=merge, by=steward)
    assert (reads("a")[0][1], reads("b")[0][1]) == (12, 10)


def test_running_counts_go_on_from_both(db: None, steward: User) -> None:
    source: Source = SourceFactory()
    pour(source, [*tables(), read("a", 100, running=True), read("b", 1000, running=True)])
    identity.merge(kept=asset("a"), gone=asset("b"), by=steward)
    pour(source, [*tables(), read("a", 103, running=True), read("b", 1004, running=True)])
    assert reads("a") == [(TODAY, 7)]
