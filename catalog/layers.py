"""What the map of lineage shows of an asset in its layer of contracts."""

from __future__ import annotations

from collections.abc import Sequence

from catalog.models import ContractTable
from portal.kernel.slots import Badge


def contracts(asset_ids: Sequence[int]) -> dict[int, list[Badge]]:
    promised = ContractTable.objects.filter(asset__in=asset_ids).values_list("asset", flat=True)
    return {pk: [Badge(word="Contract", tone="info", icon="file-check", slot="contract")] for pk in promised}
