"""The results page: hits, facets with counts, help where nothing was found. A constant number of queries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.db.models import F

from catalog.kinds import KINDS
from catalog.models import Asset, AssetOwner, Column, Domain
from catalog.queries.badges import badges_of
from catalog.search.filters import condition, room_facet
from catalog.search.matching import Match, match
from catalog.search.request import FACETS, PAGE, SearchRequest, facet_names
from portal.kernel import wiring
from portal.kernel.slots import Badge

CAP = 2000  # of assets that are looked at for counts; above that, counts say "2,000+"
FACET_VALUES = 12
MATCHED_COLUMNS = 4


@dataclass(frozen=True, slots=True)
class FacetValue:
    value: str
    label: str
    count: int
    chosen: bool
    url: str


@dataclass(frozen=True, slots=True)
class Facet:
    name: str
    label: str
    values: Sequence[FacetValue]


@dataclass(frozen=True, slots=True)
class SearchHit:
    asset: Asset
    badges: Sequence[Badge]
    owners: Sequence[AssetOwner]
    columns: Sequence[str]  # that match a word of the query


@dataclass(frozen=True, slots=True)
class Results:
    request: SearchRequest
    hits: Sequence[SearchHit]
    total: int
    capped: bool  # there are at least ``total``
    facets: Sequence[Facet]
    words: Sequence[str]
    instead: Mapping[str, Sequence[str]] = field(default_factory=dict)  # near words that were searched for instead
    any_word: bool = False
    pages: int = 1


def search(user: Any, request: SearchRequest) -> Results:
    found = match(user, request.text)
    rows = found.rows.filter(condition(request.chosen))
    sample = list(islice(rows.values_list("pk", flat=True)[: CAP + 1], CAP + 1))
    total = min(len(sample), CAP)
    page = list(_ordered(rows, request)[(request.page - 1) * PAGE : request.page * PAGE])
    return Results(
        request=request,
        hits=_hits(page, found.words),
        total=total,
        capped=len(sample) > CAP,
        facets=_facets(user, request, found),
        words=found.words,
        instead=found.widened,
        any_word=found.any_word,
        pages=max(1, -(-total // PAGE)),
    )


def _ordered(rows: Any, request: SearchRequest) -> Any:
    order: list[Any] | None = {"name": ["path", "pk"], "changed": ["-changed_at", "pk"]}.get(request.sort)
    if order is None:
        order = ["-rank", F("deprecated_at").asc(nulls_first=True), "path", "pk"]
    return rows.select_related("domain").order_by(*order)


def _hits(assets: Sequence[Asset], words: Sequence[str]) -> list[SearchHit]:
    ids = [asset.pk for asset in assets]
    badges = badges_of(ids)
    owners: dict[int, list[AssetOwner]] = {}
    for owner in AssetOwner.objects.filter(asset__in=ids).order_by("name"):
        owners.setdefault(owner.asset_id, []).append(owner)
    columns = matched_columns(ids, words)
    return [
        SearchHit(asset, badges.get(asset.pk, []), owners.get(asset.pk, []), columns.get(asset.pk, []))
        for asset in assets
    ]


def matched_columns(asset_ids: Sequence[int], words: Sequence[str]) -> dict[int, list[str]]:
    """Names of columns of these assets that hold a word of the query."""
    if not words:
        return {}
    pattern = "|".join(words)  # letters and digits only
    rows = Column.objects.filter(asset__in=asset_ids, retired_at=None, name__iregex=pattern).order_by("position")
    found: dict[int, list[str]] = {}
    for asset_id, name in rows.values_list("asset_id", "name"):
        names = found.setdefault(asset_id, [])
        if len(names) < MATCHED_COLUMNS:
            names.append(name)
    return found


# --- facets: each counts what the others leave, so that a second value of one facet can be added ---------------------

_FIELDS = ("pk", "kind", "platform", "schema", "domain__slug", "tags", "pii", "tier")


def _facets(user: Any, request: SearchRequest, found: Match) -> list[Facet]:
    rows = list(found.rows.values_list(*_FIELDS)[:CAP])
    owners, owner_labels = _owners([row[0] for row in rows])
    rooms = {name: room_facet(name) for name in wiring.names("FACETS")}
    told = {name: facet.values_of([row[0] for row in rows]) for name, facet in rooms.items()}
    values = [_values(row, owners) | {name: tuple(of.get(row[0], ())) for name, of in told.items()} for row in rows]
    labels: dict[str, Mapping[str, str]] = {
        "kind": {kind: look.plural for kind, look in KINDS.items()},
        "owner": owner_labels,
        "domain": dict(Domain.objects.visible_to(user).values_list("slug", "name")),
        **{name: facet.labels for name, facet in rooms.items()},
    }
    titles = FACETS | {name: facet.label for name, facet in rooms.items()}
    facets = [_facet(name, titles[name], request, values, labels.get(name, {})) for name in facet_names()]
    return [facet for facet in facets if facet.values]


def _owners(asset_ids: Sequence[int]) -> tuple[dict[int, set[str]], dict[str, str]]:
    """Owners by asset, and how they are called. A person whom sources name in three ways is one: the one who signs in."""
    found: dict[int, set[str]] = {}
    labels: dict[str, str] = {}
    for owner in AssetOwner.objects.filter(asset__in=asset_ids).select_related("user", "team"):
        value = owner.team.slug if owner.team else owner.user.username if owner.user else owner.name
        labels[value] = str(owner.team or owner.user or owner.name)
        found.setdefault(owner.asset_id, set()).add(value)
    return found, labels


def _values(row: tuple[Any, ...], owners: Mapping[int, set[str]]) -> dict[str, tuple[str, ...]]:
    pk, kind, platform, schema, domain, tags, pii, tier = row
    one = {"kind": kind, "platform": platform, "schema": schema, "domain": domain or "", "tier": tier}
    many = {"tag": tuple(tags), "pii": tuple(pii), "owner": tuple(owners.get(pk, ()))}
    return {name: (value,) if value else () for name, value in one.items()} | many


def _facet(
    name: str,
    title: str,
    request: SearchRequest,
    rows: Iterable[dict[str, tuple[str, ...]]],
    labels: Mapping[str, str],
) -> Facet:
    others = {facet: set(chosen) for facet, chosen in request.chosen.items() if facet != name}
    counts: Counter[str] = Counter()
    for row in rows:
        if all(wanted & set(row[facet]) for facet, wanted in others.items()):
            counts.update(row[name])
    chosen = request.chosen.get(name, ())
    shown = [value for value in chosen if value not in counts] + [value for value, _ in counts.most_common()]
    shown = sorted(shown, key=lambda value: value not in chosen)[: max(FACET_VALUES, len(chosen))]
    return Facet(
        name,
        title,
        [
            FacetValue(
                value, labels.get(value, value), counts[value], value in chosen, request.toggled(name, value).url()
            )
            for value in shown
        ],
    )
