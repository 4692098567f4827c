"""The catalog's own tabs of an asset's page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from catalog.facts import DATASET_KINDS
from catalog.models import Asset
from catalog.queries import activity as activities
from catalog.queries import assets, contracts
from catalog.queries import schema as schemas
from portal.kernel import wiring
from portal.kernel.slots import Tab

SHOWN = 50  # of what happened


def schema(request: HttpRequest, asset: Asset) -> Tab | None:
    if asset.kind not in DATASET_KINDS and not asset.column_count:
        return None

    def context() -> dict[str, Any]:
        only = request.GET.get("show") == "differences"
        return {"schema": schemas.of_asset(request.user, asset, only_differing=only)}

    return Tab(
        name="schema",
        label="Schema",
        icon="columns",
        template="catalog/tabs/schema.html",
        context=context,
        count=asset.column_count,
        rank=10,
    )


def activity(request: HttpRequest, asset: Asset) -> Tab:
    def context() -> dict[str, Any]:
        changes = activities.of_asset(request.user, asset, SHOWN)
        told: list[Any] = [*changes, *contracts.history(request.user, asset, SHOWN)]
        newest = sorted(told, key=lambda entry: entry.at, reverse=True)[:SHOWN]
        return {"activities": newest, "said": assets.said_by(asset)}

    return Tab(
        name="activity",
        label="Activity",
        icon="history",
        template="catalog/tabs/activity.html",
        context=context,
        rank=90,
    )


def code(request: HttpRequest, asset: Asset) -> Tab | None:
    definition = getattr(asset, "definition", None)
    if definition is None or not (definition.code or definition.compiled_code):
        return None
    return Tab(
        name="code",
        label="Code",
        icon="code",
        template="catalog/tabs/code.html",
        context=lambda: {"definition": definition, "withheld": wiring.hidden_inputs(request.user, [asset.pk])},
        rank=60,
    )
