"""Edges as facts become claims of the source that tells them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from catalog.facts import ColumnUseFact, EdgeFact, EdgeOrigin
from catalog.intake.context import Intake
from lineage.claims import Claim, ColumnUse
from lineage.services.telling import Scope, tell
from lineage.states import Confidence, Detail, Masking, Use

USES = {str(use.label): use for use in Use}
MASKINGS = {str(masking.label): masking for masking in Masking}
CONFIDENCE = {EdgeOrigin.DECLARED: Confidence.DECLARED, EdgeOrigin.OBSERVED: Confidence.OBSERVED}


class LineageSink:
    """A run is the whole truth about what its source declares and observes."""

    takes: tuple[type, ...] = (EdgeFact,)

    def __init__(self, intake: Intake) -> None:
        self.intake = intake
        self.told: dict[Confidence, list[Claim]] = {confidence: [] for confidence in CONFIDENCE.values()}

    def take(self, facts: Sequence[Any]) -> None:
        for fact in facts:
            if claim := self._claim(fact):
                self.told[claim.confidence].append(claim)

    def finish(self) -> dict[str, int]:
        figures = {"edges": 0, "edges_new": 0, "edges_closed": 0}
        for confidence, claims in self.told.items():
            scope = Scope(source=self.intake.source, confidence=confidence)
            told = tell(scope=scope, claims=claims, now=self.intake.now)
            figures["edges"] += told.edges
            figures["edges_new"] += told.new
            figures["edges_closed"] += told.closed
        return figures

    def _claim(self, fact: EdgeFact) -> Claim | None:
        assets = self.intake.assets
        upstream, downstream = assets.get(fact.upstream), assets.get(fact.downstream)
        if upstream is None or downstream is None:
            return None
        return Claim(
            upstream=upstream,
            downstream=downstream,
            confidence=CONFIDENCE[fact.origin],
            job=assets.get(fact.job) if fact.job else None,
            columns=frozenset(use_of(column) for column in fact.columns if column.upstream),
            detail=Detail.ALL if fact.columns_complete else Detail.SOME if fact.columns else Detail.NONE,
            sql=fact.sql,
            dialect=fact.dialect,
        )


def use_of(fact: ColumnUseFact) -> ColumnUse:
    masking = MASKINGS.get(fact.masking.lower(), Masking.UNKNOWN)
    return ColumnUse(fact.upstream, fact.downstream, USES.get(fact.use.lower(), Use.UNKNOWN), masking)
