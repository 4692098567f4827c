"""What rooms hand to pages that do not know them: badges, tabs, panels, search hits, navigation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from portal.kernel.drawn import Rule


class Mark(NamedTuple):
    """A status in one word. ``tone``: as a badge's."""

    word: str
    tone: str
    icon: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Badge:
    """A status with colour, shape and word. ``tone``: good, attention, bad, info or quiet."""

    word: str
    tone: str
    icon: str
    title: str = ""
    slot: str = "standing"  # "health" badges stand in front in cards and strips
    layers: Mapping[str, Mark] = field(default_factory=dict)  # what the map of lineage shows of it, by the layer's name


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """One tab of an asset's page. ``template`` is rendered with ``context()``, called only when the tab is open."""

    name: str
    label: str
    icon: str
    template: str
    context: Any  # (request) -> dict
    count: int | None = None
    rank: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A box in the right rail of an asset's page."""

    title: str
    template: str
    context: Mapping[str, Any]
    rank: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    title: str
    path: str
    url: str
    icon: str
    kind: str
    matched: str = ""
    place: str = ""  # what tells it from others of its name
    complete: str = ""  # what the box then holds, for something that goes on being written instead of being opened


@dataclass(frozen=True, slots=True, kw_only=True)
class HitGroup:
    label: str
    hits: Sequence[Hit] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True, kw_only=True)
class NavItem:
    label: str
    url: str
    icon: str
    section: str
    waiting: Rule | None = None  # of the rows that wait for a person, of which the number is told
    only_waiting: bool = False  # nothing to go to where nothing waits
    counted: bool = False  # something may wait
    count: int = 0
    more: bool = False  # there are more than were counted


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomFacet:
    """A facet that a room adds to search: each asset's value as an expression, and the condition that a choice means."""

    label: str
    labels: Mapping[str, str]
    value: Callable[[], Any]  # -> an expression on assets, of text
    condition: Callable[[Sequence[str]], Any]  # -> django.db.models.Q on assets


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomSort:
    """An order of search that a room adds. ``key`` makes an expression on assets; the highest comes first, none last."""

    label: str
    key: Callable[[], Any]


class BadgeSource(Protocol):
    """Of assets as rows, so that no room reads again what the page has read."""

    def __call__(self, assets: Sequence[Any]) -> Mapping[int, Iterable[Badge]]: ...
