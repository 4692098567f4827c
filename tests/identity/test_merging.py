"""A merge moves everything; undoing it leaves the database as it was."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection

from catalog.facts import EdgeFact
from catalog.intake.moving import keys
from catalog.models import Annotation, Asset, Domain, Follow, LastBuild, Merge
from catalog.search.index import refresh
from catalog.services import identity
from lineage.models import Edge
from portal.accounts.models import User
from portal.kernel import rights
from portal.kernel.models import Event
from quality.models import Check, Health
from tests.factories import SourceFactory, asset, pour, table
from tests.identity.world import World, dump, world

pytestmark = pytest.mark.django_db


@pytest.fixture
def twins(steward: User) -> World:
    return world(steward)


def refreshed(*assets: Asset) -> list[Asset]:
    return [Asset.objects.get(pk=one.pk) for one in assets]


def differences(before: dict[str, list[str]], after: dict[str, list[str]]) -> dict[str, tuple[set[str], set[str]]]:
    return {
        name: (set(before[name]) - set(after[name]), set(after[name]) - set(before[name]))
        for name in before
        if before[name] != after[name]
    }


def test_every_key_to_assets_has_a_row_in_this_world(twins: World) -> None:
    empty = [key.label for key in keys() if not key.rows.filter(**{f"{key.field}__isnull": False}).exists()]
    assert set(empty) <= {"catalog.asset.merged_into", "catalog.apart.other"}


def test_everything_of_the_one_is_the_others(twins: World, steward: User) -> None:
    made = identity.merge(kept=twins.kept, gone=twins.gone, by=steward, reason="a copy")
    kept, gone = refreshed(twins.kept, twins.gone)
    assert gone.merged_into == kept
    assert gone.retired_at is not None
    assert kept.description == "Ours"
    assert set(kept.columns.filter(retired_at=None).values_list("name", flat=True)) == {"id", "amount", "extra"}
    assert set(kept.owners.values_list("name", flat=True)) == {"Lea", "Max"}
    assert set(kept.sightings.values_list("source__slug", flat=True)) == {"shop", "lake"}
    assert kept.names.filter(name="db.public.orders_copy").exists()
    assert Edge.objects.open().filter(upstream=kept, downstream__path="public.reader").exists()
    assert Check.objects.filter(asset=kept).count() == 2
    assert Health.objects.get(asset=kept).checks == {"pass": 2}
    assert LastBuild.objects.get(asset=kept).at.month == 2
    assert set(Follow.objects.filter(asset=kept).values_list("user__username", flat=True)) == {"stew", "other"}
    assert Follow.objects.filter(asset=gone).count() == 1
    assert Asset.objects.get(path="public.reader").successor == kept
    assert made.moved["stayed"]["catalog.follow.asset"]
    assert Event.objects.filter(name="catalog.AssetsMerged", chained=True).exists()


def test_undoing_leaves_the_database_as_it_was(twins: World, steward: User) -> None:
    before = dump()
    identity.undo(merge=identity.merge(kept=twins.kept, gone=twins.gone, by=steward), by=steward)
    assert differences(before, dump()) == {}


def test_undoing_the_other_way_round_as_well(twins: World, steward: User) -> None:
    before = dump()
    identity.undo(merge=identity.merge(kept=twins.gone, gone=twins.kept, by=steward), by=steward)
    assert differences(before, dump()) == {}


def test_also_after_an_intake_has_said_the_same_again(twins: World, steward: User) -> None:
    twins.tell_again()
    before = dump()
    merge = identity.merge(kept=twins.kept, gone=twins.gone, by=steward)
    twins.tell_again()
    identity.undo(merge=merge, by=steward)
    twins.tell_again()
    assert differences(before, dump()) == {}


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_two_merges_into_one_are_undone_in_any_order(twins: World, steward: User, order: tuple[int, int]) -> None:
    third = Asset.objects.get(path="raw.feed")
    before = dump()
    merges = [identity.merge(kept=twins.kept, gone=gone, by=steward) for gone in (twins.gone, third)]
    for place in order:
        identity.undo(merge=merges[place], by=steward)
    assert differences(before, dump()) == {}


def test_what_the_sources_say_from_then_on_lands_on_the_kept_one(twins: World, steward: User) -> None:
    identity.merge(kept=twins.kept, gone=twins.gone, by=steward)
    news = table("public.orders_copy", ["id", "fresh"], key="lake.orders")
    pour(twins.lake, [news])
    kept, gone = refreshed(twins.kept, twins.gone)
    assert kept.columns.filter(name="fresh", retired_at=None).exists()
    assert gone.retired_at is not None
    assert Asset.objects.live().filter(title="orders_copy").count() == 0


def test_what_was_said_in_between_is_told_of_both_after_undoing(twins: World, steward: User) -> None:
    merge = identity.merge(kept=twins.kept, gone=twins.gone, by=steward)
    pour(twins.lake, [table("public.orders_copy", ["id", "fresh"], key="lake.orders")])
    identity.undo(merge=merge, by=steward)
    kept, gone = refreshed(twins.kept, twins.gone)
    assert set(gone.columns.filter(retired_at=None).values_list("name", flat=True)) == {"id", "fresh"}
    assert set(kept.columns.filter(retired_at=None).values_list("name", flat=True)) == {"id", "amount"}


def test_what_no_source_speaks_of_any_more_retires_when_it_is_undone(twins: World, steward: User) -> None:
    merge = identity.merge(kept=twins.kept, gone=twins.gone, by=steward)
    pour(twins.lake, [])
    identity.undo(merge=merge, by=steward)
    kept, gone = refreshed(twins.kept, twins.gone)
    assert kept.retired_at is None
    assert gone.retired_at is not None
    assert gone.merged_into is None


def test_chains_are_flat_and_come_apart_from_their_end(twins: World, steward: User) -> None:
    third = Asset.objects.get(path="raw.feed")
    first = identity.merge(kept=twins.kept, gone=twins.gone, by=steward)
    second = identity.merge(kept=third, gone=twins.kept, by=steward)
    assert {one.merged_into for one in refreshed(twins.kept, twins.gone)} == {third}
    with pytest.raises(ValidationError, match="Undo that first"):
        identity.undo(merge=first, by=steward)
    identity.undo(merge=second, by=steward)
    assert refreshed(twins.gone)[0].merged_into == twins.kept
    identity.undo(merge=first, by=steward)
    assert not Asset.objects.filter(merged_into__isnull=False).exists()


def test_an_asset_is_part_of_one_other_at_most(twins: World, steward: User) -> None:
    third = Asset.objects.get(path="raw.feed")
    identity.merge(kept=twins.kept, gone=twins.gone, by=steward)
    with pytest.raises(ValidationError, match="already"):
        identity.merge(kept=third, gone=twins.gone, by=steward)
    with pytest.raises(ValidationError, match="already"):
        identity.merge(kept=twins.gone, gone=third, by=steward)


def test_a_merge_is_undone_once(twins: World, steward: User) -> None:
    merge = identity.merge(kept=twins.kept, gone=twins.gone, by=steward)
    identity.undo(merge=merge, by=steward)
    with pytest.raises(ValidationError, match="already"):
        identity.undo(merge=merge, by=steward)


@pytest.mark.parametrize("kept_is_shut", [True, False])
def test_nothing_that_was_shut_is_opened(twins: World, steward: User, restricted: object, kept_is_shut: bool) -> None:
    shut = twins.kept if kept_is_shut else twins.gone
    Asset.objects.filter(pk=shut.pk).update(domain=restricted)
    refresh([shut.pk])
    _member(steward)
    before = dump()
    merge = identity.merge(kept=twins.kept, gone=twins.gone, by=steward)
    assert {one.domain for one in refreshed(twins.kept, twins.gone)} == {restricted}
    assert merge.kept == shut
    identity.undo(merge=merge, by=steward)
    assert differences(before, dump()) == {}


def test_a_domain_that_a_person_chose_does_not_open_what_was_shut(
    twins: World, steward: User, restricted: object
) -> None:
    Annotation.objects.create(asset=twins.gone, field="domain", value="", by=steward, at=twins.gone.created_at)
    Asset.objects.filter(pk=twins.kept.pk).update(domain=restricted)
    _member(steward)
    identity.merge(kept=twins.kept, gone=twins.gone, by=steward)
    assert refreshed(twins.kept)[0].domain == restricted


def test_what_one_may_not_see_is_not_there_to_merge(twins: World, steward: User, restricted: object) -> None:
    Asset.objects.filter(pk=twins.gone.pk).update(domain=restricted)
    with pytest.raises(PermissionDenied, match="no such asset"):
        identity.merge(kept=twins.kept, gone=twins.gone, by=steward)


def test_only_stewards_merge(twins: World, viewer: User) -> None:
    with pytest.raises(PermissionDenied, match="Only stewards"):
        identity.merge(kept=twins.kept, gone=twins.gone, by=viewer)
    assert not Merge.objects.exists()


def test_a_merge_costs_the_same_number_of_statements_whatever_hangs_on_it(
    steward: User, count_queries: Callable[[Callable[[], object]], int]
) -> None:
    counts = []
    for size in (2, 40):
        source = SourceFactory(namespace=f"postgres://{size}")
        columns = [f"c{n}" for n in range(size)]
        pour(source, [table("a.one", columns), table("b.two", columns)])
        kept, gone = (Asset.objects.get(namespace=source.namespace, path=path) for path in ("a.one", "b.two"))
        counts.append(count_queries(lambda kept=kept, gone=gone: identity.merge(kept=kept, gone=gone, by=steward)))  # type: ignore[misc]
    assert counts[0] == counts[1]


def test_neighbours_become_one_without_a_statement_that_is_refused(steward: User) -> None:
    up, down = table("raw.orders"), table("marts.orders", key="model.shop.marts")
    pour(SourceFactory(), [up, down, EdgeFact(upstream=up.key, downstream=down.key)])
    kept, gone = (Asset.objects.get(path=one) for one in ("raw.orders", "marts.orders"))
    before, refused = dump(), []

    def heard(execute: Callable[..., object], *call: object) -> object:
        try:
            return execute(*call)
        except DatabaseError as error:
            refused.append(str(error))
            raise

    with connection.execute_wrapper(heard):
        merge = identity.merge(kept=kept, gone=gone, by=steward)
        assert Edge.objects.get().downstream == gone, "set aside with what went"
        identity.undo(merge=merge, by=steward)
    assert refused == []
    assert differences(before, dump()) == {}


def test_an_asset_that_is_retired_can_go_but_not_be_kept(steward: User) -> None:
    old, new = asset("marts.old"), asset("marts.new")
    pour(old.sightings.get().source, [])
    with pytest.raises(ValidationError, match="retired"):
        identity.merge(kept=old, gone=new, by=steward)
    before = dump()
    identity.undo(merge=identity.merge(kept=new, gone=old, by=steward), by=steward)
    assert differences(before, dump()) == {}


def _member(user: User) -> None:
    rights.give(user, "view_domain", Domain.objects.get(slug="people"))
