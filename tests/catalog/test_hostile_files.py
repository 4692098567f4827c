"""Hostile metadata is left out with a warning, or shown without harm."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from catalog.models import Asset, Column, IngestionRun, Source
from catalog.states import RunState
from tests.catalog.facts import manifest, model
from tests.security import payloads
from tests.security.dom import Dom

pytestmark = pytest.mark.django_db
Ingest = Callable[..., IngestionRun]
ACTING = [
    "<script>pwned()</script>\"' onfocus=pwned() autofocus hx-get='/pwned' x='{{ pwned }}{% pwned %}",
    "javascript:pwned()",
]
TABS = ("schema", "lineage", "quality", "code", "activity")
LONG = "x" * 1_000_000
NAMES = [
    'a"b', "a'b; DROP TABLE catalog_asset; --", "a/b", "..", ".", "a b", "a%00b", "a%2Fb", "a?b=c#d", "a\\b", "Straße 🦉",
    "ｆｕｌｌ", "مرحبا", "\u202egnp.exe", "a\nb", "a\tb", "$1", "{{x}}", "<b>", "&amp;", "-", "~", "a" * 300,
]  # fmt: skip


def hostile(text: str, name: str = "orders") -> dict[str, Any]:
    """A model with the text in every place that takes one."""
    return model(
        name,
        description=text,
        tags=[text],
        meta={"owner": text, text: text, "pii": text},
        group=text,
        raw_code=text,
        compiled_code=text,
        language=text,
        config={
            "enabled": True,
            "materialized": text,
            "meta": {"owner": text, "tier": text, "domain": text},
            "tags": [text],
        },
        columns={
            text: {
                "name": text,
                "description": text,
                "data_type": text,
                "tags": [text],
                "meta": {"pii": text, text: text},
            }
        },
    )


def exposure(text: str) -> dict[str, Any]:
    return {
        "unique_id": "exposure.shop.board",
        "resource_type": "exposure",
        "name": "board",
        "label": text,
        "type": "dashboard",
        "url": text,
        "description": text,
        "owner": {"name": text, "email": text},
        "depends_on": {"nodes": ["model.shop.orders"]},
        "config": {"enabled": True},
        "tags": [text],
        "meta": {text: text},
        "package_name": "shop",
    }


def check(text: str) -> dict[str, Any]:
    return {
        "unique_id": "test.shop.x",
        "resource_type": "test",
        "name": text,
        "description": text,
        "config": {"enabled": True, "severity": text},
        "column_name": text,
        "attached_node": "model.shop.orders",
        "test_metadata": {"name": text, "kwargs": {"column_name": text, "x": text}},
        "depends_on": {"nodes": ["model.shop.orders"]},
        "raw_code": text,
        "compiled_code": text,
        "columns": {},
    }


def pages_of(asset: Asset, tabs: Sequence[str] = TABS) -> list[str]:
    column = asset.columns.first()
    home = asset.get_absolute_url()
    found = [home, f"/search/peek/{asset.uuid}/", f"/assets/{asset.uuid}/", *(f"{home}?tab={tab}" for tab in tabs)]
    return [*found, f"{home}?column={_quoted(column.name)}"] if column else found


def _quoted(text: str) -> str:
    return quote(text, safe="")


def shown_harmlessly(client: Client, path: str, *, fragment: bool = False) -> None:
    response = client.get(path, headers={"HX-Request": "true"} if fragment else {}, follow=True)
    assert response.status_code == 200, path
    assert Dom(response.content.decode()).faults() == [], path


@pytest.mark.parametrize("text", ACTING)
def test_text_that_would_act_is_only_shown(source: Source, ingest: Ingest, as_steward: Client, text: str) -> None:
    run = ingest(
        source,
        manifest(
            hostile(text),
            check(text),
            exposures={"exposure.shop.board": exposure(text)},
            groups={
                f"group.shop.{text}": {"name": text, "owner": {"name": text, "email": text}, "resource_type": "group"}
            },
        ),
    )
    assert run.state == RunState.SUCCEEDED, run.error
    assert Asset.objects.count() == 2
    paths = [path for asset in Asset.objects.all() for path in pages_of(asset)]
    paths += ["/", "/domains/", "/sources/", "/sources/shop/", run.get_absolute_url(), "/search/?q=orders"]
    paths += [
        f"/search/?q={_quoted(text)}",
        f"/search/typeahead/?q={_quoted(text[:50])}",
        "/search/typeahead/?q=orders",
    ]
    paths += [domain.get_absolute_url() for asset in Asset.objects.all() if (domain := asset.domain)]
    for path in paths:
        shown_harmlessly(as_steward, path)
        if "?" in path:
            shown_harmlessly(as_steward, path, fragment=True)


def test_all_payloads_at_once_are_only_shown(source: Source, ingest: Ingest, as_steward: Client) -> None:
    """Every payload of the corpus as a description of a column of one table."""
    columns = {
        f"c{n}": {"name": f"c{n}", "description": text, "data_type": text, "meta": {}, "tags": [text]}
        for n, text in enumerate(payloads.ALL)
    }
    node = model("orders", description="\n\n".join(payloads.ALL), columns=columns)
    assert ingest(source, manifest(node)).state == RunState.SUCCEEDED
    asset = Asset.objects.get()
    paths = [*pages_of(asset), *(f"{asset.get_absolute_url()}?column={name}" for name in list(columns)[::12])]
    for path in paths:
        shown_harmlessly(as_steward, path)


def test_a_table_of_any_name_has_a_page_and_is_found(source: Source, ingest: Ingest, as_viewer: Client) -> None:
    nodes = [model(name, [name], unique_id=f"model.shop.k{place}") for place, name in enumerate(NAMES)]
    run = ingest(source, manifest(*nodes))
    assert run.state == RunState.SUCCEEDED, run.error
    assets = list(Asset.objects.all())
    assert len(assets) == len(NAMES)
    for asset in assets:
        for path in pages_of(asset, tabs=[]):
            shown_harmlessly(as_viewer, path)
        answer = as_viewer.get("/api/v1/assets/lookup/", {"name": asset.path})
        assert (answer.status_code, answer.json().get("id")) == (200, str(asset.uuid)), asset.path


@pytest.mark.parametrize(
    "node",
    [
        model(LONG, unique_id="model.shop.long"),
        model("long", unique_id=f"model.shop.{LONG}"),
        model("long", schema=LONG),
        model("long", [LONG]),
        model("long", description=LONG, raw_code=LONG, tags=[LONG], meta={LONG: LONG}),
        model(
            "long",
            columns={
                "id": {"name": "id", "description": LONG, "data_type": LONG, "tags": [LONG], "meta": {"pii": LONG}}
            },
        ),
        model("long", meta={"owner": LONG}, group=LONG),
    ],
    ids=["name", "key", "schema", "column", "texts", "texts of a column", "owner"],
)
def test_a_megabyte_in_any_place_is_cut_or_left_out_and_the_rest_comes_in(
    source: Source, ingest: Ingest, as_viewer: Client, node: dict[str, Any]
) -> None:
    run = ingest(source, manifest(node, model("users")))
    assert run.state == RunState.SUCCEEDED, run.error
    assert Asset.objects.filter(path="marts.users").exists()
    for asset in Asset.objects.all():
        response = as_viewer.get(asset.get_absolute_url())
        assert response.status_code == 200
        assert len(response.content) < 1_500_000
    assert as_viewer.get("/search/?q=users").status_code == 200


def test_columns_that_differ_in_case_alone_are_all_kept(source: Source, ingest: Ingest) -> None:
    ingest(source, manifest(model("orders", ["id", "ID", "Id"])))
    assert set(Column.objects.values_list("name", flat=True)) == {"id", "ID", "Id"}


def test_nul_and_lone_surrogates_in_texts_are_no_crash(source: Source, ingest: Ingest, as_viewer: Client) -> None:
    raw = manifest(model("orders", description="a\0b\ud800c", tags=["x\0y"], meta={"k\0": "v\ud800"}))
    run = ingest(source, raw)
    assert run.state == RunState.SUCCEEDED or "manifest.json" in run.error
    if asset := Asset.objects.first():
        assert as_viewer.get(asset.get_absolute_url()).status_code == 200
