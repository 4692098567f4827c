"""What a connector can do, as protocols; ``portal/wiring.py`` names the classes that do it.

A connector imports this module, ``catalog.facts`` and its own SDK, and nothing else of ours: it never sees Django, a
model or a setting. What it needs to know comes in as ``files`` and ``options``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

from catalog.facts import Fact


class BadInput(Exception):
    """Input that cannot be read. ``str()`` is one line for people that names the file and the place.

    >>> str(BadInput("manifest.json", "nodes.model.shop.orders", "name is missing"))
    'manifest.json: nodes.model.shop.orders: name is missing'
    """

    def __init__(self, file: str, place: str, message: str) -> None:
        self.file, self.place, self.message = file, place, message
        super().__init__(": ".join(part for part in (file, place, message) if part))


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file handed to a reader: its plain name and a way to its bytes (read at most once)."""

    name: str
    load: Callable[[], bytes]

    @classmethod
    def at(cls, path: Path) -> SourceFile:
        return cls(name=path.name, load=path.read_bytes)

    @classmethod
    def of(cls, name: str, content: bytes) -> SourceFile:
        return cls(name=name, load=lambda: content)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSlot:
    """A file that a reader takes, as the upload form and the API describe it."""

    name: str
    required: bool
    help: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionSlot:
    """``secret`` values are write-only: encrypted where they are kept, never shown again, never in a log."""

    name: str
    help: str
    default: str = ""
    secret: bool = False
    required: bool = False
    unless: str = ""  # another option that may say it instead


@runtime_checkable
class Reader(Protocol):
    """Turns files into facts. ``read`` yields facts in any order, AssetFacts before facts that point at their keys,
    and raises ``BadInput`` before the first fact wherever it can."""

    label: str
    files: Sequence[FileSlot]
    options: Sequence[OptionSlot]

    def read(self, files: Sequence[SourceFile], options: Mapping[str, str]) -> Iterable[Fact]: ...


@runtime_checkable
class Live(Protocol):
    """A reader that goes and asks a running system. It takes no files, can be scheduled, and its connection can be
    tested. Where the host of ``instance`` is not all that it connects to, it also has ``hosts(options)``, which names
    every host: the portal looks at them before it lets the reader connect."""

    def instance(self, options: Mapping[str, str]) -> str:
        """The platform instance that these options point at: OpenLineage's namespace, ``postgres://host:5432``."""
        ...

    def test(self, options: Mapping[str, str]) -> str:
        """One line about what answered: "PostgreSQL 18.1, database warehouse, 4 schemas". Raises ``BadInput``."""
        ...
