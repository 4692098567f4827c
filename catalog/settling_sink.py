"""The last of a run: by then the other rooms have told theirs of the assets as these were."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from catalog.intake.cause import Cause
from catalog.intake.context import Intake
from catalog.intake.following import followed
from catalog.intake.joining import join
from catalog.intake.renaming import left_behind, rename
from catalog.intake.settling import settle


class SettlingSink:
    """Names that waited join their table, what was left behind follows, and what was renamed is called so."""

    takes: tuple[type, ...] = ()
    partial = True

    def __init__(self, intake: Intake) -> None:
        self.intake = intake

    def take(self, facts: Sequence[Any]) -> None:
        """Nothing is for it."""

    def finish(self) -> dict[str, int]:
        cause = Cause(now=self.intake.now, run=self.intake.run)
        join(followed(self.intake.moved), cause)
        join(left_behind(self.intake.run if self.intake.partial else None), cause)
        rename(self.intake.renamed, cause)
        news = set(self.intake.assets.values()) if self.intake.partial else None
        return {"settled": settle(cause, news)}
