"""What is checked of an asset and how fresh it was, for whoever writes or reads its contract."""

from __future__ import annotations

import json
import re
from typing import Any

from catalog.watched import Watched, WatchedCheck
from quality import queries
from quality.models import Check, FreshnessReading

_WORDS = {"not_null", "unique", "accepted_values", "relationships", "positive", "non_negative"}
_REF = re.compile(r"""(?:ref|source)\(.*?['"]([^'"]+)['"]\s*\)\s*\Z""")


def of_asset(asset_id: int) -> Watched:
    checks = Check.objects.filter(asset=asset_id, retired_at=None).order_by("column", "kind", "id")
    reading = queries.newest_readings([asset_id]).first()
    return Watched(checks=tuple(map(_check, checks)), **_freshness(reading))


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


def _freshness(row: FreshnessReading | None) -> dict[str, Any]:
    if row is None:
        return {}
    age = (row.at - row.loaded_at).total_seconds() if row.loaded_at else None
    return {
        "warn_after_s": row.warn_after_s,
        "error_after_s": row.error_after_s,
        "age_s": None if age is None else max(int(age), 0),
        "looked_at": row.at,
    }
