"""Where an asset stands, as badges: certified, personal data, tier, deprecated, gone from its warehouse, retired."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone

from catalog.models import Asset, ContractTable, Keeping
from portal.kernel.slots import Badge, Mark

KEPT = ("in_force", "clauses", "checked", "broken", "faults", "late_at")
PROMISED = {"contract": Mark("Contract", "info", "file-check")}
BROKEN = {"contract": Mark("Contract broken", "bad", "file-alert")}


def standing(assets: Sequence[Asset]) -> dict[int, list[Badge]]:
    """One query for any number of assets."""
    promised = _promised([asset.pk for asset in assets])
    return {asset.pk: [*_badges(asset), *promised.get(asset.pk, ())] for asset in assets}


def _badges(asset: Asset) -> list[Badge]:
    found = []
    if asset.retired_at:
        found.append(Badge(word="Retired", tone="quiet", icon="archive", title="No source reports it any more"))
    elif asset.gone_at:
        title = f"Not there since {asset.gone_at:%-d %B %Y}; what stands here is what others still tell"
        found.append(Badge(word="Gone from the warehouse", tone="bad", icon="database-off", title=title))
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
    return found


def _promised(asset_ids: Sequence[int]) -> dict[int, list[Badge]]:
    """Of those that have a contract; nobody may have judged yet whether it is kept."""
    rows = ContractTable.objects.filter(asset__pk__one_of=asset_ids).select_related("asset__keeping")
    rows = rows.only("asset__id", *(f"asset__keeping__{name}" for name in KEPT))
    return {row.asset_id: _contract(getattr(row.asset, "keeping", None)) for row in rows}


def _contract(kept: Keeping | None) -> list[Badge]:
    if kept is not None and kept.trouble:
        return [Badge(word="Contract broken", tone="bad", icon="file-alert", title=_title(kept), layers=BROKEN)]
    title = "A contract says what its readers may rely on"
    title += f": {kept.words}" if kept is not None and kept.checked else ""
    return [Badge(word="Contract", tone="quiet", icon="file-check", title=title, layers=PROMISED)]


def _title(kept: Keeping) -> str:
    words = kept.words[:300]
    return words[0].upper() + words[1:]


def _tier(tier: str) -> str:
    """A bare number says nothing beside other badges."""
    return f"Tier {tier}" if tier.isdecimal() else tier
