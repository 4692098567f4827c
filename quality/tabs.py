from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from catalog.facts import DATASET_KINDS
from catalog.models import Asset
from portal.kernel.slots import Tab
from quality import queries
from quality.models import Check


def quality(request: HttpRequest, asset: Asset) -> Tab | None:
    count = Check.objects.filter(asset=asset, retired_at=None).count()
    if asset.kind not in DATASET_KINDS and not count:
        return None

    def context() -> dict[str, Any]:
        checks = queries.checks_of(asset)
        history = queries.history_of(checks)
        reading = queries.newest_readings([asset.pk]).first()
        return {"checks": [(check, history.get(check.pk, [])) for check in checks], "reading": reading}

    return Tab(
        name="quality",
        label="Quality",
        icon="heartbeat",
        template="quality/tabs/quality.html",
        context=context,
        count=count,
        rank=40,
    )
