"""What reading SQL needs to know of the catalog, in bulk: whose SQL is to be read, which table a name means, and which
columns tables have."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from django.db import connection
from django.db.models import F
from django.db.models.functions import Lower

from catalog.facts import Kind
from catalog.intake.namespaces import Namespaces
from catalog.models import Asset, Column, Source
from catalog.queries.identity import resolve
from lineage.models import Parsed, Statement
from lineage.parsing.places import Place, of_name

VERSION = "1:"  # of the machine and of what is made of its answers: texts that another one has read are read anew


class Row(NamedTuple):
    """SQL that may have to be read."""

    pk: int
    asset: int
    key: str
    reads: tuple[int, ...]
    columns: tuple[str, ...]
    statement: int
    digest: str
    dialect: str


_TO_READ = """
SELECT p.id FROM lineage_parsed p JOIN catalog_asset own ON own.id = p.asset_id
WHERE p.statement_id IS NOT NULL AND own.merged_into_id IS NULL AND own.kind <> 'job' AND (
  NOT starts_with(p.key, %s) OR own.changed_at > p.at
  OR EXISTS (SELECT FROM catalog_asset a WHERE a.id = ANY(p.reads) AND a.changed_at > p.at)
  OR EXISTS (SELECT FROM catalog_assetname n WHERE n.namespace = own.namespace AND n.folded = ANY(p.unknown)))
"""


def to_read() -> set[int]:
    """Ids of ``Parsed``: SQL that is new, that another version of the machine has read, and what reads something that has
    changed since, or may have been found. That of jobs is read as they run (``lineage.services.job_sql``)."""
    with connection.cursor() as cursor:
        cursor.execute(_TO_READ, [VERSION])
        return {pk for (pk,) in cursor.fetchall()}


def readers(asset_ids: Collection[int]) -> set[int]:
    """Ids of ``Parsed`` that read one of the assets."""
    rows = Parsed.objects.filter(statement__isnull=False, asset__merged_into=None, reads__overlap=list(asset_ids))
    return set(rows.values_list("pk", flat=True))


def by_source(wanted: Collection[int]) -> dict[Source, list[Row]]:
    found: dict[int, list[Row]] = {}
    fields = ("pk", "asset", "key", "reads", "columns", "statement", "statement__digest", "statement__dialect")
    for source, *values in Parsed.objects.filter(pk__in=wanted).order_by("pk").values_list("source", *fields):
        found.setdefault(source, []).append(Row(*values))
    return {source: found[source.pk] for source in Source.objects.filter(pk__in=found).order_by("pk")}


def texts(rows: Sequence[Row]) -> dict[int, str]:
    wanted = {row.statement for row in rows}
    return dict(Statement.objects.filter(pk__in=wanted).values_list("pk", "text"))


def places(asset_ids: Collection[int], source: Source, platform: str) -> dict[int, Place]:
    """Where the SQL of each asset looks names up. Things without a place of their own stand on their source's instance."""
    home = Namespaces().canonical(source.namespace or f"{platform}://{source.slug}")
    rows = Asset.objects.filter(pk__in=asset_ids).values_list("pk", "namespace", "platform", "name", "schema")
    return {
        pk: of_name(namespace, own, name) if schema else Place(home, platform)
        for pk, namespace, own, name, schema in rows
    }


def ephemeral(source: Source) -> dict[str, int]:
    """Inlined models of a source by title, in lower case; none where several share it."""
    rows = Asset.objects.live().filter(kind=Kind.EPHEMERAL, sightings__source=source, sightings__retired_at=None)
    found: dict[str, set[int]] = {}
    for title, pk in rows.annotate(low=Lower("title")).values_list("low", "pk"):
        found.setdefault(title, set()).add(pk)
    return {title: ids.pop() for title, ids in found.items() if len(ids) == 1}


class Tables:
    """Which assets names mean, and the columns of assets: each asked for once."""

    def __init__(self) -> None:
        self._ids: dict[tuple[str, str], int | None] = {}
        self._columns: dict[int, tuple[str, ...]] = {}
        self._own: dict[int, tuple[str, ...]] = {}
        self._seen: set[int] = set()  # assets whose columns somebody saw in the warehouse

    def learn(self, names: Iterable[tuple[Place, str]]) -> None:
        wanted: dict[str, set[tuple[str, str]]] = {}
        for place, name in names:
            pairs = {(place.namespace, form) for form in place.forms(name)}
            wanted.setdefault(place.platform, set()).update(pairs - self._ids.keys())
        for platform, pairs in wanted.items():
            self._ids |= resolve(pairs, platform=platform) if pairs else {}

    def name(self, place: Place, name: str, asset_id: int) -> None:
        self._ids[place.namespace, name] = asset_id

    def find(self, place: Place, name: str) -> int | None:
        return next((pk for form in place.forms(name) if (pk := self._ids.get((place.namespace, form)))), None)

    def look_at(self, asset_ids: Iterable[int]) -> None:
        """Columns that were seen are all that there are; where nobody looked, those that the thing's own SQL gives."""
        ids = set(asset_ids) - self._own.keys()
        if not ids:
            return
        seen: dict[int, list[str]] = {}
        told: dict[int, list[str]] = {}
        rows = Column.objects.filter(asset__in=ids, retired_at=None).order_by("asset", "position")
        for pk, name, observed in rows.values_list("asset", "name", "observed"):
            (seen if observed else told).setdefault(pk, []).append(name)
        given = Parsed.objects.filter(asset__in=ids - seen.keys()).exclude(columns=[]).order_by("source")
        self._columns |= {row.asset_id: tuple(row.columns) for row in given.only("asset", "columns")}
        self._columns |= {pk: tuple(names) for pk, names in seen.items()}
        self._own |= {pk: tuple(seen.get(pk, told.get(pk, []))) for pk in ids}
        self._seen |= seen.keys()

    def columns(self, asset_id: int) -> tuple[str, ...] | None:
        """All of them; None where nobody can say."""
        return self._columns.get(asset_id)

    def own(self, asset_id: int) -> tuple[str, ...]:
        """As far as anybody told them."""
        return self._own.get(asset_id, ())

    def gives(self, asset_id: int, columns: tuple[str, ...]) -> bool:
        """What the asset's SQL turned out to give. Whether that is news for who reads it."""
        if asset_id in self._seen or self._columns.get(asset_id, ()) == columns:
            return False
        self._columns[asset_id] = columns
        if not columns:
            del self._columns[asset_id]
        return True


def kept(asset_ids: Mapping[str, int]) -> dict[str, int]:
    """The same keys with the assets that stand for those that were merged."""
    rows = Asset.objects.filter(pk__in=set(asset_ids.values()), merged_into__isnull=False)
    into = dict(rows.values_list("pk", F("merged_into")))
    return {key: into.get(pk, pk) for key, pk in asset_ids.items()} if into else dict(asset_ids)
