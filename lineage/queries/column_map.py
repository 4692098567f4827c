"""One hop around a column, for its drawer: where its values come from, where they go, and what it only decides."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Max, Q
from django.db.models.functions import Lower

from catalog.models import Asset
from lineage.models import ColumnEdge, Edge
from lineage.states import Detail, Use

MOST = 200  # pairs a side


@dataclass(frozen=True, slots=True)
class Hop:
    """``column`` "": which rows there are in the asset, or, with an unknown use, nobody knows which column."""

    asset: Asset
    column: str
    use: Use


@dataclass(frozen=True, slots=True)
class ColumnMap:
    asset: Asset
    column: str
    upstream: Sequence[Hop] = field(default_factory=tuple)
    downstream: Sequence[Hop] = field(default_factory=tuple)
    hidden_up: bool = False
    hidden_down: bool = False

    def __bool__(self) -> bool:
        return bool(self.upstream or self.downstream or self.hidden_up or self.hidden_down)


def column_map(user: Any, asset: Asset, column: str) -> ColumnMap:
    """Four queries, however many there are."""
    up, down = _told(asset, column)
    for upstream, downstream in _untold(asset):
        if downstream == asset.pk:
            up[upstream, ""] = Use.UNKNOWN
        else:
            down[downstream, ""] = Use.UNKNOWN
    ids = {pk for pk, _ in (*up, *down)}
    visible = Asset.objects.visible_to(user).live().in_bulk(list(ids))
    hidden = set(Asset.objects.live().filter(pk__in=ids - visible.keys()).values_list("pk", flat=True))
    return ColumnMap(
        asset=asset,
        column=column,
        upstream=_hops(up, visible),
        downstream=_hops(down, visible),
        hidden_up=_any(up, hidden),
        hidden_down=_any(down, hidden),
    )


Uses = dict[tuple[int, str], Use]


def _told(asset: Asset, column: str) -> tuple[Uses, Uses]:
    """Of several uses of one pair the one that tells most."""
    up: Uses = {}
    down: Uses = {}
    rows = ColumnEdge.objects.filter(live=True).alias(into=Lower("downstream_column"), out_of=Lower("upstream_column"))
    here = Q(downstream=asset, into=column.lower()) | Q(upstream=asset, out_of=column.lower())
    found = rows.filter(here).order_by("-use", "id").values_list(
        "upstream", "upstream_column", "downstream", "downstream_column", "use"
    )  # fmt: skip
    for upstream, its, downstream, made, use in found[: 2 * MOST]:
        if downstream == asset.pk and made.lower() == column.lower():
            up[upstream, its] = Use(use)
        else:
            down[downstream, made] = Use(use)
    return up, down


def _untold(asset: Asset) -> list[tuple[int, int]]:
    """Pairs of which nobody tells all columns."""
    rows = Edge.objects.open().filter(Q(upstream=asset) | Q(downstream=asset)).values_list("upstream", "downstream")
    return list(
        rows.annotate(most=Max("detail")).filter(most__lt=Detail.ALL).values_list("upstream", "downstream")[:MOST]
    )


def _hops(uses: Uses, visible: dict[int, Asset]) -> list[Hop]:
    found = [Hop(visible[pk], column, use) for (pk, column), use in uses.items() if pk in visible]
    return sorted(found, key=lambda hop: (hop.use, hop.asset.path, hop.column))


def _any(uses: Uses, hidden: Collection[int]) -> bool:
    return any(pk in hidden for pk, _ in uses)
