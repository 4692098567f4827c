"""Platform instances that tools call differently: names under the one are names under the other."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from catalog.events import NamespaceAliasChanged, SourceChanged
from catalog.identity.naming import instance
from catalog.intake import joining
from catalog.intake.cause import Cause
from catalog.intake.joining import Pair
from catalog.intake.namespaces import Namespaces
from catalog.intake.settling import said_two
from catalog.intake.turns import wait_for_turn
from catalog.models import Asset, AssetName, Merge, NamespaceAlias, Source
from portal.accounts.models import User
from portal.kernel.authz import require
from portal.kernel.events import publish

MAX_JOINED = 5000


@transaction.atomic
def add_alias(*, alias: str, namespace: str, by: User) -> NamespaceAlias:
    """Names under ``alias`` mean names under ``namespace``; what stands under it joins what is known there, in bulk.
    What a person said to be two, or has split, stays two.

    Raises:
        PermissionDenied: they are no steward.
        ValidationError: a namespace is empty, both are the same, the alias is taken, or it would lead back to itself.
    """
    require(by, "catalog.merge")
    wait_for_turn()
    plain, target = (instance(text.replace("\0", ""))[:301] for text in (alias, namespace))
    if not plain or not target or max(len(plain), len(target)) > 300:
        raise ValidationError("Give both namespaces, each of at most 300 characters.")
    spaces = Namespaces()
    target = spaces.canonical(target)
    if plain in {instance(target), target}:
        raise ValidationError("These are one and the same already.")
    if plain in spaces.aliases:
        raise ValidationError(f"{plain} means {spaces.aliases[plain]} already.")
    row = NamespaceAlias.objects.create(alias=plain, namespace=target, by=by)
    pairs = _pairs({plain, spaces.declared.get(plain, plain)}, target, _reason(row))
    if len(pairs) > MAX_JOINED:
        raise ValidationError(f"More than {MAX_JOINED:,} assets would be joined at once.")
    joining.join(pairs, Cause(now=timezone.now(), by=by))
    publish(NamespaceAliasChanged(plain, target, removed=False, joined=len(pairs)), by=by)
    return row


@transaction.atomic
def remove_alias(*, alias: NamespaceAlias, by: User) -> int:
    """What joined by it is two again. Returns how many."""
    require(by, "catalog.merge")
    wait_for_turn()
    cause = Cause(now=timezone.now(), by=by)
    merges = Merge.objects.filter(reason=_reason(alias), undone_at=None, kept__merged_into=None)
    count = 0
    for merge in merges.order_by("-pk"):
        joining.part(merge, cause)
        count += 1
    publish(NamespaceAliasChanged(alias.alias, alias.namespace, removed=True, joined=count), by=by)
    alias.delete()
    return count


@transaction.atomic
def declare(*, source: Source, by: User) -> None:
    """What was assumed of the source's platform instance is so."""
    require(by, "catalog.merge")
    if Source.objects.filter(pk=source.pk, assumed=True).update(assumed=False):
        publish(SourceChanged(source.slug, ("namespace",), (), ()), by=by, subject=f"source:{source.slug}")


def _reason(alias: NamespaceAlias) -> str:
    return f"names under {alias.alias} mean names under {alias.namespace}"[:300]


def _pairs(spaces: set[str], target: str, reason: str) -> list[Pair]:
    """Live assets under the alias with those that have their names under the target; nothing shut is opened."""
    there = dict(AssetName.objects.filter(namespace=target).values_list("folded", "asset"))
    rows = Asset.objects.live().filter(namespace__in=spaces).select_related("domain").order_by("pk")
    gone = {row.pk: row for row in rows if row.name in there}
    kept = Asset.objects.live().select_related("domain").in_bulk({there[row.name] for row in gone.values()})
    parted = said_two(gone)
    found = []
    for row in gone.values():
        table = kept.get(there[row.name])
        if table is None or table.pk == row.pk or table.section != row.section or (row.pk, table.pk) in parted:
            continue
        if not _is_shut(row):
            found.append(Pair(table.pk, row.pk, reason))
        elif not _is_shut(table) or table.domain_id == row.domain_id:
            found.append(Pair(row.pk, table.pk, reason) if not _is_shut(table) else Pair(table.pk, row.pk, reason))
    return found


def _is_shut(asset: Asset) -> bool:
    return asset.domain is not None and asset.domain.restricted
