"""Edges as facts become rows; what the source no longer reports is closed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from catalog.facts import EdgeFact
from catalog.intake.context import Intake
from lineage.models import Edge
from portal.kernel.bulk import copy_in


class LineageSink:
    takes: tuple[type, ...] = (EdgeFact,)

    def __init__(self, intake: Intake) -> None:
        self.intake = intake
        self.told: set[tuple[int, int]] = set()

    def take(self, facts: Sequence[Any]) -> None:
        """Two keys of one asset (a table that is both seed and source) make no edge to itself."""
        assets = self.intake.assets
        pairs = ((assets.get(fact.upstream), assets.get(fact.downstream)) for fact in facts)
        self.told |= {(up, down) for up, down in pairs if up and down and up != down}

    def finish(self) -> dict[str, int]:
        source, now = self.intake.source, self.intake.now
        # edges that a merge left with the asset that went are told again once it is undone
        told = Edge.objects.open().filter(source=source, upstream__merged_into=None, downstream__merged_into=None)
        rows = told.values_list("upstream_id", "downstream_id", "id")
        standing = {(up, down): pk for up, down, pk in rows}
        new = sorted(self.told - standing.keys())
        copy_in(
            Edge,
            ["upstream", "downstream", "source", "first_seen"],
            ((up, down, source.pk, now) for up, down in new),
        )
        gone = [pk for pair, pk in standing.items() if pair not in self.told]
        Edge.objects.filter(id__in=gone).update(closed_at=now)
        return {"edges": len(self.told), "edges_new": len(new), "edges_closed": len(gone)}
