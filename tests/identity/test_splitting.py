"""What a person has split stays split, whatever is told and in whatever order, until a person puts it back."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from catalog.facts import Fact, Relation
from catalog.models import Asset, AssetName, Merge, Split
from catalog.queries import identity as queries
from catalog.services import identity, namespaces, splitting
from lineage.models import Edge
from portal.accounts.models import User
from tests.factories import SourceFactory, pour, table
from tests.lineage.openlineage.events import dataset, edges, run_event, send

pytestmark = pytest.mark.django_db
WAREHOUSE, TOLD = "postgres://test", "db.raw.users"
ELSEWHERE = "postgres://warehouse"  # what events call the instance


def facts(**changes: Any) -> list[Fact]:
    seen: dict[str, Any] = {"columns_known": True, "materialized": "", "row_count": 7}
    return [table("raw.users", ["id", "mail"], **seen | changes), table("raw.orders", ["id"], **seen)]


def event(day: int = 1) -> dict[str, Any]:
    users = dataset(TOLD, ELSEWHERE)
    return run_event(at=f"2026-01-{day:02}T00:00:00Z", run=f"run {day}", inputs=[users], outputs=["db.marts.people"])


class Told:
    """One table that a project, the warehouse and events know."""

    def __init__(self, by: User) -> None:
        self.by, self.day = by, 1
        self.project, self.house = SourceFactory(slug="project"), SourceFactory(slug="warehouse")
        self.speak(0, 1, 2)
        self.users = Asset.objects.get(path="raw.users", stub=False)

    def speak(self, *order: int) -> None:
        self.day += 1
        say = (
            lambda: pour(self.project, [table("raw.users", ["id"], description=f"Day {self.day}")]),
            lambda: pour(self.house, facts(row_count=self.day)),
            lambda: send(self.by, event(self.day)),
        )
        for place in order:
            say[place]()

    def split(self) -> Split:
        leaving = self.users.sightings.get(source__kind="openlineage")
        return splitting.split(asset=self.users, sightings=[leaving.pk], by=self.by)


@pytest.fixture
def told(steward: User) -> Told:
    return Told(steward)


def standing() -> dict[str, list[Any]]:
    """Who is who, with which words, names and edges."""
    live = Asset.objects.live()
    return {
        "sightings": sorted(live.values_list("pk", "sightings__source__slug", "sightings__key", "sightings__pinned")),
        "names": sorted(AssetName.objects.values_list("namespace", "folded", "asset")),
        "edges": sorted(edges()),
    }


def test_it_holds_for_ten_runs_and_is_as_before_when_undone(told: Told, steward: User) -> None:
    told.speak(0, 1, 2)
    before = standing()
    made = told.split()
    orders = list(permutations(range(3)))
    for turn in range(10):
        told.speak(*orders[turn % len(orders)])
        left = Asset.objects.live().get(pk=made.made_id)
        assert (left.merged_into, left.stub) == (None, True)
        assert set(told.users.sightings.values_list("source__slug", flat=True)) == {"project", "warehouse"}
        assert [one.pk for one in queries.splits_of(steward, told.users)] == [made.pk]
    assert not Merge.objects.filter(gone=made.made).exists()
    splitting.undo(split=made, by=steward)
    told.speak(0, 1, 2)
    after = standing()
    own = {(made.made.namespace, made.made.name, told.users.pk)}  # goes on to lead there
    assert {name: sorted({*rows} - own) for name, rows in after.items()} == before


def test_what_events_tell_from_then_on_is_of_the_new_one(told: Told) -> None:
    made = told.split().made
    told.speak(2, 1)
    assert {up for up, down, _ in edges() if down == "db.marts.people"} == {made.name}
    assert Edge.objects.open().get(downstream__name="db.marts.people").upstream == made


def test_who_else_uses_the_name_that_left_means_the_new_one(told: Told) -> None:
    made = told.split().made
    at = Relation(database="db", schema="raw", identifier="users")
    called = table("raw.users", key="m", namespace=ELSEWHERE, relation=at, mention=True, materialized="")
    pour(SourceFactory(slug="contracts"), [called])
    assert set(made.sightings.values_list("source__slug", flat=True)) == {"openlineage", "contracts"}


def test_it_holds_against_what_the_whole_has_become_part_of(told: Told, steward: User) -> None:
    made = told.split().made
    orders = Asset.objects.get(path="raw.orders")
    identity.merge(kept=orders, gone=told.users, by=steward)
    means = {"identifiers": [{"namespace": WAREHOUSE, "name": TOLD, "type": "TABLE"}]}
    send(steward, run_event(inputs=[dataset(TOLD, ELSEWHERE, symlinks=means)], at="2026-02-01T00:00:00Z"))
    told.speak(1, 0)
    assert Asset.objects.live().filter(pk=made.pk).exists()


def test_an_alias_of_its_namespace_leaves_it_split(told: Told, steward: User) -> None:
    made = told.split().made
    namespaces.add_alias(alias=made.namespace, namespace=WAREHOUSE, by=steward)
    told.speak(0, 1, 2)
    assert Asset.objects.live().filter(pk=made.pk).exists()


def test_nobody_is_asked_again_whether_they_are_one(told: Told, steward: User) -> None:
    made = told.split().made
    likely = queries.candidates(steward, [made])[made.pk]
    assert told.users not in {one.asset for one in likely}
