"""Writes a batch of facts that say something new."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

from psycopg.types.json import Jsonb

from catalog.facts import AssetFact
from catalog.intake import rows
from catalog.intake.addresses import addresses
from catalog.intake.cause import Cause, wrap, write_changes
from catalog.intake.context import Intake
from catalog.intake.identity import MAX_NAME_BYTES, Identity, fold
from catalog.intake.said import Target, domain_slug, facts_of, identity_of, owner_rules, tell
from catalog.intake.updating import Updater, learn
from catalog.models import Asset, AssetChange, AssetName, AssetOwner, Column, Definition, Domain, Sighting
from catalog.pii.classes import normal
from catalog.search.index import refresh
from catalog.states import ChangeKind
from portal.kernel.bulk import copy_in, copy_new, copy_upsert, new_ids

_raw = partial(Jsonb, dumps=bytes)  # already encoded


class Link(NamedTuple):
    """Another full name that a fact gives, in the one form of names and as written."""

    namespace: str
    folded: str
    name: str

    @property
    def pair(self) -> tuple[str, str]:
        return self.namespace, self.folded


@dataclass(slots=True)
class Fresh:
    """A fact that is new or says something new; ``before`` is the asset that its key meant until now. ``resolved`` is the
    asset that it means: by a person's decision, its name, a symlink, the tail of its name; None for a new one."""

    fact: AssetFact
    identity: Identity
    payload: bytes
    digest: str
    before: int | None
    pinned: bool = False
    resolved: int | None = None
    links: Sequence[Link] = ()
    former: Sequence[Link] = ()  # that it had before it was renamed

    @property
    def pair(self) -> tuple[str, str]:
        return self.identity.namespace, self.identity.folded


