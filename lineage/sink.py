"""Edges as facts become claims of the source that tells them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from catalog.facts import ColumnUseFact, EdgeFact, EdgeOrigin, MemoryFact, QueryFact
from catalog.intake.context import Intake
from catalog.models import Asset
from lineage.claims import Claim, ColumnUse
from lineage.services.observing import observe, without_told
from lineage.services.telling import Scope, tell
from lineage.states import USES, Confidence, Detail, Masking, Use

MASKINGS = {str(masking.label): masking for masking in Masking}
CONFIDENCE = {EdgeOrigin.DECLARED: Confidence.DECLARED, EdgeOrigin.OBSERVED: Confidence.OBSERVED}


SHOWN = 3  # statements that were not understood, by their keys


class LineageSink:
    """A run is the whole truth about what its source declares, and about what it observes as far as its platform does not
    forget. Statements that were run count as observed."""

    takes: tuple[type, ...] = (EdgeFact, QueryFact, MemoryFact)

    def __init__(self, intake: Intake) -> None:
        self.intake = intake
        self.told: dict[Confidence, list[Claim]] = {confidence: [] for confidence in CONFIDENCE.values()}
        self.queries: list[QueryFact] = []
        self.patience = timedelta(0)

    def take(self, facts: Sequence[Any]) -> None:
        if facts and isinstance(facts[0], QueryFact):
            self.queries += facts
            return
        if facts and isinstance(facts[0], MemoryFact):
            self.patience = timedelta(days=facts[-1].days)
            return
        for fact in facts:
            if claim := self._claim(fact):
                self.told[claim.confidence].append(claim)

    def finish(self) -> dict[str, int]:
        figures = {"edges": 0, "edges_new": 0, "edges_closed": 0}
        if self.queries:
            figures["queries"] = self._observe()
        for confidence, claims in self.told.items():
            scope = Scope(source=self.intake.source, confidence=confidence)
            if confidence is Confidence.OBSERVED and (self.queries or self.patience):
                gone = frozenset(Asset.objects.filter(gone_at__isnull=False).values_list("pk", flat=True))
                scope = replace(scope, patience=self.patience, gone=gone)
            told = tell(scope=scope, claims=claims, now=self.intake.now)
            figures["edges"] += told.edges
            figures["edges_new"] += told.new
            figures["edges_closed"] += told.closed
        return figures

    def _observe(self) -> int:
        found = observe(self.queries, self.intake.source)
        told = self.told[Confidence.OBSERVED]
        self.told[Confidence.OBSERVED] = without_told(told, found.claims)
        if found.unread:
            some = "; ".join(f"{key}: {why}" for key, why in found.unread[:SHOWN])
            words = f"{len(found.unread):,} of {found.read:,} statements that write were not understood: {some}"
            self.intake.warn("", "queries", words)
        return found.read

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
