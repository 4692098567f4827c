"""Looks for personal data at each intake: in the names of columns that are new or changed, and in samples of values."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter

from catalog.facts import SampleFact
from catalog.intake.cause import Cause
from catalog.intake.context import Intake
from catalog.models import Asset, AssetChange, Column, IngestionRun, Sighting
from catalog.pii.judging import NAME, VALUES
from catalog.pii.naming import Table, by_name, table_of
from catalog.pii.observing import by_values
from catalog.services.pii import Found, Place, record
from catalog.states import ChangeKind, RunState

# Raise it when names shall be read differently: the next run of each source then looks at all of its assets again
RULES = 1
BATCH = 1000  # assets whose columns are in memory at once

_CHANGED = (
    *(ChangeKind.CREATED, ChangeKind.CHANGED, ChangeKind.RETURNED, ChangeKind.GONE, ChangeKind.BACK),
    *(ChangeKind.MERGED, ChangeKind.SPLIT),
)


class PiiSink:
    """Values are looked at where they come in and are kept nowhere: what stays is a class and two counts."""

    takes: tuple[type, ...] = (SampleFact,)
    partial = True

    def __init__(self, intake: Intake) -> None:
        self.intake = intake
        self.cause = Cause(now=intake.now, run=intake.run)
        self.changed = 0

    def take(self, facts: Sequence[SampleFact]) -> None:
        samples = {asset_id: fact for fact in facts if (asset_id := self.intake.assets.get(fact.asset)) is not None}
        found: list[Found] = []
        looked_at: set[Place] = set()
        for table, asset_id, columns in _tables(samples):
            for name, values in _sampled(samples[asset_id], columns):
                looked_at.add((asset_id, name))
                named = by_name(name, columns[name], table)
                seen = by_values(values, named.pii if named else "", table)
                if seen is not None:
                    figures = {"matched": seen.matched, "looked_at": seen.looked_at}
                    found.append(Found(asset_id, name, seen.finding, figures))
        self.changed += record(
            evidence=VALUES, asset_ids=samples.keys(), found=found, cause=self.cause, looked_at=looked_at
        )

    def finish(self) -> dict[str, int]:
        wanted = sorted(self._to_read())
        for start in range(0, len(wanted), BATCH):
            batch = wanted[start : start + BATCH]
            self.changed += record(evidence=NAME, asset_ids=batch, found=_named(batch), cause=self.cause)
        return {"pii_findings": self.changed, "pii_rules": RULES}

    def _to_read(self) -> set[int]:
        """Assets that this run changed; all of the source's where they were last read by other rules."""
        runs = IngestionRun.objects.filter(
            source=self.intake.source, state=RunState.SUCCEEDED, figures__has_key="pii_rules"
        )
        last = runs.exclude(pk=self.intake.run.pk).order_by("-id").first()
        if last is not None and last.figures.get("pii_rules") == RULES:
            changes = AssetChange.objects.filter(run=self.intake.run, kind__in=_CHANGED)
            return set(changes.values_list("asset", flat=True))
        live = Sighting.objects.filter(source=self.intake.source, retired_at=None)
        return set(live.values_list("asset", flat=True))


def _named(asset_ids: Collection[int]) -> Iterator[Found]:
    for table, asset_id, columns in _tables(asset_ids):
        for name, data_type in columns.items():
            finding = by_name(name, data_type, table)
            if finding is not None:
                yield Found(asset_id, name, finding, {})


def _tables(asset_ids: Collection[int]) -> Iterator[tuple[Table, int, Mapping[str, str]]]:
    """Each asset with columns: what it is about, its id, and the types of its columns by name."""
    titles = dict(Asset.objects.filter(pk__in=asset_ids, retired_at=None).values_list("pk", "title"))
    rows = Column.objects.filter(asset__in=titles.keys(), retired_at=None).order_by("asset", "position")
    for asset_id, group in groupby(rows.values_list("asset", "name", "data_type"), key=itemgetter(0)):
        columns = {name: data_type for _, name, data_type in group}
        yield table_of(titles[asset_id], columns), asset_id, columns


def _sampled(fact: SampleFact, columns: Mapping[str, str]) -> Iterator[tuple[str, Sequence[str]]]:
    """The sample by the catalog's own names of columns: tools disagree about case."""
    folded = {name.casefold(): name for name in columns}
    for told, values in fact.values.items():
        name = told if told in columns else folded.get(told.casefold())
        if name is not None:
            yield name, values
