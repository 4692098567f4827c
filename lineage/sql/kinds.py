"""How a column is used, and how uses add up along a path."""

from __future__ import annotations

from enum import IntEnum


class Kind(IntEnum):
    """The terms of OpenLineage's column lineage; of two uses of one column the smaller tells more, and is kept."""

    IDENTITY = 0
    TRANSFORMATION = 1
    AGGREGATION = 2
    CONDITIONAL = 3
    WINDOW = 4
    ORDER_BY = 5
    GROUP_BY = 6
    JOIN = 7
    FILTER = 8

    @property
    def label(self) -> str:
        return self.name.lower()


LAST_DIRECT = Kind.AGGREGATION  # from here on, the value itself does not get through

Source = tuple[str | None, str]  # (table, column); no table: nobody can tell without its schema
Sources = dict[Source, Kind]  # shared between columns, so never changed once it has been handed on

NOTHING: Sources = {}


def composed(inner: Kind, outer: Kind) -> Kind:
    """The kind of a path of two steps.

    >>> composed(Kind.AGGREGATION, Kind.TRANSFORMATION).label, composed(Kind.IDENTITY, Kind.WINDOW).label
    ('aggregation', 'window')
    """
    return _COMPOSED[inner][outer]


def add(into: Sources, found: Sources, kind: Kind) -> None:
    """Put ``found``, as used by ``kind``, into ``into``."""
    row = _BY_OUTER[kind]
    for source, inner in found.items():
        now = row[inner]
        known = into.get(source)
        if known is None or now < known:
            into[source] = now


def _compose(inner: Kind, outer: Kind) -> Kind:
    if outer > LAST_DIRECT:
        return outer
    return inner if inner > LAST_DIRECT else max(inner, outer)


_COMPOSED = [[_compose(inner, outer) for outer in Kind] for inner in Kind]
_BY_OUTER = [[_compose(inner, outer) for inner in Kind] for outer in Kind]
