"""The neutral form of a contract: what every form says in its own way, in frozen values.

``kept`` holds, at each place, what a form says beyond this model; nothing that stands in a document is lost by reading it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

LOGICAL_TYPES = frozenset(
    {"string", "date", "timestamp", "time", "number", "integer", "object", "array", "boolean"}  # as ODCS calls them
)
SEVERITIES = ("info", "warn", "error")  # weakest first
OPERATORS = ("be", "not_be", "gt", "ge", "lt", "le", "between", "not_between")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A promise about values. ``operator`` and ``value`` say what the measured figure must be, where the kind measures one."""

    kind: str  # one of ``vocabulary.KINDS``
    name: str = ""
    description: str = ""
    severity: str = "error"
    operator: str = ""
    value: Any = None
    unit: str = ""  # "percent" or "" for rows
    dimension: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    query: str = ""
    engine: str = ""
    kept: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    name: str
    physical_name: str = ""
    logical_type: str = ""
    physical_type: str = ""
    title: str = ""
    description: str = ""
    required: bool = False
    unique: bool = False
    key: int = 0  # place in the primary key, from one; 0 for columns outside of it
    pii: str = ""  # class of personal data; "pii" where the class is not told
    classification: str = ""
    tags: tuple[str, ...] = ()
    enum: tuple[Any, ...] | None = None
    limits: Mapping[str, Any] = field(default_factory=dict)  # minimum, maxLength, pattern, format …
    references: tuple[str, ...] = ()  # table.column
    renamed_from: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    columns: tuple[Column, ...] = ()  # fields of an object
    items: Column | None = None  # what an array holds
    kept: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """How old the newest row may be, in seconds; None where nothing is promised."""

    warn_after_s: int | None = None
    error_after_s: int | None = None
    column: str = ""  # that tells the age
    description: str = ""
    kept: Mapping[str, Any] = field(default_factory=dict)  # of standards: by limit, "warn" or "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    name: str
    physical_name: str = ""
    kind: str = ""  # table, view, topic … as written
    title: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()
    columns: tuple[Column, ...] = ()
    rules: tuple[Rule, ...] = ()
    freshness: Freshness | None = None
    references: tuple[str, ...] = ()  # "a, b → table.a, table.b" of keys of several columns
    renamed_from: tuple[str, ...] = ()
    kept: Mapping[str, Any] = field(default_factory=dict)

    @property
    def place(self) -> str:
        """What the warehouse calls it."""
        return self.physical_name or self.name

    @property
    def key(self) -> tuple[str, ...]:
        return tuple(column.name for column in sorted(self.columns, key=lambda column: column.key) if column.key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    name: str
    email: str = ""
    is_team: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    name: str
    type: str = ""
    environment: str = ""
    account: str = ""
    host: str = ""
    port: str = ""
    database: str = ""
    schema: str = ""
    kept: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sla:
    """One service level beside freshness, which stands with its table."""

    property: str
    value: Any = None
    unit: str = ""
    element: str = ""
    description: str = ""
    kept: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    form: str  # "own", "odcs", "odcs2", "dcs"
    form_version: str = ""
    id: str = ""
    title: str = ""
    version: str = ""
    status: str = ""
    description: str = ""
    domain: str = ""
    owners: tuple[Owner, ...] = ()
    tags: tuple[str, ...] = ()
    servers: tuple[Server, ...] = ()
    tables: tuple[Table, ...] = ()
    sla: tuple[Sla, ...] = ()
    kept: Mapping[str, Any] = field(default_factory=dict)

    def table(self, name: str) -> Table | None:
        return next((table for table in self.tables if table.name == name), None)


def flat(columns: tuple[Column, ...], prefix: str = "") -> Iterator[tuple[str, Column]]:
    """Columns with those inside of them, by their path: ``address.city``, ``lines[].sku``."""
    for column in columns:
        path = f"{prefix}{column.name}"
        yield path, column
        yield from flat(column.columns, f"{path}.")
        if column.items is not None:
            yield from flat(column.items.columns, f"{path}[].")


def to_json(document: Document) -> dict[str, Any]:
    built: dict[str, Any] = msgspec.to_builtins(document)
    return built


def from_json(value: Any) -> Document:
    return msgspec.convert(value, Document)
