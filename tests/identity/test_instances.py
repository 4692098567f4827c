"""A platform instance becomes known after people have written about its tables: their words go along."""

from __future__ import annotations

import pytest

from catalog.facts import Fact
from catalog.models import Annotation, Asset, Favourite, Follow, Merge, Source
from catalog.services import identity
from catalog.services.curation import Line, annotate
from portal.accounts.models import User
from tests.factories import SourceFactory, pour, table

pytestmark = pytest.mark.django_db
SPACE = "postgres://wh:5432"


@pytest.fixture
def project(db: None) -> Source:
    return SourceFactory(slug="project", namespace="")


def dbt() -> list[Fact]:
    return [table("marts.orders", ["id"], description="from dbt"), table("marts.users", ["id"])]


def house(schema: str = "marts") -> list[Fact]:
    names = (f"{schema}.orders", f"{schema}.users")
    return [table(name, ["id"], key=f"db.{name}", materialized="", columns_known=True) for name in names]


def described(project: Source, by: User) -> Asset:
    """A table that only dbt knows, with everything that people hang on one."""
    pour(project, dbt())
    orders = Asset.objects.get(path="marts.orders")
    said = [
        Line(orders.pk, "", "description", "Ours"),
        Line(orders.pk, "", "owners", {"add": [{"name": "stew"}], "drop": []}),
        Line(orders.pk, "", "tags", {"add": ["gold"], "drop": []}),
        Line(orders.pk, "id", "description", "The key"),
    ]
    annotate(lines=said, by=by)
    Follow.objects.create(user=by, asset=orders)
    Favourite.objects.create(user=by, asset=orders)
    return orders


def stands_on_both_sides(project: Source) -> None:
    """The instance is declared only after its tables were read under another name than the project's."""
    warehouse = SourceFactory(slug="wh", namespace=SPACE)
    Source.objects.filter(pk=project.pk).update(namespace="postgres://elsewhere")
    pour(warehouse, house())
    Source.objects.filter(pk=project.pk).update(namespace="")


def told_again(project: Source) -> Asset:
    pour(Source.objects.get(pk=project.pk), dbt())
    return Asset.objects.live().get(path="marts.orders")


def has_everything(asset: Asset) -> bool:
    return (
        (asset.description, asset.tags) == ("Ours", ["gold"])
        and asset.columns.get(name="id").description == "The key"
        and asset.owners.get().because == "set by stew"
        and Follow.objects.filter(asset=asset).exists()
        and Favourite.objects.filter(asset=asset).exists()
    )


def test_tables_on_both_sides_become_one_with_all_that_people_said(project: Source, steward: User) -> None:
    old = described(project, steward)
    stands_on_both_sides(project)
    orders = told_again(project)
    assert (orders.namespace, Asset.objects.live().count()) == (SPACE, 2)
    assert orders.pk != old.pk
    assert has_everything(orders)
    old.refresh_from_db()
    assert old.merged_into == orders
    assert "now under postgres://wh" in Merge.objects.get(gone=old).reason


def test_also_when_somebody_declares_the_instance(project: Source, steward: User) -> None:
    described(project, steward)
    Source.objects.filter(pk=project.pk).update(namespace="postgres://declared:5432")
    orders = told_again(project)
    assert orders.namespace == "postgres://declared:5432"
    assert has_everything(orders)


def test_what_was_restricted_is_not_opened(project: Source, steward: User, restricted: object) -> None:
    old = described(project, steward)
    Asset.objects.filter(pk=old.pk).update(domain=restricted)
    stands_on_both_sides(project)
    assert told_again(project).domain == restricted


def test_a_join_that_a_person_took_back_is_not_made_again(project: Source, steward: User) -> None:
    old = described(project, steward)
    stands_on_both_sides(project)
    orders = told_again(project)
    identity.undo(merge=Merge.objects.get(gone=old), by=steward)
    assert Annotation.objects.filter(asset=old, field="description").exists()
    assert told_again(project).description == "from dbt"
    orders.refresh_from_db()
    assert not orders.merged.exists()


def test_a_table_that_leaves_its_key_to_another_one_keeps_its_own(project: Source, steward: User) -> None:
    described(project, steward)
    pour(project, [table("marts.orders_v2", ["id"], key="model.shop.orders")])
    assert Asset.objects.live().get().description == ""
    assert not Merge.objects.exists()
