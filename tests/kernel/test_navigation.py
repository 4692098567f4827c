"""What waits behind the entries of the navigation is counted in one question, and told as far as it matters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpRequest

from catalog.models import Asset
from portal.accounts.models import User
from portal.kernel import navigation, wiring
from portal.kernel.slots import NavItem
from tests.factories import SourceFactory, pour, table

pytestmark = pytest.mark.django_db


@pytest.fixture
def entries(monkeypatch: pytest.MonkeyPatch, viewer: User) -> Callable[..., list[NavItem]]:
    def shown(*items: NavItem) -> list[NavItem]:
        rooms = [lambda request, item=item: item for item in items]
        monkeypatch.setattr(wiring, "listed", lambda slot: rooms)
        request = HttpRequest()
        request.user = viewer
        return navigation.items(request)

    return shown


def item(**values: Any) -> NavItem:
    return NavItem(label="x", url="/", icon="home", section="x", **values)


def test_all_are_counted_in_one_question(
    entries: Callable[..., list[NavItem]], count_queries: Callable[[Callable[[], Any]], int]
) -> None:
    pour(SourceFactory(), [table(f"raw.t{number}", key=f"k{number}") for number in range(3)])
    rows = Asset.objects.all()
    waiting = [lambda user: rows, lambda user: rows.filter(path="raw.t1"), lambda user: rows.none()]
    asked = [*(item(waiting=rule) for rule in waiting), item()]
    assert [found.count for found in entries(*asked)] == [3, 1, 0, 0]
    assert count_queries(lambda: entries(*asked)) == 1


def test_more_than_is_counted_is_said_to_be_more(
    entries: Callable[..., list[NavItem]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(navigation, "MOST", 2)
    pour(SourceFactory(), [table(f"raw.t{number}", key=f"k{number}") for number in range(4)])
    (found,) = entries(item(waiting=lambda user: Asset.objects.all()))
    assert (found.count, found.more) == (2, True)


def test_what_is_there_for_waiting_things_alone_goes_with_them(
    entries: Callable[..., list[NavItem]],
) -> None:
    def nothing(user: User) -> Any:
        return Asset.objects.none()

    assert entries(item(waiting=nothing, only_waiting=True)) == []
    assert len(entries(item(waiting=nothing))) == 1
