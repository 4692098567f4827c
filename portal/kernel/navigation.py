"""The main navigation: entries of all rooms, with what waits behind them counted in one question for all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.db import connection
from django.http import HttpRequest

from portal.kernel import wiring
from portal.kernel.drawn import Rule, keys
from portal.kernel.slots import NavItem

MOST = 99  # that are counted
COUNTED = "(SELECT count(*) FROM ({} LIMIT {}) waiting)"


def items(request: HttpRequest) -> list[NavItem]:
    found = [item for entry in wiring.listed("NAV") if (item := entry(request))]
    counts = iter(_counts(request.user, [item.waiting for item in found if item.waiting]))
    told = [_with(item, next(counts)) if item.waiting else item for item in found]
    return [item for item in told if item.count or not item.only_waiting]


def _with(item: NavItem, count: int) -> NavItem:
    return replace(item, waiting=None, counted=True, count=min(count, MOST), more=count > MOST)


def _counts(user: Any, waiting: Sequence[Rule]) -> Sequence[int]:
    """Up to one more than is told."""
    if not waiting:
        return ()
    each = [keys(rule, user) for rule in waiting]
    sql = ", ".join(COUNTED.format(sql, MOST + 1) for sql, _ in each)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {sql}", [param for _, params in each for param in params])
        counts: Sequence[int] = cursor.fetchone()
    return counts
