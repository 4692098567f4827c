"""Things that were renamed: one thing, which keeps everything, is called by its new name and answers to the old one too.

The word of the source that tells of a renaming (``FormerNameFact``) is enough while nobody contradicts it. Where other
sources describe both names as they stand, there are two things until one of them is told no more, or a person decides.
Of several renamings of one thing the latest counts, in whatever order they are told; each is a line of its history.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple
from uuid import uuid4

import msgspec
from django.db.models import Q

from catalog.facts import AssetFact
from catalog.intake.addresses import addresses
from catalog.intake.cause import Cause, write_changes
from catalog.intake.deriving import derive
from catalog.intake.identity import MAX_NAME_BYTES, Identity, identify
from catalog.intake.joining import Pair
from catalog.intake.namespaces import Namespaces
from catalog.intake.resolving import Known, known_as, namespace_of
from catalog.intake.settling import apart
from catalog.models import Asset, AssetChange, AssetName, Domain, IngestionRun, Sighting, Source
from catalog.states import ChangeKind

PARTS = ("namespace", "name", "path", "title", "database", "schema", "address")


class Former(NamedTuple):
    pair: tuple[str, str]  # in the one form of names
    name: str  # as written
    at: str  # ISO 8601: from then on it is called otherwise


class Twice(NamedTuple):
    """``old`` was renamed to ``new``, as ``source`` says, and both are assets."""

    old: Asset
    new: Asset
    source: str
    both_described: bool  # by others, as two things


def left_behind(run: IngestionRun | None = None) -> list[Pair]:
    """Assets that go by a name which somebody says is another one's former name, each to join that one; of all sources, or
    of what one run tells. What was restricted stays so, and what a person set apart stays apart."""
    found = [one for one in twice(run) if not one.both_described]
    shut = set(Domain.objects.filter(restricted=True).values_list("pk", flat=True)) if found else set()
    pairs: dict[int, Pair] = {}
    for one in found:
        domains = {one.old.domain_id, one.new.domain_id} & shut
        if len(domains) > 1 or one.old.pk in pairs or one.new.pk in pairs:
            continue
        if domains - {one.new.domain_id}:
            Asset.objects.filter(pk=one.new.pk).update(domain=one.old.domain_id)
        pairs[one.old.pk] = Pair(kept=one.new.pk, gone=one.old.pk, reason=f"it was renamed, as {one.source} tells")
    return list(pairs.values())


def twice(run: IngestionRun | None = None) -> list[Twice]:
    """What is told to have been renamed and stands under both names. Three queries where nothing was."""
    told = _told(run)
    if not told:
        return []
    known = known_as({pair for _, _, pairs in told for pair in pairs})
    found = {
        (one.asset_id, new): source
        for new, source, pairs in told
        for pair in pairs
        if (one := known.get(pair)) and one.own and one.asset_id != new
    }
    if not found:
        return []
    assets = Asset.objects.filter(merged_into=None).in_bulk({pk for pair in found for pk in pair})
    parted = apart({old: (new, "") for old, new in found})
    described = _described(assets)
    return [
        Twice(
            assets[old],
            assets[new],
            source.title,
            all(described.get(pk, set()) - {source.pk} for pk in (old, new)),
        )
        for (old, new), source in sorted(found.items())
        if old in assets
        and new in assets
        and (old, new) not in parted
        and assets[old].section == assets[new].section
        and assets[new].retired_at is None
    ]


def rename(keys: Collection[str], cause: Cause) -> None:
    """Gives things their newest names, once all that is one has been joined. ``keys`` are those of the run's facts that
    tell of former names."""
    if not keys or cause.run is None:
        return
    ids = set(Sighting.objects.filter(source=cause.run.source_id, key__in=list(keys)).values_list("asset", flat=True))
    newest = _newest(ids)
    since = _since(newest)
    changes = []
    for asset in Asset.objects.select_for_update(no_key=True).filter(pk__in=newest).order_by("pk"):
        former, identity = newest[asset.pk]
        was = asset.path if (asset.namespace, asset.name) == former.pair else _short(former.name, identity.database)
        if former.at > since.get(asset.pk, ""):
            difference = {"name": [was, identity.path], "renamed_at": [None, former.at]}
            changes.append(cause.change(asset, ChangeKind.CHANGED, difference))
        if (asset.namespace, asset.name) != (identity.namespace, identity.name):
            _take(asset, identity)
    write_changes(changes)
    derive(newest, cause)


def _newest(asset_ids: Collection[int]) -> dict[int, tuple[Former, Identity]]:
    """What each was called before its last renaming, and is called since."""
    rows = Sighting.objects.filter(asset__in=asset_ids, retired_at=None, facts__former_names__0__isnull=False)
    spaces = Namespaces()
    told: list[tuple[int, Former, Identity]] = []
    for row in rows.filter(pinned=False).select_related("source").order_by("pk"):
        fact = msgspec.convert(row.facts, AssetFact)
        identity = identify(fact, namespace_of(fact, row.source, spaces))
        platform = fact.platform if fact.relation else ""
        for one in fact.former_names:
            told.append(
                (row.asset_id, Former(spaces.pair(one.namespace, one.name, platform), one.name, one.at), identity)
            )
    known = known_as({pair for _, former, identity in told for pair in (former.pair, _pair(identity))})
    found: dict[int, tuple[Former, Identity]] = {}
    for asset_id, former, identity in sorted(told, key=lambda one: one[1].at):
        if _means(known, former.pair, asset_id) and _means(known, _pair(identity), asset_id):
            found[asset_id] = (former, identity)
    return found


def _told(run: IngestionRun | None) -> list[tuple[int, Source, list[tuple[str, str]]]]:
    """(asset, who says so, pairs of names that it had before)."""
    rows = Sighting.objects.filter(retired_at=None, facts__former_names__0__isnull=False).select_related("source")
    if run is not None:
        rows = rows.filter(last_run=run)
    found = list(rows.order_by("pk"))
    spaces = Namespaces() if found else None
    return [
        (
            row.asset_id,
            row.source,
            [
                spaces.pair(name["namespace"], name["name"], row.facts["platform"] if row.facts["relation"] else "")
                for name in row.facts["former_names"]
            ],
        )
        for row in found
        if spaces
    ]


def _described(asset_ids: Iterable[int]) -> dict[int, set[int]]:
    """Sources that describe them, by asset; who only mentions a thing knows nothing of whether it is still there."""
    found: dict[int, set[int]] = {}
    rows = Sighting.objects.filter(asset__in=list(asset_ids), retired_at=None, facts__mention=False)
    for asset_id, source_id in rows.values_list("asset", "source"):
        found.setdefault(asset_id, set()).add(source_id)
    return found


def _pair(identity: Identity) -> tuple[str, str]:
    return identity.namespace, identity.folded


def _means(known: Mapping[tuple[str, str], Known], pair: tuple[str, str], asset_id: int) -> bool:
    return pair in known and known[pair].asset_id == asset_id


def _since(asset_ids: Collection[int]) -> dict[int, str]:
    """From when on each has had its name, as far as it, or what it has taken in, was ever renamed."""
    ids = list(asset_ids)
    lines = AssetChange.objects.filter(Q(asset__in=ids) | Q(asset__merged_into__in=ids), diff__has_key="renamed_at")
    found: dict[int, str] = {}
    for asset_id, kept, diff in lines.values_list("asset", "asset__merged_into", "diff") if ids else ():
        found[kept or asset_id] = max(found.get(kept or asset_id, ""), diff["renamed_at"][1])
    return found


def _short(name: str, database: str) -> str:
    start = f"{database}."
    return name[len(start) :] if database and name.lower().startswith(start.lower()) else name


def _take(asset: Asset, identity: Identity) -> None:
    """The name of one that was taken in is free: the two change names. That of another one is not."""
    holder = Asset.objects.filter(namespace=identity.namespace, name=identity.name).first()
    if holder is not None and holder.merged_into_id != asset.pk:
        return
    was = {part: getattr(asset, part) for part in PARTS}
    now = {part: getattr(identity, part) for part in PARTS if part != "address"}
    if holder is None:
        now["address"] = addresses([(identity, asset.section)])[0]
    else:
        now["address"], unique = holder.address, f"~{uuid4().hex}"
        Asset.objects.filter(pk=holder.pk).update(name=unique, address=unique)
    Asset.objects.filter(pk=asset.pk).update(**now)
    if holder is not None:
        Asset.objects.filter(pk=holder.pk).update(**was)
    _lead_names(asset, was, identity)


def _lead_names(asset: Asset, was: Mapping[str, str], identity: Identity) -> None:
    """What stands in people's links and queries goes on to mean it; nobody else answers to what is its own now."""
    own = AssetName.objects.filter(namespace=identity.namespace, folded=identity.folded)
    AssetName.objects.filter(asset=asset, namespace=was["namespace"], folded=was["name"]).update(canonical=False)
    own.update(canonical=True, asset=asset)
    others = AssetName.objects.filter(namespace=identity.namespace, folded=identity.path, canonical=False)
    others.exclude(asset=asset).delete()
    kept = {name for name in (was["path"], was["address"]) if len(name.encode()) <= MAX_NAME_BYTES}
    rows = [AssetName(asset=asset, namespace=was["namespace"], name=name, folded=name) for name in kept]
    AssetName.objects.bulk_create(rows, ignore_conflicts=True)
