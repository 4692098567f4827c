"""From facts to rows: what is new, changed, gone and back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from catalog.facts import AssetFact, ColumnFact, Kind, OwnerFact
from catalog.models import Asset, AssetChange, AssetName, Column, Definition, Sighting, Source
from tests.factories import SourceFactory, UserFactory, pour, table

pytestmark = pytest.mark.django_db


def test_a_new_table_appears_with_its_columns(source: Source) -> None:
    run = pour(source, [table("marts.orders", ["id", "total"])])
    asset = Asset.objects.get()
    assert (asset.path, asset.name, asset.namespace) == ("marts.orders", "db.marts.orders", "postgres://test")
    assert list(asset.columns.order_by("position").values_list("name", flat=True)) == ["id", "total"]
    assert (run.figures["created"], run.figures["columns"]) == (1, 2)


def test_the_same_facts_again_change_nothing(source: Source) -> None:
    facts = [table("marts.orders"), table("marts.users")]
    pour(source, facts)
    before = list(Asset.objects.order_by("id").values())
    run = pour(source, facts)
    assert list(Asset.objects.order_by("id").values()) == before
    assert (run.figures["created"], run.figures["changed"], run.figures["unchanged"]) == (0, 0, 2)


def test_a_changed_description_is_one_change_with_before_and_after(source: Source) -> None:
    pour(source, [table(description="old")])
    run = pour(source, [table(description="new")])
    change = AssetChange.objects.get(kind="changed")
    assert change.diff == {"description": ["old", "new"]}
    assert change.run == run
    assert run.figures["changed"] == 1


def test_added_removed_and_retyped_columns_are_told_apart(source: Source) -> None:
    old = table(columns=["id", "gone", "typed"])
    columns = [replace(c, data_type="int") for c in table(columns=["id", "typed", "fresh"]).columns]
    pour(source, [replace(old, columns=tuple(replace(c, data_type="text") for c in old.columns))])
    pour(
        source,
        [replace(old, columns=tuple(replace(c, data_type="text" if c.name == "id" else "int") for c in columns))],
    )
    diff = AssetChange.objects.get(kind="changed").diff["columns"]
    assert diff == {"added": ["fresh"], "removed": ["gone"], "changed": {"typed": {"data_type": ["text", "int"]}}}
    assert Column.objects.get(name="gone").retired_at is not None


def test_what_a_source_no_longer_reports_is_retired_and_returns(source: Source) -> None:
    orders, users = table("marts.orders"), table("marts.users")
    pour(source, [orders, users])
    assert pour(source, [users]).figures["retired"] == 1
    assert Asset.objects.get(path="marts.orders").retired_at is not None
    run = pour(source, [orders, users])
    assert (run.figures["returned"], run.figures["created"]) == (1, 0)
    assert Asset.objects.get(path="marts.orders").retired_at is None


def test_a_retired_asset_that_is_gone_stays_gone_only_once(source: Source) -> None:
    pour(source, [table("marts.orders"), table("marts.users")])
    pour(source, [table("marts.users")])
    assert pour(source, [table("marts.users")]).figures["retired"] == 0


def test_two_sources_that_name_one_table_share_one_asset(source: Source) -> None:
    other = SourceFactory(namespace=source.namespace)
    pour(source, [table("marts.orders", description="made here")])
    pour(other, [table("MARTS.ORDERS", key="source.other.orders", materialized="", tags=("shared",))])
    asset = Asset.objects.get()
    assert (asset.description, asset.tags) == ("made here", ["shared"])
    assert Sighting.objects.filter(asset=asset).count() == 2


def test_one_source_never_retires_what_another_still_sees(source: Source) -> None:
    other = SourceFactory(namespace=source.namespace)
    for each in (source, other):
        pour(each, [table("marts.orders")])
    run = pour(other, [])
    assert run.figures["retired"] == 0
    assert Asset.objects.get().retired_at is None


def test_what_only_the_leaving_source_said_goes_with_it(source: Source) -> None:
    other = SourceFactory(namespace=source.namespace)
    pour(source, [table("marts.orders")])
    pour(other, [table("marts.orders", materialized="", tags=("shared",))])
    pour(other, [])
    assert Asset.objects.get().tags == []


def test_two_keys_of_one_relation_in_one_run_are_one_asset(source: Source) -> None:
    seed = table("raw.users", key="seed.users", kind=Kind.SEED, materialized="seed")
    declared = table("raw.users", key="source.users", materialized="", description="Our users")
    pour(source, [seed, declared])
    asset = Asset.objects.get()
    assert (asset.kind, asset.description) == ("seed", "Our users")


def test_instances_of_one_platform_are_kept_apart(source: Source) -> None:
    pour(source, [table("marts.orders")])
    pour(SourceFactory(namespace="postgres://elsewhere"), [table("marts.orders")])
    assert Asset.objects.filter(path="marts.orders").count() == 2
    assert len(set(Asset.objects.values_list("address", flat=True))) == 2


def test_snowflake_folds_case_and_keeps_what_is_quoted_apart(source: Source) -> None:
    plain = table("MARTS.ORDERS", platform="snowflake")
    lower = table("marts.orders", key="lower", platform="snowflake")
    quoted = replace(lower, key="quoted", relation=replace(lower.relation, quoted=True))  # type: ignore[type-var]
    pour(source, [plain, lower, quoted])
    assert Asset.objects.count() == 2


def test_a_key_that_moves_to_another_relation_leaves_the_old_asset(source: Source) -> None:
    pour(source, [table("marts.orders", key="model.orders", aliases=("model.orders",))])
    run = pour(source, [table("marts.orders_new", key="model.orders", aliases=("model.orders",))])
    assert (run.figures["created"], run.figures["retired"]) == (1, 1)
    assert AssetName.objects.get(name="model.orders").asset.path == "marts.orders_new"


def test_owners_are_linked_to_people_by_address(source: Source) -> None:
    person = UserFactory(email="lea@example.com")
    pour(source, [table(owners=(OwnerFact(name="Lea M", email="LEA@example.com"),))])
    assert Asset.objects.get().owners.get().user == person


def test_a_hostile_name_is_left_out_with_a_warning_and_the_rest_comes_in(source: Source) -> None:
    run = pour(source, [table("marts." + "x" * 5000), table("marts.orders")])
    assert (run.figures["skipped"], run.figures["created"]) == (1, 1)


@pytest.mark.parametrize("name", ['a"b', "a/b", "..", "Straße 🦉", "<script>alert(1)</script>", "a'b; DROP TABLE x"])
def test_every_name_gets_an_address_that_leads_back_to_it(source: Source, as_viewer: object, name: str) -> None:
    pour(source, [table(f"marts.{name}", key="k")])
    response = as_viewer.get(Asset.objects.get().get_absolute_url())  # type: ignore[attr-defined]
    assert response.status_code == 200


def test_declared_personal_data_always_says_where_it_was_declared(source: Source) -> None:
    column = ColumnFact(name="mail", position=1, pii="email", pii_reason="declared in dbt meta")
    pour(source, [replace(table(), columns=(column,))])
    assert Asset.objects.get().pii == ["email"]
    assert Column.objects.get().pii_reason == "declared in dbt meta"


@pytest.mark.parametrize("step", ["first", "unchanged", "changed"])
def test_a_batch_costs_the_same_number_of_statements_whatever_its_size(
    count_queries: Callable[..., int], step: str, db: None
) -> None:
    def statements(size: int) -> int:
        source = SourceFactory(namespace=f"postgres://{size}")
        facts = [table(f"marts.t{number}", ["a", "b", "c"]) for number in range(size)]
        if step == "first":
            return count_queries(lambda: pour(source, facts))
        pour(source, facts)
        again = [replace(fact, description="new") for fact in facts] if step == "changed" else facts
        return count_queries(lambda: pour(source, again))

    statements(1)  # the first instance with such a database asks once more who else might live on it
    assert statements(2) == statements(200)


def test_a_source_that_stops_naming_a_restricted_domain_does_not_open_it(source: Source, restricted: Any) -> None:
    pour(source, [table("hr.salaries", domain="people")])
    pour(source, [table("hr.salaries")])
    assert Asset.objects.get().domain == restricted


def test_another_source_cannot_talk_an_asset_out_of_a_restricted_domain(source: Source, restricted: Any) -> None:
    pour(source, [table("hr.salaries", domain="people", materialized="")])
    pour(SourceFactory(namespace=source.namespace), [table("hr.salaries", domain="finance")])
    assert Asset.objects.get().domain == restricted


def test_one_voice_is_enough_to_bring_an_asset_into_a_restricted_domain(source: Source, restricted: Any) -> None:
    pour(source, [table("hr.salaries", domain="finance")])
    pour(SourceFactory(namespace=source.namespace), [table("hr.salaries", domain="people", materialized="")])
    assert Asset.objects.get().domain == restricted


def test_a_domain_in_any_script_is_a_domain(source: Source) -> None:
    pour(source, [table(domain="人事")])
    assert str(Asset.objects.get().domain) == "人事".upper()


def test_an_asset_whose_key_moved_away_is_what_the_others_say(source: Source) -> None:
    other = SourceFactory(namespace=source.namespace)
    pour(source, [table("marts.orders", key="k", description="ours", code="select 1")])
    pour(other, [table("marts.orders", key="o", materialized="", description="theirs")])
    pour(source, [table("marts.orders_v2", key="k", description="ours")])
    asset = Asset.objects.get(path="marts.orders")
    assert (asset.description, asset.retired_at) == ("theirs", None)
    assert not Definition.objects.filter(asset=asset).exists()


def test_keys_that_change_places_retire_nothing(source: Source) -> None:
    pour(source, [table("marts.a", key="1"), table("marts.b", key="2")])
    run = pour(source, [table("marts.b", key="1"), table("marts.a", key="2")])
    assert (run.figures["retired"], run.figures["returned"]) == (0, 0)


def _seen(**changes: Any) -> AssetFact:
    columns = (
        ColumnFact(name="ID", position=1, data_type="bigint", nullable=False, observed=True),
        ColumnFact(name="total", position=2, data_type="integer", observed=True),
    )
    return replace(table(), columns=columns, columns_known=True, row_count=7, **changes)


def test_what_was_seen_in_the_warehouse_stays_when_nobody_looks(source: Source) -> None:
    pour(source, [_seen()])
    told = ColumnFact(name="id", position=1, description="The order.")
    pour(source, [replace(table(), columns=(told,))])
    asset = Asset.objects.get()
    rows = asset.columns.filter(retired_at=None).order_by("position").values_list("name", "data_type", "description")
    assert list(rows) == [("ID", "bigint", "The order."), ("total", "integer", "")]
    assert (asset.column_count, asset.row_count) == (2, 7)


def test_a_column_that_is_not_seen_any_more_is_retired(source: Source) -> None:
    pour(source, [_seen()])
    pour(source, [replace(_seen(), columns=_seen().columns[:1])])
    assert list(Column.objects.filter(retired_at=None).values_list("name", flat=True)) == ["ID"]
