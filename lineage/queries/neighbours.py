"""What pages ask about lineage: direct neighbours, each direction one query, seen through the reader's eyes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Case, Value, When

from catalog.facts import DATASET_KINDS
from catalog.kinds import KINDS
from catalog.models import Asset
from lineage.models import Edge
from lineage.queries.hops import SIDES, Beside, Look, Neighbour, Side, beside, only
from lineage.queries.hops import neighbours as around

MOST = 30  # of a side, the most used first
MOST_CONSUMERS = 1000
OTHERS = only(kinds=[str(kind) for kind in KINDS if kind not in DATASET_KINDS])


@dataclass(frozen=True, slots=True)
class Neighbours:
    """``hidden`` says that there is something that the person may not see; how much and what is not told."""

    upstream: Sequence[Asset]
    downstream: Sequence[Asset]
    upstream_count: int
    downstream_count: int
    upstream_hidden: bool
    downstream_hidden: bool
    consumers: Sequence[Asset]  # downstream things that are no datasets: dashboards, models, applications, metrics


def neighbours(user: Any, asset: Asset, most: int = MOST) -> Neighbours:
    look = Look.of(user)
    consuming = replace(look, only=OTHERS)
    found = around(look, {(asset.pk, side): most for side in SIDES})
    consumers = around(consuming, {(asset.pk, "down"): most})
    others = beside(look, [asset.pk])
    assets = look.assets.select_related("domain").in_bulk({one.far for one in (*found, *consumers)})

    def seen(rows: Iterable[Neighbour]) -> list[Asset]:
        return sorted((assets[one.far] for one in rows if one.far in assets), key=lambda one: (one.kind, one.path))

    of: dict[Side, list[Neighbour]] = {side: [one for one in found if one.side == side] for side in SIDES}
    total = {side: of[side][0].total if of[side] else 0 for side in SIDES}
    hidden = {side: others[side].get(asset.pk, Beside()).hidden for side in SIDES}
    return Neighbours(
        upstream=seen(of["up"]),
        downstream=seen(of["down"]),
        upstream_count=total["up"],
        downstream_count=total["down"],
        upstream_hidden=hidden["up"],
        downstream_hidden=hidden["down"],
        consumers=seen(consumers),
    )


def downstream(user: Any, asset: Asset) -> list[Asset]:
    """What reads it directly, dashboards and models first; no more than ``MOST_CONSUMERS``."""
    ids = Edge.objects.open().filter(upstream=asset).values("downstream")
    rows = Asset.objects.visible_to(user).live().filter(pk__in=ids).select_related("domain")
    last = Case(When(section="datasets", then=Value(1)), default=Value(0))
    return list(rows.order_by(last, "kind", "path", "pk")[:MOST_CONSUMERS])


def with_hidden_inputs(user: Any, asset_ids: Sequence[int]) -> set[int]:
    """Those of the assets that are made, directly, from something live that the person may not see."""
    hidden = Asset.objects.live().exclude(pk__in=Asset.objects.visible_to(user).values("pk"))
    edges = Edge.objects.open().filter(downstream__in=asset_ids, upstream__in=hidden.values("pk"))
    return set(edges.values_list("downstream", flat=True))
