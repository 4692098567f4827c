"""What the sinks of one run share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from catalog.facts import WarningFact
from catalog.models import IngestionRun, Source

FROM_SQL = "SQL: "  # begins the keys of names that were read out of a source's SQL; who reads it also retires them


@dataclass(slots=True)
class Intake:
    """``assets`` maps the source's keys to asset ids; the catalog's sink fills it before any other sink is asked.
    ``touched`` are the assets of which this run told anything new, in any room. ``moved`` has, by the asset that a key
    meant until now, those that its keys mean instead. ``renamed`` are keys of what says that it was called otherwise before.

    ``partial``: what comes is news and not all that the source has to say, as with events. What it does not name stays as
    it is, and ``gone`` has the keys of what it says is no more. Only sinks that say ``partial`` of themselves are asked.
    """

    run: IngestionRun
    source: Source
    now: datetime
    assets: dict[str, int] = field(default_factory=dict)
    touched: set[int] = field(default_factory=set)
    moved: dict[int, set[int]] = field(default_factory=dict)
    renamed: set[str] = field(default_factory=set)
    warnings: list[tuple[WarningFact, str]] = field(default_factory=list)  # with the key that they are about, or ""
    partial: bool = False
    gone: list[str] = field(default_factory=list)
    expected: int = 0  # assets that the reader announced; 0 while nobody knows
    tick: Callable[[int, int], None] = lambda done, total: None

    def warn(self, file: str, place: str, message: str, *, key: str = "") -> None:
        self.warnings.append((WarningFact(file=file, place=place, message=message), key))


class Sink(Protocol):
    """A room's intake. ``take`` gets batches of the fact types in ``takes``; ``finish`` retires what was not seen and
    returns figures for the run. All within the one transaction of the run."""

    takes: tuple[type, ...]

    def __init__(self, intake: Intake) -> None: ...

    def take(self, facts: Sequence[Any]) -> None: ...

    def finish(self) -> dict[str, int]: ...
