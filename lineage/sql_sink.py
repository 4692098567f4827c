"""The SQL that assets are made by becomes edges with columns: after all else, when the catalog is what the run made of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from catalog.facts import AssetFact, Kind, Relation
from catalog.intake.context import FROM_SQL, Intake
from catalog.models import Asset, Sighting, Source
from catalog.sink import CatalogSink
from lineage.claims import statement_digest
from lineage.models import Parsed
from lineage.parsing.places import Place
from lineage.parsing.texts import dialect_of, sql_of
from lineage.queries import reading as queries
from lineage.services import reading
from lineage.services.telling import keep_statements


class SqlSink:
    """Keeps no text in memory: it goes into the database at once and is fetched in portions to be read."""

    takes: tuple[type, ...] = (AssetFact,)

    def __init__(self, intake: Intake) -> None:
        self.intake = intake
        rows = Parsed.objects.filter(source=intake.source).values_list("asset", "statement__digest")
        self.known: dict[int, str | None] = dict(rows)
        self.fresh: dict[int, str | None] = {}  # digests of SQL, None for templates
        self.seen: set[int] = set()
        self.keys: dict[int, str] = {}
        self.ids: dict[str, int] = {}  # of statements
        self.dialect = ""  # of the tables, for what is inlined into them
        self.waiting: list[tuple[str, str]] = []  # (key, SQL) of what came before the first table

    def take(self, facts: Sequence[AssetFact]) -> None:
        told: list[tuple[int, str, str]] = []
        for fact in facts:
            if fact.relation is not None and not self.dialect:
                self.dialect = dialect_of(fact.platform)
            sql = sql_of(fact)
            if sql is None:
                continue
            if fact.relation is None and not self.dialect:
                self.waiting.append((fact.key, sql))
            else:
                self._take(fact.key, sql, dialect_of(fact.platform) if fact.relation else self.dialect, told)
        self._keep(told)

    def finish(self) -> dict[str, int]:
        told: list[tuple[int, str, str]] = []
        for key, sql in self.waiting:
            self._take(key, sql, self.dialect, told)
        self._keep(told)
        gone = self.known.keys() - self.seen
        closed = reading.forget(source=self.intake.source, assets=gone, now=self.intake.now).closed if gone else 0
        reading.keep(
            source=self.intake.source,
            statements={asset: self.ids[digest] if digest else None for asset, digest in self.fresh.items()},
        )
        done = reading.read_anew(now=self.intake.now, mention=self._mention, tick=self._tick)
        self._warn()
        self._retire()
        figures = {"sql": len(self.seen), "sql_read": done.read, "sql_edges_new": done.new}
        return figures | {"sql_edges_closed": done.closed + closed} | self._unmatched()

    def _take(self, key: str, sql: str, dialect: str, told: list[tuple[int, str, str]]) -> None:
        asset = self.intake.assets.get(key)
        if asset is None or asset in self.seen:
            return
        self.seen.add(asset)
        self.keys[asset] = key
        digest = statement_digest(dialect, sql) if sql else None
        if asset not in self.known or self.known[asset] != digest:
            self.fresh[asset] = digest
            if sql:
                told.append((asset, dialect, sql))

    def _keep(self, told: Sequence[tuple[int, str, str]]) -> None:
        if told:
            self.ids |= keep_statements((dialect, sql) for _, dialect, sql in told)

    def _tick(self, done: int, total: int) -> None:
        self.intake.tick(self.intake.expected + done, self.intake.expected + total)

    def _warn(self) -> None:
        """One warning for each text that was not understood; templates together are one."""
        rows = Parsed.objects.filter(source=self.intake.source).exclude(unread="", warnings=[])
        templates = 0
        for asset, statement, unread, warnings in rows.values_list("asset", "statement", "unread", "warnings"):
            if statement is None:
                templates += 1
            elif asset in self.keys:
                words = unread or warnings[0]
                self.intake.warn("", self.keys[asset], f"its SQL was not understood: {words}", key=self.keys[asset])
        if templates:
            self.intake.warn("", "SQL", f"{templates:,} are templates that were not compiled; columns are not known")

    def _mention(self, source: Source, names: Collection[tuple[Place, str]]) -> Mapping[tuple[Place, str], int]:
        """Names that SQL gives and nobody knows, told to the catalog as any source would tell them. Those of other sources
        wait for their own run."""
        if source.pk != self.intake.source.pk:
            return {}
        facts = {pair: _named(*pair) for pair in sorted(names, key=lambda pair: pair[1])}
        CatalogSink(self.intake).take(list(facts.values()))
        made = queries.kept(
            {fact.key: self.intake.assets[fact.key] for fact in facts.values() if fact.key in self.intake.assets}
        )
        return {pair: made[fact.key] for pair, fact in facts.items() if fact.key in made}

    def _retire(self) -> None:
        """Names that no SQL of the source gives any more."""
        told = Sighting.objects.filter(source=self.intake.source, key__startswith=FROM_SQL, retired_at=None)
        names = dict(told.values_list("key", "asset"))
        if not names:
            return
        lists = Parsed.objects.filter(source=self.intake.source, reads__overlap=list(names.values()))
        read = {pk for ids in lists.values_list("reads", flat=True) for pk in ids}
        CatalogSink(self.intake).writer.retire([key for key, asset in names.items() if asset not in read])

    def _unmatched(self) -> dict[str, int]:
        """Counted anew: the catalog's sink did so before any SQL was read."""
        stubs = Asset.objects.live().filter(stub=True, sightings__source=self.intake.source, sightings__retired_at=None)
        return {"unmatched": stubs.distinct().count()}


def _named(place: Place, name: str) -> AssetFact:
    database, schema, identifier = ["", "", *name.rsplit(".", 2)][-3:]
    return AssetFact(
        key=f"{FROM_SQL}{name}",
        kind=Kind.TABLE,
        title=identifier,
        platform=place.platform,
        relation=Relation(database=database, schema=schema, identifier=identifier, quoted=True),
        mention=True,
    )
