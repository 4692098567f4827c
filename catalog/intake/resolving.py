"""Which asset a fact means, where its own name does not say it: platform instances that nobody declared, namespaces with
two names, symlinks, mentions by the tail of a name, and what a person pinned."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from django.db import connection
from django.db.models import Q
from django.db.models.functions import Lower

from catalog.facts import AssetFact, FormerNameFact, NameFact
from catalog.intake.context import Intake
from catalog.intake.namespaces import Namespaces
from catalog.intake.writing import Fresh, Link
from catalog.models import Asset, AssetName, Source


class Resolver:
    def __init__(self, intake: Intake) -> None:
        self.source = intake.source
        self.namespaces = Namespaces()
        self.begun = False

    def namespace(self, fact: AssetFact) -> str:
        """Relations live on the source's platform instance; other things belong to the tool, unless the fact says where."""
        return namespace_of(fact, self.source, self.namespaces)

    def begin(self, facts: Sequence[AssetFact]) -> None:
        """At the first facts that live in a warehouse: dbt names databases but no account, so a source that declares no
        instance is taken for the only instance that has such a database (``Source.assumed`` says so on its page). Two
        instances with the same database stay apart until a person decides."""
        placed = [fact for fact in facts if fact.relation is not None and fact.relation.database and not fact.namespace]
        if self.begun or not placed:
            return
        self.begun = True
        platform = placed[0].platform
        databases = {fact.relation.database.lower() for fact in placed if fact.relation and fact.platform == platform}
        instances = _instances(platform, databases)
        if not self.source.namespace:
            if len(instances) == 1:
                _join(self.source, platform, instances.pop())
        elif not self.source.assumed and instances <= {self.source.namespace}:
            for other in _undeclared(platform, databases):
                _join(other, platform, self.source.namespace)

    def resolve(self, fresh: Sequence[Fresh]) -> None:
        """Fills ``resolved``. What a person pinned stays; a name that is known stays what it is; then symlinks count, then
        for mentions the one table whose name ends like theirs."""
        for item in fresh:
            item.links = [self._link(item.fact, name) for name in item.fact.names]
            item.former = [self._link(item.fact, name) for name in item.fact.former_names]
        pairs = {link.pair for item in fresh for link in (*item.links, *item.former)}
        known = known_as(pairs | {item.pair for item in fresh})
        for item in fresh:
            item.resolved = item.before if item.pinned else self._by_name(item, known)
        mentions = [
            item
            for item in fresh
            if item.resolved is None and item.fact.mention and item.fact.relation and not item.fact.namespace
        ]
        for item, asset_id in zip(mentions, by_tail([item.fact for item in mentions], self.source), strict=True):
            item.resolved = asset_id

    def _by_name(self, item: Fresh, known: Mapping[tuple[str, str], Known]) -> int | None:
        """Who is described by its own name is no stub that only goes by that name among others: that joins it later. What
        was renamed is whoever still goes by its former name, and not who only had it once."""
        names = (known[pair] for pair in (item.pair, *(link.pair for link in item.links)) if pair in known)
        found = next((one.asset_id for one in names if item.fact.mention or one.canonical or not one.stub), None)
        if found is None:
            left = (known[link.pair] for link in item.former if link.pair in known)
            found = next((one.asset_id for one in left if one.own), None)
        return found

    def _link(self, fact: AssetFact, name: NameFact | FormerNameFact) -> Link:
        space, folded = self.namespaces.pair(name.namespace, name.name, fact.platform if fact.relation else "")
        return Link(space, folded, name.name)


def namespace_of(fact: AssetFact, source: Source, namespaces: Namespaces) -> str:
    if fact.namespace:
        return namespaces.canonical(fact.namespace)
    own = f"{fact.platform or source.kind}://{source.slug}"
    return own if fact.relation is None else namespaces.canonical(source.namespace or own)


