"""The contract's tab on an asset's page, and the way to all contracts."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from catalog.kinds import PROMISABLE
from catalog.models import Asset
from catalog.queries import contracts
from portal.kernel.authz import ask
from portal.kernel.slots import NavItem, Tab

FORMS = (("own", "Own form"), ("odcs", "ODCS 3.1"), ("source", "As written"))


def contract(request: HttpRequest, asset: Asset) -> Tab | None:
    if asset.kind not in PROMISABLE:
        return None
    return Tab(
        name="contract",
        label="Contract",
        icon="file-check",
        template="catalog/contracts/tab.html",
        context=lambda: _context(request, asset),
        rank=20,
    )


def _context(request: HttpRequest, asset: Asset) -> dict[str, Any]:
    """The version and the form of its text stand in the address."""
    sequence = request.GET.get("version", "")
    standing = contracts.of_asset(
        request.user, asset, int(sequence) if sequence.isascii() and sequence.isdigit() and len(sequence) < 9 else None
    )
    context: dict[str, Any] = {
        "standing": standing,
        "may_edit": ask(request.user, "catalog.edit_contract", asset),
        "consumers": contracts.consumers(request.user, asset),
    }
    if standing is None:
        return context
    forms = [(name, label) for name, label in FORMS if standing.whole or name == "own"]
    form = next((name for name, _ in forms if name == request.GET.get("form")), forms[0][0])
    return context | {
        "clauses": contracts.clauses_of(asset, standing.table) if standing.table else None,
        "changes": standing.changes_of(standing.version),
        "forms": forms,
        "form": form,
        "text": contracts.text_of(standing, form),
    }


def nav(request: HttpRequest) -> NavItem:
    return NavItem(label="Contracts", url=reverse("catalog:contracts"), icon="file-check", section="contracts")
