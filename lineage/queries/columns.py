"""How often columns are read, for the table of columns."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from django.db.models.functions import Lower

from catalog.models import Asset
from lineage.models import ColumnEdge


def readers(user: Any, asset: Asset) -> dict[str, int]:
    """How many things that the person sees read each column directly, by its folded name."""
    visible = Asset.objects.visible_to(user).live()
    rows = ColumnEdge.objects.filter(live=True, upstream=asset, downstream__in=visible.values("pk"))
    counted = rows.annotate(folded=Lower("upstream_column")).values_list("folded")
    return {name.casefold(): count for name, count in counted.annotate(n=Count("downstream", distinct=True)).order_by()}
