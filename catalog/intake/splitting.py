"""An asset that was two: some of its sightings leave into an asset of their own. In an intake's turn."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

import msgspec

from catalog.facts import AssetFact
from catalog.intake import rows
from catalog.intake.addresses import addresses
from catalog.intake.cause import Cause, write_changes
from catalog.intake.deriving import derive
from catalog.intake.identity import Identity, fold, identify
from catalog.intake.joining import retire_unseen, tell_rooms
from catalog.intake.moving import keys, lead
from catalog.intake.namespaces import Namespaces
from catalog.intake.resolving import namespace_of
from catalog.intake.said import Target, owner_rules, tell
from catalog.intake.updating import Updater
from catalog.models import Asset, AssetName, Sighting, Source, Split
from catalog.states import ChangeKind
from portal.accounts.models import User

Pairs = set[tuple[str, str]]


def split(asset: Asset, leaving: Sequence[Sighting], *, by: User, now: datetime, reason: str) -> Split:
    """The sightings are pinned to the new asset: names do not lead them back."""
    cause, spaces = Cause(now=now, by=by), Namespaces()
    staying = list(asset.sightings.exclude(pk__in=[row.pk for row in leaving]).select_related("source"))
    made = _make(asset, leaving, cause, spaces)
    pinned = {str(row.pk): row.pinned for row in leaving}
    Sighting.objects.filter(pk__in=[row.pk for row in leaving]).update(asset=made, pinned=True)
    _move_names(asset, made, _names(leaving, spaces) - _names(staying, spaces))
    _move_rows(asset, made, {row.source_id for row in leaving} - {row.source_id for row in staying})
    found = Split.objects.create(asset=asset, made=made, reason=reason[:300], moved={"pinned": pinned}, by=by, at=now)
    write_changes([cause.change(asset, ChangeKind.SPLIT), cause.change(made, ChangeKind.CREATED)])
    derive({asset.pk, made.pk}, cause)
    retire_unseen([asset, made], cause)
    tell_rooms({asset.pk, made.pk})
    return found


def _make(asset: Asset, leaving: Sequence[Sighting], cause: Cause, spaces: Namespaces) -> Asset:
    facts = [_fact(row) for row in leaving]
    target = Target(_free_identity(facts[0], leaving[0].source, spaces), facts)
    tell([target], owner_rules())
    updater = Updater(cause)
    values = updater.values(target) | {"section": asset.section, "column_count": 0}
    if asset.domain_id in updater.restricted:
        values["domain_id"] = asset.domain_id
    address = addresses([(target.identity, asset.section)])[0]
    made = rows.new_asset(values, target.identity, address, cause.now)
    made.save()
    return made


def _free_identity(fact: AssetFact, source: Source, spaces: Namespaces) -> Identity:
    """Its own name where nobody else has it, else the name under its source."""
    own = f"{fact.platform}://{source.slug}"
    for space in (namespace_of(fact, source, spaces), own):
        identity = identify(fact, space)
        taken = AssetName.objects.filter(namespace=space, folded=identity.folded, canonical=True)
        if not taken.exists() and not Asset.objects.filter(namespace=space, name=identity.name).exists():
            return identity
    number = Asset.objects.filter(namespace__startswith=f"{own}/").count() + 1
    return identify(fact, f"{own}/{number}")


def _names(sightings: Collection[Sighting], spaces: Namespaces) -> Pairs:
    """Names that these sightings give."""
    found: Pairs = set()
    for row in sightings:
        fact = _fact(row)
        identity = identify(fact, namespace_of(fact, row.source, spaces))
        found.add((identity.namespace, identity.folded))
        for alias in fact.aliases:
            folded = fold(fact.platform, alias) if fact.relation else alias.casefold()
            found.add((identity.namespace, folded))
        platform = fact.platform if fact.relation else ""
        found |= {spaces.pair(name.namespace, name.name, platform) for name in fact.names}
    return found


def _move_names(asset: Asset, made: Asset, pairs: Pairs) -> None:
    own = {"namespace": asset.namespace, "name": asset.name}
    standing = AssetName.objects.filter(asset=asset).exclude(**own)
    ids = [row.pk for row in standing if (row.namespace, row.folded) in pairs]
    AssetName.objects.filter(pk__in=ids).update(asset=made)
    AssetName.objects.update_or_create(
        namespace=made.namespace,
        folded=made.name,
        defaults={"asset": made, "name": made.name, "canonical": True},
    )


def _move_rows(asset: Asset, made: Asset, source_ids: Collection[int]) -> None:
    """What rooms were told by sources that speak of the new asset alone."""
    for key in keys():
        if key.model is not Sighting and any(field.name == "source" for field in key.model._meta.concrete_fields):
            told = key.rows.filter(**{key.field: asset, "source__in": source_ids}).order_by("pk")
            lead(key, list(told.values_list("pk", flat=True)), {asset.pk: made.pk})


def _fact(sighting: Sighting) -> AssetFact:
    return msgspec.convert(sighting.facts, AssetFact)
