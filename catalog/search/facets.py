"""Facets: the values by which a search can be narrowed further, each with what it would leave.

Each counts what the other filters leave, so that a second value of one facet can be added. Counted over at most ``CAP``
matches; above that, counts are of a fair sample and the page says "and more".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from catalog.models import AssetOwner, ContractTable, Domain
from catalog.search.filters import kind_of, room_facet
from catalog.search.request import FACETS, SearchRequest
from portal.kernel import wiring

CAP = 2000
SHOWN = 12
FIELDS = (
    *("pk", "kind", "platform", "database", "schema", "domain__slug", "tags", "pii", "tier"),
    *("certified_at", "deprecated_at", "stub"),
)
Row = tuple[Any, ...]
Values = dict[str, tuple[str, ...]]


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


def facets(
    user: Any, request: SearchRequest, sample: Sequence[Row], without: Callable[[str], list[Row]]
) -> list[Facet]:
    """``sample`` are the matches; ``without`` fetches those that there would be if nothing of a facet were chosen."""
    chosen = {name: without(name) for name in _names() if request.chosen(name)}
    rows = {row[0]: row for found in (sample, *chosen.values()) for row in found}
    values, owner_labels = _values(list(rows.values()))
    labels: dict[str, Mapping[str, str]] = {
        **{name: kind_of(name).values for name in _names()},
        "owner": owner_labels,
        "domain": dict(Domain.objects.visible_to(user).values_list("slug", "name")),
    }
    found = [
        _facet(name, request, [values[row[0]] for row in chosen.get(name, sample)], labels[name]) for name in _names()
    ]
    return [facet for facet in found if facet.values]


def _names() -> list[str]:
    return [*FACETS, *wiring.names("FACETS")]


def _values(rows: Sequence[Row]) -> tuple[dict[int, Values], dict[str, str]]:
    """What each row has of each facet."""
    ids = [row[0] for row in rows]
    owners, owner_labels = _owners(ids)
    promised = set(ContractTable.objects.filter(asset__in=ids).values_list("asset", flat=True)) if ids else set()
    rooms = {name: room_facet(name).values_of(ids) for name in wiring.names("FACETS")}
    places: dict[str, set[str]] = {}
    for row in rows:
        places.setdefault(row[4], set()).add(row[3])
    values = {}
    for row in rows:
        own = _own(row, places) | {
            "owner": tuple(owners.get(row[0], ())),
            "contract": ("yes" if row[0] in promised else "no",),
        }
        values[row[0]] = own | {name: tuple(of.get(row[0], ())) for name, of in rooms.items()}
    return values, owner_labels


def _own(row: Row, places: Mapping[str, set[str]]) -> Values:
    _, kind, platform, database, schema, domain, tags, pii, tier, certified, deprecated, stub = row
    # one name in several databases is several schemas
    placed = f"{database}.{schema}" if schema and database and len(places[schema]) > 1 else schema
    one = {"kind": kind, "platform": platform, "schema": placed, "domain": domain, "tier": tier}
    stands = {"certified": certified, "deprecated": deprecated, "stub": stub}
    return {name: (value,) if value else () for name, value in one.items()} | {
        "tag": tuple(tags),
        "pii": tuple(pii),
        "is": tuple(name for name, holds in stands.items() if holds),
    }


def _owners(asset_ids: Sequence[int]) -> tuple[dict[int, set[str]], dict[str, str]]:
    """Owners by asset, and how they are called. A person whom sources name in three ways is one: the one who signs in."""
    found: dict[int, set[str]] = {}
    labels: dict[str, str] = {}
    for owner in AssetOwner.objects.filter(asset__in=asset_ids).select_related("user", "team"):
        value = owner.team.slug if owner.team else owner.user.username if owner.user else owner.name
        labels[value] = str(owner.team or owner.user or owner.name)
        found.setdefault(owner.asset_id, set()).add(value)
    return found, labels


def _facet(name: str, request: SearchRequest, rows: Sequence[Values], labels: Mapping[str, str]) -> Facet:
    counts: Counter[str] = Counter(value for row in rows for value in row[name])
    if name == "contract" and set(counts) <= {"no"} and not request.chosen(name):
        counts.clear()  # nothing has one: nothing to choose between
    chosen = {_same(counts, value): value for value in request.chosen(name)}
    shown = [*chosen, *(value for value, _ in counts.most_common() if value not in chosen)]
    return Facet(
        name,
        kind_of(name).label,
        [
            FacetValue(
                value,
                labels.get(value, value),
                counts[value],
                value in chosen,
                request.toggled(name, chosen.get(value, value)).url(),
            )
            for value in shown[: max(SHOWN, len(chosen))]
        ],
    )


def _same(counts: Mapping[str, int], value: str) -> str:
    """The value as the rows spell it."""
    return next((other for other in counts if other.casefold() == value.casefold()), value)
