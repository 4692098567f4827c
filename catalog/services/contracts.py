"""Contracts as people write them in the portal, and what every new version is made of."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from catalog.contracts import diff, model, reports, versions
from catalog.contracts.finding import find
from catalog.contracts.model import Document, Table
from catalog.contracts.reading import Read, read
from catalog.contracts.verdicts import Verdict
from catalog.events import ContractSaved
from catalog.intake.cause import Cause as Edited
from catalog.intake.deriving import derive
from catalog.intake.turns import wait_for_turn
from catalog.models import Asset, Contract, ContractTable, ContractVersion, IngestionRun
from catalog.queries.contracts import called
from catalog.services import keeping
from portal.accounts.models import User
from portal.kernel.authz import require
from portal.kernel.events import publish

MAX_NUMBER = 60


class Conflict(ValidationError):
    """Somebody else has saved a version since."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Who or what brought a version."""

    now: datetime
    by: User | None = None
    run: IngestionRun | None = None
    author: str = ""


@transaction.atomic
def save_contract(
    *, asset: Asset, content: bytes, by: User, expected: int | None = None
) -> tuple[ContractVersion, bool]:
    """A new version of the asset's contract, or its first one; (version, whether it is new). What it says of its tables
    is told of them from now on, as of a file that a source brings. The same bytes again are no new version. ``expected``
    is the sequence that the writer has seen, 0 for none.

    Raises:
        Refused: the content is no contract that can be read.
        PermissionDenied: the asset is not there for this person, or another asset of the contract is not theirs.
        ValidationError: the content promises no such table, its number hides that it breaks, (``Conflict``) there is a
            newer version, or a source is being read that may speak of other tables of the contract.
    """
    if _is_shared(asset):
        wait_for_turn()  # the tables of one document change together, as in a run
    held = Asset.objects.visible_to(by).select_for_update(no_key=True, of=("self",)).filter(pk=asset.pk).first()
    if held is None:
        raise PermissionDenied("There is no such asset.")
    require(by, "catalog.edit_contract", held)
    found = read(content)
    contract = _standing_contract(held)
    if contract is not None:
        _require_all(contract, held, by)
    newest = contract.versions.order_by("-sequence").first() if contract else None
    if expected is not None and expected != (newest.sequence if newest else 0):
        raise Conflict("Somebody has saved another version meanwhile. Look at it and save again.")
    table = promised(found.document, held, linked_name(contract, held))
    if newest is not None and newest.sha256 == found.sha256:
        return newest, False
    if contract is None:
        key = str(uuid.uuid4())
        contract = Contract.objects.create(key=key, title=title_of(found.document, held.path))
    linked = set(contract.tables.values_list("asset", flat=True)) | {held.pk}
    _link(contract, found.document, held, table)
    cause = Cause(now=timezone.now(), by=by, author=str(by))
    version = new_version(contract, found, content, newest, held.platform, cause)
    if newest is not None:
        _check_number(newest, version)
    version.save()
    Contract.objects.filter(pk=contract.pk).update(title=title_of(found.document, held.path), retired_at=None)
    derive(linked, Edited(now=cause.now, by=by))
    keeping.refresh(linked)
    event = ContractSaved(str(contract.uuid), str(held.uuid), version.sequence, version.number, version.verdict)
    publish(event, by=by, subject=f"asset:{held.uuid}")
    return version, True


def _check_number(before: ContractVersion, version: ContractVersion) -> None:
    """Who builds on a number must be able to trust it: a break under the same one would reach them unannounced."""
    verdict = Verdict(version.verdict)
    if verdict is Verdict.BREAKING and not versions.is_enough(before.number, version.number, verdict):
        wanted = versions.following(before.number, verdict)
        raise ValidationError(
            f"Version {version.number} is too small: it breaks what {before.number} promises, so it is {wanted} or more."
        )


def _is_shared(asset: Asset) -> bool:
    return ContractTable.objects.filter(contract__tables__asset=asset).exclude(asset=asset).exists()


def _standing_contract(asset: Asset) -> Contract | None:
    link = ContractTable.objects.filter(asset=asset).select_related("contract").first()
    return Contract.objects.select_for_update(no_key=True).get(pk=link.contract_id) if link else None


def _require_all(contract: Contract, asset: Asset, by: User) -> None:
    """A document that promises several tables is changed by who may change the promise of each."""
    others = Asset.objects.filter(contract_table__contract=contract).exclude(pk=asset.pk)
    seen = others.visible_to(by)
    if others.count() != seen.count():
        raise PermissionDenied("This contract promises tables that you may not see: its stewards change it.")
    for other in seen:
        require(by, "catalog.edit_contract", other)


def linked_name(contract: Contract | None, asset: Asset) -> str:
    link = contract.tables.filter(asset=asset).first() if contract else None
    return link.name if link else ""


def promised(document: Document, asset: Asset, linked: str = "") -> Table:
    """The table of the document that is this asset.

    Raises:
        ValidationError: there is none.
    """
    if table := find(document, called(asset), linked):
        return table
    names = ", ".join(f"“{table.name}”" for table in document.tables[:5]) or "none"
    raise ValidationError(f"This contract promises nothing of {asset.path}; its tables are {names}.")


def _link(contract: Contract, document: Document, asset: Asset, table: Table) -> None:
    """Tables that the document no longer names are free again."""
    names = {each.name for each in document.tables}
    contract.tables.exclude(name__in=names).exclude(asset=asset).delete()
    contract.tables.filter(name=table.name).exclude(asset=asset).delete()
    ContractTable.objects.update_or_create(asset=asset, defaults={"contract": contract, "name": table.name})


def title_of(document: Document, otherwise: str) -> str:
    return (document.title or (document.tables[0].name if document.tables else otherwise))[:300]


def new_version(
    contract: Contract, found: Read, content: bytes, before: ContractVersion | None, platform: str, cause: Cause
) -> ContractVersion:
    """The row, not saved yet, with its verdict against the version before."""
    document = found.document
    compared = diff.compare(model.from_json(before.document), document, platform) if before else None
    return ContractVersion(
        contract=contract,
        sequence=before.sequence + 1 if before else 1,
        number=_number(document, before, compared),
        status=document.status[:60],
        form=document.form,
        content=content,
        sha256=found.sha256,
        document=model.to_json(document),
        verdict=str(compared.verdict) if compared else "none",
        changes=[reports.change_as_json(change) for change in compared.changes] if compared else [],
        notes=[{"place": note.place, "line": note.line, "message": note.message} for note in found.notes],
        author=cause.author[:300],
        by=cause.by,
        run=cause.run,
        at=cause.now,
    )


def _number(document: Document, before: ContractVersion | None, compared: diff.Comparison | None) -> str:
    """The declared number where there is one, else what the changes ask for."""
    if document.version.strip():
        return document.version.strip()[:MAX_NUMBER]
    if before is None or compared is None:
        return versions.FIRST
    return versions.following(before.number, compared.verdict)[:MAX_NUMBER]


def retire(contracts: Sequence[Contract], now: Any) -> int:
    """Documents that their source no longer has: their tables are free, their versions stay."""
    ids = [contract.pk for contract in contracts]
    ContractTable.objects.filter(contract__in=ids).delete()
    return Contract.objects.filter(pk__in=ids, retired_at=None).update(retired_at=now)
