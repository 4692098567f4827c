"""What is checked of an asset and how fresh it was, for whoever writes or reads its contract."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from catalog.watched import Watched, WatchedCheck
from quality import queries
from quality.models import Check, FreshnessReading

_WORDS = {"not_null", "unique", "accepted_values", "relationships", "positive", "non_negative"}
_REF = re.compile(r"""(?:ref|source)\(.*?['"]([^'"]+)['"]\s*\)\s*\Z""")


def of_assets(asset_ids: Sequence[int]) -> dict[int, Watched]:
    """Of those that are checked or watched. Two queries."""
    checks: dict[int, list[WatchedCheck]] = {}
    for row in Check.objects.filter(asset__in=asset_ids, retired_at=None).order_by("column", "kind", "id"):
        checks.setdefault(row.asset_id, []).append(_check(row))
    readings = {row.asset_id: _freshness(row) for row in queries.newest_readings(asset_ids)}
    return {
        asset_id: Watched(checks=tuple(checks.get(asset_id, ())), **readings.get(asset_id, {}))
        for asset_id in checks.keys() | readings.keys()
    }


def _check(row: Check) -> WatchedCheck:
    return WatchedCheck(
        kind=row.kind.rpartition(".")[2],
        column=row.column,
        severity=row.severity,
        status=row.status,
        arguments=_arguments(row) if row.kind in _WORDS else {},
    )


def _arguments(row: Check) -> dict[str, Any]:
    """Arguments of a test, one a line: ``values: ["a", "b"]``, ``to: ref('orders')``."""
    told = dict(line.partition(": ")[::2] for line in row.expression.splitlines())
    if row.kind == "accepted_values":
        try:
            values = json.loads(told.get("values", ""))
        except ValueError:
            return {}
        return {"values": values} if isinstance(values, list) else {}
    if row.kind == "relationships" and (match := _REF.search(told.get("to", ""))):
        return {"to": match[1], "field": told.get("field", "")}
    return {}


def _freshness(row: FreshnessReading) -> dict[str, Any]:
    age = (row.at - row.loaded_at).total_seconds() if row.loaded_at else None
    return {
        "warn_after_s": row.warn_after_s,
        "error_after_s": row.error_after_s,
        "age_s": None if age is None else max(int(age), 0),
        "looked_at": row.at,
    }
