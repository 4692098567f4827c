"""dbt's node selection over the graph: ``+x``, ``x+``, ``2+x+1``, ``@x``; a blank unites, a comma intersects, ``--exclude``
takes away; ``tag:``, ``kind:``, ``owner:``, ``schema:``, ``platform:``, ``domain:``, ``pii:`` and ``*`` in place of a name.
``source:``, ``exposure:`` and ``resource_type:`` name what dbt calls so."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from lineage.graph.model import Graph, whole
from lineage.graph.rows import Rows
from lineage.graph.walking import walk

METHODS = (
    *("tag", "kind", "owner", "schema", "platform", "domain", "pii", "name"),
    *("source", "exposure", "resource_type"),
)
ALIASES = {"group": "owner", "fqn": "name"}
EXCLUDE = "--exclude"
MOST_TERMS = 50
MOST_LETTERS = 2000
FARTHEST = 10_000

TERM = re.compile(
    r"(?P<at>@)?(?:(?P<up>\d*)\+)?(?:(?P<method>[A-Za-z_]+):)?(?P<value>[^+@]+?)(?P<down>\+\d*)?\Z", re.DOTALL
)


class BadSelection(ValueError):
    """The message says where, for people."""


@dataclass(frozen=True, slots=True)
class Term:
    """``up`` and ``down``: how many steps; None is all of them. ``at``: with all that is made from it, and all of which
    that is made."""

    value: str
    method: str = "name"
    up: int | None = 0
    down: int | None = 0
    at: bool = False


Together = tuple[Term, ...]  # what all of them choose


@dataclass(frozen=True, slots=True)
class Selection:
    include: tuple[Together, ...]
    exclude: tuple[Together, ...] = ()

    def terms(self) -> Iterator[Term]:
        for group in (*self.include, *self.exclude):
            yield from group


def parse(text: str) -> Selection:
    """
    >>> parse("2+marts.orders").include
    ((Term(value='marts.orders', method='name', up=2, down=0, at=False),),)

    Raises:
        BadSelection: with the part that is not understood.
    """
    if len(text) > MOST_LETTERS:
        raise BadSelection(f"A selection has at most {MOST_LETTERS:,} letters.")
    sides: tuple[list[Together], list[Together]] = ([], [])
    taking_away = False
    for word in _words(text):
        if word.lower() == EXCLUDE:
            taking_away = True
        elif word.lower() != "--select":
            sides[taking_away].append(tuple(_term(part) for part in _split(word, ",")))
    if taking_away and not sides[1]:
        raise BadSelection(f"{EXCLUDE} says nothing to take away.")
    found = Selection(tuple(sides[0]), tuple(sides[1]))
    if not any(found.terms()):
        raise BadSelection("Say what to choose, for example +marts.revenue_by_day+2.")
    if sum(1 for _ in found.terms()) > MOST_TERMS:
        raise BadSelection(f"A selection has at most {MOST_TERMS} parts.")
    return found


def _words(text: str) -> list[str]:
    return [word for word in _split(text, None) if word]


def _split(text: str, separator: str | None) -> list[str]:
    """At blanks or commas that stand outside of quotes. None: at any blank."""
    parts, quoted = [""], False
    for letter in text:
        if letter == '"':
            quoted = not quoted
        if not quoted and (letter == separator if separator else letter.isspace()):
            parts.append("")
        else:
            parts[-1] += letter
    if quoted:
        raise BadSelection("A quotation mark is not closed.")
    return parts


def _term(text: str) -> Term:
    held: list[str] = []

    def hold(match: re.Match[str]) -> str:
        held.append(match[1])
        return f"\0{len(held) - 1}\0"  # in quotes, signs are letters

    found = TERM.match(re.sub(r'"([^"]*)"', hold, text.replace("\0", "")))
    shown = text[:100]
    if found is None:
        raise BadSelection(f"“{shown}” is not understood: it is like 2+name+1, @name or tag:daily.")
    value = re.sub(r"\0(\d+)\0", lambda match: held[int(match[1])], found["value"]).strip()
    method = (found["method"] or "name").lower()
    method = ALIASES.get(method, method)
    if method not in METHODS:
        raise BadSelection(f"“{shown}”: {method}: is not known; there are {', '.join(f'{one}:' for one in METHODS)}.")
    if not value:
        raise BadSelection(f"“{shown}” names nothing.")
    at = found["at"] is not None
    if at and (found["up"] is not None or found["down"] is not None):
        raise BadSelection(f"“{shown}”: @ goes both ways already, + has no place beside it.")
    down = found["down"]
    return Term(value, method, _steps(found["up"]), _steps(down[1:] if down is not None else None), at)


def _steps(told: str | None) -> int | None:
    if told is None:
        return 0
    return min(int(told[:6]), FARTHEST) if told else None


def chosen(selection: Selection, graph: Graph, seeds: Callable[[Term], Iterable[int]], until: float) -> set[int]:
    """Ids of assets. ``seeds`` are those that a term names; they need not be in the graph."""

    def united(groups: Iterable[Together]) -> set[int]:
        found: set[int] = set()
        for group in groups:
            found |= set.intersection(*(_around(graph, term, set(seeds(term)), until) for term in group))
        return found

    everything = selection.include or ((Term("*"),),)  # what stays when something is taken away from all
    return united(everything) - united(selection.exclude)


def _around(graph: Graph, term: Term, seeds: set[int], until: float) -> set[int]:
    if term.at:
        below = seeds | _walked(graph, graph.down, seeds, None, until)
        return below | _walked(graph, graph.up, below, None, until)
    found = set(seeds)
    for rows, steps in ((graph.up, term.up), (graph.down, term.down)):
        if steps != 0:
            found |= _walked(graph, rows, seeds, steps, until)
    return found


def _walked(graph: Graph, rows: Rows, seeds: set[int], steps: int | None, until: float) -> set[int]:
    done = walk(rows, graph.book, whole(graph, sorted(seeds)), depth=steps, until=until)
    book = graph.book
    return set(book.assets.ids[book.owner[done.nodes]].tolist()) if len(done.nodes) else set()


def pattern(value: str) -> re.Pattern[str]:
    """Of a name in which ``*`` and ``?`` stand for letters; case means nothing."""
    parts = [{"*": ".*", "?": "."}.get(part, re.escape(part)) for part in re.split(r"([*?])", value)]
    return re.compile(rf"\A{''.join(parts)}\Z", re.IGNORECASE | re.DOTALL)


def has_wildcard(value: str) -> bool:
    return "*" in value or "?" in value
