"""Checks, their results and freshness as facts become rows, by bulk upsert; the same result twice is one result."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection
from psycopg.types.json import Jsonb

from catalog.facts import CheckFact, FreshnessFact, ResultFact
from catalog.intake.context import Intake
from catalog.intake.rows import moment
from portal.kernel.bulk import copy_in, copy_upsert
from quality import health
from quality.models import Check, CheckResult, FreshnessReading

TOLD = ("asset_id", "column", "kind", "title", "severity", "description", "expression", "meta")

# The newest result stands with its check, so that a page of checks is one query
NEWEST = """
UPDATE quality_check c SET status = r.status, at = r.at, failures = r.failures, message = r.message
FROM (SELECT DISTINCT ON (check_run_id) * FROM quality_checkresult
      WHERE check_run_id = ANY(%s) ORDER BY check_run_id, at DESC) r
WHERE c.id = r.check_run_id AND (c.at IS NULL OR c.at < r.at)
"""


class Standing(NamedTuple):
    id: int
    retired: bool
    newest: datetime | None  # when its newest result was
    told: tuple[Any, ...]  # values of TOLD


class QualitySink:
    takes: tuple[type, ...] = (CheckFact, ResultFact, FreshnessFact)

    def __init__(self, intake: Intake) -> None:
        self.intake = intake
        self.told: dict[str, tuple[Any, ...]] = {}  # values of TOLD by key
        self.standing: dict[str, Standing] = {}
        self.results: list[ResultFact] = []
        self.readings: list[FreshnessFact] = []
        self.touched: set[int] = set()  # assets whose health may be another now

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
        results = self._write_results(ids)
        readings = self._write_readings()
        health.refresh(self.touched)
        self.intake.touched |= self.touched
        return {"checks": len(self.told), "results": results, "freshness": readings}

    def _take_check(self, fact: CheckFact) -> None:
        asset_id = self.intake.assets.get(fact.asset)
        if asset_id is None or len(fact.key) > 600:
            return
        self.told[fact.key] = (
            asset_id,
            fact.column[:500],
            fact.kind[:200],
            fact.title[:600],
            fact.severity[:10],
            fact.description[:20_000],
            fact.expression[:20_000],
            dict(fact.meta),
        )

    def _write_checks(self) -> dict[str, int]:
        """Ids by key, of checks that are live now. Writes only what differs."""
        self.standing = self._stand()
        write = [(key, told) for key, told in self.told.items() if _is_news(told, self.standing.get(key))]
        columns = [name.removesuffix("_id") for name in TOLD]
        copy_upsert(
            Check,
            ["source", "key", "retired_at", "status", "message", *columns],
            ((self.intake.source.pk, key, None, "", "", *told[:-1], Jsonb(told[-1])) for key, told in write),
            key=["source", "key"],
            update=["retired_at", *columns],
        )
        gone = [check for key, check in self.standing.items() if key not in self.told and not check.retired]
        Check.objects.filter(id__in=[check.id for check in gone]).update(retired_at=self.intake.now)
        self.touched.update(check.told[0] for check in gone)
        for key, told in write:
            self.touched.add(told[0])
            if key in self.standing:
                self.touched.add(self.standing[key].told[0])  # where the check has moved away from
        if write:
            return dict(Check.objects.filter(source=self.intake.source, retired_at=None).values_list("key", "id"))
        return {key: self.standing[key].id for key in self.told}

    def _stand(self) -> dict[str, Standing]:
        """The source's checks as they stand, retired ones too, by key."""
        checks = Check.objects.filter(source=self.intake.source).values_list("key", "id", "retired_at", "at", *TOLD)
        return {key: Standing(pk, retired is not None, at, tuple(told)) for key, pk, retired, at, *told in checks}

    def _write_results(self, ids: dict[str, int]) -> int:
        """How many were new. The newest result stands with its check, so those that come again need no asking."""
        newest = {(check.id, check.newest) for check in self.standing.values()}
        rows = {
            (check, at): (check, at, str(fact.status), fact.failures, fact.message[:5000], fact.seconds)
            for fact in self.results
            if (check := ids.get(fact.check)) and (at := moment(fact.at)) and (check, at) not in newest
        }
        if not rows:
            return 0
        checks = list({check for check, _ in rows})
        asked = CheckResult.objects.filter(check_run__in=checks, at__in={at for _, at in rows})
        known = set(asked.values_list("check_run", "at"))
        new = [row for pair, row in rows.items() if pair not in known]
        copy_in(CheckResult, ["check_run", "at", "status", "failures", "message", "seconds"], new)
        with connection.cursor() as cursor:
            cursor.execute(NEWEST, [[row[0] for row in new]])
        asset_of = {ids[key]: told[0] for key, told in self.told.items() if key in ids}
        self.touched.update(asset_of[row[0]] for row in new)
        return len(new)

    def _write_readings(self) -> int:
        """How many were new."""
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
        asked = FreshnessReading.objects.filter(source=self.intake.source, asset__in=[row.asset_id for row in rows])
        known = set(asked.filter(at__in={row.at for row in rows}).values_list("asset", "at"))
        new = {(row.asset_id, row.at): row for row in rows if (row.asset_id, row.at) not in known}
        FreshnessReading.objects.bulk_create(new.values(), batch_size=5000)
        self.touched.update(asset_id for asset_id, _ in new)
        return len(new)


def _is_news(told: tuple[Any, ...], standing: Standing | None) -> bool:
    return standing is None or standing.retired or standing.told != told
