"""What pages ask about lineage: direct neighbours, each direction one query, seen through the reader's eyes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from catalog.facts import DATASET_KINDS
from catalog.models import Asset
from lineage.models import Edge


@dataclass(frozen=True, slots=True)
class Neighbours:
    """``hidden`` says that there is something that the person may not see; how much and what is not told."""

    upstream: Sequence[Asset]
    downstream: Sequence[Asset]
    upstream_hidden: bool
    downstream_hidden: bool

    @property
    def consumers(self) -> list[Asset]:
        """Downstream things that are no datasets: dashboards, models, applications, metrics."""
        return [asset for asset in self.downstream if asset.kind not in DATASET_KINDS]


def neighbours(user: Any, asset: Asset) -> Neighbours:
    open_edges = Edge.objects.open()
    up = set(open_edges.filter(downstream=asset).values_list("upstream", flat=True))
    down = set(open_edges.filter(upstream=asset).values_list("downstream", flat=True))
    visible = Asset.objects.visible_to(user).live().select_related("domain").in_bulk(up | down)
    live = set(Asset.objects.live().filter(pk__in=up | down).values_list("pk", flat=True))

    def seen(ids: set[int]) -> list[Asset]:
        return sorted((visible[pk] for pk in ids if pk in visible), key=lambda found: (found.kind, found.path))

    return Neighbours(seen(up), seen(down), bool((up & live) - visible.keys()), bool((down & live) - visible.keys()))


def with_hidden_inputs(user: Any, asset_ids: Sequence[int]) -> set[int]:
    """Those of the assets that are made, directly, from something live that the person may not see."""
    hidden = Asset.objects.live().exclude(pk__in=Asset.objects.visible_to(user).values("pk"))
    edges = Edge.objects.open().filter(downstream__in=asset_ids, upstream__in=hidden.values("pk"))
    return set(edges.values_list("downstream", flat=True))
