"""What changed, in words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from catalog.facts import AssetFact, ColumnFact
from catalog.models import Asset, AssetChange, Source
from catalog.queries import activity, assets, differences, news
from catalog.queries.badges import badges_of
from portal.accounts.models import User
from portal.shell import front
from tests.catalog.facts import owned
from tests.factories import SourceFactory, pour, table

pytestmark = pytest.mark.django_db


def told(user: User, source: Source, **changes: Any) -> activity.Activity:
    """The newest activity of a table that the source now describes differently."""
    pour(source, [table("marts.orders", ["id", "total"])])
    pour(source, [table("marts.orders", changes.pop("columns", ["id", "total"]), **changes)])
    return activity.of_asset(user, Asset.objects.get())[0]


def test_a_new_asset_appeared(viewer: User, source: Source) -> None:
    pour(source, [table()])
    (only,) = activity.of_asset(viewer, Asset.objects.get())
    assert (only.words, only.details) == ("appeared", [])


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"description": "new"}, "changed: description"),
        ({"columns": ["id", "total", "tax"]}, "changed: new column tax"),
        ({"columns": ["id"]}, "changed: column total no longer documented"),
        ({"columns": ["id", "a", "b"]}, "changed: 2 new columns, column total no longer documented"),
        ({"tags": ("daily",)}, "changed: tags"),
        ({"owners": owned()}, "changed: owners"),
        ({"tier": "gold"}, "changed: tier"),
        ({"code": "select 2"}, "changed: code"),
        ({"materialized": "view"}, "changed: materialization"),
        ({"deprecated_at": "2027-01-01"}, "changed: deprecation date"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_a_change_is_a_sentence(viewer: User, source: Source, changes: dict[str, Any], words: str) -> None:
    assert told(viewer, source, **changes).words == words


def test_before_and_after_are_told(viewer: User, source: Source) -> None:
    (detail,) = told(viewer, source, tags=("daily", "core")).details
    assert (detail.words, detail.before, detail.after) == ("tags", "—", "daily, core")


def test_descriptions_are_told_without_their_markup(viewer: User, source: Source) -> None:
    pour(source, [table("marts.orders", ["id"], description="Of the shop")])
    pour(source, [table("marts.orders", ["id"], description="Of **the** [shop](https://shop.example)\n\n- daily")])
    (detail,) = activity.of_asset(viewer, Asset.objects.get())[0].details
    assert (detail.before, detail.after) == ("Of the shop", "Of the shop daily")


def test_where_only_the_markup_changed_it_is_told(viewer: User, source: Source) -> None:
    pour(source, [table("marts.orders", ["id"], description="the")])
    pour(source, [table("marts.orders", ["id"], description="**the**")])
    (detail,) = activity.of_asset(viewer, Asset.objects.get())[0].details
    assert (detail.before, detail.after) == ("the", "**the**")


def test_the_type_of_a_column_before_and_after_is_told(viewer: User, source: Source) -> None:
    for kind in ("int", "bigint"):
        pour(source, [replace(table(), columns=(ColumnFact(name="id", position=1, data_type=kind),))])
    (newest, _) = activity.of_asset(viewer, Asset.objects.get())
    (detail,) = newest.details
    assert (detail.words, detail.before, detail.after) == ("column id: type", "int", "bigint")


def warehouse(**types: str) -> AssetFact:
    """As a reader tells it that has asked the warehouse itself."""
    columns = (ColumnFact(name=n, position=1, data_type=t, nullable=True, observed=True) for n, t in types.items())
    fact = table("marts.orders", key="db.marts.orders", materialized="", columns_known=True, first_hand=True)
    return replace(fact, columns=tuple(columns))


def documented(**types: str) -> AssetFact:
    """As dbt tells it with last night's catalog.json."""
    columns = (ColumnFact(name=n, position=1, data_type=t, observed=True) for n, t in types.items())
    return replace(table("marts.orders", columns_known=True), columns=tuple(columns))


