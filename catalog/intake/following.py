"""A source's tables stand on another platform instance than before, because somebody declared it or it was found out: what
people said and keep of them goes along. At the end of the run that tells of them there."""

from __future__ import annotations

from collections.abc import Mapping

from catalog.intake.joining import Pair
from catalog.intake.settling import apart
from catalog.models import Asset, Domain, Sighting


def followed(moved: Mapping[int, set[int]]) -> list[Pair]:
    """``moved`` says to which assets the keys of an asset have gone. One that was left altogether, by the same table or as
    a name that waited, is part of that table. What was restricted stays so."""
    left = _left(moved)
    if not left:
        return []
    targets = Asset.objects.live().in_bulk({next(iter(moved[pk])) for pk in left})
    reached = {pk: targets.get(next(iter(moved[pk]))) for pk in left}
    pairs = {pk: table for pk, table in reached.items() if table is not None and _is_same(left[pk], table)}
    undone = apart({pk: (table.pk, "") for pk, table in pairs.items()})
    shut = set(Domain.objects.filter(restricted=True).values_list("pk", flat=True))
    found = []
    for pk, table in sorted(pairs.items()):
        domains = {left[pk].domain_id, table.domain_id} & shut
        if (pk, table.pk) in undone or len(domains) > 1:
            continue
        if domains - {table.domain_id}:
            Asset.objects.filter(pk=table.pk).update(domain=left[pk].domain_id)
        found.append(Pair(kept=table.pk, gone=pk, reason=f"the same table, now under {table.namespace}"))
    return found


def _left(moved: Mapping[int, set[int]]) -> dict[int, Asset]:
    """Those of which nothing is told any more, and whose keys have all gone to one other."""
    candidates = [pk for pk, targets in moved.items() if len(targets) == 1]
    if not candidates:
        return {}
    told = Sighting.objects.filter(asset__in=candidates, retired_at=None).values("asset")
    rows = Asset.objects.filter(pk__in=candidates, merged_into=None, retired_at__isnull=False)
    return {asset.pk: asset for asset in rows.exclude(pk__in=told)}


def _is_same(asset: Asset, table: Asset) -> bool:
    return asset.section == table.section and (asset.stub or asset.name == table.name)
