"""Reads that sources tell of become figures by day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from catalog.facts import UsageFact
from catalog.models import Asset, JoinedWith, Source, UsageDay
from catalog.services.usage import age_usage
from tests.factories import SourceFactory, pour, table

pytestmark = pytest.mark.django_db
TODAY = timezone.now().date()
LATELY = (timezone.now() - timedelta(days=3)).isoformat()


def used(name: str = "orders", reads: int = 1, **changes: Any) -> UsageFact:
    values: dict[str, Any] = {
        "asset": f"model.shop.{name}",
        "day": TODAY.isoformat(),
        "principal": "ana",
        "reads": reads,
    }
    return UsageFact(**values | changes)


def running(reads: int, since: str = LATELY, **changes: Any) -> UsageFact:
    return used(reads=reads, running=True, since=since, **changes)


def take(source: Source, *facts: UsageFact) -> dict[str, float]:
    figures: dict[str, float] = pour(source, [table("marts.orders"), table("marts.users"), *facts]).figures
    return figures


def counted() -> dict[tuple[str, str], int]:
    rows = UsageDay.objects.values_list("asset__title", "principal", "reads")
    return {(title, principal): reads for title, principal, reads in rows}


def popularity(title: str = "orders") -> int:
    return Asset.objects.get(title=title).popularity


def test_a_whole_days_number_replaces_what_was_told_of_that_day(source: Source) -> None:
    take(source, used(reads=5))
    assert take(source, used(reads=7), used(reads=2, principal="tom"))["used"] == 1
    assert counted() == {("orders", "ana"): 7, ("orders", "tom"): 2}
    assert popularity() == 9


def test_a_running_count_adds_what_it_grew_by(source: Source) -> None:
    for figure in (10, 10, 14):
        take(source, running(figure))
    assert counted() == {("orders", "ana"): 14}


def test_the_first_look_at_an_old_count_only_remembers_it(source: Source) -> None:
    old = (timezone.now() - timedelta(days=400)).isoformat()
    take(source, running(1_000_000, since=old))
    assert counted() == {}
    take(source, running(1_000_003, since=old))
    assert counted() == {("orders", "ana"): 3}


def test_a_count_that_nobody_dates_only_begins_at_the_first_look(source: Source) -> None:
    take(source, running(50, since=""))
    assert take(source, running(60, since=""))["used"] == 1
    assert popularity() == 10


def test_a_count_that_began_anew_counts_in_full(source: Source) -> None:
    take(source, running(10))
    take(source, running(4, since=timezone.now().isoformat()))
    assert popularity() == 14


def test_statements_that_were_forgotten_are_not_read_twice(source: Source) -> None:
    for figure in (10, 6, 8):
        take(source, running(figure))
    assert popularity() == 12


def test_two_sources_are_counted_apart(source: Source) -> None:
    take(source, used(reads=5))
    take(SourceFactory(), used(reads=6))
    assert popularity() == 11


def test_pairs_are_kept_once_with_the_larger_number(source: Source) -> None:
    other = (("model.shop.users", 4),)
    take(source, used(joined=other), used("users", joined=(("model.shop.orders", 6), ("nobody", 3))))
    assert list(JoinedWith.objects.values_list("times", flat=True)) == [6]
    take(source, used(joined=other))
    assert list(JoinedWith.objects.values_list("times", flat=True)) == [4]
    take(source)
    assert JoinedWith.objects.count() == 1, "a run without usage forgets none"


def test_figures_that_cannot_be_are_left_out(source: Source) -> None:
    take(source, used(day="yesterday"), used(reads=-1), used(reads=2**70), used(day="2026-13-45"), used("nobody"))
    assert counted() == {}


def test_hostile_principals_are_names_like_any(source: Source) -> None:
    take(source, used(principal="a\0b" * 1000), used(principal="  "))
    assert {len(principal) for _, principal in counted()} == {300, len("unknown")}


def test_popularity_ages(source: Source) -> None:
    take(source, used(reads=5))
    UsageDay.objects.update(day=TODAY - timedelta(days=31))
    age_usage()
    assert popularity() == 0
    assert UsageDay.objects.exists()


def test_figures_of_the_year_before_last_are_dropped(source: Source) -> None:
    take(source, used(reads=5))
    UsageDay.objects.update(day=date(2020, 1, 1))
    age_usage()
    assert not UsageDay.objects.exists()


def test_the_number_of_statements_does_not_grow_with_the_readers(source: Source, count_queries: Any) -> None:
    few = count_queries(lambda: take(source, used(reads=5), running(3)))
    many = [used(reads=5, principal=f"p{number}") for number in range(60)]
    assert count_queries(lambda: take(source, *many, *(running(9, principal=fact.principal) for fact in many))) <= few
