"""Bulk edit of a search result."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from catalog.models import Annotation, Asset, Edit
from catalog.services import bulk_edit
from catalog.services.bulk_edit import Operation
from catalog.services.curation import Line, annotate, undo
from portal.accounts.models import User
from tests.factories import DomainFactory

pytestmark = pytest.mark.django_db


def everything() -> list[int]:
    return list(Asset.objects.live().values_list("pk", flat=True))


def done(by: User, name: str, value: str = "", ids: list[int] | None = None) -> Edit | None:
    operation = Operation(name, value)
    ids = everything() if ids is None else ids
    digest = bulk_edit.plan(asset_ids=ids, operation=operation, by=by).digest
    return bulk_edit.apply(asset_ids=ids, operation=operation, digest=digest, by=by)


def chosen(client: Client, query: str, **data: str) -> Any:
    return client.post(f"{reverse('catalog:bulk')}?{query}", data)


def test_from_a_search_to_one_edit(as_steward: Client, orders: Asset) -> None:
    answer = chosen(as_steward, "q=orders", operation="tags:add", value="core")
    page = as_steward.get(answer["Location"])
    assert "<strong>2 assets</strong> would change" in page.content.decode()
    assert not Edit.objects.exists()
    as_steward.post(answer["Location"], {"digest": page.context["plan"].digest})
    assert sorted(Asset.objects.filter(tags__contains=["core"]).values_list("title", flat=True)) == [
        "old_orders",
        "orders",
    ]
    assert Edit.objects.get().lines.count() == 2
    assert as_steward.get(answer["Location"]).status_code == 404  # once is once


def test_it_is_undone_as_a_whole(orders: Asset, steward: User) -> None:
    edit = done(steward, "tier:set", "1")
    assert edit is not None
    undo(edit=edit, by=steward)
    assert not Annotation.objects.exists()
    assert not Asset.objects.exclude(tier="").exists()


def test_what_was_shown_is_what_is_applied(orders: Asset, steward: User) -> None:
    operation = Operation("tags:remove", "gold")
    shown = bulk_edit.plan(asset_ids=everything(), operation=operation, by=steward)
    annotate(lines=[Line(orders.pk, "", "tags", {"add": ["new"]})], by=steward)
    with pytest.raises(ValidationError, match="has changed since"):
        bulk_edit.apply(asset_ids=everything(), operation=operation, digest=shown.digest, by=steward)


def test_adding_and_taking_away_leaves_the_sources_speaking(orders: Asset, steward: User) -> None:
    done(steward, "tags:add", "core", [orders.pk])
    done(steward, "tags:remove", "gold", [orders.pk])
    assert Annotation.objects.get().value == {"add": ["core"], "drop": ["gold"]}
    done(steward, "tags:add", "gold", [orders.pk])
    done(steward, "tags:remove", "core", [orders.pk])
    orders.refresh_from_db()
    assert orders.tags == ["gold"]


@pytest.mark.parametrize(
    ("name", "value"),
    [("owners:add", "stew"), ("domain:set", "finance"), ("certified:set", "checked"), ("deprecation:set", "old")],
)
def test_each_operation_does_what_it_says_once(orders: Asset, steward: User, name: str, value: str) -> None:
    DomainFactory(slug="finance")
    assert done(steward, name, value) is not None
    assert Annotation.objects.count() == 3
    if name != "certified:set":
        assert done(steward, name, value) is None


def test_viewers_are_told_what_is_refused(orders: Asset, viewer: User, steward: User) -> None:
    annotate(lines=[Line(orders.pk, "", "owners", {"add": [{"name": "vera"}]})], by=steward)
    shown = bulk_edit.plan(asset_ids=everything(), operation=Operation("tags:add", "mine"), by=viewer)
    assert ([line.asset_id for line in shown.lines], len(shown.refused)) == ([orders.pk], 2)
    assert done(viewer, "tags:add", "mine") is not None
    refused = bulk_edit.plan(asset_ids=everything(), operation=Operation("tier:set", "1"), by=viewer).refused
    assert len(refused) == 3


@pytest.mark.parametrize(
    ("name", "value"),
    [("tags:add", ""), ("terms:add", "nothing"), ("owners:add", "nobody"), ("domain:set", "nowhere"), ("x", "y"),
     ("tags:add", "x" * 90), ("tier:set", "x" * 41)],
)  # fmt: skip
def test_what_does_not_fit_is_said_before_anything_is_shown(
    as_steward: Client, orders: Asset, name: str, value: str
) -> None:
    assert chosen(as_steward, "", operation=name, value=value).status_code == 422


def test_the_hidden_is_not_in_it(as_steward: Client, orders: Asset, steward: User) -> None:
    Asset.objects.filter(pk=orders.pk).update(domain=DomainFactory(restricted=True))
    shown = bulk_edit.plan(asset_ids=everything(), operation=Operation("tier:set", "1"), by=steward)
    assert orders.pk not in {line.asset_id for line in shown.lines}


def test_somebody_elses_preview_is_nobodys(as_steward: Client, as_administrator: Client, orders: Asset) -> None:
    answer = chosen(as_steward, "", operation="tier:set", value="1")
    assert as_administrator.get(answer["Location"]).status_code == 404


def test_hundreds_cost_as_many_queries_as_a_few(orders: Asset, steward: User, count_queries: Any) -> None:
    def cost(ids: list[int]) -> int:
        return int(
            count_queries(lambda: bulk_edit.plan(asset_ids=ids, operation=Operation("owners:add", "stew"), by=steward))
        )

    assert cost([orders.pk]) == cost(everything())


@pytest.mark.parametrize(
    ("operation", "value", "options"),
    [
        ("owners:add", "ste", ["stew"]),
        ("tags:remove", "", ["gold"]),
        ("domain:set", "nanc", ["finance"]),
        ("tier:set", "", ["1"]),
        ("certified:set", "ste", []),
        ("tags:restore", "", []),
        ("nonsense", "", []),
    ],
)
def test_the_value_has_the_choices_of_its_operation(
    as_steward: Client, orders: Asset, operation: str, value: str, options: list[str]
) -> None:
    DomainFactory(slug="finance", name="Finance")
    Asset.objects.filter(pk=orders.pk).update(tier="1")
    answer = as_steward.get(reverse("catalog:choices", args=["bulk"]), {"operation": operation, "value": value})
    assert re.findall(r'<option value="([^"]*)"', answer.content.decode()) == options


def test_undoing_it_beside_one_asset_names_all_and_asks_first(as_steward: Client, orders: Asset, steward: User) -> None:
    edit = done(steward, "tier:set", "1")
    assert edit is not None
    body = as_steward.get(f"{orders.get_absolute_url()}?tab=activity").content.decode()
    assert re.search(rf'href="/edits/{edit.uuid}/">.*Undo on all 3 assets</a>', body)
    assert f"/edits/{edit.uuid}/undo/" not in body
    assert "Undo on all 3 assets</button>" in as_steward.get(f"/edits/{edit.uuid}/").content.decode()
