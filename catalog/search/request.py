"""What is asked of search: a text, chosen facets, an order and a page. It stands in the URL."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from django.http import QueryDict

from portal.kernel import wiring

FACETS = {
    "kind": "Kind",
    "platform": "Platform",
    "schema": "Schema",
    "domain": "Domain",
    "owner": "Owner",
    "tag": "Tag",
    "pii": "Personal data",
    "tier": "Tier",
}


def facet_names() -> list[str]:
    """The catalog's own facets and those of other rooms."""
    return [*FACETS, *wiring.names("FACETS")]


SORTS = {"relevance": "Relevance", "name": "Name", "changed": "Last changed"}
PAGE = 20


@dataclass(frozen=True, slots=True)
class SearchRequest:
    text: str = ""
    chosen: dict[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = "relevance"
    page: int = 1

    @classmethod
    def of(cls, query: QueryDict) -> SearchRequest:
        """Unknown facets and sorts are ignored: links outlive their pages."""
        asked = {
            name: dict.fromkeys(value.replace("\0", "") for value in query.getlist(name)) for name in facet_names()
        }
        chosen = {name: tuple(value for value in values if value) for name, values in asked.items()}
        page = query.get("page", "1")
        sort = query.get("sort", "relevance")
        return cls(
            text=query.get("q", "").replace("\0", "").strip()[:200],
            chosen={name: values for name, values in chosen.items() if values},
            sort=sort if sort in SORTS else "relevance",
            page=min(max(int(page), 1), 100) if page.isdecimal() and len(page) < 6 else 1,
        )

    def url(self) -> str:
        """The query string of this request."""
        pairs = [("q", self.text)] if self.text else []
        pairs += [(name, value) for name, values in self.chosen.items() for value in values]
        pairs += [("sort", self.sort)] if self.sort != "relevance" else []
        pairs += [("page", str(self.page))] if self.page > 1 else []
        return "?" + urlencode(pairs)

    def toggled(self, facet: str, value: str) -> SearchRequest:
        """With the value chosen if it was not, and the other way round; back on the first page."""
        values = self.chosen.get(facet, ())
        new = tuple(item for item in values if item != value) if value in values else (*values, value)
        chosen = {name: kept for name, kept in {**self.chosen, facet: new}.items() if kept}
        return replace(self, chosen=chosen, page=1)

    def sorted_by(self, sort: str) -> SearchRequest:
        return replace(self, sort=sort, page=1)

    def turned_to(self, page: int) -> SearchRequest:
        return replace(self, page=page)
