"""What pages and the API ask of contracts, each through the eyes of who asks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Lower
from django.utils import timezone

from catalog.contracts import clauses, model, proposing, to_own
from catalog.contracts.clauses import Clauses
from catalog.contracts.dumping import dump
from catalog.contracts.finding import Called
from catalog.contracts.model import Table
from catalog.contracts.reading import read
from catalog.contracts.verdicts import RANK, Verdict
from catalog.contracts.writing import write
from catalog.kinds import PROMISABLE
from catalog.models import Asset, Contract, ContractTable, ContractVersion, Keeping
from catalog.queries.evidence import evidence_of, watched
from catalog.watched import NOTHING
from portal.kernel import wiring

SHOWN_VERSIONS = 30
PAGE = 100


@dataclass(frozen=True, slots=True)
class Standing:
    """An asset's contract as one person sees it. ``whole`` is false where it promises tables too that they may not see:
    then only this table's part is told, and nothing that stands for all of it."""

    contract: Contract
    version: ContractVersion
    newest: ContractVersion
    versions: Sequence[ContractVersion]
    name: str  # of the table in the document
    table: Table | None
    whole: bool

    @property
    def is_newest(self) -> bool:
        return self.version.pk == self.newest.pk

    @property
    def by_hand(self) -> bool:
        """A person changed it in the portal, over what its source has."""
        return self.contract.source_id is not None and self.newest.run_id is None

    def changes_of(self, version: ContractVersion) -> list[dict[str, str]]:
        if self.whole:
            return list(version.changes)
        return [change for change in version.changes if change["table"] == self.name]


def of_asset(user: Any, asset: Asset, sequence: int | None = None) -> Standing | None:
    """None where it has none, or no such version. The caller has seen to it that the asset is visible."""
    link = ContractTable.objects.filter(asset=asset).select_related("contract__source").first()
    if link is None:
        return None
    rows = link.contract.versions.select_related("by", "run").defer("content", "document").order_by("-sequence")
    versions = list(rows[:SHOWN_VERSIONS])
    wanted = versions[0].sequence if sequence is None else sequence
    chosen = link.contract.versions.select_related("by", "run").filter(sequence=wanted).first()
    if chosen is None:
        return None
    document = model.from_json(chosen.document)
    return Standing(
        contract=link.contract,
        version=chosen,
        newest=versions[0],
        versions=versions,
        name=link.name,
        table=document.table(link.name),
        whole=is_whole(user, link.contract),
    )


def is_whole(user: Any, contract: Contract) -> bool:
    """Whether the person may see every asset that it promises something of."""
    tables = contract.tables.values("asset")
    return not Asset.objects.filter(pk__in=tables).exclude(pk__in=Asset.objects.visible_to(user).values("pk")).exists()


@dataclass(frozen=True, slots=True)
class NewVersion:
    """A version as something that happened. ``changes`` are those that the person may be told, ``verdict`` is theirs."""

    version: ContractVersion
    verdict: str
    changes: Sequence[dict[str, str]]

    @property
    def at(self) -> datetime:
        return self.version.at

    @property
    def is_first(self) -> bool:
        return self.version.sequence == 1


def history(user: Any, asset: Asset, limit: int = SHOWN_VERSIONS) -> list[NewVersion]:
    """Versions of the asset's contract, newest first. Of a document that promises hidden tables too only those that
    changed this table's part, and what they changed of it."""
    link = ContractTable.objects.filter(asset=asset).select_related("contract").first()
    if link is None:
        return []
    rows = link.contract.versions.select_related("by", "run__source").defer("content", "document", "notes")
    told = [NewVersion(row, row.verdict, row.changes) for row in rows.order_by("-sequence")[:limit]]
    if is_whole(user, link.contract):
        return told
    parts = [(one.version, [each for each in one.changes if each["table"] == link.name]) for one in told]
    return [
        NewVersion(
            version, max((Verdict(each["verdict"]) for each in own), default=Verdict.NONE, key=RANK.__getitem__), own
        )
        for version, own in parts
        if own or version.sequence == 1
    ]


# --- its text ----------------------------------------------------------------------------------------------------------


def text_of(standing: Standing, form: str) -> str | None:
    """``form``: own, odcs, or source for what was written. None where only the whole of it could be told."""
    content = bytes(standing.version.content)
    if standing.whole:
        return content.decode("utf-8-sig") if form == "source" else write(read(content), content, form)
    if form != "own" or standing.table is None:
        return None
    alone = model.Document(form=standing.version.form, version=standing.version.number, tables=(standing.table,))
    return dump(to_own.build(alone))


