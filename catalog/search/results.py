"""The results page: hits, facets with counts, help where nothing was found. A constant number of queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from catalog.models import Asset, Domain
from catalog.models.assets import AssetQuerySet
from catalog.queries.badges import badges_of
from catalog.queries.owners import owners_of
from catalog.search import facets, finding, highlights
from catalog.search.facets import Facet
from catalog.search.filters import condition, hints, kind_of
from catalog.search.finding import CAP
from catalog.search.highlights import Marks
from catalog.search.matching import Plan, attempts, finds, plan, respelled, whole
from catalog.search.request import PAGE, SearchRequest, facet_names
from catalog.search.sight import Rows, fetch, rows_of
from catalog.search.suggesting import Suggestion, suggestions
from catalog.search.syntax import Filter
from catalog.search.text import Holds, phrase, raw, stem, words
from portal.kernel import wiring
from portal.kernel.slots import Badge

IDS = "SELECT 'best', string_agg(id::text, ' '), 0 FROM best"
POPULAR = ["-popularity", "path", "pk"]


@dataclass(frozen=True, slots=True)
class SearchHit:
    asset: Asset
    badges: Sequence[Badge]
    owners: Sequence[str]
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
    meant: Sequence[Suggestion] = ()  # other spellings, where nothing was found
    pages: int = 1


@dataclass(frozen=True, slots=True)
class Found:
    counts: facets.Counts
    ids: Sequence[int] = ()  # of the page, best first


def search(user: Any, request: SearchRequest) -> Results:
    domains = Domain.objects.visible_to(user).in_bulk()
    visible = Asset.objects.visible_now(user, domains).live()
    written = _written(visible, request)
    rows = written.filter(condition(user, request.active)) if request.active else written
    names = facet_names()
    seen = rows_of(visible)
    for planned in attempts(whole(user, request.text), seen):
        found = _find(planned, rows, names, domains, request)
        if found.counts["total"][""] or (rows is not visible and finds(planned, seen)):
            break

    def without(facet: str) -> facets.Counts:
        others = written.filter(condition(user, request.unfaceted(facet)))
        return _find(planned, others, [facet], domains, held=facets.holding(user, facet, request.chosen(facet))).counts

    shown = facets.facets(request, found.counts, domains, without)
    marks = highlights.marks(planned, request)
    total = found.counts["total"][""]
    hits = _hits(visible, _page(planned, rows, request, found.ids), marks)
    return Results(
        request=request,
        hits=hits,
        total=min(total, CAP),
        capped=total > CAP,
        facets=shown,
        marks=marks,
        chips=_chips(request, shown),
        hints=hints(request.words, request.filters, request.unknown),
        instead=planned.widened,
        also=() if _is_named(hits, request.text) else planned.also,
        any_word=planned.any_word,
        meant=[] if total else _meant(user, request, shown, visible),
        pages=max(1, -(-min(total, CAP) // PAGE)),
    )


def matching(user: Any, request: SearchRequest) -> AssetQuerySet:
    """All assets that the request finds, not only a page or a sample of them: for what is done to a whole result."""
    visible = Asset.objects.visible_now(user).live()
    rows = _written(visible, request).filter(condition(user, request.active))
    found: AssetQuerySet = plan(user, request.text, rows_of(visible)).within(rows)
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


def _find(
    planned: Plan,
    rows: AssetQuerySet,
    names: Sequence[str],
    domains: facets.Domains,
    request: SearchRequest | None = None,
    held: Mapping[str, Any] | None = None,
) -> Found:
    """Counts of these facets, and of a text the page that the request asks for, in one statement; ``held`` are chosen
    values that are counted by themselves."""
    room = wiring.named("SORTS", request.sort) if request and request.sort in wiring.names("SORTS") else None
    further = {"sort_key": room().key()} if room else {}
    counted = facets.countable(rows, names, **further, **(held or {}))
    if counted.are_none:
        return Found({"total": {"": 0}})
    body = finding.sample(planned, counted) if planned.text else finding.anything(counted)
    asked, chosen = [facets.counting(names, held or ())], Rows("")
    if request and planned.text:
        order = finding.BY_KEY if room else finding.ORDERS[request.sort]
        chosen = finding.best(planned, PAGE, (request.page - 1) * PAGE, order)
        asked.append(IDS)
    told = fetch(f"WITH {body.sql}{chosen.sql} {' UNION ALL '.join(asked)}", [*body.params, *chosen.params])
    ids = next((ids for name, ids, _ in told if name == "best" and ids), "")
    return Found(facets.counted(told, names, domains), [int(pk) for pk in ids.split()])


def _page(planned: Plan, rows: AssetQuerySet, request: SearchRequest, ids: Sequence[int]) -> list[Asset]:
    rows = rows.select_related("domain")
    if planned.text:
        return finding.in_order(rows, ids)
    if request.sort in wiring.names("SORTS"):
        order = [wiring.named("SORTS", request.sort)().key().desc(nulls_last=True), "path", "pk"]
    else:
        order = {"name": ["path", "pk"], "changed": ["-changed_at", "pk"]}.get(request.sort, POPULAR)
    return list(rows.order_by(*order)[(request.page - 1) * PAGE : request.page * PAGE])


def _hits(visible: AssetQuerySet, assets: Sequence[Asset], marks: Marks) -> list[SearchHit]:
    ids = [asset.pk for asset in assets]
    badges = badges_of(assets)
    owners = owners_of(ids)
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


def _meant(user: Any, request: SearchRequest, shown: Sequence[Facet], visible: AssetQuerySet) -> Sequence[Suggestion]:
    return suggestions(
        request,
        shown,
        respelled=lambda text: respelled(user, text, rows_of(visible)),
        finds=lambda other: matching(user, other).exists(),
    )


def _is_named(hits: Sequence[SearchHit], text: str) -> bool:
    """Something is called just so: that was meant, and not what the glossary means by it."""
    low = text.strip().casefold()
    return any(low in {hit.asset.title.casefold(), hit.asset.path.casefold()} for hit in hits)


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
    label = labels.get((one.name, value.casefold())) or kind.word(value)
    return Chip(kind.label, label, one.negated, request.without(one, value).url())
