"""Checks, results and freshness come in; an asset's health is their sum."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from catalog.facts import CheckFact, CheckStatus, FreshnessFact, ResultFact
from catalog.models import Asset, Source
from quality import queries
from quality.models import Check, CheckResult, FreshnessReading, Health
from tests.factories import SourceFactory, UserFactory, pour, table

pytestmark = pytest.mark.django_db

ORDERS = table("marts.orders", key="orders")
EARLY, LATE = "2026-11-01T10:00:00+00:00", "2026-11-02T10:00:00+00:00"


def check(key: str = "unique", **changes: Any) -> CheckFact:
    return CheckFact(**{"key": key, "asset": "orders", "kind": key, "title": key, **changes})


def result(status: CheckStatus, at: str = EARLY, key: str = "unique") -> ResultFact:
    return ResultFact(check=key, status=status, at=at)


def reading(status: CheckStatus, at: str = EARLY) -> FreshnessFact:
    return FreshnessFact(asset="orders", status=status, at=at)


def health() -> tuple[str, dict[str, int], str]:
    row = Health.objects.get()
    return row.status, row.checks, row.freshness


def test_the_newest_result_stands_with_its_check_whatever_the_order(source: Source) -> None:
    pour(source, [ORDERS, check(), result(CheckStatus.PASS, LATE), result(CheckStatus.FAIL, EARLY)])
    assert Check.objects.get().status == "pass"
    assert CheckResult.objects.count() == 2


def test_the_same_results_again_add_nothing(source: Source) -> None:
    facts: list[Any] = [ORDERS, check(), result(CheckStatus.FAIL), reading(CheckStatus.WARN)]
    pour(source, facts)
    run = pour(source, facts)
    assert (run.figures["results"], run.figures["freshness"]) == (0, 0)
    assert (CheckResult.objects.count(), FreshnessReading.objects.count()) == (1, 1)


def test_health_is_the_worst_of_checks_and_freshness(source: Source) -> None:
    pour(
        source, [ORDERS, check(), check("not_null"), result(CheckStatus.PASS), result(CheckStatus.WARN, key="not_null")]
    )
    assert health() == ("warn", {"pass": 1, "warn": 1}, "")
    pour(source, [ORDERS, check(), check("not_null"), reading(CheckStatus.FAIL)])
    assert health() == ("fail", {"pass": 1, "warn": 1}, "fail")


def test_health_gets_well_again_with_the_next_result(source: Source) -> None:
    pour(source, [ORDERS, check(), result(CheckStatus.FAIL, EARLY)])
    pour(source, [ORDERS, check(), result(CheckStatus.PASS, LATE)])
    assert health() == ("pass", {"pass": 1}, "")


def test_a_check_that_is_gone_no_longer_weighs(source: Source) -> None:
    pour(
        source, [ORDERS, check(), check("not_null"), result(CheckStatus.FAIL), result(CheckStatus.PASS, key="not_null")]
    )
    pour(source, [ORDERS, check("not_null")])
    assert health() == ("pass", {"pass": 1}, "")


def test_an_asset_that_nobody_checks_any_more_has_no_health(source: Source) -> None:
    pour(source, [ORDERS, check(), result(CheckStatus.FAIL)])
    pour(source, [ORDERS])
    assert not Health.objects.exists()


def test_a_check_without_a_result_says_nothing(source: Source) -> None:
    pour(source, [ORDERS, check()])
    assert not Health.objects.exists()


def test_a_check_that_moves_to_another_table_takes_its_weight_along(source: Source) -> None:
    users = table("marts.users", key="users")
    pour(source, [ORDERS, users, check(), result(CheckStatus.FAIL)])
    pour(source, [ORDERS, users, check(asset="users")])
    assert Health.objects.get().asset.path == "marts.users"


def test_what_needs_attention_comes_worst_first_and_only_if_visible(source: Source, restricted: Any) -> None:
    users = table("marts.users", key="users", domain="people")
    facts: list[Any] = [
        ORDERS,
        users,
        check(),
        check("mail", asset="users"),
        result(CheckStatus.WARN),
        result(CheckStatus.FAIL, key="mail"),
    ]
    pour(source, facts)
    assert [asset.path for asset, _ in queries.needing_attention(UserFactory())] == ["marts.orders"]
    Asset.objects.update(domain=None)
    assert [asset.path for asset, _ in queries.needing_attention(UserFactory())] == ["marts.users", "marts.orders"]


def test_a_run_costs_the_same_number_of_statements_whatever_the_number_of_checks(
    db: None, count_queries: Callable[..., int]
) -> None:
    def statements(size: int) -> int:
        source = SourceFactory(namespace=f"postgres://{size}")
        keys = [f"check{number}" for number in range(size)]
        facts: list[Any] = [
            ORDERS,
            *(check(key) for key in keys),
            *(result(CheckStatus.PASS, EARLY, key) for key in keys),
        ]
        return count_queries(lambda: pour(source, facts))

    statements(1)  # the first instance with such a database asks once more who else might live on it
    assert statements(2) == statements(200)
