"""Whether contracts are kept: where it shows, to whom, and when it is judged anew."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from catalog.badges import standing
from catalog.facts import AssetFact, CheckFact, CheckStatus, ColumnFact, ResultFact
from catalog.models import Asset, ContractTable, Domain, Keeping, Source
from catalog.queries import contracts
from catalog.services import keeping
from catalog.services.contracts import save_contract
from portal.accounts.models import User
from tests.factories import SourceFactory, pour, table

pytestmark = pytest.mark.django_db
TEXT = "model: {name: orders, columns: [{name: id, type: bigint, tests: [not_null, unique]}, {name: total, type: int}]}"
AT = "2026-01-02T03:04:05+00:00"


def warehouse(id_type: str = "bigint", **changes: Any) -> AssetFact:
    columns = (
        ColumnFact(name="id", position=1, data_type=id_type, nullable=False, observed=True),
        ColumnFact(name="total", position=2, data_type="integer", nullable=True, observed=True),
    )
    return replace(table("marts.orders", columns_known=True, first_hand=True, **changes), columns=columns)


@pytest.fixture
def lake(db: None) -> Source:
    return SourceFactory(title="Lake")


@pytest.fixture
def orders(lake: Source, steward: User) -> Asset:
    pour(lake, [warehouse()])
    found = Asset.objects.get()
    save_contract(asset=found, content=TEXT.encode(), by=steward)
    return found


def sum_of(asset: Asset) -> tuple[int, int, int]:
    kept = Keeping.objects.get(asset=asset)
    return kept.clauses, kept.checked, kept.trouble


def tab(client: Client) -> str:
    return " ".join(client.get("/datasets/marts.orders/?tab=contract").content.decode().replace("<wbr>", "").split())


def test_what_nobody_checks_is_not_called_kept(orders: Asset, as_viewer: Client) -> None:
    assert sum_of(orders) == (4, 3, 0)
    assert "Kept as far as checked" in tab(as_viewer)
    assert "3 of 4 clauses checked" in tab(as_viewer)
    assert "by the warehouse’s constraint “not null”" in tab(as_viewer)
    (badge,) = standing([orders])[orders.pk]
    assert badge.title.endswith(": kept as far as checked (3 of 4 clauses)")


def test_with_every_clause_checked_it_is(orders: Asset, lake: Source, as_viewer: Client) -> None:
    pour(lake, [warehouse(unique_keys=(("id",),))])
    assert sum_of(orders) == (4, 4, 0)
    assert ">Kept<" in tab(as_viewer)


def test_a_check_that_fails_breaks_it(orders: Asset, lake: Source, as_viewer: Client) -> None:
    check = CheckFact(key="c", asset=warehouse().key, kind="unique", title="unique_id", column="id")
    pour(lake, [warehouse(), check, ResultFact(check="c", status=CheckStatus.FAIL, at=AT, failures=3)])
    assert sum_of(orders) == (4, 4, 1)
    (*_, badge) = standing([orders])[orders.pk]
    assert (badge.word, badge.title) == ("Contract broken", "1 promise broken: id: no value twice")
    assert badge.layers["contract"].word == "Contract broken"


def test_a_type_that_the_warehouse_changes_shows_where_people_look(
    orders: Asset, lake: Source, as_viewer: Client
) -> None:
    pour(lake, [warehouse("text")])
    for page in ("/datasets/marts.orders/", "/"):
        assert "Contract broken" in as_viewer.get(page).content.decode()
    assert "id is text, promised bigint" in as_viewer.get("/").content.decode()
    assert "id is text, promised bigint" in as_viewer.get("/contracts/").content.decode()
    pour(lake, [warehouse()])
    assert "Contract broken" not in as_viewer.get("/").content.decode()


def test_trouble_of_what_one_may_not_see_is_not_told(
    orders: Asset, lake: Source, restricted: Domain, viewer: User, as_viewer: Client
) -> None:
    pour(lake, [warehouse("text", domain="people")])
    assert contracts.broken(viewer) == []
    assert "orders" not in as_viewer.get("/").content.decode()


def test_freshness_breaks_by_itself_when_its_time_has_come(orders: Asset, lake: Source, steward: User) -> None:
    fresh = "model: {name: orders, columns: [{name: id, type: bigint}], freshness: {error_after: 4 hours}}"
    changed = timezone.now() - timedelta(hours=3)
    pour(lake, [warehouse(altered_at=changed.isoformat())])
    save_contract(asset=orders, content=f"version: 2.0.0\n{fresh}".encode(), by=steward)
    assert sum_of(orders) == (2, 2, 0)
    Keeping.objects.update(late_at=timezone.now() - timedelta(minutes=1))
    assert [kept.words for kept in contracts.broken(steward)] == [
        "1 promise broken: nothing has changed for longer than promised"
    ]


def test_a_contract_that_is_not_in_force_yet_raises_no_alarm(orders: Asset, lake: Source, steward: User) -> None:
    pour(lake, [warehouse("text")])
    save_contract(asset=orders, content=f"status: draft\n{TEXT}".encode(), by=steward)
    assert contracts.broken(steward) == []
    assert [badge.word for badge in standing([orders])[orders.pk]] == ["Contract"]


def test_what_has_no_contract_any_more_has_no_sum(orders: Asset) -> None:
    ContractTable.objects.all().delete()
    keeping.refresh([])
    assert not Keeping.objects.exists()


def test_contracts_of_before_are_judged_at_the_next_run_of_any_source(orders: Asset) -> None:
    Keeping.objects.all().delete()
    pour(SourceFactory(), [table("raw.other")])
    assert sum_of(orders) == (4, 3, 0)


def test_judging_costs_as_many_statements_for_many_as_for_few(
    lake: Source, steward: User, count_queries: Callable[[Callable[[], object]], int]
) -> None:
    facts = [replace(warehouse(), **_named(number)) for number in range(12)]
    pour(lake, facts)
    counts = []
    for some in (facts[:2], facts[2:]):
        for fact in some:
            asset = Asset.objects.get(title=fact.title)
            save_contract(asset=asset, content=TEXT.replace("orders", fact.title).encode(), by=steward)
        ids = list(ContractTable.objects.values_list("asset", flat=True))
        counts.append(count_queries(lambda ids=ids: keeping.refresh(ids)))  # type: ignore[misc]
    assert counts[0] == counts[1]
    assert Keeping.objects.count() == 12


def _named(number: int) -> dict[str, Any]:
    fact = table(f"marts.t{number}")
    return {"key": fact.key, "title": fact.title, "relation": fact.relation}