def by_tail(facts: Sequence[AssetFact], source: Source) -> list[int | None]:
    """For each the one dataset that has all the parts that are named, None where there is none or more than one. Looked
    for on the source's own instance where it has one."""
    titles = {fact.relation.identifier.lower() for fact in facts if fact.relation}
    rows = Asset.objects.live().filter(section="datasets", stub=False).annotate(low=Lower("title"))
    if source.namespace:
        rows = rows.filter(namespace=source.namespace)
    found: dict[str, list[tuple[int, str, str, str]]] = {}
    for asset_id, low, schema, database, platform in rows.filter(low__in=titles).values_list(
        "id", "low", "schema", "database", "platform"
    ):
        found.setdefault(low, []).append((asset_id, schema.lower(), database.lower(), platform))
    return [_only(fact, found) for fact in facts]


def _only(fact: AssetFact, found: dict[str, list[tuple[int, str, str, str]]]) -> int | None:
    at = fact.relation
    if at is None:
        return None
    fitting = [
        asset_id
        for asset_id, schema, database, platform in found.get(at.identifier.lower(), ())
        if (not at.schema or schema == at.schema.lower())
        and (not at.database or database == at.database.lower())
        and (not fact.platform or platform == fact.platform)
    ]
    return fitting[0] if len(fitting) == 1 else None


class Known(NamedTuple):
    """``own``: the asset is shown by this name."""

    asset_id: int
    canonical: bool
    stub: bool
    own: bool


def known_as(pairs: Collection[tuple[str, str]]) -> dict[tuple[str, str], Known]:
    wanted: dict[str, list[str]] = {}
    for namespace, folded in pairs:
        wanted.setdefault(namespace, []).append(folded)
    query = Q(pk__in=[])
    for namespace, names in wanted.items():
        query |= Q(namespace=namespace, folded__in=names)
    fields = ("namespace", "folded", "asset_id", "canonical", "asset__stub", "asset__namespace", "asset__name")
    return {
        (space, folded): Known(pk, canonical, stub, (space, folded) == (*own,))
        for space, folded, pk, canonical, stub, *own in AssetName.objects.filter(query).values_list(*fields)
    }


def _instances(platform: str, databases: set[str]) -> set[str]:
    """Declared instances of the platform that have one of the databases."""
    declared = Source.objects.filter(namespace__startswith=f"{platform}://", assumed=False).values("namespace")
    rows = Asset.objects.live().filter(namespace__in=declared).annotate(low=Lower("database"))
    return set(rows.filter(low__in=databases).values_list("namespace", flat=True).distinct())


def _undeclared(platform: str, databases: set[str]) -> list[Source]:
    """Sources without an instance whose tables lie in one of the databases."""
    candidates = Source.objects.filter(namespace="")
    assets = Asset.objects.live().annotate(low=Lower("database")).filter(low__in=databases)
    return [
        source
        for source in candidates.order_by("pk")
        if assets.filter(namespace=f"{platform}://{source.slug}").exists()
    ]


REHOME = """
WITH moved AS (
  UPDATE catalog_asset a SET namespace = %(new)s
  WHERE namespace = %(old)s AND NOT EXISTS (
      SELECT 1 FROM catalog_assetname n WHERE n.namespace = %(new)s AND n.folded = (
        SELECT o.folded FROM catalog_assetname o
        WHERE o.asset_id = a.id AND o.canonical AND o.namespace = a.namespace AND o.name = a.name))
    AND NOT EXISTS (SELECT 1 FROM catalog_asset b WHERE b.namespace = %(new)s AND b.name = a.name)
  RETURNING id
), named AS (
  UPDATE catalog_assetname n SET namespace = %(new)s FROM moved
  WHERE n.asset_id = moved.id AND n.namespace = %(old)s AND n.canonical
  RETURNING n.asset_id, n.name, n.folded
)
INSERT INTO catalog_assetname (asset_id, namespace, name, folded, canonical)
SELECT asset_id, %(old)s, name, folded, FALSE FROM named ON CONFLICT DO NOTHING
"""


def _join(source: Source, platform: str, namespace: str) -> None:
    """Takes the source's instance for ``namespace``. Tables that only it knows move there, and keep their old name too;
    those that are known there already are joined when the source is next read."""
    source.namespace, source.assumed = namespace, True
    source.save(update_fields=["namespace", "assumed"])
    with connection.cursor() as cursor:
        cursor.execute(REHOME, {"old": f"{platform}://{source.slug}", "new": namespace})
