"""Reads as facts become figures by day; popularity is their sum."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.utils.dateparse import parse_date

from catalog.facts import UsageFact
from catalog.intake.context import Intake
from catalog.models import JoinedWith, UsageDay, UsageTotal
from catalog.services.usage import refresh_popularity
from portal.kernel.bulk import copy_in, upsert

MOST = 2**62  # reads; more are a mistake, and must not make a sum overflow
FRESH = timedelta(days=30)  # a count that began within it is recent, and counts in full at the first look

Reader = tuple[int, str]  # asset, principal


class UsageSink:
    """A source that tells nothing of usage this time keeps what it told."""

    takes: tuple[type, ...] = (UsageFact,)

    def __init__(self, intake: Intake) -> None:
        self.intake = intake
        self.days: dict[tuple[int, date, str], int] = {}
        self.totals: dict[Reader, UsageTotal] = {}
        self.joined: dict[tuple[int, int], int] = {}  # as the first tells of the second
        self.bad = 0

    def take(self, facts: Sequence[Any]) -> None:
        for fact in facts:
            asset_id = self.intake.assets.get(fact.asset)
            day = _day(fact.day)
            if asset_id is None:
                continue
            if day is None or not 0 <= fact.reads <= MOST:
                self.bad += 1
                continue
            principal = fact.principal.replace("\0", "").strip()[:300] or "unknown"
            if fact.running:
                self._add_total(fact, asset_id, principal)
            else:
                self.days[asset_id, day, principal] = self.days.get((asset_id, day, principal), 0) + fact.reads
            for key, times in fact.joined:
                other = self.intake.assets.get(key)
                if other is not None and other != asset_id and 0 < times <= MOST:
                    self.joined[asset_id, other] = self.joined.get((asset_id, other), 0) + times

    def finish(self) -> dict[str, int]:
        if self.bad:
            self.intake.warn("", "usage", f"{self.bad:,} figures have no day or no sensible number; left out")
        self._write_totals()
        rows = (
            UsageDay(source=self.intake.source, asset_id=asset_id, day=day, principal=principal, reads=min(reads, MOST))
            for (asset_id, day, principal), reads in self.days.items()
        )
        upsert(UsageDay, rows, key=["source", "asset", "day", "principal"], update=["reads"])
        self._write_joined()
        used = {asset_id for asset_id, _, _ in self.days}
        refresh_popularity(used, today=self.intake.now.date())
        return {"used": len(used)} if used else {}

    def _add_total(self, fact: UsageFact, asset_id: int, principal: str) -> None:
        total = self.totals.setdefault(
            (asset_id, principal),
            UsageTotal(
                source=self.intake.source, asset_id=asset_id, principal=principal, reads=0, since=fact.since[:40]
            ),
        )
        total.reads = min(total.reads + fact.reads, MOST)

    def _write_totals(self) -> None:
        """What running counts grew by is added to the day of the look."""
        today = self.intake.now.date()
        ids = {asset_id for asset_id, _ in self.totals}
        before = {
            (row.asset_id, row.principal): row
            for row in UsageTotal.objects.filter(source=self.intake.source, asset__in=ids)
        }
        grown = {
            reader: more
            for reader, total in self.totals.items()
            if (more := grown_by(before.get(reader), total, today=today))
        }
        standing = UsageDay.objects.filter(source=self.intake.source, asset__in=ids, day=today)
        counted = {(row.asset_id, row.principal): row.reads for row in standing}
        for (asset_id, principal), more in grown.items():
            self.days[asset_id, today, principal] = counted.get((asset_id, principal), 0) + more
        upsert(UsageTotal, self.totals.values(), key=["source", "asset", "principal"], update=["reads", "since"])

    def _write_joined(self) -> None:
        """The whole of what the source says now. Either of two assets may tell of the other: the larger number holds."""
        if not (self.days or self.totals):
            return
        pairs: dict[tuple[int, int], int] = {}
        for (one, other), times in self.joined.items():
            pair = (min(one, other), max(one, other))
            pairs[pair] = max(pairs.get(pair, 0), min(times, MOST))
        JoinedWith.objects.filter(source=self.intake.source).delete()
        lines = ((self.intake.source.pk, one, other, times) for (one, other), times in sorted(pairs.items()))
        copy_in(JoinedWith, ["source", "asset", "other", "times"], lines)


def grown_by(before: UsageTotal | None, now: UsageTotal, *, today: date) -> int:
    """Reads since the last look. A count that is lower than before lost statements to make room for others, so nothing is
    told of it; one that began anew counts in full, and so does the first look at one that began lately."""
    if before is not None and before.since == now.since:
        return max(now.reads - before.reads, 0)
    began = _day(now.since[:10])
    return now.reads if before is not None or (began is not None and today - began <= FRESH) else 0


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None
