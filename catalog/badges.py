"""Where an asset stands, as badges: certified, personal data, tier, deprecated, retired."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Exists, OuterRef
from django.utils import timezone

from catalog.models import Asset, ContractTable
from portal.kernel.slots import Badge


def standing(asset_ids: Sequence[int]) -> dict[int, list[Badge]]:
    promised = ContractTable.objects.filter(asset=OuterRef("pk"))
    rows = Asset.objects.filter(pk__in=asset_ids).annotate(promised=Exists(promised))
    return {
        row.pk: list(_badges(row))
        for row in rows.only("pk", "pii", "tier", "deprecated_at", "retired_at", "certified_at")
    }


def _badges(asset: Asset) -> list[Badge]:
    found = []
    if asset.retired_at:
        found.append(Badge(word="Retired", tone="quiet", icon="archive", title="No source reports it any more"))
    if asset.deprecated_at:
        past = asset.deprecated_at <= timezone.now()
        when = f"{asset.deprecated_at:%-d %B %Y}"
        title = f"Deprecated since {when}" if past else f"Will be deprecated on {when}"
        found.append(
            Badge(
                word="Deprecated" if past else "Deprecated soon", tone="attention", icon="alert-triangle", title=title
            )
        )
    if asset.certified_at:
        title = f"Certified by a steward on {asset.certified_at:%-d %B %Y}"
        found.append(Badge(word="Certified", tone="info", icon="rosette-discount-check", title=title))
    if asset.pii:
        found.append(Badge(word="PII", tone="info", icon="shield-lock", title="Personal data: " + ", ".join(asset.pii)))
    if asset.tier:
        found.append(Badge(word=_tier(asset.tier), tone="quiet", icon="certificate", title="Tier"))
    if getattr(asset, "promised", False):
        title = "A contract says what its readers may rely on"
        found.append(Badge(word="Contract", tone="quiet", icon="file-check", title=title))
    return found


def _tier(tier: str) -> str:
    """A bare number says nothing beside other badges."""
    return f"Tier {tier}" if tier.isdecimal() else tier
