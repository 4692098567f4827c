"""Facets: the values by which a search can be narrowed further, each with what it would leave.

Each counts what the other filters leave, so that a second value of one facet can be added. Counted by the database over at
most ``CAP`` matches; above that, counts are of a sample and the page says "and more".
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet

from catalog.models import Domain
from catalog.search.filters import kind_of, room_facet
from catalog.search.request import SearchRequest, facet_names
from catalog.search.sight import fetch
from portal.accounts.models import Team, User
from portal.kernel import wiring

CAP = 2000
SHOWN = 12
FIELDS = (
    *("pk", "kind", "platform", "database", "schema", "domain_id", "tags", "pii", "tier"),
    *("certified_at", "deprecated_at", "stub"),
)

# What a sample of matches has of each facet: rows of (facet, value, how many)
ONE = """SELECT '{name}', "{name}", count(*) FROM sample WHERE "{name}" <> '' GROUP BY 2"""
MANY = "SELECT '{name}', value, count(*) FROM sample, unnest({field}) AS value GROUP BY 2"
COUNTS = {
    "total": "SELECT 'total', '', count(*) FROM sample",
    **{name: ONE.format(name=name) for name in ("kind", "platform", "tier")},
    "schema": """SELECT 'schema', jsonb_build_array(database, schema)::text, count(*) FROM sample WHERE schema <> ''
      GROUP BY database, schema""",
    "domain": """SELECT 'domain', slug, count(*) FROM sample JOIN catalog_domain ON catalog_domain.id = domain_id
      GROUP BY slug""",
    "tag": MANY.format(name="tag", field="tags"),
    "pii": MANY.format(name="pii", field="pii"),
    "is": """SELECT 'is', value, count(*) FROM sample, unnest(ARRAY[
        CASE WHEN certified_at IS NULL THEN '' ELSE 'certified' END,
        CASE WHEN deprecated_at IS NULL THEN '' ELSE 'deprecated' END,
        CASE WHEN stub THEN 'stub' ELSE '' END]) AS value WHERE value <> '' GROUP BY 2""",
    "owner": """SELECT 'owner', jsonb_build_array(user_id, team_id, CASE WHEN coalesce(user_id, team_id) IS NULL
        THEN name ELSE '' END)::text, count(DISTINCT asset_id) FROM sample JOIN catalog_assetowner ON asset_id = pk
      GROUP BY 2""",
    "contract": """SELECT 'contract', CASE WHEN promised.id IS NULL THEN 'no' ELSE 'yes' END, count(*) FROM sample
      LEFT JOIN catalog_contracttable promised ON promised.asset_id = pk GROUP BY 2""",
}


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


Counts = Mapping[str, Mapping[str, int]]


def counts(sample: Any, names: Sequence[str]) -> Counts:
    """Of the facets, and the total, in one statement. ``sample`` are at most ``CAP`` + 1 rows of assets."""
    rooms = [name for name in wiring.names("FACETS") if name in names]
    rows = sample.annotate(**{name: room_facet(name).value() for name in rooms}).values(*FIELDS, *rooms)
    try:
        sql, params = rows.query.sql_with_params()
    except EmptyResultSet:
        return {"total": {"": 0}}
    wanted = [COUNTS.get(name) or ONE.format(name=name) for name in ("total", *names)]
    found: dict[str, dict[str, int]] = {}
    statement = f"WITH sample AS MATERIALIZED ({sql}) {' UNION ALL '.join(wanted)}"
    for name, value, count in fetch(statement, [*params]):
        found.setdefault(name, {})[value] = count
    return _schemas(found)


def facets(user: Any, request: SearchRequest, counted: Counts, without: Callable[[str], Counts]) -> list[Facet]:
    """``without`` counts what there would be if nothing of a facet were chosen."""
    names = facet_names()
    all_counts = {name: (without(name) if request.chosen(name) else counted).get(name, {}) for name in names}
    owner_counts, owner_labels = _owners(all_counts["owner"])
    all_counts["owner"] = owner_counts
    labels: dict[str, Mapping[str, str]] = {name: kind_of(name).values for name in names}
    labels["owner"] = owner_labels
    labels["domain"] = dict(Domain.objects.visible_to(user).values_list("slug", "name"))
    found = [_facet(name, request, all_counts[name], labels[name]) for name in names]
    return [facet for facet in found if facet.values]


def _schemas(found: dict[str, dict[str, int]]) -> Counts:
    """One name in several databases is several schemas."""
    told = {tuple(json.loads(pair)): count for pair, count in found.get("schema", {}).items()}
    schemas = [schema for _, schema in told]
    found["schema"] = {
        f"{database}.{schema}" if database and schemas.count(schema) > 1 else schema: count
        for (database, schema), count in told.items()
    }
    return found


def _owners(counted: Mapping[str, int]) -> tuple[dict[str, int], dict[str, str]]:
    """By what one would write, and how they are called. A person whom sources name in three ways is one: who signs in."""
    told = [(json.loads(who), count) for who, count in counted.items()]
    users = User.objects.in_bulk([user for (user, _, _), _ in told if user])
    teams = Team.objects.in_bulk([team for (_, team, _), _ in told if team])
    found: dict[str, int] = {}
    labels: dict[str, str] = {}
    for (user_id, team_id, name), count in told:
        team, user = teams.get(team_id), users.get(user_id)
        value = team.slug if team else user.username if user else name
        labels[value] = str(team or user or name)
        found[value] = found.get(value, 0) + count
    return found, labels


def _facet(name: str, request: SearchRequest, counted: Mapping[str, int], labels: Mapping[str, str]) -> Facet:
    if name == "contract" and set(counted) <= {"no"} and not request.chosen(name):
        counted = {}  # nothing has one: nothing to choose between
    chosen = {_same(counted, value): value for value in request.chosen(name)}
    common = sorted(counted, key=lambda value: (-counted[value], value.casefold()))
    shown = [*chosen, *(value for value in common if value not in chosen)]
    return Facet(
        name,
        kind_of(name).label,
        [
            FacetValue(
                value,
                labels.get(value, value),
                counted.get(value, 0),
                value in chosen,
                request.toggled(name, chosen.get(value, value)).url(),
            )
            for value in shown[: max(SHOWN, len(chosen))]
        ],
    )


def _same(counted: Mapping[str, int], value: str) -> str:
    """The value as the rows spell it."""
    return next((other for other in counted if other.casefold() == value.casefold()), value)
