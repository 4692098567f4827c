"""What a search can be narrowed by: one table of filters for the search box, the facets and the API.

A further filter is a condition and a line in ``FILTERS``; a room above the catalog adds one in ``wiring.FACETS``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from catalog.kinds import KINDS
from catalog.pii import classes
from catalog.search import conditions
from catalog.search.syntax import Filter, Word
from portal.kernel import wiring
from portal.kernel.slots import RoomFacet

Condition = Callable[[Any, Sequence[str]], Q]
BOOLEAN = {"yes": "Yes", "no": "No"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One filter. ``values`` are all that it takes, with their words for people; empty where anything may stand, which
    is then ``called`` so."""

    label: str
    about: str
    example: str
    condition: Condition
    values: Mapping[str, str] = field(default_factory=dict)
    valid: Callable[[str], bool] = bool
    called: Callable[[str], str] = str

    def word(self, value: str) -> str:
        """The value as people call it."""
        return self.values.get(value.lower()) or self.called(value)

    def hint(self, value: str) -> str:
        """What is wrong with a value; "" where nothing is."""
        fits = value.lower() in self.values if self.values else self.valid(value)
        if fits:
            return ""
        return f"takes {', '.join(self.values)}" if self.values else f"is written like {self.example}"


def _yes_no(label: str, about: str, name: str, condition: Q) -> Kind:
    return Kind(label=label, about=about, example=f"{name}:yes", values=BOOLEAN, condition=conditions.yes_no(condition))


STANDING = {
    "certified": "Certified",
    "deprecated": "Deprecated",
    "stub": "Only named",
    "favourite": "A favourite of mine",
    "followed": "Followed by me",
    "owned": "Mine",
}
FILTERS: dict[str, Kind] = {
    "kind": Kind(
        label="Kind",
        about="What it is",
        example="kind:table",
        values={str(kind): look.plural for kind, look in KINDS.items()},
        condition=conditions.one_of("kind"),
    ),
    "platform": Kind(
        label="Platform", about="Where it lives", example="platform:snowflake", condition=conditions.one_of("platform")
    ),
    "database": Kind(
        label="Database", about="Its database", example="database:analytics", condition=conditions.one_of("database")
    ),
    "schema": Kind(
        label="Schema", about="Its schema, or database.schema", example="schema:marts", condition=conditions.schema
    ),
    "domain": Kind(
        label="Domain", about="Whose part of the data", example="domain:finance", condition=conditions.domain
    ),
    "owner": Kind(label="Owner", about="Person or team; “me” is you", example="owner:ana", condition=conditions.owner),
    "tag": Kind(label="Tag", about="A tag of it", example='tag:"gold layer"', condition=conditions.tag),
    "term": Kind(
        label="Term",
        about="A term of the glossary, of it or a column",
        example="term:revenue",
        condition=conditions.term,
    ),
    "column": Kind(
        label="Column", about="It has a column called so", example="column:email", condition=conditions.column
    ),
    "pii": Kind(
        label="Personal data",
        about="yes, no, or a class of it",
        example="pii:email",
        condition=conditions.pii,
        called=classes.label,
    ),
    "tier": Kind(label="Tier", about="How much it matters", example="tier:gold", condition=conditions.one_of("tier")),
    "is": Kind(
        label="Standing",
        about="Where it stands",
        example="is:certified",
        values=STANDING,
        condition=conditions.standing,
    ),
    "has": Kind(
        label="Has",
        about="Somebody gave it one",
        example="has:description",
        values={name: name for name in conditions.HAS},
        condition=conditions.has,
    ),
    "contract": Kind(
        label="Contract",
        about="It has a contract, or breaks it",
        example="contract:yes",
        values=BOOLEAN | {"broken": "Broken"},
        condition=conditions.contract,
    ),
    "certified": _yes_no("Certified", "It is certified", "certified", conditions.STANDS["certified"]),
    "deprecated": _yes_no("Deprecated", "It is deprecated", "deprecated", conditions.STANDS["deprecated"]),
    "stub": _yes_no("Only named", "No source describes it", "stub", conditions.STANDS["stub"]),
    "updated": Kind(
        label="Changed",
        about="When it last changed: an age or a day",
        example="updated:<7d",
        condition=conditions.in_time("changed_at"),
        valid=conditions.is_time,
    ),
    "rows": Kind(
        label="Rows",
        about="How many rows it has",
        example="rows:>1m",
        condition=conditions.in_number("row_count"),
        valid=conditions.is_number,
    ),
    "reads": Kind(
        label="Reads",
        about="How often it was read in 30 days",
        example="reads:>100",
        condition=conditions.in_number("popularity"),
        valid=conditions.is_number,
    ),
}


def names() -> list[str]:
    """The catalog's own filters and those of other rooms."""
    return [*FILTERS, *wiring.names("FACETS")]


def kind_of(name: str) -> Kind:
    if name in FILTERS:
        return FILTERS[name]
    room = room_facet(name)
    values = dict(room.labels)
    return Kind(
        label=room.label,
        about=room.label,
        example=f"{name}:{next(iter(values), '…')}",
        values=values,
        condition=lambda user, chosen: room.condition(chosen),
    )


def room_facet(name: str) -> RoomFacet:
    """A facet that a room above the catalog adds."""
    facet: RoomFacet = wiring.named("FACETS", name)()
    return facet


@dataclass(frozen=True, slots=True)
class Example:
    """A filter as it is written; ``finds`` says that something would be found by it."""

    written: str
    about: str
    finds: bool


def examples(common: Mapping[str, str]) -> list[Example]:
    """One of each filter, with a value that there is where one is known; ``common`` has one by the filter's name."""
    found = []
    for name in names():
        kind, value = kind_of(name), common.get(name, "")
        written = str(Filter(name, (value,))) if value else kind.example
        found.append(Example(written, kind.about, bool(value)))
    return found


def condition(user: Any, filters: Iterable[Filter]) -> Q:
    """All filters must hold; within one, any of its values."""
    whole = Q()
    for one in filters:
        if one.values:
            held = kind_of(one.name).condition(user, one.values)
            whole &= ~held if one.negated else held
    return whole


OPERATORS = {
    "OR": "all words must be found; for any of several values write commas, as in schema:marts,staging",
    "AND": "all words must be found anyway",
    "NOT": "a minus leaves out what must not be, as in -old or -tag:old",
}


def hints(words: Sequence[Word], filters: Iterable[Filter], unknown: Iterable[str]) -> list[str]:
    """What of a search means less than was meant, in words."""
    written = {word.text for word in words if not word.phrase}
    found = [
        f"{name} is not understood, it is searched for as a word: {instead}."
        for name, instead in OPERATORS.items()
        if name in written
    ]
    found += [f"There is no filter “{name}”: it is searched for as a word." for name in unknown]
    for one in filters:
        if not one.values:
            found.append(f"“{one.name}:” still needs a value, as in {kind_of(one.name).example}.")
        for value in one.values:
            if wrong := kind_of(one.name).hint(value):
                found.append(f"“{one.name}:{value[:40]}” finds nothing: {one.name} {wrong}.")
    return found
