"""Two assets become one, and two again. Inside the caller's transaction, in the turn of an intake (``turns``).

What an asset is told to be follows from its sightings, so joining moves these, with all else that hangs on the asset, and
derives anew. Before that the kept asset is written down as it stands: taking a merge back puts that back to the letter,
then derives again, which changes nothing unless somebody has said something new since.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.dateparse import parse_datetime

from catalog.intake import moving, snapshots, summing
from catalog.intake.cause import Cause, write_changes
from catalog.intake.deriving import derive
from catalog.models import Annotation, Asset, Domain, LastBuild, Merge, Sighting
from catalog.states import ChangeKind, Field
from portal.kernel import wiring

ANNOTATIONS = "catalog.annotation.asset"


@dataclass(frozen=True, slots=True)
class Pair:
    """``gone`` is taken for ``kept``, because of ``reason``."""

    kept: int
    gone: int
    reason: str


def join(pairs: Iterable[Pair], cause: Cause) -> list[Merge]:
    """In a constant number of statements where every pair keeps another asset; further pairs of one kept asset follow
    in waves, because what of the second clashes depends on what the first brought."""
    merges: list[Merge] = []
    rest = list(pairs)
    while rest:
        wave: dict[int, Pair] = {}
        later = []
        for pair in rest:
            (later.append(pair) if pair.kept in wave else wave.setdefault(pair.kept, pair))
        merges += _join({pair.gone: pair for pair in wave.values()}, cause)
        rest = later
    return merges


def _join(pairs: Mapping[int, Pair], cause: Cause) -> list[Merge]:
    into = {gone: pair.kept for gone, pair in pairs.items()}
    assets = _locked({*into.keys(), *into.values()})
    before = snapshots.snapshots(into.values())
    shut = set(Domain.objects.filter(restricted=True).values_list("pk", flat=True))
    builds = _exchange_builds(into)
    sums = summing.add(into)
    moved, stayed = moving.move(into, {ANNOTATIONS: _own_domains(into, assets, shut)})
    made = []
    for gone_id, pair in pairs.items():
        gone, kept = assets[gone_id], assets[pair.kept]
        was = {"retired_at": gone.retired_at and gone.retired_at.isoformat(), "domain_id": gone.domain_id}
        gone.retired_at, gone.merged_into = gone.retired_at or cause.now, kept
        if kept.domain_id in shut:
            gone.domain_id = kept.domain_id  # who may not see the whole shall not see the part
        record = {
            "rows": moved[gone_id],
            "stayed": stayed[gone_id],
            "sums": sums[gone_id],
            "kept": before[pair.kept],
            "gone": was,
            "builds": gone_id in builds,
        }
        made.append(Merge(kept=kept, gone=gone, reason=pair.reason[:300], moved=record, by=cause.by, at=cause.now))
    Asset.objects.bulk_update([merge.gone for merge in made], ["retired_at", "merged_into", "domain"])
    merges = Merge.objects.bulk_create(made)
    write_changes([cause.change(merge.kept, ChangeKind.MERGED) for merge in merges])
    derive(into.values(), cause)
    tell_rooms({*into.keys(), *into.values()})
    return merges


def part(merge: Merge, cause: Cause) -> None:
    """Takes the merge back."""
    kept, gone = merge.kept_id, merge.gone_id
    assets = _locked({kept, gone})
    summing.take_back(merge.moved.get("sums", {}))
    loose = summing.rest(merge)
    moving.move_back(merge.moved["rows"], kept=kept, gone=gone)
    summing.place(loose)
    if merge.moved["builds"]:
        _exchange_builds({gone: kept}, newest=False)
    was = merge.moved["gone"]
    row = assets[gone]
    row.retired_at = parse_datetime(was["retired_at"]) if was["retired_at"] else None
    row.merged_into, row.domain_id = None, was["domain_id"]
    row.save(update_fields=["retired_at", "merged_into", "domain"])
    later = Merge.objects.filter(kept=kept, undone_at=None, pk__gt=merge.pk).order_by("pk").first()
    if later is None:
        _put_back(assets[kept], merge, was["domain_id"])
    else:
        # what it was before the later one is now what it was before both
        later.moved["kept"] = merge.moved["kept"]
        later.save(update_fields=["moved"])
    merge.undone_by, merge.undone_at = cause.by, cause.now
    merge.save(update_fields=["undone_by", "undone_at"])
    write_changes([cause.change(assets[kept], ChangeKind.SPLIT)])
    derive({kept, gone}, cause)
    retire_unseen([assets[kept], assets[gone]], cause)
    tell_rooms({kept, gone})


def _put_back(kept: Asset, merge: Merge, domain_of_gone: int | None) -> None:
    """As it stood, but never out of a restricted domain that it has come into since, and not by the merge."""
    before = merge.moved["kept"]
    then = snapshots.domain_in(before)
    now = Asset.objects.values_list("domain", flat=True).get(pk=kept.pk)
    snapshots.restore(kept.pk, before)
    if now not in {then, domain_of_gone} and Domain.objects.filter(pk=now, restricted=True).exists():
        Asset.objects.filter(pk=kept.pk).update(domain=now)


def retire_unseen(assets: Sequence[Asset], cause: Cause) -> None:
    """Those that no live sighting speaks of, now that some have left."""
    ids = [asset.pk for asset in assets]
    seen = Sighting.objects.filter(asset__in=ids, retired_at=None).values("asset")
    lost = Asset.objects.live().filter(pk__in=ids).exclude(pk__in=seen)
    changes = [cause.change(asset, ChangeKind.RETIRED) for asset in lost]
    Asset.objects.filter(pk__in=[change.asset_id for change in changes]).update(
        retired_at=cause.now, changed_at=cause.now
    )
    write_changes(changes)


def tell_rooms(asset_ids: Collection[int]) -> None:
    """Rooms draw up anew what they sum up of assets whose rows have moved."""
    for refresh in wiring.listed("MERGED"):
        refresh(sorted(asset_ids))


def _locked(ids: Collection[int]) -> dict[int, Asset]:
    rows = Asset.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
    return {asset.pk: asset for asset in rows}


def _own_domains(into: Mapping[int, int], assets: Mapping[int, Asset], shut: set[int]) -> set[Any]:
    """Annotations that would lead a restricted asset into the domain that a person chose for the other."""
    kept_shut = [gone for gone, kept in into.items() if assets[kept].domain_id in shut]
    rows = Annotation.objects.filter(asset__in=kept_shut, field=Field.DOMAIN)
    return set(rows.values_list("pk", flat=True))


def _exchange_builds(into: Mapping[int, int], *, newest: bool = True) -> set[int]:
    """The newest word about how it was made is the one that counts: where that is of the asset that goes, the two change
    places. Returns the assets that go for which they did."""
    rows = {row.asset_id: row for row in LastBuild.objects.filter(asset__in={*into.keys(), *into.values()})}
    swapped = {
        gone
        for gone, kept in into.items()
        if gone in rows and kept in rows and (not newest or rows[gone].at > rows[kept].at)
    }
    write = [row for gone in swapped for row in (rows[gone], rows[into[gone]])]
    LastBuild.objects.filter(pk__in=[row.pk for row in write]).delete()
    other = {gone: into[gone] for gone in swapped} | {into[gone]: gone for gone in swapped}
    for row in write:
        row.asset_id = other[row.asset_id]
    LastBuild.objects.bulk_create(write)
    return swapped
