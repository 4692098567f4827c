"""Where the sources of one asset differ from its warehouse."""

from __future__ import annotations

import msgspec

from catalog import differences
from catalog.differences import Difference, Told
from catalog.facts import AssetFact
from catalog.models import Asset


def of_asset(asset: Asset) -> list[Difference]:
    """One query. Who looked last is asked first."""
    rows = asset.sightings.filter(retired_at=None).order_by("-last_run_id", "id")
    told = rows.values_list("source__title", "facts")
    return differences.differences([Told(title=title, fact=msgspec.convert(facts, AssetFact)) for title, facts in told])
