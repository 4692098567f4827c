"""How a column is used, how much of it is hidden on the way, and how both add up along a path."""

from __future__ import annotations

from enum import IntEnum

from lineage.pii.rules import Masking


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
Sources = dict[Source, int]  # to a way (see below); shared between columns, so never changed once it has been handed on

NOTHING: Sources = {}

# A way is a kind of use with what it hides, as one small number: a path costs one look into a table. The numbers of the
# kinds themselves are the ways that hide nothing.
HASHED, HIDDEN, FIGURE, HASHED_FIGURE = range(len(Kind), len(Kind) + 4)
WAYS: list[tuple[Kind, Masking]] = [
    *((kind, Masking.NONE) for kind in Kind),
    (Kind.TRANSFORMATION, Masking.PSEUDONYM),
    (Kind.TRANSFORMATION, Masking.FULL),
    (Kind.AGGREGATION, Masking.FULL),
    (Kind.AGGREGATION, Masking.PSEUDONYM),
]


def composed(inner: int, outer: int) -> int:
    """The way of two steps.

    >>> [kind.label for kind, _ in (WAYS[composed(Kind.AGGREGATION, Kind.TRANSFORMATION)], WAYS[composed(0, Kind.WINDOW)])]
    ['aggregation', 'window']
    >>> composed(HASHED, Kind.AGGREGATION) == HASHED_FIGURE, composed(HASHED, FIGURE) == FIGURE
    (True, True)
    """
    return _BY_OUTER[outer][inner]


def beyond(way: int, kind: Kind) -> int:
    """What only decides, inside of what is used by ``way``."""
    return max(way, kind) if LAST_DIRECT < way < len(Kind) else kind


def add(into: Sources, found: Sources, way: int) -> None:
    """Put ``found``, as used by ``way``, into ``into``. Of two ways the one that tells more is kept, with no more hidden than
    by the other."""
    row = _BY_OUTER[way]
    for source, inner in found.items():
        now = row[inner]
        known = into.get(source)
        if known is None:
            into[source] = now
        elif known != now:
            into[source] = _BOTH[known][now]


def _way(kind: Kind, masking: Masking) -> int:
    return WAYS.index((kind, masking)) if kind <= LAST_DIRECT else kind


def _compose(inner: int, outer: int) -> int:
    (first, hidden), (second, hides) = WAYS[inner], WAYS[outer]
    if second > LAST_DIRECT:
        return second
    return first if first > LAST_DIRECT else _way(max(first, second), max(hidden, hides))


def _merge(one: int, other: int) -> int:
    (first, hidden), (second, hides) = WAYS[one], WAYS[other]
    if max(first, second) > LAST_DIRECT:  # what only decides says nothing about how the value is hidden
        return one if first <= second else other
    return _way(min(first, second), min(hidden, hides))


_BY_OUTER = [[_compose(inner, outer) for inner in range(len(WAYS))] for outer in range(len(WAYS))]
_BOTH = [[_merge(one, other) for other in range(len(WAYS))] for one in range(len(WAYS))]
