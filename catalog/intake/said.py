"""Everything that is said of assets: by sources, by people, by what was found in columns. A constant number of queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import msgspec
from django.db.models import Max, QuerySet
from django.utils.text import slugify

from catalog.curation.overlay import Curated, Rule, Word, Words, added_by, curate, dropped_by
from catalog.facts import AssetFact, OwnerFact
from catalog.intake import merging
from catalog.intake.identity import Identity, dotted, fold
from catalog.intake.people import accounts_of
from catalog.intake.promising import over, written_here
from catalog.models import Annotation, Asset, OwnerRule, PiiFinding, Sighting
from catalog.pii.judging import Finding

Findings = Mapping[str, Sequence[Finding]]  # by column name


@dataclass(slots=True)
class Target:
    """One asset: who it is, all that sources say of it, what people say over that, and what stands in the database."""

    identity: Identity
    facts: Sequence[AssetFact]  # at least one
    asset: Asset | None = None
    words: Words = field(default_factory=dict)
    findings: Findings = field(default_factory=dict)
    curated: Curated | None = None
    pii: Sequence[str] = ()  # classes of its columns, once these are known
    gone_at: datetime | None = None  # since when nobody who asked its platform itself sees it

    @property
    def row(self) -> Asset:
        if self.asset is None:
            raise RuntimeError(f"{self.identity.name} has no row yet")
        return self.asset

    @property
    def fact(self) -> AssetFact:
        return self.told.fact

    @property
    def told(self) -> Curated:
        if self.curated is None:
            raise RuntimeError(f"{self.identity.name} is not told yet")
        return self.curated

    @property
    def domains(self) -> frozenset[str]:
        """Slugs that any sighting names."""
        return frozenset(domain_slug(fact.domain) for fact in self.facts if fact.domain)

    @property
    def is_seen(self) -> bool:
        """By somebody who has asked its platform itself."""
        return any(fact.first_hand for fact in self.facts)

    @property
    def is_stub(self) -> bool:
        return all(fact.mention for fact in self.facts)


def domain_slug(name: str) -> str:
    """Letters of any script count: a name that left nothing would be no domain, and open to all."""
    return slugify(name, allow_unicode=True)[:80]


def tell(targets: Sequence[Target], rules: Sequence[Rule]) -> None:
    """Fills in what people say and promise and what was found, and lays all of it together."""
    ids = [target.asset.id for target in targets if target.asset is not None]
    words, found, promised, left = words_of(ids), findings_of(ids), written_here(ids), left_of(ids)
    for target in targets:
        if target.asset is not None:
            target.facts = over(target.facts, promised.get(target.asset.id))
            target.words = words.get(target.asset.id, {})
            target.findings = found.get(target.asset.id, {})
            target.gone_at = None if target.is_seen else left.get(target.asset.id)
    accounts = accounts_of({owner for target in targets for owner in named_owners(target)} | ruled_owners(rules))
    for target in targets:
        told = merging.merge(target.facts)
        target.identity = as_written(target.identity, told)
        if not _calls(told, target.identity):
            told = replace(told, title=_title(target.facts, target.identity))
        target.curated = curate(told, target.words, rules, target.identity.path, accounts)


def named_owners(target: Target) -> set[OwnerFact]:
    """By whomever, also those that a person dropped: under another name they are the same."""
    word = target.words.get(("", "owners"))
    said = [*added_by(word), *dropped_by(word)] if word else []
    return {*said, *(owner for fact in target.facts for owner in fact.owners)}


def ruled_owners(rules: Sequence[Rule]) -> set[OwnerFact]:
    return {owner for rule in rules for owner in rule.owners}


def as_written(identity: Identity, told: AssetFact) -> Identity:
    """The name stays; how its parts are written is for the leading sighting to say, in whatever order sources speak."""
    at = told.relation
    if at is None or not _calls(told, identity):
        return identity
    path = dotted(at.schema, at.identifier)
    return replace(identity, database=at.database, schema=at.schema, title=at.identifier, path=path)


def _calls(fact: AssetFact, identity: Identity) -> bool:
    """Whether the fact's own name is the asset's: after a renaming some sources still tell the one before."""
    at = fact.relation
    if at is None:
        return fact.address == identity.name
    return fold(fact.platform, dotted(at.database, at.schema, at.identifier), quoted=at.quoted) == identity.name


def _title(facts: Sequence[AssetFact], identity: Identity) -> str:
    """Of who calls it by its own name; where nobody does, the name itself."""
    return next((fact.title for fact in merging.in_rank(facts) if _calls(fact, identity)), "") or identity.title


def words_of(asset_ids: Sequence[int]) -> dict[int, dict[tuple[str, str], Word]]:
    rows = Annotation.objects.filter(asset__in=asset_ids).select_related("by")
    said: dict[int, dict[tuple[str, str], Word]] = {}
    for row in rows:
        said.setdefault(row.asset_id, {})[row.column, row.field] = Word(row.value, str(row.by), row.at)
    return said


def findings_of(asset_ids: Sequence[int]) -> dict[int, dict[str, list[Finding]]]:
    found: dict[int, dict[str, list[Finding]]] = {}
    for row in PiiFinding.objects.filter(asset__in=asset_ids).order_by("id"):
        finding = Finding(row.evidence, row.pii, row.reason, row.confidence)
        found.setdefault(row.asset_id, {}).setdefault(row.column, []).append(finding)
    return found


def facts_of(sightings: QuerySet[Sighting]) -> dict[int, list[AssetFact]]:
    """What live sightings say, by asset, oldest first."""
    said: dict[int, list[AssetFact]] = {}
    for asset_id, facts in sightings.filter(retired_at=None).order_by("id").values_list("asset_id", "facts"):
        said.setdefault(asset_id, []).append(msgspec.convert(facts, AssetFact))
    return said


def left_of(asset_ids: Sequence[int]) -> dict[int, datetime]:
    """When who had asked the platform itself last ceased to see them. A source that was taken out of the catalog has seen
    nothing of the kind."""
    rows = Sighting.objects.filter(asset__in=asset_ids, retired_at__isnull=False, facts__first_hand=True)
    left = rows.filter(source__removed_at=None).order_by("asset").values("asset").annotate(at=Max("retired_at"))
    return dict(left.values_list("asset", "at"))


def owner_rules() -> list[Rule]:
    """Names of people and teams as they stand in the rules; they are linked where owners are written."""
    rows = OwnerRule.objects.order_by("position").values_list("pattern", "owners")
    return [Rule(pattern, [OwnerFact(name=name) for name in owners]) for pattern, owners in rows]


def identity_of(asset: Asset) -> Identity:
    """The identity of an asset that stands; its canonical name is its own fold."""
    return Identity(asset.namespace, asset.name, asset.name, asset.database, asset.schema, asset.title, asset.path)
