"""Where somebody may begin who names nothing."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef

from catalog.models import Asset
from lineage.models import Edge


def with_lineage(user: Any, limit: int = 8) -> list[Asset]:
    """The most used assets that something is made from."""
    read = Edge.objects.open().filter(upstream=OuterRef("pk"))
    visible = Asset.objects.visible_to(user).live().filter(Exists(read))
    return list(visible.select_related("domain").order_by("-popularity", "path", "id")[:limit])
