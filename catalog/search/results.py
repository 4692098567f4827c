"""The results page: hits, facets with counts, help where nothing was found. A constant number of queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, Q

from catalog.models import Asset, AssetOwner
from catalog.models.assets import AssetQuerySet
from catalog.queries.badges import badges_of
from catalog.search import facets, highlights
from catalog.search.facets import CAP, Facet
from catalog.search.filters import condition, hints, kind_of
from catalog.search.highlights import Marks
from catalog.search.matching import Plan, forgiving, plan, whole
from catalog.search.request import PAGE, SearchRequest, facet_names
from catalog.search.syntax import Filter
from catalog.search.text import Holds, phrase, raw, stem, words
from portal.kernel import wiring
from portal.kernel.slots import Badge

RANKED = 500  # matches that are ranked, of names and of everything else
POPULAR = ["-popularity", "path", "pk"]
BEST = ["-rank", F("deprecated_at").asc(nulls_first=True)]


@dataclass(frozen=True, slots=True)
class SearchHit:
    asset: Asset
    badges: Sequence[Badge]
    owners: Sequence[AssetOwner]
    columns: Sequence[str]  # that match
    text: str  # of the description, from where it matches
    place: str  # what tells it from others of its name; "" where there are none


@dataclass(frozen=True, slots=True)
class Chip:
    """A part of the request that can be taken away."""

    label: str
    value: str
    negated: bool
    url: str


@dataclass(frozen=True, slots=True)
class Results:
    request: SearchRequest
    hits: Sequence[SearchHit]
    total: int
    capped: bool  # there are at least ``total``
    facets: Sequence[Facet]
    marks: Marks
    chips: Sequence[Chip] = ()
    hints: Sequence[str] = ()
    instead: Mapping[str, Sequence[str]] = field(default_factory=dict)  # near words that were searched for instead
    also: Sequence[str] = ()  # other names out of the glossary
    any_word: bool = False
    pages: int = 1


def search(user: Any, request: SearchRequest) -> Results:
    visible = Asset.objects.visible_now(user).live()
    planned = whole(user, request.text)
    written = _written(visible, request)
    rows = written.filter(condition(user, request.active))
    names = facet_names()
    counted = facets.counts(_sample(planned, rows), names)
    if not counted["total"][""] and (other := forgiving(planned, visible)) is not planned:
        planned, counted = other, facets.counts(_sample(other, rows), names)
    found = _ordered(planned, rows, request)[(request.page - 1) * PAGE : request.page * PAGE]

    def without(facet: str) -> facets.Counts:
        return facets.counts(_sample(planned, written.filter(condition(user, request.unfaceted(facet)))), [facet])

    shown = facets.facets(user, request, counted, without)
    marks = highlights.marks(planned, request)
    total = counted["total"][""]
    return Results(
        request=request,
        hits=_hits(visible, list(found), marks),
        total=min(total, CAP),
        capped=total > CAP,
        facets=shown,
        marks=marks,
        chips=_chips(request, shown),
        hints=hints(request.filters, request.unknown),
        instead=planned.widened,
        also=planned.also,
        any_word=planned.any_word,
        pages=max(1, -(-min(total, CAP) // PAGE)),
    )


def matching(user: Any, request: SearchRequest) -> AssetQuerySet:
    """All assets that the request finds, not only a page or a sample of them: for what is done to a whole result."""
    visible = Asset.objects.visible_now(user).live()
    rows = _written(visible, request).filter(condition(user, request.active))
    found: AssetQuerySet = plan(user, request.text, visible).within(rows)
    return found


def _written(visible: AssetQuerySet, request: SearchRequest) -> AssetQuerySet:
    """Those that hold the phrases, and nothing of what must not be."""
    for word in request.words:
        if not (word.phrase or word.negated):
            continue
        query = phrase(word.text)
        if not word.phrase and len(parts := words(word.text)) == 1:
            query = raw(parts[0]) | stem(parts[0])
        if query:
            held = Q(Holds(query))
            visible = visible.filter(~held if word.negated else held)
    return visible


def _sample(planned: Plan, rows: AssetQuerySet) -> Any:
    """At most one more than are counted; of everything, a fair sample, for public ids are random."""
    found = planned.within(rows, CAP + 1, ranked=False)
    return (found if planned.text else found.order_by("uuid"))[: CAP + 1]


def _ordered(planned: Plan, rows: AssetQuerySet, request: SearchRequest) -> Any:
    sort = request.sort
    found = planned.within(rows, RANKED)
    if sort in wiring.names("SORTS"):
        key = wiring.named("SORTS", sort)().key()
        order = [key.desc(nulls_last=True), "path", "pk"]
    else:
        order = {
            "name": ["path", "pk"],
            "changed": ["-changed_at", "pk"],
            "popularity": POPULAR,
        }.get(sort) or ([*BEST, "path", "pk"] if planned.text else POPULAR)
    return found.select_related("domain").order_by(*order)


def _hits(visible: AssetQuerySet, assets: Sequence[Asset], marks: Marks) -> list[SearchHit]:
    ids = [asset.pk for asset in assets]
    badges = badges_of(ids)
    owners: dict[int, list[AssetOwner]] = {}
    for owner in AssetOwner.objects.filter(asset__in=ids).select_related("user", "team").order_by("name"):
        owners.setdefault(owner.asset_id, []).append(owner)
    columns = highlights.columns(ids, marks)
    places = highlights.places(visible, assets)
    return [
        SearchHit(
            asset,
            badges.get(asset.pk, []),
            owners.get(asset.pk, []),
            columns.get(asset.pk, []),
            marks.excerpt(asset.description),
            places.get(asset.pk, ""),
        )
        for asset in assets
    ]


def _chips(request: SearchRequest, counted: Sequence[Facet]) -> list[Chip]:
    labels = {(facet.name, value.value.casefold()): value.label for facet in counted for value in facet.values}
    found = [
        Chip("Without", word.text, True, request.without_word(word).url()) for word in request.words if word.negated
    ]
    for one in request.active:
        found += [_chip(request, one, value, labels) for value in one.values]
    return found


def _chip(request: SearchRequest, one: Filter, value: str, labels: Mapping[tuple[str, str], str]) -> Chip:
    kind = kind_of(one.name)
    label = labels.get((one.name, value.casefold())) or kind.values.get(value.lower(), value)
    return Chip(kind.label, label, one.negated, request.without(one, value).url())