def test_what_the_warehouse_changes_is_told_though_dbt_still_says_otherwise(viewer: User, source: Source) -> None:
    lake = SourceFactory()
    pour(source, [documented(id="integer", amount="integer", gone="text")])
    pour(lake, [warehouse(id="integer", amount="integer", gone="text")])
    pour(lake, [warehouse(id="integer", amount="bigint", fresh="date")])
    orders = Asset.objects.get()
    newest = activity.of_asset(viewer, orders)[0]
    assert newest.words == "changed: new column fresh, column gone gone from the warehouse, column amount (type)"
    told = {(one.words, one.before, one.after) for one in newest.details}
    assert told == {
        ("new column fresh", "", ""),
        ("column amount: type", "integer", "bigint"),
        ("column gone gone from the warehouse", "", ""),
    }
    assert [change.words for change in assets.column_history(orders, "gone")][:1] == ["gone from the warehouse"]
    assert orders.columns.get(name="amount").data_type == "bigint"
    assert not orders.columns.get(name="gone").observed


def test_the_first_look_into_the_warehouse_is_no_news_of_each_column(viewer: User, source: Source) -> None:
    pour(source, [table("marts.orders", ["id", "total"])])
    pour(SourceFactory(), [warehouse(id="", total="")])
    assert "warehouse" not in str([entry.details for entry in activity.of_asset(viewer, Asset.objects.get())])


def test_a_column_that_the_warehouse_alone_knew_is_gone_from_it(viewer: User) -> None:
    lake = SourceFactory()
    pour(lake, [warehouse(id="integer", old="text")])
    pour(lake, [warehouse(id="integer")])
    newest = activity.of_asset(viewer, Asset.objects.get())[0]
    assert (newest.words, newest.details) == ("changed: column old gone from the warehouse", [])


def test_whether_a_column_may_be_empty_is_said_in_words(viewer: User) -> None:
    lake = SourceFactory()
    fact = warehouse(id="integer")
    pour(lake, [fact])
    pour(lake, [replace(fact, columns=(replace(fact.columns[0], nullable=False),))])
    newest = activity.of_asset(viewer, Asset.objects.get())[0]
    assert newest.words == "changed: column id (may be empty)"
    assert [(one.words, one.before, one.after) for one in newest.details] == [("column id: may be empty", "yes", "no")]


def test_retiring_and_returning_are_told(viewer: User, source: Source) -> None:
    for facts in ([table()], [], [table()]):
        pour(source, facts)
    assert [entry.words for entry in activity.of_asset(viewer, Asset.objects.get())] == [
        "returned",
        "retired",
        "appeared",
    ]


def test_the_name_of_a_domain_that_is_hidden_is_not_told(viewer: User, source: Source, restricted: Any) -> None:
    pour(source, [table(domain="finance")])
    pour(source, [table(domain="people")])
    Asset.objects.update(domain=None)
    entry = activity.of_asset(viewer, Asset.objects.get())[0]
    assert [(detail.words, detail.before, detail.after) for detail in entry.details] == [("domain", "Finance", "—")]


def test_a_run_tells_what_it_changed(viewer: User, source: Source) -> None:
    run = pour(source, [table("marts.a"), table("marts.b")])
    assert {entry.change.asset.path for entry in activity.of_run(viewer, run)} == {"marts.a", "marts.b"}


def test_the_history_of_a_column_is_its_own(source: Source) -> None:
    pour(source, [table("marts.orders", ["id"])])
    pour(source, [table("marts.orders", ["id", "total"])])
    pour(source, [table("marts.orders", ["id"], description="x")])
    asset = Asset.objects.get()
    assert [change.words for change in assets.column_history(asset, "total")][:2] == ["no longer documented", "new"]
    assert [change.words for change in assets.column_history(asset, "id")] == ["first seen with its table"]


@pytest.mark.parametrize("statement", ["UPDATE catalog_assetchange SET kind = 'x'", "DELETE FROM catalog_assetchange"])
def test_activity_can_only_be_added_to(source: Source, statement: str) -> None:
    pour(source, [table()])
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert AssetChange.objects.count() == 1


def test_news_of_one_run_are_one_line(viewer: User, source: Source) -> None:
    pour(source, [table(f"marts.t{number}") for number in range(30)])
    pour(SourceFactory(), [table("raw.events")])
    assert [(one.asset and one.asset.path, one.count) for one in news.newest(viewer)] == [
        ("raw.events", 1),
        ("marts.t0", 30),
    ]


