"""Which columns are personal because of what they are made of, and along which path. Pure.

Classes that a person decided or a source declared stand firm: nothing that comes in changes them, and what flows on from
there is they (or nothing, where it is decided that a column is not personal). What was only detected flows on, too, unless
something at least as sensitive comes in: then that is told, from where it really begins. Of several classes the most
sensitive one wins, of several paths the shortest.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from catalog.pii.classes import Sensitivity, sensitivity

Node = int  # a column: the key that the database gives it
LONGEST = 100  # steps of a path that are told
LEVELS = (Sensitivity.SPECIAL, Sensitivity.HIGH, Sensitivity.PERSONAL)


class Own(NamedTuple):
    """What a column is by itself. ``firm``: decided or declared; with ``pii`` "" it is decided to be not personal."""

    pii: str
    firm: bool


class Arrow(NamedTuple):
    """The value of one column gets into the other. ``hashed``: as a pseudonym."""

    upstream: Node
    downstream: Node
    hashed: bool = False


class Inherited(NamedTuple):
    """``path`` begins with the column that is personal by itself and ends before the one that inherits; of a very long one
    the steps after the first are left out."""

    pii: str
    path: tuple[Node, ...]
    hashed: bool = False


class _Step(NamedTuple):
    before: Node
    start: Node
    hashed: bool  # anywhere on the way


def inherited(owns: Mapping[Node, Own], arrows: Iterable[Arrow]) -> dict[Node, Inherited]:
    """The same for any order of the arrows, and for a part of the graph that has all that lies upstream of it.

    >>> inherited({1: Own("email", True)}, [Arrow(1, 2), Arrow(2, 3, hashed=True)])[3]
    Inherited(pii='email', path=(1, 2), hashed=True)
    """
    graph = _Graph(owns, arrows)
    found: dict[Node, Inherited] = {}
    for level in LEVELS:
        own = {node: one.pii for node, one in owns.items() if one.pii and sensitivity(one.pii) is level}
        firm = [node for node in own if owns[node].firm]
        reached = graph.steps(firm, found)
        starts = graph.starts(
            [node for node in own.keys() - reached.keys() - found.keys() if not owns[node].firm], found
        )
        steps = graph.steps([*firm, *starts], found)
        for node, step in steps.items():
            found[node] = Inherited(own[step.start], _path(node, steps), step.hashed)
    return found


class _Graph:
    def __init__(self, owns: Mapping[Node, Own], arrows: Iterable[Arrow]) -> None:
        ways: dict[Node, dict[Node, bool]] = {}
        for up, down, hashed in arrows:
            if up != down and not (down in owns and owns[down].firm):
                ways.setdefault(up, {})
                ways[up][down] = ways[up].get(down, True) and hashed
        self._after: dict[Node, Sequence[tuple[Node, bool]]] = {up: sorted(downs.items()) for up, downs in ways.items()}

    def steps(self, starts: Iterable[Node], but: Collection[Node]) -> dict[Node, _Step]:
        """The last step to each column that is reached, nearest first; ``but`` are not entered."""
        frontier = sorted(starts)
        seen = set(frontier)
        steps: dict[Node, _Step] = {}
        while frontier:
            after: list[Node] = []
            for node in frontier:
                for down, hashed in self._after.get(node, ()):
                    if down not in seen and down not in but:
                        seen.add(down)
                        before = steps.get(node)
                        start, hidden = (before.start, before.hashed) if before else (node, False)
                        steps[down] = _Step(node, start, hashed or hidden)
                        after.append(down)
            frontier = after
        return steps

    def starts(self, detected: Sequence[Node], but: Collection[Node]) -> list[Node]:
        """Those of the columns that no other of them leads to. In a circle it is the first one."""
        left = sorted(set(detected))
        led_to = self._led_to(left, but)
        found = [node for node in left if node not in led_to]
        reached = self.steps(found, but)
        left = [node for node in left if node in led_to and node not in reached]
        while left:
            found.append(left[0])
            reached = self.steps(left[:1], but)
            left = [node for node in left[1:] if node not in reached]
        return found

    def _led_to(self, starts: Iterable[Node], but: Collection[Node]) -> set[Node]:
        """What lies behind them; of them, those that lie behind another one, or behind themselves."""
        left = list(starts)
        seen: set[Node] = set()
        while left:
            for down, _ in self._after.get(left.pop(), ()):
                if down not in seen and down not in but:
                    seen.add(down)
                    left.append(down)
        return seen


def _path(node: Node, steps: Mapping[Node, _Step]) -> tuple[Node, ...]:
    path: list[Node] = []
    start = steps[node].start
    while (step := steps.get(node)) is not None and len(path) < LONGEST:
        node = step.before
        path.append(node)
    return tuple(reversed(path)) if node == start else (start, *reversed(path))
