"""A steward brings a dbt project through the browser; a real task reads it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from catalog.models import Asset, IngestionRun, Source
from catalog.tasks import ingest
from portal.accounts.models import User
from tests.factories import SourceFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MANIFEST = {
    "metadata": {
        "dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json",
        "adapter_type": "postgres",
        "project_name": "shop",
        "generated_at": "2026-11-01T00:00:00Z",
    },
    "nodes": {
        "model.shop.orders": {
            "unique_id": "model.shop.orders",
            "resource_type": "model",
            "name": "orders",
            "alias": "orders",
            "database": "db",
            "schema": "marts",
            "package_name": "shop",
            "config": {"materialized": "table"},
            "columns": {"id": {"name": "id", "description": "The order."}},
            "depends_on": {"nodes": []},
        }
    },
    "sources": {},
}


@pytest.fixture
def shop(transactional_db: None) -> Source:
    return SourceFactory(slug="shop", namespace="postgres://shop")


def _send(page: Any, path: Path) -> None:
    page.locator("input[type=file]").first.set_input_files(str(path))
    page.get_by_role("button", name="Read them").click()
    page.wait_for_url("**/runs/**")


def test_files_become_a_run_whose_page_tells_how_it_went(
    visit: Callable[..., Any], stew: User, shop: Source, tmp_path: Path
) -> None:
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps(MANIFEST))
    page = visit(stew).go("/sources/shop/")
    _send(page, path)
    expect(page.locator("main")).to_contain_text("Waiting")
    ingest(IngestionRun.objects.get().pk)
    expect(page.locator("main")).to_contain_text("Succeeded", timeout=10_000)
    expect(page.locator("main")).to_contain_text("marts.orders")
    assert Asset.objects.get().path == "marts.orders"


def test_a_broken_file_is_told_by_name_and_place(
    visit: Callable[..., Any], stew: User, shop: Source, tmp_path: Path
) -> None:
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps(MANIFEST)[:300])
    page = visit(stew).go("/sources/shop/")
    _send(page, path)
    ingest(IngestionRun.objects.get().pk)
    expect(page.locator("main")).to_contain_text("manifest.json", timeout=10_000)
    expect(page.locator("main")).to_contain_text("Failed")
    assert not Asset.objects.exists()
