"""A real Chromium on a live server, in a small world of tables."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from catalog.facts import (
    AssetFact,
    CheckFact,
    CheckStatus,
    ColumnFact,
    EdgeFact,
    FreshnessFact,
    Kind,
    OwnerFact,
    ResultFact,
)
from catalog.models import Domain, Source
from lineage.states import Detail, Use
from portal.accounts.models import User
from portal.accounts.states import Role
from tests.factories import SourceFactory, UserFactory, pour, table
from tests.lineage.world import claim, thing, told

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@dataclass
class Visitor:
    """A browser window of one person; ``trouble`` collects errors of the console and of the page."""

    base: str
    page: Page
    trouble: list[str] = field(default_factory=list)

    def go(self, path: str) -> Page:
        self.page.goto(self.base + path)
        return self.page


@pytest.fixture
def visit(chromium: Browser, live_server: Any) -> Iterator[Callable[..., Visitor]]:
    """``visit(user, **options of the browser's context)``; ends with a look at the console."""
    contexts: list[BrowserContext] = []
    visitors: list[Visitor] = []

    def visit(user: User | None = None, **options: Any) -> Visitor:
        context = chromium.new_context(**options)
        contexts.append(context)
        if user:
            client = Client()
            client.force_login(user)
            value = client.cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}])
        visitor = Visitor(live_server.url, context.new_page())
        visitor.page.on("console", lambda told: visitor.trouble.append(told.text) if told.type == "error" else None)
        visitor.page.on("pageerror", lambda error: visitor.trouble.append(str(error)))
        visitors.append(visitor)
        return visitor

    yield visit
    for context in contexts:
        context.close()
    assert [trouble for visitor in visitors for trouble in visitor.trouble] == []


@pytest.fixture
def ana(transactional_db: None) -> User:
    return UserFactory(username="ana", first_name="Ana", last_name="Ortiz")


@pytest.fixture
def stew(transactional_db: None) -> User:
    return UserFactory(username="stew", role=Role.STEWARD)


@pytest.fixture
def world(transactional_db: None) -> Source:
    """Three tables in a row, a dashboard, checks good and bad, late data, personal data."""
    source = SourceFactory(slug="shop", title="Shop")
    pour(source, world_facts())
    return source


@pytest.fixture
def river(transactional_db: None) -> Source:
    """raw → staging → marts → board; the mart also reads something restricted; a hub with 60 readers; staging read the
    seed until yesterday."""
    source = SourceFactory(slug="shop", title="Shop")
    secret = Domain.objects.create(slug="secret", name="Secret", restricted=True)
    raw = thing("raw.charges", columns=("id", "amount", "status"), pii=["email"])
    staging = thing("staging.payments", columns=("id", "cents"))
    mart = thing("marts.revenue", columns=("day", "total"))
    board, hidden, seed = thing("bi.board", "dashboard"), thing("hr.salaries", domain=secret), thing("raw.rates")
    hub = thing("raw.hub")
    chain = [
        claim(raw, staging, ("amount", "cents", Use.TRANSFORMATION), ("id", "id", Use.IDENTITY)),
        claim(staging, mart, ("cents", "total", Use.AGGREGATION), ("id", "", Use.FILTER)),
        claim(mart, board, detail=Detail.NONE),
        claim(hidden, mart, detail=Detail.NONE),
    ]
    readers = [claim(hub, thing(f"feat.f{number:02}"), detail=Detail.NONE) for number in range(60)]
    told(source, claim(seed, staging, detail=Detail.NONE), *chain, now=timezone.now() - timedelta(days=3))
    told(source, *chain, *readers)
    return source


def world_facts() -> list[Any]:
    columns = (
        ColumnFact(name="order_id", position=1, data_type="bigint", is_key=True, description="The order."),
        ColumnFact(name="email", position=2, data_type="text", pii="email", pii_reason="declared in dbt meta"),
        ColumnFact(name="total_cents", position=3, data_type="integer", description="What was **paid**."),
    )
    owner = OwnerFact(name="Ana", email="ana@example.com")
    raw, staging, mart = (
        table(
            f"{schema}.{name}",
            key=name,
            columns=(),
            domain="finance",
            owners=(owner,),
        )
        for schema, name in (("raw", "charges"), ("staging", "stg_payments"), ("marts", "revenue_by_day"))
    )
    board = AssetFact(
        key="board", kind=Kind.DASHBOARD, title="Revenue Overview", platform="dbt", address="exposure.shop.revenue",
        url="https://bi.example.com/1", description="The board's view.",
    )  # fmt: skip
    return [
        *(_with(fact, columns) for fact in (raw, staging, mart)),
        board,
        EdgeFact(upstream="charges", downstream="stg_payments"),
        EdgeFact(upstream="stg_payments", downstream="revenue_by_day"),
        EdgeFact(upstream="revenue_by_day", downstream="board"),
        CheckFact(key="unique", asset="charges", kind="unique", title="order_id is unique", column="order_id"),
        CheckFact(key="mail", asset="charges", kind="not_null", title="email is there", column="email"),
        ResultFact(check="unique", status=CheckStatus.FAIL, at="2026-11-01T10:00:00+00:00", failures=3, message="3 twice"),
        ResultFact(check="mail", status=CheckStatus.PASS, at="2026-11-01T10:00:00+00:00"),
        FreshnessFact(
            asset="charges", status=CheckStatus.WARN, at="2026-11-01T10:00:00+00:00",
            loaded_at="2026-11-01T06:00:00+00:00", warn_after_s=7200, error_after_s=36000,
        ),
    ]  # fmt: skip


def _with(fact: AssetFact, columns: tuple[ColumnFact, ...]) -> AssetFact:
    return replace(fact, columns=columns, description=f"What is *in* `{fact.title}`.", tags=("hourly",))
