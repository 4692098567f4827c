"""What somebody may see, as SQL for statements that Django cannot write."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection

from catalog.models.assets import AssetQuerySet

NOTHING = "SELECT NULL::bigint WHERE FALSE"


@dataclass(frozen=True, slots=True)
class Rows:
    """``SELECT id …`` of assets with its parameters."""

    sql: str
    params: tuple[Any, ...]


def rows_of(assets: AssetQuerySet) -> Rows:
    try:
        sql, params = assets.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return Rows(NOTHING, ())
    return Rows(sql, tuple(params))


def fetch(statement: str, params: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found
