"""What happened to lineage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class PiiInherited:
    """One a run, an edit or a verdict; which columns, and why, stands in the activity of their assets."""

    columns: int
    assets: int
    name: ClassVar[str] = "lineage.PiiInherited"
    chained: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class EdgeJudged:
    """A person stated, corrected or rejected an edge, or took that back (``verb`` lifted, ``reason`` what)."""

    upstream: str
    downstream: str
    verb: str
    reason: str
    name: ClassVar[str] = "lineage.EdgeJudged"
    chained: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class EventsRetried:
    """OpenLineage events that were set aside wait again."""

    count: int
    name: ClassVar[str] = "lineage.EventsRetried"
    chained: ClassVar[bool] = False
