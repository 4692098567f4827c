"""Loads what ``portal/wiring.py`` names, once, and tells what does not resolve."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any

from django.utils.module_loading import import_string

from portal import wiring

SLOTS = (
    "READERS",
    "SINKS",
    "EVENT_HANDLERS",
    "BADGES",
    "TABS",
    "PANELS",
    "COLUMN_MARKS",
    "COLUMN_PARTS",
    "COLUMN_READERS",
    "PROMISES",
    "CONSUMERS",
    "HIDDEN_INPUTS",
    "MERGED",
    "RULES",
    "FACETS",
    "SORTS",
    "SEARCH",
    "NAV",
)


@cache
def load(dotted: str) -> Any:
    """The object behind a dotted string.

    Raises:
        ImportError: nothing stands there.
    """
    return import_string(dotted)


def listed(slot: str) -> list[Callable[..., Any]]:
    """The objects of a list slot, in their order."""
    return [load(dotted) for dotted in getattr(wiring, slot)]


def named(slot: str, name: str) -> Any:
    """The object of a dictionary slot.

    Raises:
        KeyError: the slot has no such name.
    """
    return load(getattr(wiring, slot)[name])


def names(slot: str) -> list[str]:
    return list(getattr(wiring, slot))


def handlers(event: str) -> list[str]:
    """Dotted names of the handlers of an event; the names are stored with each delivery."""
    return list(wiring.EVENT_HANDLERS.get(event, ()))


def dotted_strings() -> Iterator[tuple[str, str]]:
    """Every (slot, dotted string) of the switchboard."""
    for slot in SLOTS:
        entries = getattr(wiring, slot)
        for entry in entries.values() if isinstance(entries, dict) else entries:
            for dotted in entry if isinstance(entry, list) else [entry]:
                yield slot, dotted


def column_marks(asset_id: int) -> dict[str, list[Any]]:
    """Marks of all rooms on the columns of one asset, by folded column name."""
    marks: dict[str, list[Any]] = {}
    for room in listed("COLUMN_MARKS"):
        for name, found in room(asset_id).items():
            marks.setdefault(name, []).extend(found)
    return marks


def column_readers(user: Any, asset: Any) -> dict[str, int]:
    """How often each column of an asset is read elsewhere, by folded column name."""
    counts: dict[str, int] = {}
    for room in listed("COLUMN_READERS"):
        for name, count in room(user, asset).items():
            counts[name] = counts.get(name, 0) + count
    return counts


def hidden_inputs(user: Any, asset_ids: Sequence[int]) -> set[int]:
    """Those of the assets that are made from something that the person may not see."""
    return {found for room in listed("HIDDEN_INPUTS") for found in room(user, asset_ids)}
