"""From what somebody types to a query that PostgreSQL understands. Only words get in, so nothing typed is an operator."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from django.contrib.postgres.search import CombinedSearchQuery, SearchQuery

MAX_WORDS = 12
MAX_LENGTH = 200
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_WORD = re.compile(r"[^\W_]+")

Query = SearchQuery | CombinedSearchQuery


def words(text: str) -> list[str]:
    """Words and parts of snake_case, camelCase and dotted names, in lower case.

    >>> words("marts.revenueByDay")
    ['marts', 'revenue', 'by', 'day']
    """
    return [word.lower() for word in _WORD.findall(_CAMEL.sub(" ", text[:MAX_LENGTH]))][:MAX_WORDS]


def query(
    found: Sequence[str], widened: Mapping[str, Sequence[str]] | None = None, *, any_word: bool = False
) -> Query | None:
    """All words (or any), each as a prefix, as a stem, or as one of its ``widened`` neighbours. None for no words."""
    parts = [_word(word, (widened or {}).get(word, ())) for word in found]
    if not parts:
        return None
    whole = parts[0]
    for part in parts[1:]:
        whole = whole | part if any_word else whole & part
    return whole


def _word(word: str, neighbours: Sequence[str]) -> Query:
    # Words are letters and digits only, so quoting them for raw syntax needs no escape
    prefixes = " | ".join([f"'{word}':*", *(f"'{neighbour}'" for neighbour in neighbours)])
    return SearchQuery(prefixes, config="simple", search_type="raw") | SearchQuery(word, config="english")
