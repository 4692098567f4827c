"""The catalog's intake: asset facts become assets, columns, owners, names, changes and search entries, in bulk.

A batch costs a constant number of statements whatever its size. What a source said before is kept with a digest
(``Sighting``), so a fact that says the same again costs one comparison and no statement.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db.models import QuerySet

from catalog.facts import AssetFact, BuildFact
from catalog.intake import builds, encoding
from catalog.intake.context import FROM_SQL, Intake
from catalog.intake.identity import Identity, identify, too_long
from catalog.intake.resolving import Resolver
from catalog.intake.writing import Fresh, Writer
from catalog.models import Asset, Sighting


class Known(NamedTuple):
    asset_id: int
    digest: str
    live: bool
    pinned: bool


class CatalogSink:
    """Takes assets and the news of how they were last built."""

    takes: tuple[type, ...] = (AssetFact, BuildFact)
    partial = True

    def __init__(self, intake: Intake) -> None:
        self.intake = intake
        self.writer = Writer(intake)
        self.seen: set[str] = set()
        self.unchanged: set[int] = set()
        self.skipped = 0
        self.resolver = Resolver(intake)
        rows = Sighting.objects.filter(source=intake.source)
        self.known = {} if intake.partial else _known(rows)
        self.builds: dict[int, BuildFact] = {}

    def take(self, facts: Sequence[Any]) -> None:
        if facts and isinstance(facts[0], BuildFact):
            self._take_builds(facts)
            return
        if self.intake.partial:
            keys = [fact.key for fact in facts]
            self.known |= _known(Sighting.objects.filter(source=self.intake.source, key__in=keys))
        self.resolver.begin(facts)
        fresh = [new for fact in facts if (new := self._fresh(fact))]
        if fresh:
            self.resolver.resolve(fresh)
            self.writer.write(fresh)

    def finish(self) -> dict[str, int]:
        self.writer.retire(self._gone())
        builds.note(self.builds)
        self.intake.touched |= self.writer.touched | self.writer.left
        unchanged = len(self.unchanged - self.writer.touched) + self.writer.updater.quiet
        if self.intake.partial:
            return {**self.writer.figures(), "unchanged": unchanged, "skipped": self.skipped}
        stubs = Asset.objects.live().filter(stub=True, sightings__source=self.intake.source, sightings__retired_at=None)
        return {
            **self.writer.figures(),
            "unchanged": unchanged,
            "skipped": self.skipped,
            "unmatched": stubs.distinct().count(),
        }

    def _gone(self) -> list[str]:
        if self.intake.partial:
            return self.intake.gone
        return [
            key
            for key, known in self.known.items()
            if known.live and key not in self.seen and not key.startswith(FROM_SQL)
        ]

    def _fresh(self, fact: AssetFact) -> Fresh | None:
        """None where the source says nothing new, or nothing that can be kept."""
        identity: Identity = identify(fact, self.resolver.namespace(fact))
        if too_long(identity) or len(fact.key) > 600:
            self.skipped += 1
            self.intake.warn("", fact.key[:120], "its name is longer than any warehouse allows; left out")
            return None
        self.seen.add(fact.key)
        payload = encoding.encode(fact)
        digest = encoding.digest(payload, identity.namespace)
        known = self.known.get(fact.key)
        if known and known.live and known.digest == digest:
            self.intake.assets[fact.key] = known.asset_id
            self.unchanged.add(known.asset_id)
            return None
        pinned = known is not None and known.pinned
        return Fresh(fact, identity, payload, digest, known.asset_id if known else None, pinned)

    def _take_builds(self, facts: Sequence[BuildFact]) -> None:
        for fact in facts:
            asset_id = self.intake.assets.get(fact.asset)
            if asset_id is not None:
                self.builds[asset_id] = fact


def _known(rows: QuerySet[Sighting]) -> dict[str, Known]:
    found = rows.values_list("key", "asset_id", "digest", "retired_at", "pinned")
    return {key: Known(asset_id, digest, gone is None, pinned) for key, asset_id, digest, gone, pinned in found}
