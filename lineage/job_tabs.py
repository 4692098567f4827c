"""Tab and panel of jobs: runs on a job's page, who makes and reads it on a dataset's."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from catalog.facts import DATASET_KINDS, Kind
from catalog.models import Asset
from lineage.queries import jobs
from portal.kernel.slots import Panel, Tab


def runs(request: HttpRequest, asset: Asset) -> Tab | None:
    if asset.kind != Kind.JOB:
        return None

    def context() -> dict[str, Any]:
        before = request.GET.get("before", "")
        at = int(before) if before.isascii() and before.isdigit() and len(before) < 18 else None
        chosen = request.GET.get("run", "").replace("\0", "")[:200]
        return {"job": jobs.of_asset(request.user, asset, before=at, chosen=chosen)}

    return Tab(name="runs", label="Runs", icon="history", template="lineage/tabs/runs.html", context=context, rank=5)


def made_by(request: HttpRequest, asset: Asset) -> Panel | None:
    if asset.kind not in DATASET_KINDS:
        return None
    writers, readers = jobs.beside_dataset(request.user, asset)
    if not (writers or readers):
        return None
    context = {"writers": writers, "readers": readers}
    return Panel(title="Jobs", template="lineage/panels/jobs.html", context=context, rank=35)


def said_beside(request: HttpRequest, asset: Asset) -> Panel | None:
    if asset.kind not in DATASET_KINDS or not (facets := jobs.said_of(request.user, asset)):
        return None
    return Panel(
        title="What tools say beside", template="lineage/panels/facets.html", context={"facets": facets}, rank=80
    )
