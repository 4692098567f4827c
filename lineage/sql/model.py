"""The answer: which column of which table ends in which, and how it is used there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from lineage.pii.rules import Masking
from lineage.sql.kinds import Kind


class SourceColumn(NamedTuple):
    table: str | None  # None: one of several tables, and only their schemas could tell which
    column: str  # "*": all of them, of a table whose columns are not known
    kind: Kind
    masking: Masking = Masking.NONE  # how much of the value is hidden, whichever way it takes


class TargetColumn(NamedTuple):
    table: str | None  # None: a SELECT that is only shown
    column: str
    sources: tuple[SourceColumn, ...]


class IndirectUse(NamedTuple):
    """A column that decides which rows there are or in which order, and is not itself in them."""

    target: str | None
    table: str | None
    column: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Lineage:
    """Of a statement, or of a script as a whole."""

    columns: tuple[TargetColumn, ...] = ()
    indirect: tuple[IndirectUse, ...] = ()
    sources: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    through: tuple[str, ...] = ()  # tables that the script makes and reads again: what they are made of is told instead
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Script:
    """Each statement for itself, where only temporary tables are seen through; and all of them together."""

    statements: tuple[Lineage, ...] = ()
    together: Lineage = field(default_factory=Lineage)
    unread: int = 0  # statements that were not understood
    stopped: bool = False  # before the end, for time
