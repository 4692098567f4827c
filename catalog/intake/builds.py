"""The newest word about how an asset was made."""

from __future__ import annotations

from collections.abc import Mapping

from catalog.facts import BuildFact
from catalog.intake.rows import moment
from catalog.models import LastBuild
from portal.kernel.bulk import upsert


def note(builds: Mapping[int, BuildFact]) -> None:
    """By asset. Only newer news: last week's run_results do not undo today's."""
    if not builds:
        return
    newest = dict(LastBuild.objects.filter(asset__in=builds).values_list("asset_id", "at"))
    rows = [
        LastBuild(asset_id=asset_id, status=fact.status, at=at, seconds=fact.seconds, message=fact.message[:5000])
        for asset_id, fact in sorted(builds.items())
        if (at := moment(fact.at)) and (asset_id not in newest or at > newest[asset_id])
    ]
    upsert(LastBuild, rows, key=["asset"], update=["status", "at", "seconds", "message"])
