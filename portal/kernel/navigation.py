"""The main navigation: entries of all rooms, with what waits behind them counted in one question for all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.http import HttpRequest

from portal.kernel import wiring
from portal.kernel.slots import NavItem

MOST = 99  # that are counted
COUNTED = "(SELECT count(*) FROM ({}) waiting)"


def items(request: HttpRequest) -> list[NavItem]:
    found = [item for entry in wiring.listed("NAV") if (item := entry(request))]
    counts = iter(_counts([item.waiting for item in found if item.waiting is not None]))
    told = [item if item.waiting is None else _with(item, next(counts)) for item in found]
    return [item for item in told if item.count or not item.only_waiting]


def _with(item: NavItem, count: int) -> NavItem:
    return replace(item, waiting=None, counted=True, count=min(count, MOST), more=count > MOST)


def _counts(waiting: Sequence[Any]) -> Sequence[int]:
    """Up to one more than is told."""
    each = list(_statements(waiting))
    if not each:
        return ()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(sql for sql, _ in each)}", [param for _, params in each for param in params])
        counts: Sequence[int] = cursor.fetchone()
    return counts


def _statements(waiting: Sequence[Any]) -> Iterator[tuple[str, Sequence[Any]]]:
    for rows in waiting:
        try:
            sql, params = rows.order_by().values("pk")[: MOST + 1].query.sql_with_params()
        except EmptyResultSet:
            sql, params = "SELECT WHERE FALSE", ()
        yield COUNTED.format(sql), params
