"""Who is hit when an asset changes, as far as the person may see them."""

from __future__ import annotations

from typing import Any

from catalog.models import Asset
from lineage.models import Edge


def downstream(user: Any, asset: Asset) -> list[Asset]:
    """What reads it directly, dashboards and models first."""
    ids = Edge.objects.open().filter(upstream=asset).values("downstream")
    rows = Asset.objects.visible_to(user).live().filter(pk__in=ids).select_related("domain")
    return sorted(rows, key=lambda found: (found.section == "datasets", found.kind, found.path))
