"""From what somebody types to a query that PostgreSQL understands. Only words get in, so nothing typed is an operator."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import BooleanField, F, Func

MAX_WORDS = 12
MAX_LENGTH = 300
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_WORD = re.compile(r"[^\W_]+")


def words(text: str) -> list[str]:
    """Words and parts of snake_case, camelCase and dotted names, in lower case.

    >>> words("marts.revenueByDay")
    ['marts', 'revenue', 'by', 'day']
    """
    return [word.lower() for word in _WORD.findall(_CAMEL.sub(" ", text[:MAX_LENGTH]))][:MAX_WORDS]


@dataclass(frozen=True, slots=True)
class Query:
    """A tsquery as SQL with its parameters. Django's own is built of expressions; a search has a hundred, and resolving
    them took longer than the search."""

    sql: str
    params: tuple[str, ...]

    def __and__(self, other: Query) -> Query:
        return Query(f"({self.sql} && {other.sql})", self.params + other.params)

    def __or__(self, other: Query) -> Query:
        return Query(f"({self.sql} || {other.sql})", self.params + other.params)


class Holds(Func):
    """Whether a field of the search entry matches; stands where Django wants a condition."""

    output_field = BooleanField()

    def __init__(self, query: Query, field: str = "search_entry__words") -> None:
        super().__init__(F(field))
        self.query = query

    def as_sql(self, compiler: Any, connection: Any, *args: Any, **extra: Any) -> Any:
        column, params = compiler.compile(self.source_expressions[0])
        return f"{column} @@ {self.query.sql}", [*params, *self.query.params]


def raw(word: str, suffix: str = "") -> Query:
    """The word itself; ``suffix`` is tsquery's (``:*`` for a prefix, ``:A`` for a weight). Words are letters and digits
    only, so quoting them needs no escape."""
    return Query("to_tsquery('simple', %s)", (f"'{word}'{suffix}",))


def term(slug: str) -> Query:
    """What has this term of the glossary (see ``catalog.search.index``)."""
    return Query("quote_literal(%s)::tsquery", (f"#{slug}",))


def stem(word: str, suffix: str = "") -> Query:
    """All forms of the word; nothing for a stop word."""
    return Query("to_tsquery('english', %s)", (f"'{word}'{suffix}",))


def prefix(word: str) -> Query:
    """The word as somebody may have begun to type it, or as a stem."""
    return raw(word, ":*") | stem(word)


def in_a_row(found: Sequence[str], weight: str = "") -> Query:
    """These words one after the other."""
    return Query("to_tsquery('simple', %s)", (" <-> ".join(f"'{word}'{weight}" for word in found),))


def phrase(text: str) -> Query | None:
    """What somebody put in quotation marks: as it stands in names, or in prose. None for no words."""
    found = words(text)
    return in_a_row(found) | Query("phraseto_tsquery('english', %s)", (" ".join(found),)) if found else None


def all_of(parts: Iterable[Query]) -> Query:
    return reduce(and_, parts)


def any_of(parts: Iterable[Query]) -> Query:
    return reduce(or_, parts)
