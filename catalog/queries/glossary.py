"""The glossary as somebody may see it: a term is as visible as its domain."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Func, Q, QuerySet

from catalog.models import Asset, Column, Domain, Term, TermRelation
from catalog.states import Relation
from portal.kernel.models import Event

LISTED = 100  # assets and columns of a term's page


@dataclass(frozen=True, slots=True)
class Link:
    """One relation as the page of one of its ends tells it."""

    words: str
    term: Term
    relation: str
    outgoing: bool


@dataclass(frozen=True, slots=True)
class TermPage:
    term: Term
    links: Sequence[Link]
    assets: Sequence[Asset]
    asset_count: int
    columns: Sequence[Column]
    column_count: int


INVERSE = {
    Relation.BROADER: "includes",
    Relation.PART: "consists of",
    Relation.RELATED: "is related to",
    Relation.REPLACES: "is replaced by",
}


def visible(user: Any) -> QuerySet[Term]:
    """Retired ones too."""
    seen = Q(domain=None) | Q(domain__in=Domain.objects.visible_to(user).values("pk"))
    return Term.objects.filter(seen).select_related("domain")


def terms_of(user: Any, slugs: Iterable[str]) -> list[Term]:
    wanted = list(slugs)
    return list(visible(user).filter(slug__in=wanted, retired_at=None)) if wanted else []


@dataclass(frozen=True, slots=True)
class Listed:
    term: Term
    uses: int


def listed(user: Any, text: str = "", domain: str = "", *, retired: bool = False) -> list[Listed]:
    """By name; ``text`` is looked for in names, synonyms and definitions."""
    rows = visible(user).filter(retired_at__isnull=not retired).order_by("name")
    if text:
        spoken = Q(name__icontains=text) | Q(definition__icontains=text) | Q(synonyms__icontains=text)
        rows = rows.filter(spoken)
    if domain:
        rows = rows.filter(domain__slug=domain)
    found = list(rows[:1000])
    counts = uses(user)
    return [Listed(term, counts.get(term.slug, 0)) for term in found]


def uses(user: Any) -> dict[str, int]:
    """Visible assets that carry a term themselves, by slug."""
    rows = Asset.objects.visible_to(user).live().exclude(terms=[])
    named = rows.annotate(term=Func("terms", function="unnest")).values("term").annotate(n=Count("pk"))
    return {row["term"]: row["n"] for row in named.order_by()}


def page_of(user: Any, term: Term) -> TermPage:
    assets = Asset.objects.visible_to(user).live()
    carrying = assets.filter(terms__contains=[term.slug]).order_by("path")
    columns = Column.objects.filter(retired_at=None, terms__contains=[term.slug], asset__in=assets)
    return TermPage(
        term=term,
        links=sorted(links(user, [term]).get(term.pk, []), key=lambda link: (link.words, link.term.name)),
        assets=list(carrying[:LISTED]),
        asset_count=carrying.count(),
        columns=list(columns.select_related("asset").order_by("asset__path", "position")[:LISTED]),
        column_count=columns.count(),
    )


def links(user: Any, terms: Sequence[Term]) -> dict[int, list[Link]]:
    """Relations of terms in both directions, to visible live terms."""
    ids = {term.pk for term in terms}
    rows = TermRelation.objects.filter(Q(subject__in=ids) | Q(object__in=ids)).order_by("relation", "id")
    seen = {term.pk: term for term in visible(user).filter(retired_at=None)} if rows else {}
    found: dict[int, list[Link]] = {}
    for row in rows:
        if row.subject_id in ids and row.object_id in seen:
            link = Link(str(Relation(row.relation).label), seen[row.object_id], row.relation, True)
            found.setdefault(row.subject_id, []).append(link)
        if row.object_id in ids and row.subject_id in seen:
            link = Link(INVERSE[Relation(row.relation)], seen[row.subject_id], row.relation, False)
            found.setdefault(row.object_id, []).append(link)
    return found


# --- history and map ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TermChange:
    at: datetime
    by: Any
    words: str
    details: Sequence[tuple[str, str, str]]  # (field, before, after)


def history(term: Term, limit: int = 20) -> list[TermChange]:
    """Out of the record. Relations are told as a word alone: they may name terms that the reader does not see."""
    rows = Event.objects.filter(subject=f"term:{term.slug}", name="catalog.TermChanged").select_related("actor")
    return [_change(row) for row in rows.order_by("-at", "-id")[:limit]]


def _change(row: Event) -> TermChange:
    before, after = row.payload["before"], row.payload["after"]
    if not before:
        return TermChange(row.at, row.actor, "written", ())
    if before["retired"] != after["retired"]:
        return TermChange(row.at, row.actor, "retired" if after["retired"] else "brought back", ())
    changed = [name for name in after if before.get(name) != after[name]]
    told = [
        (name, _say(before.get(name)), _say(after[name])) for name in changed if name not in {"relations", "domain"}
    ]
    return TermChange(row.at, row.actor, f"changed: {', '.join(changed)}", told)


def _say(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value or "")


@dataclass(frozen=True, slots=True)
class Spot:
    """A term on the map; ``x`` and ``y`` are its middle in the SVG's units, ``path`` the curve that leads there."""

    term: Term
    x: int
    y: int
    path: str


@dataclass(frozen=True, slots=True)
class TermMap:
    spots: Sequence[Spot]
    width: int
    height: int
    x: int
    y: int


SIDE = 6  # terms on each side of the map
ROW, APART, HALF = 44, 260, 100


def term_map(user: Any, term: Term) -> TermMap | None:
    """What it belongs to on the left, what belongs to it and what else is near on the right; None where it stands alone."""
    around = links(user, [term]).get(term.pk, [])
    left = [link for link in around if link.outgoing and link.relation in {Relation.BROADER, Relation.PART}][:SIDE]
    right = [link for link in around if link not in left][:SIDE]
    rows = max(len(left), len(right))
    if not rows:
        return None
    x, height = HALF + 2 + (APART if left else 0), rows * ROW + 8
    spots = [*_spots(left, x, -1, height), *_spots(right, x, 1, height)]
    return TermMap(spots, x + HALF + 2 + (APART if right else 0), height, x, height // 2)


def _spots(side: Sequence[Link], x: int, way: int, height: int) -> list[Spot]:
    found = []
    for at, link in enumerate(side):
        y, end = round(height * (at + 0.5) / len(side)), x + way * (APART - HALF)
        bend = x + way * (HALF + 30)
        path = f"M{x} {height // 2}C{bend} {height // 2} {bend} {y} {end} {y}"
        found.append(Spot(link.term, x + way * APART, y, path))
    return found
