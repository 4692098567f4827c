"""The end of a run: personal data flows along what the run has changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from catalog.intake.cause import Cause
from catalog.intake.context import Intake
from catalog.models import AssetChange
from lineage.services.flows import refresh


class FlowSink:
    takes: tuple[type, ...] = ()

    def __init__(self, intake: Intake) -> None:
        self.intake = intake

    def take(self, facts: Sequence[Any]) -> None:
        """Nothing is for it."""

    def finish(self) -> dict[str, int]:
        changed = AssetChange.objects.filter(run=self.intake.run).values_list("asset", flat=True)
        cause = Cause(now=self.intake.now, run=self.intake.run)
        return {"pii_inherited": refresh(cause=cause, assets=set(changed))}
