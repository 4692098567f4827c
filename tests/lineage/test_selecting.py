"""A selection over the catalog: what its parts name, and what of it the person sees."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from catalog.facts import AssetFact, ColumnFact, EdgeFact, Fact, Kind, OwnerFact
from catalog.models import Asset, Source
from lineage.queries.selecting import select
from lineage.snapshots import fresh
from portal.accounts.models import User
from tests.factories import SourceFactory, pour, table

pytestmark = pytest.mark.django_db

FACTS: list[Fact] = [
    table("raw.orders", key="raw", tags=("hourly",)),
    table("staging.stg_orders", key="staging", tags=("hourly", "core team")),
    replace(
        table("marts.orders", key="mart", domain="sales"),
        owners=(OwnerFact(name="growth", is_team=True),),
        columns=(ColumnFact(name="mail", position=1, pii="email", pii_reason="declared"),),
    ),
    AssetFact(key="board", kind=Kind.DASHBOARD, title="Orders, all", platform="looker", address="board"),
    EdgeFact(upstream="raw", downstream="staging"),
    EdgeFact(upstream="staging", downstream="mart"),
    EdgeFact(upstream="mart", downstream="board"),
]


@pytest.fixture(autouse=True)
def shop(source: Source) -> None:
    fresh.forget()
    pour(source, FACTS)


def chosen(user: Any, text: str) -> list[str]:
    ids = select(user, text).asset_ids
    paths = dict(Asset.objects.values_list("pk", "path"))
    return [paths[pk] for pk in ids]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("marts.orders", ["marts.orders"]),
        ("orders", ["marts.orders", "raw.orders"]),
        ("MARTS.*", ["marts.orders"]),
        ('"Orders, all"', ["board"]),
        ("+marts.orders+1", ["board", "marts.orders", "raw.orders", "staging.stg_orders"]),
        ("1+marts.orders", ["marts.orders", "staging.stg_orders"]),
        ("tag:hourly", ["raw.orders", "staging.stg_orders"]),
        ('tag:"core*"', ["staging.stg_orders"]),
        ("tag:hour", []),
        ("kind:dashboard", ["board"]),
        ("kind:dash*", ["board"]),
        ("owner:growth", ["marts.orders"]),
        ("schema:staging", ["staging.stg_orders"]),
        ("platform:looker", ["board"]),
        ("pii:email pii:yes", ["marts.orders"]),
        ("+kind:dashboard,tag:hourly --exclude schema:raw", ["staging.stg_orders"]),
        ("nothing+", []),
        (r"mart\.*", []),
    ],
)
def test_parts_name_what_they_say(viewer: User, text: str, expected: list[str]) -> None:
    assert chosen(viewer, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("source:stripe", ["raw.charges", "raw.refunds"]),
        ("source:stripe.charges", ["raw.charges"]),
        ("source:shop.stripe", ["raw.charges", "raw.refunds"]),
        ("source:*", ["raw.charges", "raw.refunds"]),
        ("source:str", []),
        ("source:raw", []),
        ("exposure:revenue", ["exposure.shop.revenue"]),
        ("exposure:*", ["exposure.shop.revenue"]),
        ("resource_type:exposure", ["exposure.shop.revenue"]),
        ("resource_type:s*", ["raw.charges", "raw.refunds"]),
    ],
)
def test_what_dbt_calls_so_is_named_as_dbt_does(viewer: User, text: str, expected: list[str]) -> None:
    address = "exposure.shop.revenue"
    pour(
        SourceFactory(slug="dbt", kind="dbt"),
        [
            table("raw.charges", key="source.shop.stripe.charges"),
            table("raw.refunds", key="source.shop.stripe.refunds"),
            AssetFact(key=address, kind=Kind.DASHBOARD, title="Revenue", platform="dbt", address=address),
        ],
    )
    assert chosen(viewer, text) == expected


def test_a_part_that_names_nothing_is_told_beside_one_that_does(viewer: User) -> None:
    found = select(viewer, "marts.orders nope.nope --exclude tag:none")
    assert [one.message for one in found.reasons] == [
        "“nope.nope” names nothing that you may see.",
        "“tag:none” names nothing that you may see.",
    ]


def test_what_is_hidden_is_passed_and_not_chosen(viewer: User, restricted: Any) -> None:
    Asset.objects.filter(path="staging.stg_orders").update(domain=restricted)
    assert chosen(viewer, "raw.orders+") == ["board", "marts.orders", "raw.orders"]
    assert [one.code for one in select(viewer, "raw.orders+").reasons] == ["restricted"]
    assert select(viewer, "schema:staging") == select(viewer, "schema:nothing")


def test_more_than_is_shown_is_told(viewer: User) -> None:
    found = select(viewer, "*", limit=2)
    assert (len(found.asset_ids), found.count, [one.code for one in found.reasons]) == (2, 4, ["width"])


@pytest.mark.parametrize(
    "text", ["", "a++", "colour:x", "\0", "x:" * 900, "(", "[a-z]", "é\U0001f600*", "a\\", "*" * 500]
)
def test_no_text_is_too_strange(viewer: User, text: str) -> None:
    try:
        assert chosen(viewer, text) == []
    except ValidationError as error:
        assert set(error.message_dict) == {"select"}
    except AssertionError:
        assert text == "*" * 500
