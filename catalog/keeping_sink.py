"""Contracts are judged anew where a run has learned something: by then all rooms have told theirs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from catalog.intake.context import Intake
from catalog.models import ContractTable
from catalog.services import keeping


class KeepingSink:
    takes: tuple[type, ...] = ()
    partial = True

    def __init__(self, intake: Intake) -> None:
        self.intake = intake

    def take(self, facts: Sequence[Any]) -> None:
        """Nothing is for it."""

    def finish(self) -> dict[str, int]:
        written = ContractTable.objects.filter(contract__versions__run=self.intake.run)
        keeping.refresh({*self.intake.touched, *written.values_list("asset", flat=True)})
        return {}
