"""A dbt project, the warehouse that it built, a contract and OpenLineage's names: one asset a table, whoever comes first."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest
from django.db import transaction

from catalog.facts import AssetFact, CheckStatus, EdgeFact, Fact, Kind, NameFact, Relation
from catalog.models import Asset, Merge, NamespaceAlias, Source
from catalog.services import identity
from lineage.models import Edge
from portal.accounts.models import User
from quality.models import Check
from tests.catalog.facts import checked
from tests.factories import SourceFactory, pour, table

pytestmark = pytest.mark.django_db
SPACE = "snowflake://acme-eu"
NAMES = ("ORDERS", "USERS", "PAYMENTS")


def relation(name: str, *, schema: str = "MARTS", database: str = "PROD") -> Relation:
    return Relation(database=database, schema=schema, identifier=name)


def dbt() -> list[Fact]:
    """No account is named, and names are written as people write them."""
    made = [
        table(
            f"marts.{name.lower()}",
            ["id", "amount"],
            platform="snowflake",
            relation=relation(name.lower(), schema="marts", database="prod"),
            description=f"{name} by dbt",
        )
        for name in NAMES
    ]
    edge = EdgeFact(upstream=made[0].key, downstream=made[1].key)
    return [*made, edge, *checked(made[0].key, "id", CheckStatus.PASS)]


def warehouse() -> list[Fact]:
    return [
        table(
            f"MARTS.{name}",
            ["ID", "AMOUNT", "LOADED_AT"],
            key=f"PROD.MARTS.{name}",
            platform="snowflake",
            relation=relation(name),
            columns_known=True,
            materialized="",
            row_count=10,
        )
        for name in NAMES
    ]


def mention(name: str = "orders", schema: str = "marts", *names: NameFact, **more: Any) -> AssetFact:
    at = Relation(database="", schema=schema, identifier=name)
    found = AssetFact(key=f"m.{name}", kind=Kind.TABLE, title=name, platform="snowflake", relation=at, mention=True)
    return replace(found, names=names, **more)


def told() -> dict[str, list[Any]]:
    """What there is, ids aside."""
    live = Asset.objects.live()
    fields = ("namespace", "name", "path", "title", "description", "row_count", "column_count", "stub")
    columns = live.filter(columns__retired_at=None).values_list("name", "columns__name", "columns__position")
    edges = Edge.objects.open().values_list("upstream__name", "downstream__name")
    return {
        "assets": sorted(live.values_list(*fields)),
        "columns": sorted(columns),
        "edges": sorted(edges),
        "checks": sorted(Check.objects.values_list("asset__name", "key")),
        "sightings": sorted(live.values_list("name", "sightings__source__slug", "sightings__key")),
    }


def sources() -> tuple[Source, Source, Source]:
    return (
        SourceFactory(slug="project", namespace=""),
        SourceFactory(slug="warehouse", namespace=SPACE),
        SourceFactory(slug="contracts", namespace=""),
    )


def in_order(*order: int) -> dict[str, list[Any]]:
    """What there is after every source has spoken twice; the database forgets it."""
    project, house, contracts = sources()
    facts: list[tuple[Source, list[Fact]]] = [(project, dbt()), (house, warehouse()), (contracts, [mention()])]
    for place in (*order, *order):
        pour(*facts[place])
    found = told()
    transaction.set_rollback(True)
    return found


def test_the_order_of_the_sources_does_not_matter() -> None:
    outcomes = []
    for order in permutations(range(3)):
        with transaction.atomic():
            outcomes.append(in_order(*order))
    assert all(outcome == outcomes[0] for outcome in outcomes)
    assert len(outcomes[0]["assets"]) == len(NAMES)
    assert {row[0] for row in outcomes[0]["assets"]} == {SPACE}
    assert len(outcomes[0]["sightings"]) == 2 * len(NAMES) + 1


def test_an_openlineage_name_joins_by_its_symlink() -> None:
    _, house, contracts = sources()
    pour(house, warehouse())
    link = NameFact(namespace="snowflake://ACME-EU", name="prod.marts.orders")
    spark = AssetFact(
        key="s", kind=Kind.TABLE, title="t", platform="file", address="/lake/t", names=(link,), mention=True
    )
    run = pour(contracts, [spark])
    assert run.figures["unmatched"] == 0
    assert Asset.objects.live().count() == len(NAMES)
    assert Asset.objects.get(name="PROD.MARTS.ORDERS").sightings.count() == 2


def test_also_when_the_table_comes_later() -> None:
    _, house, contracts = sources()
    link = NameFact(namespace="snowflake://ACME-EU", name="prod.marts.orders")
    spark = AssetFact(
        key="s", kind=Kind.TABLE, title="t", platform="file", address="/lake/t", names=(link,), mention=True
    )
    pour(contracts, [spark])
    assert Asset.objects.live().get().stub
    pour(house, warehouse())
    assert Asset.objects.live().count() == len(NAMES)
    orders = Asset.objects.get(name="PROD.MARTS.ORDERS")
    assert (orders.namespace, orders.path, orders.sightings.count()) == (SPACE, "MARTS.ORDERS", 2)
    assert "known by the name" in Merge.objects.get().reason


def test_an_alias_of_the_namespace_leads_to_the_one_table() -> None:
    _, house, contracts = sources()
    NamespaceAlias.objects.create(alias="snowflake://xy12345.eu-central-1.aws", namespace=SPACE)
    pour(house, warehouse())
    link = NameFact(namespace="snowflake://XY12345.eu-central-1", name="PROD.MARTS.stg_orders")
    there = replace(link, name="PROD.marts.orders")
    facts = [
        AssetFact(key=f"k{n}", kind=Kind.TABLE, title="t", platform="file", address=f"/{n}", names=(one,), mention=True)
        for n, one in enumerate((link, there))
    ]
    pour(contracts, facts)
    assert Asset.objects.live().filter(stub=True).count() == 1
    assert Asset.objects.get(name="PROD.MARTS.ORDERS").sightings.count() == 2


def test_what_a_mention_brought_moves_to_the_table() -> None:
    _, house, contracts = sources()
    facts: list[Fact] = [mention(), mention("users"), EdgeFact(upstream="m.orders", downstream="m.users")]
    assert pour(contracts, facts).figures["unmatched"] == 2
    run = pour(house, warehouse())
    assert run.figures["settled"] == 2
    assert Edge.objects.open().get().upstream.name == "PROD.MARTS.ORDERS"
    again = pour(contracts, facts)
    assert again.figures["unmatched"] == 0
    assert Edge.objects.count() == 1


def test_two_instances_with_the_same_names_stay_apart() -> None:
    for space in (SPACE, "snowflake://acme-us"):
        pour(SourceFactory(namespace=space), warehouse())
    assert Asset.objects.live().count() == 2 * len(NAMES)
    pour(SourceFactory(namespace=""), [mention()])
    assert Asset.objects.live().filter(stub=True).count() == 1
    pour(SourceFactory(namespace=SPACE), [mention()])
    assert Asset.objects.live().filter(stub=True).count() == 1


def test_what_a_person_took_apart_is_not_joined_again(steward: User) -> None:
    _, house, contracts = sources()
    pour(contracts, [mention()])
    pour(house, warehouse())
    identity.undo(merge=Merge.objects.get(), by=steward)
    pour(house, warehouse())
    assert Asset.objects.live().filter(stub=True).count() == 1


def test_what_a_person_said_is_something_of_its_own_joins_nothing(steward: User) -> None:
    _, house, contracts = sources()
    pour(contracts, [mention()])
    identity.set_apart(asset=Asset.objects.get(), by=steward)
    pour(house, warehouse())
    assert Asset.objects.live().filter(stub=True).count() == 1


def test_no_name_joins_what_is_shut_by_itself(restricted: object) -> None:
    _, house, contracts = sources()
    pour(contracts, [mention()])
    pour(house, [replace(fact, domain="people") for fact in warehouse() if isinstance(fact, AssetFact)])
    assert Asset.objects.live().filter(stub=True).count() == 1
