"""Contracts of a source become versions: only where their bytes changed, in a constant number of statements a batch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from catalog.contracts.reading import Read, read
from catalog.facts import ContractFact
from catalog.intake.cause import Cause as Run
from catalog.intake.context import Intake
from catalog.intake.deriving import derive
from catalog.models import Asset, Contract, ContractTable, ContractVersion
from catalog.services.contracts import Cause, new_version, retire, title_of


class ContractSink:
    """A version that a person saved in the portal stays until the file itself changes. What the source no longer has is
    retired."""

    takes: tuple[type, ...] = (ContractFact,)

    def __init__(self, intake: Intake) -> None:
        self.intake = intake
        self.contracts = {row.key: row for row in Contract.objects.filter(source=intake.source)}
        self.seen: set[str] = set()
        self.keys: dict[int, str] = {}  # of assets, as this source calls them
        self.stale: set[int] = set()  # assets of which a person's version spoke, and speaks no more or otherwise
        self.added = self.breaking = 0

    def take(self, facts: Sequence[ContractFact]) -> None:
        facts = list({fact.key: fact for fact in facts}.values())
        self.seen |= {fact.key for fact in facts}
        told = {fact.key: read(fact.content) for fact in facts}
        self._ensure_contracts(facts, told)
        by_hand = _by_hand([self.contracts[fact.key].pk for fact in facts])
        before = _links(by_hand)
        replaced = self._add_versions(facts, told)
        self._link(facts)
        after = _links(by_hand)
        self.stale |= {asset_id for contract, asset_id in before | after if contract in replaced}
        self.stale |= {asset_id for _, asset_id in before ^ after}

    def finish(self) -> dict[str, int]:
        gone = [row for key, row in self.contracts.items() if key not in self.seen and row.retired_at is None]
        self.stale |= {asset_id for _, asset_id in _links(_by_hand([row.pk for row in gone]))}
        retired = retire(gone, self.intake.now)
        derive(self.stale, Run(now=self.intake.now, run=self.intake.run))
        figures = {"contracts": len(self.seen), "contract_versions": self.added}
        return figures | {"contracts_breaking": self.breaking, "contracts_retired": retired}

    def _ensure_contracts(self, facts: Sequence[ContractFact], told: dict[str, Read]) -> None:
        new, changed = [], []
        for fact in facts:
            title = title_of(told[fact.key].document, fact.file)
            row = self.contracts.get(fact.key)
            if row is None:
                row = Contract(key=fact.key, source=self.intake.source, title=title, created_at=self.intake.now)
                new.append(row)
                self.contracts[fact.key] = row
            elif row.title != title or row.retired_at is not None:
                row.title, row.retired_at = title, None
                changed.append(row)
        Contract.objects.bulk_create(new)
        Contract.objects.bulk_update(changed, ["title", "retired_at"], batch_size=500)

    def _add_versions(self, facts: Sequence[ContractFact], told: dict[str, Read]) -> set[int]:
        """Ids of the contracts that have a new one."""
        ids = [self.contracts[fact.key].pk for fact in facts]
        newest = {row.contract_id: row for row in _newest(ids)}
        of_runs = dict(_newest(ids, run__isnull=False).values_list("contract", "sha256"))
        platforms = self._platforms(facts)
        rows = []
        for fact in facts:
            contract, found = self.contracts[fact.key], told[fact.key]
            before = newest.get(contract.pk)
            known = {of_runs.get(contract.pk), before.sha256 if before else None}
            if found.sha256 not in known:
                cause = Cause(now=self.intake.now, run=self.intake.run, author=fact.author)
                rows.append(new_version(contract, found, fact.content, before, platforms.get(fact.key, ""), cause))
        ContractVersion.objects.bulk_create(rows, batch_size=500)
        self.added += len(rows)
        self.breaking += sum(row.verdict == "breaking" for row in rows)
        return {row.contract_id for row in rows}

    def _platforms(self, facts: Sequence[ContractFact]) -> dict[str, str]:
        """Of each document, as its first table that the catalog knows has it."""
        wanted = {fact.key: asset_id for fact in facts for asset_id in self._assets(fact)[:1]}
        known = dict(Asset.objects.filter(pk__in=wanted.values()).values_list("pk", "platform"))
        return {key: known.get(asset_id, "") for key, asset_id in wanted.items()}

    def _assets(self, fact: ContractFact) -> list[int]:
        found = (self.intake.assets.get(key) for _, key in fact.tables)
        return [asset_id for asset_id in found if asset_id is not None]

    def _link(self, facts: Sequence[ContractFact]) -> None:
        """An asset has one contract: the one that had it first. A second one is told, and left without the table."""
        wanted = list(self._wanted(facts))
        mine = {self.contracts[fact.key].pk for fact in facts}
        standing = ContractTable.objects.filter(contract__in=mine)
        keep = {(row.contract_id, row.name): row for row in standing}
        told = {(contract.pk, name): asset_id for contract, name, asset_id in wanted}
        ContractTable.objects.filter(
            pk__in=[row.pk for pair, row in keep.items() if told.get(pair) != row.asset_id]
        ).delete()
        taken = set(ContractTable.objects.filter(asset__in=told.values()).values_list("asset", flat=True))
        rows = []
        for contract, name, asset_id in wanted:
            row = keep.get((contract.pk, name))
            if row is not None and row.asset_id == asset_id:
                continue
            if asset_id in taken:
                words = "this table has a contract already; this one is not its contract"
                self.intake.warn(contract.key, name, words, key=self.keys[asset_id])
                continue
            taken.add(asset_id)
            rows.append(ContractTable(contract=contract, name=name, asset_id=asset_id))
        ContractTable.objects.bulk_create(rows)

    def _wanted(self, facts: Sequence[ContractFact]) -> Iterator[tuple[Contract, str, int]]:
        for fact in facts:
            for name, key in fact.tables:
                asset_id = self.intake.assets.get(key)
                if asset_id is not None:
                    self.keys[asset_id] = key
                    yield self.contracts[fact.key], name[:500], asset_id


def _by_hand(contract_ids: Sequence[int]) -> set[int]:
    """Those whose newest version a person saved in the portal."""
    return set(_newest(contract_ids).filter(run=None).values_list("contract", flat=True)) if contract_ids else set()


def _links(contract_ids: set[int]) -> set[tuple[int, int]]:
    if not contract_ids:
        return set()
    return set(ContractTable.objects.filter(contract__in=contract_ids).values_list("contract", "asset"))


def _newest(contract_ids: Sequence[int], **only: Any) -> QuerySet[ContractVersion]:
    """The last version of each."""
    last = ContractVersion.objects.filter(contract=OuterRef("contract"), **only).order_by("-sequence")
    rows = ContractVersion.objects.filter(contract__in=contract_ids, pk=Subquery(last.values("pk")[:1]))
    return rows.defer("content", "changes", "notes")
