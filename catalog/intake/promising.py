"""Contracts that people wrote here speak like those that a source brings: by the same facts (``catalog.contracts.telling``).
A source's files are told by its sightings; what a person saved in the portal stands in the version alone."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db.models import OuterRef, Subquery

from catalog.contracts import model
from catalog.contracts.telling import Defaults, asset
from catalog.facts import AssetFact
from catalog.models import ContractTable, ContractVersion

NOWHERE = Defaults()


def written_here(asset_ids: Collection[int]) -> dict[int, AssetFact]:
    """By asset, where the newest version of its contract was saved by a person. One query."""
    versions = ContractVersion.objects.filter(contract=OuterRef("contract")).order_by("-sequence")
    rows = (
        ContractTable.objects.filter(asset__in=asset_ids, contract__retired_at=None)
        .annotate(document=Subquery(versions.values("document")[:1]), brought=Subquery(versions.values("run")[:1]))
        .filter(brought=None, document__isnull=False)
        .values_list("asset", "name", "contract__key", "document")
    )
    found = {}
    for asset_id, name, key, written in rows:
        document = model.from_json(written)
        if table := document.table(name):
            found[asset_id] = asset(key, table, document, NOWHERE)
    return found


def over(facts: Sequence[AssetFact], written: AssetFact | None) -> list[AssetFact]:
    """The person's version stands in the place of the file that it was written over."""
    if written is None:
        return list(facts)
    return [*(fact for fact in facts if not (fact.mention and fact.key == written.key)), written]
