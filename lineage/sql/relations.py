"""What stands in a FROM: tables, whose columns may not be known, and queries, whose outputs are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from lineage.sql.kinds import NOTHING, Kind, Source, Sources, add

STAR = "*"


class Star(NamedTuple):
    """All columns of tables whose columns are not known."""

    tables: tuple[str, ...]  # several where a union reads all of them
    without: frozenset[str] = frozenset()  # lower case
    made_of: frozenset[Source] = frozenset()  # of the rows of a function: what it makes them of

    def guess(self, name: str) -> Sources | None:
        return None if name.lower() in self.without else self._each(name)

    def all(self) -> Sources:
        return self._each(STAR)

    def _each(self, name: str) -> Sources:
        found: Sources = dict.fromkeys(self.made_of, Kind.TRANSFORMATION)
        return found | dict.fromkeys([(table, name) for table in self.tables], Kind.IDENTITY)


class Output(NamedTuple):
    """One column of a query, or the place of columns that nobody can count."""

    name: str
    sources: Sources
    star: Star | None = None


class Query:
    """What a query gives, and what it read for that. ``inputs`` are the queries that it is made of."""

    __slots__ = ("inputs", "outputs", "tables", "uses")

    def __init__(self) -> None:
        self.outputs: list[Output] = []
        self.inputs: list[Query] = []
        self.tables: dict[str, None] = {}
        self.uses: dict[tuple[Source, Kind], None] = {}  # of the rows: filters, joins, groups, orders

    def everything(self) -> Iterator[Query]:
        """It and all that it is made of, each once; common tables that nobody reads are not among them."""
        seen: set[int] = set()
        left = [self]
        while left:
            query = left.pop()
            if id(query) not in seen:
                seen.add(id(query))
                yield query
                left += reversed(query.inputs)


class Relation:
    """One item of a FROM."""

    __slots__ = ("alias", "anything", "columns", "exact", "hidden", "merged", "open", "outputs", "parts", "stars")

    def __init__(
        self, alias: str, parts: tuple[str, ...], outputs: list[Output], *, anything: Sources | None = None
    ) -> None:
        self.alias = alias  # folded
        self.parts = parts  # of a table's full name
        self.outputs = outputs
        self.anything = anything  # any column of a function's rows, where they have no names
        self.open = False  # the names of the outputs are some that it may have, of a function that names nothing
        self.hidden = False  # behind a semi join: read, but not part of *
        self.merged: dict[str, Sources] = {}  # columns of USING, by name
        self.columns: dict[str, Sources] = {}
        self.stars: list[Star] = []
        self.exact: dict[str, Sources] | None = None  # where two names differ in nothing but their case
        columns = self.columns
        for name, sources, star in outputs:
            if star is not None:
                self.stars.append(star)
            elif (lowered := name.lower()) not in columns:
                columns[lowered] = sources
            else:
                self.exact = self.exact or {output.name: output.sources for output in outputs if not output.star}

    def find(self, name: str) -> Sources | None:
        """A column that it certainly has."""
        if self.exact is not None and (found := self.exact.get(name)) is not None:
            return found
        return self.columns.get(name.lower())

    def guess(self, name: str) -> Sources | None:
        """A column that it may have; None where it cannot."""
        found = [sources for star in self.stars if (sources := star.guess(name)) is not None]
        if len(found) > 1:
            return {(None, name): Kind.IDENTITY}
        return found[0] if found else self.anything

    def row(self) -> Sources:
        """The whole row as one value."""
        into: Sources = dict(self.anything or NOTHING)
        for output in self.outputs:
            add(into, output.sources, Kind.TRANSFORMATION)
        return into


def table(alias: str, parts: tuple[str, ...], name: str, columns: Iterable[str] | None) -> Relation:
    """A table itself; without ``columns`` it may have any."""
    if columns is None:
        star = Star((name,))
        return Relation(alias, parts, [Output(STAR, star.all(), star)])
    return Relation(alias, parts, [Output(column, {(name, column): Kind.IDENTITY}) for column in columns])


def renamed(outputs: list[Output], names: list[str]) -> list[Output]:
    """With the names of a column list; what it does not reach keeps its own."""
    if any(output.star for output in outputs[: len(names)]):
        return _named_out_of_star(outputs, names)
    given = [output._replace(name=name) for output, name in zip(outputs, names, strict=False)]
    return given + outputs[len(given) :]


def _named_out_of_star(outputs: list[Output], names: list[str]) -> list[Output]:
    """Those before the star and behind it have their places; which of its columns is which between them, nobody knows."""
    before = next(place for place, output in enumerate(outputs) if output.star)
    behind = next(place for place, output in enumerate(reversed(outputs)) if output.star)
    last = len(names) - min(behind, len(names) - before)
    named = [output._replace(name=name) for output, name in zip(outputs[:before], names, strict=False)]
    ends = [
        output._replace(name=name) for output, name in zip(outputs[len(outputs) - behind :], names[last:], strict=False)
    ]
    into: Sources = {}
    for output in outputs[before : len(outputs) - behind]:
        add(into, output.sources, Kind.IDENTITY)
    return [*named, *(Output(name, into) for name in names[before:last]), *ends]


def united(left: list[Output], right: list[Output]) -> list[Output]:
    """The outputs of a set operation: by position, and by name behind a star."""
    if not any(output.star for output in (*left, *right)):
        both = [_both(one, other.sources) for one, other in zip(left, right, strict=False)]
        return both + left[len(both) :]
    return list(_united_by_name(left, right))


def named_alike(left: list[Output], right: list[Output], side: str, columns: set[str]) -> list[Output]:
    """UNION BY NAME: of columns that only one side has, all (FULL, or nothing said), the left's (LEFT) or none (INNER)."""
    others = {output.name.lower(): output for output in right}
    shared = [_both(output, others[output.name.lower()].sources) for output in left if output.name.lower() in others]
    if side == "INNER":
        found = shared
    else:
        both = {output.name: output for output in shared}
        found = [both.get(output.name, output) for output in left]
        mine = {output.name.lower() for output in left}
        found += [output for output in right if side != "LEFT" and output.name.lower() not in mine]
    return [output for output in found if not columns or output.name.lower() in columns]


def _united_by_name(left: list[Output], right: list[Output]) -> Iterator[Output]:
    named = {output.name.lower(): output for output in right if not output.star}
    stars = [output.star for output in right if output.star]
    known = {output.name.lower() for output in left if not output.star}
    first = True
    for output in left:
        if output.star:
            yield _star(output.star, stars if first else [])
            first = False
        elif (match := named.pop(output.name.lower(), None)) is not None:
            yield _both(output, match.sources)
        else:
            guesses = [found for star in stars if (found := star.guess(output.name)) is not None]
            yield _both(output, guesses[0]) if len(guesses) == 1 else output
    for output in named.values():
        if output.name.lower() not in known and not first:
            yield output
    if first:
        yield from (_star(star, []) for star in stars if not left)


def _star(star: Star, others: list[Star]) -> Output:
    tables = dict.fromkeys([*star.tables, *(table for other in others for table in other.tables)])
    joined = Star(tuple(tables), star.without, star.made_of.union(*(other.made_of for other in others)))
    return Output(STAR, joined.all(), joined)


def _both(output: Output, other: Sources) -> Output:
    if not other or other is output.sources:
        return output
    into = dict(output.sources)
    add(into, other, Kind.IDENTITY)
    return output._replace(sources=into)
