from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from catalog.models import Asset
from catalog.queries.badges import badges_of
from lineage.queries import neighbours as queries
from lineage.showing import of_tab
from portal.kernel.slots import Tab


def lineage(request: HttpRequest, asset: Asset) -> Tab:
    def context() -> dict[str, Any]:
        found = queries.neighbours(request.user, asset)
        badges = badges_of([*found.upstream, *found.downstream])
        return {
            "neighbours": found,
            "upstream": [(near, badges[near.pk]) for near in found.upstream],
            "downstream": [(near, badges[near.pk]) for near in found.downstream],
            **of_tab(request, asset),
        }

    return Tab(
        name="lineage",
        label="Lineage",
        icon="git-branch",
        template="lineage/tabs/lineage.html",
        context=context,
        rank=30,
    )
