"""What a room that checks data knows of one asset, in words that contracts have too. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedCheck:
    """``kind`` as contracts call it where they have a word for it; ``status`` of its newest result, "" before the first."""

    kind: str
    column: str = ""
    severity: str = "error"
    status: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """``age_s``: how old the newest row was when somebody looked, at ``looked_at``."""

    checks: tuple[WatchedCheck, ...] = ()
    warn_after_s: int | None = None
    error_after_s: int | None = None
    age_s: int | None = None
    looked_at: datetime | None = None


NOTHING = Watched()
