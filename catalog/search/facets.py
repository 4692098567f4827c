"""Facets: the values by which a search can be narrowed further, each with what it would leave.

Each counts what the other filters leave, so that a second value of one facet can be added. Counted by the database over at
most ``CAP`` matches; above that, counts are of a sample and the page says "and more". What is chosen is counted by the very
condition that filters by it: ``pii:yes``, ``owner:me`` or a domain by its name are no values that rows hold.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, Case, Value, When

from catalog.kinds import PROMISABLE
from catalog.models import Domain
from catalog.models.assets import AssetQuerySet
from catalog.search.filters import kind_of, room_facet
from catalog.search.request import SearchRequest, facet_names
from catalog.search.sight import Rows, rows_of
from portal.accounts.models import Team, User
from portal.kernel import wiring

SHOWN = 12
CHOSEN = 50  # values of one facet that are counted; nobody chooses more by hand
FIELDS = (
    *("uuid", "kind", "platform", "database", "schema", "domain_id", "tags", "pii", "tier"),
    *("certified_at", "deprecated_at", "stub"),
)

# What the sample of ``catalog.search.finding`` has of each facet, as rows of (facet, value, how many). What every asset has
# one of is counted in one pass, where the name of the facet is a number: bits, of which the one that is not set is its place.
ONCE = {"kind": "kind", "platform": "platform", "schema": "schema", "domain": "domain_id", "tier": "tier"}
SCHEMA = "CASE WHEN grouping(schema) = 0 THEN jsonb_build_array(database, schema)::text END"
TOGETHER = """SELECT grouping({fields})::text, coalesce({values}, {schema}), count(*) FROM sample
  GROUP BY GROUPING SETS ((), {sets})"""
MANY = "SELECT '{name}', value, count(*) FROM sample, unnest({field}) AS value GROUP BY 2"
APART = {
    "tag": MANY.format(name="tag", field="tags"),
    "pii": MANY.format(name="pii", field="pii"),
    "is": """SELECT 'is', told.value, told.n FROM (
        SELECT count(certified_at) AS c, count(deprecated_at) AS d, count(*) FILTER (WHERE stub) AS s FROM sample) whole,
      LATERAL (VALUES ('certified', c), ('deprecated', d), ('stub', s)) told (value, n) WHERE told.n > 0""",
    "owner": """SELECT 'owner', jsonb_build_array(user_id, team_id, CASE WHEN coalesce(user_id, team_id) IS NULL
        THEN name ELSE '' END)::text, count(DISTINCT asset_id) FROM sample JOIN catalog_assetowner ON asset_id = pk
      GROUP BY 2""",
    "contract": """SELECT 'contract', told.value, told.n FROM (
        SELECT count(c.asset_id) AS y, count(*) FILTER (WHERE c.asset_id IS NULL AND NOT stub AND kind IN ({kinds})) AS n,
          count(*) FILTER (WHERE k.in_force AND (k.broken > 0 OR k.late_at <= now())) AS b
        FROM sample LEFT JOIN catalog_contracttable c ON c.asset_id = pk
        LEFT JOIN catalog_keeping k ON k.asset_id = pk) whole,
      LATERAL (VALUES ('yes', y), ('no', whole.n), ('broken', b)) told (value, n) WHERE told.n > 0""".format(  # noqa: S608 - of constants
        kinds=", ".join(f"'{kind}'" for kind in PROMISABLE)
    ),
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
Domains = Mapping[int, Domain]  # that somebody may see


def countable(rows: AssetQuerySet, names: Sequence[str], **more: Any) -> Rows:
    """The rows with what these facets count; ``more`` are further expressions."""
    rooms = {name: room_facet(name).value() for name in wiring.names("FACETS") if name in names}
    return rows_of(rows.annotate(**rooms, **more), *FIELDS, *rooms, *more)


def holding(user: Any, facet: str, values: Sequence[str]) -> dict[str, Any]:
    """Whether a row holds each of the values that are chosen of the facet, as expressions for ``countable``."""
    told = (
        (f"held_{place:02}", kind_of(facet).condition(user, [value])) for place, value in enumerate(values[:CHOSEN])
    )
    return {
        name: Case(When(held, then=Value(True)), default=Value(False), output_field=BooleanField())
        for name, held in told
    }


def counting(names: Sequence[str], held: Iterable[str] = ()) -> str:
    """What counts these facets of the sample, all of it, and what holds each chosen value."""
    fields = list(_once(names).values())
    apart = [APART[name] for name in names if name in APART]
    apart += [f"SELECT 'chosen', '{name}', count(*) FILTER (WHERE {name}) FROM sample" for name in held]  # noqa: S608 - names of ``holding``
    if not fields:
        return " UNION ALL ".join(["SELECT '0', NULL, count(*) FROM sample", *apart])
    together = TOGETHER.format(
        fields=", ".join(f'"{field}"' for field in fields),
        values=", ".join(f'"{field}"::text' for field in fields if field != "schema") or "NULL",
        schema=SCHEMA if "schema" in fields else "NULL",
        sets=", ".join('("database", "schema")' if field == "schema" else f'("{field}")' for field in fields),
    )
    return " UNION ALL ".join([together, *apart])


def _once(names: Sequence[str]) -> dict[str, str]:
    return {name: ONCE.get(name, name) for name in names if name not in APART}


def counted(rows: Iterable[tuple[str, str | None, int]], names: Sequence[str], domains: Domains) -> Counts:
    """What was counted, by facet and value."""
    places = list(_once(names))
    every = 2 ** len(places) - 1
    by_bits = {str(every ^ 1 << len(places) - 1 - place): name for place, name in enumerate(places)}
    found: dict[str, dict[str, int]] = {"total": {"": 0}}
    for bits, value, count in rows:
        name = by_bits.get(bits, "total" if bits == str(every) else bits)
        if name == "total" or value:
            found.setdefault(name, {})[value or ""] = count
    found["domain"] = {
        domains[int(pk)].slug: count for pk, count in found.get("domain", {}).items() if int(pk) in domains
    }
    return _schemas(found)


def facets(request: SearchRequest, counted: Counts, domains: Domains, without: Callable[[str], Counts]) -> list[Facet]:
    """``without`` counts what there would be if nothing of a facet were chosen."""
    names = facet_names()
    told = {name: without(name) if request.chosen(name) else counted for name in names}
    all_counts = {name: dict(told[name].get(name, {})) for name in names}
    owner_counts, owner_labels = _owners(all_counts["owner"])
    all_counts["owner"] = owner_counts
    for name in names:
        for value, (_, count) in zip(request.chosen(name), sorted(told[name].get("chosen", {}).items()), strict=False):
            all_counts[name][_same(all_counts[name], value)] = count
    labels = {"owner": owner_labels, "domain": {domain.slug: domain.name for domain in domains.values()}}
    found = [_facet(name, request, all_counts[name], labels.get(name, {})) for name in names]
    return [facet for facet in found if facet.values]


def _schemas(found: dict[str, dict[str, int]]) -> Counts:
    """One name in several databases is several schemas."""
    pairs = {tuple(json.loads(pair)): count for pair, count in found.get("schema", {}).items()}
    told = {(database, schema): count for (database, schema), count in pairs.items() if schema}
    schemas = [schema for _, schema in told]
    found["schema"] = {
        f"{database}.{schema}" if database and schemas.count(schema) > 1 else schema: count
        for (database, schema), count in told.items()
    }
    return found


def _owners(counted: Mapping[str, int]) -> tuple[dict[str, int], dict[str, str]]:
    """By what one would write, and how they are called. A person whom sources name in three ways is one: who signs in."""
    told = [(json.loads(who), count) for who, count in counted.items()]
    users = User.objects.only("username", "first_name", "last_name").in_bulk([user for (user, _, _), _ in told if user])
    teams = Team.objects.only("slug", "name").in_bulk([team for (_, team, _), _ in told if team])
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
    kind = kind_of(name)
    chosen = {_same(counted, value): value for value in request.chosen(name)}
    common = sorted(counted, key=lambda value: (-counted[value], value.casefold()))
    shown = [*chosen, *(value for value in common if value not in chosen)]
    return Facet(
        name,
        kind.label,
        [
            FacetValue(
                value,
                labels.get(value) or kind.word(value),
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
