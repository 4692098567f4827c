"""What the map of lineage shows of an asset in its layer of contracts."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Exists, OuterRef

from catalog.models import ContractTable, Keeping
from portal.kernel.slots import Badge

HAS = Badge(word="Contract", tone="info", icon="file-check", slot="contract")
BROKEN = Badge(word="Contract broken", tone="bad", icon="file-alert", slot="contract")


def contracts(asset_ids: Sequence[int]) -> dict[int, list[Badge]]:
    promised = ContractTable.objects.filter(asset__in=asset_ids)
    broken = Exists(Keeping.objects.broken().filter(asset=OuterRef("asset")))
    return {pk: [BROKEN if worse else HAS] for pk, worse in promised.values_list("asset", broken)}
