"""Writes a batch of facts that say something new."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import msgspec
from django.db.models import Q
from django.utils.text import slugify
from psycopg.types.json import Jsonb

from catalog.facts import AssetFact
from catalog.intake import diff, merging, rows
from catalog.intake.addresses import addresses
from catalog.intake.context import Intake
from catalog.intake.identity import MAX_NAME_BYTES, Identity
from catalog.intake.people import link_owners
from catalog.models import (
    Asset,
    AssetChange,
    AssetName,
    AssetOwner,
    Column,
    Definition,
    Domain,
    Sighting,
)
from catalog.search.index import add_words, refresh
from catalog.states import ChangeKind
from portal.kernel.bulk import copy_in, copy_new, copy_upsert, new_ids, upsert

_wrap = partial(Jsonb, dumps=msgspec.json.encode)
_raw = partial(Jsonb, dumps=bytes)  # already encoded


@dataclass(slots=True)
class Fresh:
    """A fact that is new or says something new; ``before`` is the asset that its key meant until now."""

    fact: AssetFact
    identity: Identity
    payload: bytes
    digest: str
    before: int | None


@dataclass(slots=True)
class Target:
    """One asset of the batch: all that is said of it, and what stands in the database."""

    identity: Identity
    fact: AssetFact
    asset: Asset | None = None
    domains: frozenset[str] = frozenset()  # slugs that any sighting names

    @property
    def row(self) -> Asset:
        if self.asset is None:
            raise RuntimeError(f"{self.identity.name} has no row yet")
        return self.asset


class Writer:
    def __init__(self, intake: Intake) -> None:
        self.intake = intake
        self.counts = dict.fromkeys(ChangeKind.values, 0)
        self.columns = 0
        self.quiet = 0  # written anew, but nothing that anybody would call a change
        self.touched: set[int] = set()
        self.left: set[int] = set()  # assets that lost a key to another one
        self.domains: dict[str, int] = dict(Domain.objects.values_list("slug", "id"))
        self.restricted = set(Domain.objects.filter(restricted=True).values_list("id", flat=True))

    def figures(self) -> dict[str, int]:
        return {**self.counts, "columns": self.columns}

    # --- one batch -----------------------------------------------------------------------------------------------

    def write(self, fresh: Sequence[Fresh]) -> None:
        self._ensure_domains(fresh)
        targets = self._targets(fresh)
        new = [target for target in targets.values() if target.asset is None]
        old = [target for target in targets.values() if target.asset is not None]
        self._insert(new)
        changes = self._update(old)
        self._write_names(targets)
        self._write_sightings(fresh, targets)
        changes += [self._change(target.row, ChangeKind.CREATED) for target in new]
        self._write_changes(changes)
        ids = [target.row.id for target in targets.values()]
        self.left |= {item.before for item in fresh if item.before} - set(ids)
        self.touched.update(ids)
        refresh(ids)

    def retire(self, keys: Sequence[str]) -> None:
        """What the source no longer reports; the asset itself retires when no other sighting is left."""
        gone = Sighting.objects.filter(source=self.intake.source, key__in=keys, retired_at=None)
        assets = set(gone.values_list("asset_id", flat=True)) | self.left
        gone.update(retired_at=self.intake.now)
        self._write_changes(self._leave(assets))
        self._remerge(assets)

    # --- who is meant --------------------------------------------------------------------------------------------

    def _targets(self, fresh: Sequence[Fresh]) -> dict[tuple[str, str], Target]:
        """One target an identity, with everything that is said of it here and by others."""
        said: dict[tuple[str, str], list[AssetFact]] = {}
        identities: dict[tuple[str, str], Identity] = {}
        for item in fresh:
            pair = (item.identity.namespace, item.identity.folded)
            said.setdefault(pair, []).append(item.fact)
            identities[pair] = item.identity
        standing = self._standing(list(said))
        others = self._said_by_others([asset.id for asset in standing.values()], fresh)
        return {
            pair: Target(
                identity=identities[pair],
                fact=merging.merge(facts),
                asset=standing.get(pair),
                domains=_named_domains(facts),
            )
            for pair, new in said.items()
            for facts in [others.get(standing[pair].id, []) + new if pair in standing else new]
        }

    def _standing(self, pairs: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Asset]:
        wanted: dict[str, list[str]] = {}
        for namespace, folded in pairs:
            wanted.setdefault(namespace, []).append(folded)
        query = Q(pk__in=[])
        for namespace, names in wanted.items():
            query |= Q(namespace=namespace, folded__in=names)
        found = AssetName.objects.filter(query).select_related("asset")
        return {(name.namespace, name.folded): name.asset for name in found}

    def _said_by_others(self, asset_ids: Sequence[int], fresh: Sequence[Fresh]) -> dict[int, list[AssetFact]]:
        """Live sightings of these assets other than those that the batch replaces, oldest first."""
        keys = [item.fact.key for item in fresh]
        others = Sighting.objects.filter(asset__in=asset_ids, retired_at=None)
        others = others.exclude(source=self.intake.source, key__in=keys).order_by("id")
        said: dict[int, list[AssetFact]] = {}
        for asset_id, facts in others.values_list("asset_id", "facts"):
            said.setdefault(asset_id, []).append(msgspec.convert(facts, AssetFact))
        return said

    def _ensure_domains(self, fresh: Sequence[Fresh]) -> None:
        named = {item.fact.domain for item in fresh if item.fact.domain}
        missing = {_slug(name): name[:120] for name in named if _slug(name) not in self.domains}
        missing.pop("", None)
        if missing:
            made = [Domain(slug=slug, name=_domain_name(name)) for slug, name in missing.items()]
            Domain.objects.bulk_create(made, ignore_conflicts=True)
            self.domains = dict(Domain.objects.values_list("slug", "id"))

    def _values(self, target: Target) -> dict[str, Any]:
        return rows.asset_values(target.fact, target.identity, self._domain(target))

    def _domain(self, target: Target) -> int | None:
        """What the leading sighting names; but a restricted domain, once named or held, is never left by an intake: a line
        that is missing in somebody's YAML must not show to all what only some may see."""
        held = {target.asset.domain_id} & self.restricted if target.asset else set()
        named = {self.domains[slug] for slug in target.domains if slug in self.domains} & self.restricted
        for shut in (*held, *sorted(named)):
            return shut
        return self.domains.get(_slug(target.fact.domain))

    # --- new assets ----------------------------------------------------------------------------------------------

    def _insert(self, new: Sequence[Target]) -> None:
        if not new:
            return
        values = [self._values(target) for target in new]
        chosen = addresses([(target.identity, value["section"]) for target, value in zip(new, values, strict=True)])
        made = [
            rows.new_asset(value, target.identity, address, self.intake.now)
            for target, value, address in zip(new, values, chosen, strict=True)
        ]
        for target, asset, asset_id in zip(new, made, new_ids(Asset, len(made)), strict=True):
            asset.id, target.asset = asset_id, asset
        copy_new(Asset, made)
        definitions = [rows.definition(target.fact, target.row.id) for target in new]
        copy_new(Definition, [item for item in definitions if item])
        owners = [owner for target in new for owner in rows.owners(target.fact, target.row.id).values()]
        copy_new(AssetOwner, link_owners(owners))
        self._copy_columns(new)
        self.counts[ChangeKind.CREATED] += len(new)
        add_words(rows.words([text for target in new for text in _names(target.fact)]))

    def _copy_columns(self, new: Sequence[Target]) -> None:
        lines = (
            rows.new_column_row(column, target.row.id, keys, _wrap)
            for target in new
            for keys in [frozenset(name.casefold() for name in target.fact.primary_key)]
            for column in target.fact.columns
        )
        self.columns += copy_in(Column, [name.removesuffix("_id") for name in rows.COLUMN_FIELDS], lines)

    # --- assets that are there -----------------------------------------------------------------------------------

    def _update(self, old: Sequence[Target]) -> list[AssetChange]:
        """Brings standing assets up to what is said now, and tells what that changed."""
        if not old:
            return []
        ids = [target.row.id for target in old]
        diffs: dict[int, dict[str, Any]] = {asset_id: {} for asset_id in ids}
        self._update_columns(old, diffs)
        self._update_owners(old, diffs)
        self._update_definitions(old, diffs)
        changes = [change for target in old if (change := self._update_asset(target, diffs[target.row.id]))]
        touched = [name.removesuffix("_id") for name in (*rows.ASSET_FIELDS, "changed_at", "retired_at")]
        upsert(Asset, [target.row for target in old], key=["id"], update=touched)
        add_words(rows.words([text for target in old for text in _names(target.fact)]))
        return changes

    def _update_asset(self, target: Target, difference: dict[str, Any]) -> AssetChange | None:
        asset, values = target.row, self._values(target)
        before = Asset(**{name: getattr(asset, name) for name in rows.ASSET_FIELDS})
        returned = asset.retired_at is not None
        asset.retired_at = None
        if asset.section != values["section"]:
            values["section"] = asset.section  # links to a table that became a view stay good; sections never change
        values["column_count"] = asset.column_count  # counted with its columns
        for name in ("row_count", "size_bytes"):
            if values[name] is None and not target.fact.columns_known:
                values[name] = getattr(asset, name)
        for name, value in values.items():
            setattr(asset, name, value)
        difference |= diff.fields(before, asset)
        if not (difference or returned):
            self.quiet += 1
            return None
        asset.changed_at = self.intake.now
        kind = ChangeKind.RETURNED if returned else ChangeKind.CHANGED
        self.counts[kind] += 1
        return self._change(asset, kind, difference)

    def _update_columns(self, old: Sequence[Target], diffs: dict[int, dict[str, Any]]) -> None:
        standing: dict[int, dict[str, Column]] = {asset_id: {} for asset_id in diffs}
        for column in Column.objects.filter(asset__in=list(diffs)).order_by("position"):
            standing[column.asset_id][column.name] = column
        write: list[Column] = []
        gone: list[int] = []
        for target in old:
            asset_id = target.row.id
            before, after = standing[asset_id], rows.columns(target.fact, asset_id)
            if not target.fact.columns_known:
                after = rows.with_observed(after, before)
            target.row.column_count = len(after)
            if difference := diff.columns(before, after):
                diffs[asset_id]["columns"] = difference
            self.columns += len(after)
            write += after.values()
            gone += [row.id for name, row in before.items() if name not in after and row.retired_at is None]
        fields = [name for name in rows.COLUMN_FIELDS if name not in {"asset_id", "name"}]
        upsert(Column, write, key=["asset", "name"], update=[*fields, "retired_at"])
        Column.objects.filter(id__in=gone).update(retired_at=self.intake.now)

    def _update_owners(self, old: Sequence[Target], diffs: dict[int, dict[str, Any]]) -> None:
        standing: dict[int, dict[str, AssetOwner]] = {asset_id: {} for asset_id in diffs}
        for owner in AssetOwner.objects.filter(asset__in=list(diffs)):
            standing[owner.asset_id][owner.name] = owner
        write: list[AssetOwner] = []
        gone: list[int] = []
        for target in old:
            before, after = standing[target.row.id], rows.owners(target.fact, target.row.id)
            if before.keys() != after.keys():
                diffs[target.row.id]["owners"] = [sorted(before), sorted(after)]
            write += after.values()
            gone += [row.id for name, row in before.items() if name not in after]
        upsert(AssetOwner, link_owners(write), key=["asset", "name"], update=["email", "is_team", "user", "team"])
        AssetOwner.objects.filter(id__in=gone).delete()

    def _update_definitions(self, old: Sequence[Target], diffs: dict[int, dict[str, Any]]) -> None:
        standing = {item.asset_id: item for item in Definition.objects.filter(asset__in=list(diffs))}
        write = [item for target in old if (item := rows.definition(target.fact, target.row.id))]
        for item in write:
            before = standing.get(item.asset_id)
            if before and before.code != item.code:
                diffs[item.asset_id]["code"] = ["", ""]
            if before and before.materialized != item.materialized:
                diffs[item.asset_id]["materialized"] = [before.materialized, item.materialized]
        gone = standing.keys() - {item.asset_id for item in write}
        for asset_id in gone:
            diffs[asset_id]["code"] = ["", ""]
        Definition.objects.filter(asset__in=gone).delete()
        fields = ["materialized", "language", "code", "compiled_code"]
        upsert(Definition, write, key=["asset"], update=fields)

    # --- names, sightings, goodbyes ------------------------------------------------------------------------------

    def _write_names(self, targets: dict[tuple[str, str], Target]) -> None:
        """The canonical name is fixed; an alias follows whoever was last called so."""
        names: dict[tuple[str, str], tuple[Any, ...]] = {}
        for (namespace, _), target in targets.items():
            for alias in target.fact.aliases:
                if len(alias.encode()) <= MAX_NAME_BYTES:
                    folded = alias.casefold()
                    names[namespace, folded] = (target.row.id, namespace, alias, folded, False)
        for (namespace, folded), target in targets.items():
            names[namespace, folded] = (target.row.id, namespace, target.identity.name, folded, True)
        copy_upsert(
            AssetName,
            ["asset", "namespace", "name", "folded", "canonical"],
            names.values(),
            key=["namespace", "folded"],
            update=["asset", "name"],
            where="NOT catalog_assetname.canonical",
        )

    def _write_sightings(self, fresh: Sequence[Fresh], targets: dict[tuple[str, str], Target]) -> None:
        for item in fresh:
            self.intake.assets[item.fact.key] = targets[item.identity.namespace, item.identity.folded].row.id
        source, run = self.intake.source.pk, self.intake.run.pk
        lines = (
            (source, item.fact.key, self.intake.assets[item.fact.key], item.digest, _raw(item.payload), run, None)
            for item in fresh
        )
        copy_upsert(
            Sighting,
            ["source", "key", "asset", "digest", "facts", "last_run", "retired_at"],
            lines,
            key=["source", "key"],
            update=["asset", "digest", "facts", "last_run", "retired_at"],
        )

    def _leave(self, asset_ids: set[int]) -> list[AssetChange]:
        """Retires those of the assets that no live sighting speaks of any more."""
        if not asset_ids:
            return []
        seen = Sighting.objects.filter(asset__in=asset_ids, retired_at=None).values("asset_id")
        lost = Asset.objects.filter(id__in=asset_ids, retired_at=None).exclude(id__in=seen)
        changes = [self._change(asset, ChangeKind.RETIRED) for asset in lost.only("id")]
        Asset.objects.filter(id__in=[change.asset_id for change in changes]).update(
            retired_at=self.intake.now, changed_at=self.intake.now
        )
        self.counts[ChangeKind.RETIRED] += len(changes)
        return changes

    def _remerge(self, asset_ids: set[int]) -> None:
        """Assets that lost one of several sightings: they are what the others say."""
        said = self._said_by_others(list(asset_ids), [])
        old = []
        for asset in Asset.objects.filter(id__in=said):
            identity = Identity(asset.namespace, asset.name, "", asset.database, asset.schema, asset.title, asset.path)
            facts = said[asset.id]
            old.append(Target(identity, merging.merge(facts), asset, _named_domains(facts)))
        quiet = self.quiet
        self._write_changes(self._update(old))
        self.quiet = quiet  # these were not reported by the run, so they are not among its unchanged
        refresh([target.row.id for target in old])

    def _change(self, asset: Asset, kind: ChangeKind, difference: dict[str, Any] | None = None) -> AssetChange:
        return AssetChange(asset=asset, kind=kind, at=self.intake.now, run=self.intake.run, diff=difference or {})

    def _write_changes(self, changes: Sequence[AssetChange]) -> None:
        copy_in(
            AssetChange,
            ["asset", "kind", "at", "run", "diff"],
            ((item.asset_id, item.kind, item.at, item.run_id, _wrap(item.diff)) for item in changes),
        )


def _names(fact: AssetFact) -> list[str]:
    return [fact.title, *fact.tags, *(owner.name for owner in fact.owners), *(column.name for column in fact.columns)]


def _slug(domain: str) -> str:
    """Letters of any script count: a name that left nothing would be no domain, and open to all."""
    return slugify(domain, allow_unicode=True)[:80]


def _named_domains(facts: Sequence[AssetFact]) -> frozenset[str]:
    return frozenset(_slug(fact.domain) for fact in facts if fact.domain)


def _domain_name(name: str) -> str:
    """How a domain that only a source has named so far is called: ``ml`` → ML, ``supply_chain`` → Supply chain."""
    return name.upper() if len(name) <= 2 else name.replace("_", " ").replace("-", " ").capitalize()
