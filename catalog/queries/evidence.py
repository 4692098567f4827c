"""What is known of assets beside their contracts: a constant number of queries for any number of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from catalog.contracts.evidence import Constraints, Evidence, Seen, constraints
from catalog.facts import AssetFact
from catalog.models import Asset, Column, Sighting
from catalog.watched import NOTHING, Watched
from portal.kernel import wiring


def evidence_of(assets: Sequence[Asset]) -> dict[int, Evidence]:
    """By asset id."""
    ids = [asset.pk for asset in assets]
    seen, looked, held = _seen(ids), watched(ids), _constraints(ids)
    return {
        asset.pk: Evidence(
            platform=asset.platform,
            seen=tuple(seen.get(asset.pk, ())),
            watched=looked.get(asset.pk, NOTHING),
            constraints=held.get(asset.pk, Constraints()),
            rows=asset.row_count,
            altered_at=asset.altered_at,
        )
        for asset in assets
    }


def watched(asset_ids: Sequence[int]) -> dict[int, Watched]:
    """What rooms above know of their checks and freshness; of each the first that knows anything."""
    found: dict[int, Watched] = {}
    for room in wiring.listed("PROMISES"):
        found = {asset_id: told for asset_id, told in room(asset_ids).items() if told != NOTHING} | found
    return found


def _seen(asset_ids: Iterable[int]) -> dict[int, list[Seen]]:
    """Columns that the warehouse itself has shown: what only documents name is no sight of it."""
    rows = Column.objects.filter(asset__in=asset_ids, retired_at=None, observed=True).order_by("position", "id")
    found: dict[int, list[Seen]] = {}
    for asset_id, name, data_type, nullable in rows.values_list("asset", "name", "data_type", "nullable"):
        found.setdefault(asset_id, []).append(Seen(name=name, data_type=data_type, nullable=nullable))
    return found


def _constraints(asset_ids: Iterable[int]) -> dict[int, Constraints]:
    asked = Sighting.objects.filter(asset__in=asset_ids, retired_at=None, facts__first_hand=True)
    facts: dict[int, list[AssetFact]] = {}
    for asset_id, told in asked.order_by("id").values_list("asset", "facts"):
        facts.setdefault(asset_id, []).append(msgspec.convert(told, AssetFact))
    return {asset_id: constraints(told) for asset_id, told in facts.items()}
