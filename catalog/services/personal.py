"""What one person keeps for themselves. None of it is on record for others; doing it again changes nothing."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import connection

from catalog.models import Asset, Favourite, Follow
from portal.accounts.models import User

KEPT = 100  # visits of a person; older ones are forgotten

# at most once a minute, and one statement: the page tells it each time that it is read
VISIT = """
INSERT INTO catalog_visit (user_id, asset_id, at) VALUES (%s, %s, statement_timestamp())
ON CONFLICT (user_id, asset_id) DO UPDATE SET at = EXCLUDED.at WHERE catalog_visit.at < EXCLUDED.at - interval '1 minute'
"""
FORGET = """
DELETE FROM catalog_visit WHERE user_id = %s AND at < (
  SELECT at FROM catalog_visit WHERE user_id = %s ORDER BY at DESC OFFSET %s LIMIT 1)
"""


def follow(*, asset: Asset, on: bool, by: User) -> None:
    _keep(Follow, asset, on, by)


def favour(*, asset: Asset, on: bool, by: User) -> None:
    _keep(Favourite, asset, on, by)


def visit(*, asset: Asset, by: User) -> None:
    _see(asset, by)
    with connection.cursor() as cursor:
        cursor.execute(VISIT, [by.pk, asset.pk])
        if cursor.rowcount:
            cursor.execute(FORGET, [by.pk, by.pk, KEPT - 1])


def _keep(model: Any, asset: Asset, on: bool, by: User) -> None:
    _see(asset, by)
    if on:
        model.objects.bulk_create([model(user=by, asset=asset)], ignore_conflicts=True)
    else:
        model.objects.filter(user=by, asset=asset).delete()


def _see(asset: Asset, by: User) -> None:
    if not Asset.objects.visible_to(by).filter(pk=asset.pk).exists():
        raise PermissionDenied("There is no such asset.")
