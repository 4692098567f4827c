"""Checks, their results and freshness as facts become rows, by bulk upsert; the same result twice is one result."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection

from catalog.facts import CheckFact, FreshnessFact, ResultFact
from catalog.intake.context import Intake
from catalog.intake.rows import moment
from portal.kernel.bulk import upsert
from quality.models import Check, CheckResult, FreshnessReading

TOLD = ("asset_id", "column", "kind", "title", "severity", "description", "expression", "meta")

# The newest result stands with its check, so that a page of checks is one query
NEWEST = """
UPDATE quality_check c SET status = r.status, at = r.at, failures = r.failures, message = r.message
FROM (SELECT DISTINCT ON (check_run_id) * FROM quality_checkresult
      WHERE check_run_id = ANY(%s) ORDER BY check_run_id, at DESC) r
WHERE c.id = r.check_run_id AND (c.at IS NULL OR c.at < r.at)
"""


class QualitySink:
    takes: tuple[type, ...] = (CheckFact, ResultFact, FreshnessFact)

    def __init__(self, intake: Intake) -> None:
        self.intake = intake
        self.told: dict[str, Check] = {}
        self.results: list[ResultFact] = []
        self.readings: list[FreshnessFact] = []

    def take(self, facts: Sequence[Any]) -> None:
        for fact in facts:
            if isinstance(fact, CheckFact):
                self._take_check(fact)
            elif isinstance(fact, ResultFact):
                self.results.append(fact)
            else:
                self.readings.append(fact)

    def finish(self) -> dict[str, int]:
        ids = self._write_checks()
        return {
            "checks": len(self.told),
            "results": self._write_results(ids),
            "freshness": self._write_readings(),
        }

    def _take_check(self, fact: CheckFact) -> None:
        asset_id = self.intake.assets.get(fact.asset)
        if asset_id is None or len(fact.key) > 600:
            return
        self.told[fact.key] = Check(
            source=self.intake.source,
            key=fact.key,
            asset_id=asset_id,
            column=fact.column[:500],
            kind=fact.kind[:200],
            title=fact.title[:600],
            severity=fact.severity[:10],
            description=fact.description[:20_000],
            expression=fact.expression[:20_000],
            meta=dict(fact.meta),
        )

    def _write_checks(self) -> dict[str, int]:
        """Ids by key, of checks that are live now. Writes only what differs."""
        standing = {check.key: check for check in Check.objects.filter(source=self.intake.source)}
        write = [check for key, check in self.told.items() if key not in standing or _differs(standing[key], check)]
        update = [name.removesuffix("_id") for name in TOLD]
        upsert(Check, write, key=["source", "key"], update=[*update, "retired_at"])
        gone = [check.pk for key, check in standing.items() if key not in self.told and check.retired_at is None]
        Check.objects.filter(id__in=gone).update(retired_at=self.intake.now)
        return dict(Check.objects.filter(source=self.intake.source, retired_at=None).values_list("key", "id"))

    def _write_results(self, ids: dict[str, int]) -> int:
        """How many were new."""
        rows = {
            (check, at): CheckResult(
                check_run_id=check,
                at=at,
                status=fact.status,
                failures=fact.failures,
                message=fact.message[:5000],
                seconds=fact.seconds,
            )
            for fact in self.results
            if (check := ids.get(fact.check)) and (at := moment(fact.at))
        }
        checks = list({check for check, _ in rows})
        known = set(
            CheckResult.objects.filter(check_run__in=checks, at__in={at for _, at in rows}).values_list(
                "check_run", "at"
            )
        )
        new = [row for pair, row in rows.items() if pair not in known]
        CheckResult.objects.bulk_create(new, ignore_conflicts=True, batch_size=5000)
        if new:
            with connection.cursor() as cursor:
                cursor.execute(NEWEST, [[row.check_run_id for row in new]])
        return len(new)

    def _write_readings(self) -> int:
        rows = [
            FreshnessReading(
                source=self.intake.source,
                asset_id=asset_id,
                at=at,
                status=fact.status,
                loaded_at=moment(fact.loaded_at),
                warn_after_s=fact.warn_after_s,
                error_after_s=fact.error_after_s,
                message=fact.message[:5000],
            )
            for fact in self.readings
            if (asset_id := self.intake.assets.get(fact.asset)) and (at := moment(fact.at))
        ]
        FreshnessReading.objects.bulk_create(rows, ignore_conflicts=True, batch_size=5000)
        return len(rows)


def _differs(standing: Check, told: Check) -> bool:
    return standing.retired_at is not None or any(getattr(standing, name) != getattr(told, name) for name in TOLD)