class Writer:
    def __init__(self, intake: Intake) -> None:
        self.intake = intake
        self.cause = Cause(now=intake.now, run=intake.run)
        self.updater = Updater(self.cause)
        self.rules = owner_rules()
        self.touched: set[int] = set()
        self.left: set[int] = set()  # assets that lost a key, to another one or for good

    def figures(self) -> dict[str, int]:
        return {**self.updater.counts, "columns": self.updater.columns}

    # --- one batch -----------------------------------------------------------------------------------------------

    def write(self, fresh: Sequence[Fresh]) -> None:
        self._ensure_domains(fresh)
        targets = self._targets(fresh)
        distinct = list({id(target): target for target in targets}.values())
        new = [target for target in distinct if target.asset is None]
        old = [target for target in distinct if target.asset is not None]
        tell(distinct, self.rules)
        self._insert(new)
        changes = self.updater.update(old)
        self._write_names(fresh, targets)
        self._write_sightings(fresh, targets)
        changes += [self.cause.change(target.row, ChangeKind.CREATED) for target in new]
        write_changes(changes)
        ids = [target.row.id for target in distinct]
        self.left |= {item.before for item in fresh if item.before} - set(ids)
        self.touched.update(ids)
        refresh(ids)

    def retire(self, keys: Sequence[str]) -> None:
        """What the source no longer reports; the asset itself retires when no other sighting is left."""
        gone = Sighting.objects.filter(source=self.intake.source, key__in=keys, retired_at=None)
        self.left |= set(gone.values_list("asset_id", flat=True))
        gone.update(retired_at=self.intake.now)
        write_changes(self._leave(self.left))
        self._remerge(self.left)

    # --- who is meant --------------------------------------------------------------------------------------------

    def _targets(self, fresh: Sequence[Fresh]) -> list[Target]:
        """The target of each fact, in their order; facts of one asset share theirs, with everything that others say."""
        standing = self._standing(fresh)
        others = self._said_by_others({asset.id for asset in standing if asset}, fresh)
        made: dict[Any, Target] = {}
        targets = []
        for item, asset in zip(fresh, standing, strict=True):
            key = asset.id if asset else item.pair
            if key not in made:
                identity = identity_of(asset) if asset else item.identity
                made[key] = Target(identity, others.get(asset.id, []) if asset else [], asset)
            made[key].facts = [*made[key].facts, item.fact]
            targets.append(made[key])
        return targets

    def _standing(self, fresh: Sequence[Fresh]) -> list[Asset | None]:
        """Locked in the order of their ids, so that an edit of a person comes before or after, never in between."""
        chosen = [item.resolved for item in fresh]
        locked = Asset.objects.select_for_update(no_key=True).filter(pk__in={pk for pk in chosen if pk})
        assets = {asset.pk: asset for asset in locked.order_by("pk")}
        return [assets.get(pk) if pk else None for pk in chosen]

    def _said_by_others(self, asset_ids: set[int], fresh: Sequence[Fresh]) -> dict[int, list[AssetFact]]:
        """Live sightings of these assets other than those that the batch replaces, oldest first."""
        keys = [item.fact.key for item in fresh]
        others = Sighting.objects.filter(asset__in=asset_ids)
        return facts_of(others.exclude(source=self.intake.source, key__in=keys))

    def _ensure_domains(self, fresh: Sequence[Fresh]) -> None:
        named = {item.fact.domain for item in fresh if item.fact.domain}
        missing = {domain_slug(name): name[:120] for name in named if domain_slug(name) not in self.updater.domains}
        missing.pop("", None)
        if missing:
            made = [Domain(slug=slug, name=_domain_name(name)) for slug, name in missing.items()]
            Domain.objects.bulk_create(made, ignore_conflicts=True)
            self.updater.domains = dict(Domain.objects.values_list("slug", "id"))

    # --- new assets ----------------------------------------------------------------------------------------------

    def _insert(self, new: Sequence[Target]) -> None:
        if not new:
            return
        for target in new:
            target.pii = [normal(column.pii) for column in target.fact.columns if column.pii]
        values = [self.updater.values(target) for target in new]
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
        owners = [owner for target in new for owner in rows.owners(target.told, target.row.id).values()]
        copy_new(AssetOwner, owners)
        self._copy_columns(new)
        self.updater.counts[ChangeKind.CREATED] += len(new)
        learn(new)

    def _copy_columns(self, new: Sequence[Target]) -> None:
        lines = (
            rows.new_column_row(column, target.row.id, keys, wrap)
            for target in new
            for keys in [frozenset(name.casefold() for name in target.fact.primary_key)]
            for column in target.fact.columns
        )
        fields = [name.removesuffix("_id") for name in (*rows.COLUMN_FIELDS, "terms")]
        self.updater.columns += copy_in(Column, fields, lines)

    # --- names, sightings, goodbyes ------------------------------------------------------------------------------

    def _write_names(self, fresh: Sequence[Fresh], targets: Sequence[Target]) -> None:
        """The canonical name is fixed; an alias follows whoever was last called so. What a person pinned brings no names
        along: they belong to the asset that it was taken from."""
        found: dict[tuple[str, str], tuple[Any, ...]] = {}
        for item, target in zip(fresh, targets, strict=True):
            if item.pinned:
                continue
            space, relation = item.identity.namespace, item.fact.relation is not None
            aliases = [
                Link(space, fold(item.fact.platform, alias) if relation else alias.casefold(), alias)
                for alias in item.fact.aliases
            ]
            for link in (*aliases, *item.links, *item.former):
                if link.name and len(link.namespace.encode()) + len(link.name.encode()) <= MAX_NAME_BYTES:
                    found[link.pair] = (target.row.id, link.namespace, link.name, link.folded, False)
        for item, target in zip(fresh, targets, strict=True):
            if not item.pinned:
                own = (target.row.namespace, target.row.name) == (item.identity.namespace, item.identity.name)
                found[item.pair] = (target.row.id, item.identity.namespace, item.identity.name, item.pair[1], own)
        copy_upsert(
            AssetName,
            ["asset", "namespace", "name", "folded", "canonical"],
            found.values(),
            key=["namespace", "folded"],
            update=["asset", "name", "canonical"],
            where="NOT catalog_assetname.canonical",
        )

    def _write_sightings(self, fresh: Sequence[Fresh], targets: Sequence[Target]) -> None:
        for item, target in zip(fresh, targets, strict=True):
            self.intake.assets[item.fact.key] = target.row.id
            if item.former:
                self.intake.renamed.add(item.fact.key)
            if item.before and item.before != target.row.id:
                self.intake.moved.setdefault(item.before, set()).add(target.row.id)
        source, run = self.intake.source.pk, self.intake.run.pk
        lines = (
            (source, item.fact.key, target.row.id, item.digest, _raw(item.payload), item.pinned, run, None)
            for item, target in zip(fresh, targets, strict=True)
        )
        copy_upsert(
            Sighting,
            ["source", "key", "asset", "digest", "facts", "pinned", "last_run", "retired_at"],
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
        changes = [self.cause.change(asset, ChangeKind.RETIRED) for asset in lost.only("id")]
        Asset.objects.filter(id__in=[change.asset_id for change in changes]).update(
            retired_at=self.intake.now, changed_at=self.intake.now
        )
        self.updater.counts[ChangeKind.RETIRED] += len(changes)
        return changes

    def _remerge(self, asset_ids: set[int]) -> None:
        """Assets that lost one of several sightings: they are what the others say."""
        said = facts_of(Sighting.objects.filter(asset__in=asset_ids))
        locked = Asset.objects.select_for_update(no_key=True).filter(id__in=said).order_by("id")
        old = [Target(identity_of(asset), said[asset.id], asset) for asset in locked]
        tell(old, self.rules)
        quiet = self.updater.quiet
        write_changes(self.updater.update(old))
        self.updater.quiet = quiet  # these were not reported by the run, so they are not among its unchanged
        refresh([target.row.id for target in old])


def _domain_name(name: str) -> str:
    """How a domain that only a source has named so far is called: ``ml`` → ML, ``supply_chain`` → Supply chain."""
    return name.upper() if len(name) <= 2 else name.replace("_", " ").replace("-", " ").capitalize()
