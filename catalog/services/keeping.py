"""Whether contracts are kept: judged anew where something was learned, by the same clauses as the contract's tab shows."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.utils import timezone

from catalog.contracts import clauses, model
from catalog.contracts.clauses import Clauses
from catalog.contracts.vocabulary import in_force
from catalog.models import ContractTable, ContractVersion, Keeping
from catalog.queries.evidence import evidence_of
from portal.kernel.bulk import upsert

BATCH = 200  # tables whose documents and columns are in memory at once
TOLD = 20  # broken promises that are kept in words
NO_CLAUSES = Clauses((), (), None, ())


def refresh(asset_ids: Collection[int]) -> None:
    """Those of the assets that have a contract, and contracts that nobody has judged yet. Inside the caller's
    transaction, a constant number of statements a batch."""
    promised = ContractTable.objects.all()
    Keeping.objects.exclude(asset__in=promised.values("asset")).delete()
    touched = set(asset_ids)
    standing = promised.values_list("pk", "asset", "asset__keeping")
    wanted = [pk for pk, asset_id, judged in standing if asset_id in touched or not judged]
    links = list(promised.filter(pk__in=wanted).select_related("asset").order_by("contract", "pk"))
    for start in range(0, len(links), BATCH):
        _judge(links[start : start + BATCH])


def _judge(links: Sequence[ContractTable]) -> None:
    newest = ContractVersion.objects.filter(contract__in={link.contract_id for link in links})
    newest = newest.order_by("contract", "-sequence").distinct("contract")
    versions = {row.contract_id: row for row in newest.only("contract", "status", "document")}
    documents = {contract: model.from_json(row.document) for contract, row in versions.items()}
    evidence, now = evidence_of([link.asset for link in links]), timezone.now()
    rows = []
    for link in links:
        document, version = documents.get(link.contract_id), versions.get(link.contract_id)
        table = document.table(link.name) if document else None
        found = clauses.of_table(table, evidence[link.asset_id], now) if table else NO_CLAUSES
        rows.append(_sum(link.asset_id, found, in_force=version is not None and in_force(version.status)))
    upsert(Keeping, rows, key=["asset"], update=["in_force", "clauses", "checked", "broken", "faults", "late_at"])


def _sum(asset_id: int, found: Clauses, *, in_force: bool) -> Keeping:
    fresh = found.freshness
    return Keeping(
        asset_id=asset_id,
        in_force=in_force,
        clauses=found.total,
        checked=found.checked,
        broken=len(found.faults),
        faults=[words[:300] for words in found.faults[:TOLD]],
        late_at=fresh.late_at if fresh and fresh.status != "fail" else None,
    )
