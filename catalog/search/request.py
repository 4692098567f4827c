"""What is asked of search: words, filters, an order and a page. It stands in the URL, in words that people can write.

Chosen facets and written filters are one thing: ``?q=revenue&kind=table`` and ``?q=revenue kind:table`` are the same
request. The first plain filter of each facet is what choosing and taking away changes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import urlencode
from uuid import UUID

from django.http import QueryDict

from catalog.search.filters import names
from catalog.search.syntax import Filter, Word, Written, parse
from portal.kernel import wiring

FACETS = ("kind", "platform", "schema", "domain", "owner", "tag", "pii", "tier", "is", "contract")
SORTS = {
    "relevance": "Relevance",
    "popularity": "Popularity",
    "name": "Name",
    "changed": "Last changed",
}
PAGE = 20


def facet_names() -> list[str]:
    """The catalog's own facets and those of other rooms."""
    return [*FACETS, *wiring.names("FACETS")]


def sorts() -> dict[str, str]:
    """Names of the orders with their words; rooms above the catalog add theirs."""
    return SORTS | {name: wiring.named("SORTS", name)().label for name in wiring.names("SORTS")}


@dataclass(frozen=True, slots=True)
class SearchRequest:
    words: tuple[Word, ...] = ()
    filters: tuple[Filter, ...] = ()
    unknown: tuple[str, ...] = ()  # what looks like a filter and is none
    sort: str = "relevance"
    page: int = 1
    peek: str = ""  # public id of the asset that is looked at beside the results

    @classmethod
    def of(cls, query: QueryDict) -> SearchRequest:
        """Unknown facets and sorts are ignored: links outlive their pages."""
        written = parse(query.get("q", ""), names())
        page, sort = query.get("page", "1"), query.get("sort", "relevance")
        chosen = [_chosen(query, name) for name in facet_names()]
        filters = [*(one for one in chosen if one.values), *written.filters]
        return cls(
            words=written.words,
            filters=_in_order(filters),
            unknown=written.unknown,
            sort=sort if sort in SORTS or sort in wiring.names("SORTS") else "relevance",
            page=min(max(int(page), 1), 100) if page.isdecimal() and len(page) < 6 else 1,
            peek=_uuid(query.get("peek", "")),
        )

    @property
    def text(self) -> str:
        """The words that are searched for."""
        return Written(self.words).plain

    @property
    def written(self) -> str:
        """The whole request as one would write it."""
        return str(Written(self.words, self.filters))

    @property
    def active(self) -> list[Filter]:
        """Filters that filter: one without a value is still being written."""
        return [one for one in self.filters if one.values]

    @property
    def is_bare(self) -> bool:
        return not (self.words or self.active)

    def chosen(self, facet: str) -> tuple[str, ...]:
        """Values of the facet that are chosen."""
        found = self._first(facet)
        return found.values if found else ()

    def url(self) -> str:
        """The query string of this request."""
        facets = facet_names()
        plain = {one.name: one for one in reversed(self.active) if one.name in facets and not one.negated}
        rest = tuple(one for one in self.filters if plain.get(one.name) is not one)
        pairs = [("q", text)] if (text := str(Written(self.words, rest))) else []
        pairs += [(one.name, value) for one in self.filters if plain.get(one.name) is one for value in one.values]
        pairs += [("sort", self.sort)] if self.sort != "relevance" else []
        pairs += [("page", str(self.page))] if self.page > 1 else []
        pairs += [("peek", self.peek)] if self.peek else []
        return "?" + urlencode(pairs)

    def toggled(self, facet: str, value: str) -> SearchRequest:
        """With the value chosen if it was not, and the other way round; back on the first page."""
        found = self._first(facet)
        if found is None:
            return self._with((*self.filters, Filter(facet, (value,))))
        kept = tuple(item for item in found.values if item != value)
        values = kept if value in found.values else (*found.values, value)
        return self._instead(found, replace(found, values=values))

    def without(self, one: Filter, value: str) -> SearchRequest:
        return self._instead(one, replace(one, values=tuple(item for item in one.values if item != value)))

    def without_word(self, word: Word) -> SearchRequest:
        return replace(self._with(self.filters), words=tuple(other for other in self.words if other is not word))

    def without_filters(self) -> SearchRequest:
        return self._with(())

    def unfaceted(self, facet: str) -> list[Filter]:
        """All filters but what is chosen of this facet."""
        first = self._first(facet)
        return [one for one in self.active if one is not first]

    def sorted_by(self, sort: str) -> SearchRequest:
        return replace(self, sort=sort, page=1, peek="")

    def turned_to(self, page: int) -> SearchRequest:
        return replace(self, page=page, peek="")

    def peeking(self, uuid: UUID | str) -> SearchRequest:
        return replace(self, peek=str(uuid))

    def _first(self, facet: str) -> Filter | None:
        return next((one for one in self.active if one.name == facet and not one.negated), None)

    def _instead(self, old: Filter, new: Filter) -> SearchRequest:
        changed = (new if one is old else one for one in self.filters)
        return self._with(tuple(one for one in changed if one.values))

    def _with(self, filters: tuple[Filter, ...]) -> SearchRequest:
        return replace(self, filters=_in_order(filters), page=1, peek="")


def _in_order(filters: Iterable[Filter]) -> tuple[Filter, ...]:
    """What is chosen of the facets first, in their order: so one request has one form."""
    found = list(dict.fromkeys(filters))
    first: dict[str, Filter] = {}
    for one in found:
        if one.values and not one.negated:
            first.setdefault(one.name, one)
    chosen = [first[name] for name in facet_names() if name in first]
    return (*chosen, *(one for one in found if one not in chosen))


def _chosen(query: QueryDict, name: str) -> Filter:
    values = dict.fromkeys(" ".join(value.replace("\0", "").split())[:300] for value in query.getlist(name))
    return Filter(name, tuple(value for value in values if value))


def _uuid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        return ""