@pytest.mark.parametrize("domain", ["", "people"], ids=["nothing new", "all hidden"])
def test_runs_that_tell_nothing_do_not_push_news_away(
    viewer: User, source: Source, restricted: Any, domain: str
) -> None:
    pour(source, [table("marts.orders")])
    other = SourceFactory()
    for number in range(15):
        pour(other, [table(f"hr.t{number}", domain=domain)] if domain else [])
    assert [one.asset and one.asset.path for one in news.newest(viewer)] == ["marts.orders"]


def lost(source: Source, lake: Source, *, hearsay: bool = True) -> Asset:
    """A table that dbt knows (of which the warehouse saw two columns), after somebody has dropped it."""
    pour(source, [documented(id="integer", note="text") if hearsay else table("marts.orders", ["id", "note"])])
    pour(lake, [warehouse(id="integer", note="text", seen="date")])
    pour(lake, [])
    return Asset.objects.get()


@pytest.mark.parametrize("hearsay", [True, False], ids=["with catalog.json", "without"])
def test_a_table_that_is_dropped_is_one_line_and_a_badge(viewer: User, source: Source, hearsay: bool) -> None:
    orders = lost(source, SourceFactory(), hearsay=hearsay)
    newest = activity.of_asset(viewer, orders)[0]
    assert (newest.words, newest.details) == ("is gone from the warehouse", [])
    assert [badge.word for badge in badges_of([orders])[orders.pk]] == ["Gone from the warehouse"]
    assert [trouble.asset for trouble in front.attention(viewer)] == [orders]
    compared = differences.of_asset(orders)
    assert compared.gone and compared.gone.since == orders.gone_at


def test_a_table_that_comes_back_is_one_line_and_only_new_columns_are_news(viewer: User, source: Source) -> None:
    lake = SourceFactory()
    orders = lost(source, lake)
    pour(lake, [warehouse(id="integer", note="text", seen="date", fresh="date")])
    newest = activity.of_asset(viewer, orders)[0]
    assert newest.words == "is back in the warehouse; changed: new column fresh"
    orders.refresh_from_db()
    assert badges_of([orders])[orders.pk] == []
    assert front.attention(viewer) == []


def test_that_it_is_gone_is_told_once_whatever_dbt_says_afterwards(viewer: User, source: Source) -> None:
    orders = lost(source, SourceFactory())
    pour(source, [replace(documented(id="integer"), description="all of them")])
    words = [entry.words for entry in activity.of_asset(viewer, orders)]
    assert words[0].startswith("changed: ") and words[1] == "is gone from the warehouse"
    orders.refresh_from_db()
    assert orders.gone_at is not None


def test_what_a_removed_source_saw_is_not_gone(viewer: User, source: Source) -> None:
    lake = SourceFactory()
    pour(source, [documented(id="integer")])
    pour(lake, [warehouse(id="integer")])
    Source.objects.filter(pk=lake.pk).update(removed_at=timezone.now())
    pour(lake, [])
    assert "warehouse" not in activity.of_asset(viewer, Asset.objects.get())[0].words.replace("may be empty", "")
    assert Asset.objects.get().gone_at is None


def test_a_source_that_is_removed_later_brings_nothing_back(viewer: User, source: Source) -> None:
    lake = SourceFactory()
    orders = lost(source, lake)
    Source.objects.filter(pk=lake.pk).update(removed_at=timezone.now())
    pour(source, [replace(documented(id="integer", note="text"), description="all of them")])
    assert "back" not in activity.of_asset(viewer, orders)[0].words


def test_a_table_that_the_warehouse_alone_knew_is_retired_not_gone(viewer: User) -> None:
    lake = SourceFactory()
    pour(lake, [warehouse(id="integer")])
    pour(lake, [])
    orders = Asset.objects.get()
    assert activity.of_asset(viewer, orders)[0].words == "retired"
    assert [badge.word for badge in badges_of([orders])[orders.pk]] == ["Retired"]


def test_several_tables_that_are_dropped_are_one_piece_of_news(viewer: User, source: Source) -> None:
    lake = SourceFactory()
    names = [f"marts.t{number}" for number in range(3)]
    pour(source, [table(name) for name in names])
    real = [table(name, key=name, materialized="", columns_known=True, first_hand=True) for name in names]
    pour(lake, [*real, table("raw.stays", key="raw.stays", first_hand=True)])
    pour(lake, [table("raw.stays", key="raw.stays", first_hand=True)])
    assert next((one.words, one.count) for one in news.newest(viewer)) == ("are gone from the warehouse", 3)
