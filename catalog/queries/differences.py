"""Where the sources of one asset differ from its warehouse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from catalog import differences
from catalog.differences import Difference, Told
from catalog.facts import AssetFact
from catalog.models import Asset


@dataclass(frozen=True, slots=True)
class Gone:
    """Who asked the warehouse itself, and since when it is not there any more."""

    source: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Compared:
    differences: Sequence[Difference]
    gone: Gone | None = None  # though others still tell of it


def of_asset(asset: Asset) -> Compared:
    """One query. Who looked last is asked first."""
    rows = asset.sightings.order_by("-last_run_id", "id").values_list("source__title", "facts", "retired_at")
    told = [(Told(title=title, fact=msgspec.convert(facts, AssetFact)), left) for title, facts, left in rows]
    now = [one for one, left in told if left is None]
    went = [Gone(one.title, left) for one, left in told if left and one.fact.first_hand]
    gone = next((one for one in went if one.since == asset.gone_at), None)
    return Compared(differences.differences(now), gone)
