"""Forms that take an asset's name take its last part alone where one asset has it, and say what else may be meant."""

from __future__ import annotations

import pytest

from catalog.models import Asset
from lineage.queries.naming import Ambiguous, NotKnown, named
from portal.accounts.models import User
from tests.factories import SourceFactory, pour, table

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def tables() -> None:
    names = ("marts.orders_enriched", "raw.orders", "marts.orders")
    pour(SourceFactory(), [table(name, key=name) for name in names])


def test_the_last_name_is_enough_where_it_is_the_only_one(viewer: User) -> None:
    assert named(viewer, "Orders_Enriched").path == "marts.orders_enriched"


def test_of_several_all_are_named(viewer: User) -> None:
    with pytest.raises(Ambiguous, match=r"db\.marts\.orders.*db\.raw\.orders|db\.raw\.orders.*db\.marts\.orders"):
        named(viewer, "orders")


def test_what_is_near_is_offered(viewer: User) -> None:
    with pytest.raises(NotKnown, match=r"Did you mean marts\.orders_enriched\?"):
        named(viewer, "orders_enrichd")


def test_what_one_may_not_see_is_neither_taken_nor_offered(viewer: User, restricted: object) -> None:
    Asset.objects.filter(title="orders_enriched").update(domain=restricted)
    for text in ("orders_enriched", "orders_enrichd"):
        with pytest.raises(NotKnown) as refused:
            named(viewer, text)
        assert refused.value.messages == [f"Nothing is called “{text}”."]