def proposal(asset: Asset) -> str:
    """A first contract out of what is known."""
    columns = asset.columns.filter(retired_at=None).order_by("position", "id")
    known = [
        proposing.Known(
            name=column.name,
            data_type=column.data_type,
            nullable=column.nullable,
            is_key=column.is_key,
            description=column.description,
            pii=column.pii,
        )
        for column in columns
    ]
    owners = tuple((owner.name, owner.email, owner.of_team) for owner in asset.owners.order_by("name"))
    place = proposing.Place(name=asset.path, platform=asset.platform, description=asset.description, owners=owners)
    return dump(to_own.build(proposing.propose(place, known, watched([asset.pk]).get(asset.pk, NOTHING))))


def consumers(user: Any, asset: Asset) -> list[Asset]:
    return [found for room in wiring.listed("CONSUMERS") for found in room(user, asset)]


# --- its clauses -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Promise:
    """What a contract says of one column; without ``clause`` it says nothing."""

    number: str
    clause: clauses.ColumnClause | None
    rules: Sequence[clauses.RuleClause]


def promise_of(user: Any, asset: Asset, column: str) -> Promise | None:
    """None where the asset has no contract."""
    standing = of_asset(user, asset)
    if standing is None or standing.table is None:
        return None
    told, folded = clauses_of(asset, standing.table), column.casefold()
    meant = next((clause for clause in told.columns if clause.seen_name == folded), None)
    rules = [rule for rule in told.rules if meant and rule.column == meant.path]
    return Promise(standing.version.number, meant, rules)


def clauses_of(asset: Asset, table: Table) -> Clauses:
    return clauses.of_table(table, evidence_of([asset])[asset.pk], timezone.now())


def called(asset: Asset) -> Called:
    return Called(database=asset.database, schema=asset.schema, title=asset.title, others=(asset.path, asset.name))


# --- lists -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Coverage:
    """Of one schema: how many of its tables have a contract."""

    platform: str
    schema: str
    promised: int
    total: int
    shared: bool = False  # another platform has a schema of that name too

    @property
    def open(self) -> int:
        return self.total - self.promised

    @property
    def label(self) -> str:
        """What has no schema, such as topics, goes by its platform."""
        return self.schema or self.platform

    @property
    def narrowing(self) -> str:
        """The part of an address that narrows search to them."""
        told = {"platform": self.platform, "schema": self.schema}
        return urlencode({name: value for name, value in told.items() if value})


def coverage(user: Any) -> list[Coverage]:
    """By schema, those with most tables without a contract first."""
    rows = (
        _tables(user)
        .values("platform", "schema")
        .annotate(promised=Count("contract_table"), total=Count("pk"))
        .values_list("platform", "schema", "promised", "total")
    )
    found = [Coverage(*row) for row in rows]
    names = Counter(each.schema for each in found if each.schema)
    found = [replace(each, shared=names[each.schema] > 1) for each in found]
    return sorted(found, key=lambda each: (-each.open, each.label))


def _tables(user: Any) -> QuerySet[Asset]:
    return Asset.objects.visible_to(user).live().filter(kind__in=PROMISABLE, stub=False)


def broken(user: Any, limit: int = 8) -> list[Keeping]:
    """Of assets that the person may see, those with most broken promises first. One query."""
    seen = Asset.objects.visible_to(user).live().values("pk")
    rows = Keeping.objects.broken().filter(asset__in=seen).select_related("asset")
    return list(rows.order_by("-broken", "asset")[:limit])


def listed(user: Any, schema: str = "") -> QuerySet[ContractTable]:
    """Tables with a contract; ``with_newest`` fetches what the newest version of each is."""
    newest = ContractVersion.objects.filter(contract=OuterRef("contract")).order_by("-sequence")
    rows = ContractTable.objects.filter(asset__in=Asset.objects.visible_to(user).live().values("pk"))
    if schema:
        rows = rows.filter(asset__schema=schema)
    return (
        rows.select_related("asset__domain", "asset__keeping", "contract__source")
        .annotate(newest_id=Subquery(newest.values("pk")[:1]))
        .order_by(Lower("asset__path"), "pk")
    )


@dataclass(frozen=True, slots=True)
class Listed:
    link: ContractTable
    newest: ContractVersion

    @property
    def asset(self) -> Asset:
        return self.link.asset

    @property
    def writer(self) -> str:
        """Who wrote the newest version: a person in the portal, or the source that it came from."""
        return self.newest.run.source.title if self.newest.run else str(self.newest.by or self.newest.author)

    @property
    def over(self) -> str:
        """The source whose version a person has written over."""
        source = self.link.contract.source
        return source.title if source and self.newest.run is None else ""


def with_newest(rows: Iterable[ContractTable]) -> list[Listed]:
    """Two queries."""
    found: list[Any] = list(rows)
    versions = ContractVersion.objects.select_related("by", "run__source").defer("content", "document", "notes")
    newest = versions.in_bulk([row.newest_id for row in found])
    return [Listed(row, newest[row.newest_id]) for row in found if row.newest_id in newest]
