"""What somebody may see, as SQL for statements that Django cannot write."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection

from catalog.models.assets import AssetQuerySet

NOTHING = 'SELECT NULL::bigint AS "pk" WHERE FALSE'


@dataclass(frozen=True, slots=True)
class Rows:
    """A ``SELECT`` of assets with its parameters; the id comes first and is called ``pk``."""

    sql: str
    params: tuple[Any, ...] = ()

    @property
    def are_none(self) -> bool:
        """Known without asking; then nothing but the id is told."""
        return self.sql == NOTHING


def rows_of(assets: AssetQuerySet, *fields: str) -> Rows:
    """``fields`` are told beside the id."""
    try:
        sql, params = assets.order_by().values("pk", *fields).query.sql_with_params()
    except EmptyResultSet:
        return Rows(NOTHING)
    return Rows(sql, tuple(params))


def fetch(statement: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found
