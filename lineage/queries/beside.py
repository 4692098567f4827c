"""The neighbours of one asset on one side, page by page, for those that have more than a drawing holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from catalog.models import Asset
from lineage.queries.hops import Look, Side, beside_hidden, neighbours
from lineage.queries.moments import Condition

PAGE = 50


@dataclass(frozen=True, slots=True)
class Beside:
    asset: Asset
    side: Side
    rows: Sequence[Asset]
    total: int  # that the person may see and that match
    page: int
    hidden: bool

    @property
    def last(self) -> int:
        return max(1, -(-self.total // PAGE))


def beside(look: Look, asset: Asset, side: Side, *, text: str = "", page: int = 1) -> Beside:
    """In the order in which the drawing takes them: the most used first."""
    if text:
        pattern = "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        sought = Condition(f"({look.only.sql}) AND a.path ILIKE %s", (*look.only.params, pattern))
        look = replace(look, only=sought)
    found = neighbours(look, {(asset.pk, side): page * PAGE})
    ids = [one.far for one in found][(page - 1) * PAGE :]
    rows = look.assets.select_related("domain").in_bulk(ids)
    return Beside(
        asset=asset,
        side=side,
        rows=[rows[pk] for pk in ids if pk in rows],
        total=found[0].total if found else 0,
        page=page,
        hidden=asset.pk in beside_hidden(look, side, [asset.pk]),
    )
