"""Pages of contracts cost as many queries for many as for few."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.test import Client

from catalog.models import Asset
from catalog.services.contracts import save_contract
from portal.accounts.models import User
from tests.catalog.facts import checked
from tests.factories import SourceFactory, pour, table

pytestmark = pytest.mark.django_db


def world(size: int, steward: User) -> Asset:
    """``size`` tables with a contract; one of them has as many columns, checks, rules and versions."""
    names = [f"c{n}" for n in range(size)]
    hub = table("marts.hub", names)
    others = [table(f"marts.t{n}", key=f"k{n}") for n in range(size)]
    pour(SourceFactory(slug=f"s{size}"), [hub, *others, *(fact for name in names for fact in checked(hub.key, name))])
    for n in range(size):
        save_contract(
            asset=Asset.objects.get(path=f"marts.t{n}"), content=f"model: {{name: t{n}}}".encode(), by=steward
        )
    found = Asset.objects.get(path="marts.hub")
    columns = ", ".join(f"{{name: {name}, type: text, tests: [not_null]}}" for name in names)
    for n in range(size):
        text = f"title: v{n}\nmodel: {{name: hub, columns: [{columns}]}}"
        save_contract(asset=found, content=text.encode(), by=steward)
    return found


PAGES = ["{asset}?tab=contract", "/contracts/", "/assets/{uuid}/contract/", "/api/v1/assets/{uuid}/contract/", "/"]


def test_many_cost_as_much_as_few(
    steward: User, settings: Any, count_queries: Callable[[Callable[[], Any]], int]
) -> None:
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
    client = Client()
    client.force_login(steward)
    costs: list[dict[str, int]] = []
    for size in (2, 12):
        asset = world(size, steward)
        urls = {page: page.format(asset=asset.get_absolute_url(), uuid=asset.uuid) for page in PAGES}
        assert {client.get(url).status_code for url in urls.values()} == {200}
        costs.append({page: count_queries(partial(client.get, url)) for page, url in urls.items()})
    assert costs[0] == costs[1]
