"""What stands of an asset, kept as the database has it and put back to the letter: ids, moments and retired columns too."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence

from django.db import connection, models
from psycopg import sql

from catalog.intake.rows import ASSET_FIELDS
from catalog.models import Asset, AssetOwner, Column, Definition

PARTS: tuple[type[models.Model], ...] = (Column, AssetOwner, Definition)
FIELDS = (*ASSET_FIELDS, "changed_at")

Snapshot = dict[str, str]  # by table: JSON as the database wrote it, because 0.10 is not 0.1 to it


def snapshots(asset_ids: Collection[int]) -> dict[int, Snapshot]:
    found: dict[int, Snapshot] = {asset_id: {} for asset_id in asset_ids}
    statement = sql.SQL(
        "SELECT {key}, jsonb_agg(to_jsonb(t) ORDER BY t.id)::text FROM {table} t WHERE {key} = ANY(%s) GROUP BY {key}"
    )
    with connection.cursor() as cursor:
        for table, key in ((Asset._meta.db_table, "id"), *((part._meta.db_table, "asset_id") for part in PARTS)):
            cursor.execute(statement.format(key=sql.Identifier(key), table=sql.Identifier(table)), [list(asset_ids)])
            for asset_id, rows in cursor.fetchall():
                found[asset_id][table] = rows
    return found


def domain_in(snapshot: Mapping[str, str]) -> int | None:
    found: int | None = json.loads(snapshot[Asset._meta.db_table])[0]["domain_id"]
    return found


def restore(asset_id: int, snapshot: Mapping[str, str]) -> None:
    for model in PARTS:
        rows = snapshot.get(model._meta.db_table, "[]")
        standing = model._base_manager.filter(asset=asset_id)
        standing.exclude(pk__in=[row["id"] for row in json.loads(rows)]).delete()
        _write(model, rows, [field.attname for field in model._meta.concrete_fields])
    _write(Asset, snapshot[Asset._meta.db_table], FIELDS)


def _write(model: type[models.Model], rows: str, columns: Sequence[str]) -> None:
    """Rows that are gone are inserted, those that are there are set to what they were; of assets, which are always
    there, only what sources and people say of them."""
    table = sql.Identifier(model._meta.db_table)
    told = sql.SQL("jsonb_populate_recordset(NULL::{}, %s::jsonb)").format(table)
    listed = sql.SQL(", ").join(map(sql.Identifier, columns))
    new = sql.SQL(", ").join(sql.SQL("n.{}").format(sql.Identifier(column)) for column in columns)
    with connection.cursor() as cursor:
        update = sql.SQL("UPDATE {} AS t SET ({}) = ROW({}) FROM {} AS n WHERE t.id = n.id")
        cursor.execute(update.format(table, listed, new, told), [rows])
        if model is not Asset:
            insert = sql.SQL("INSERT INTO {} ({}) SELECT {} FROM {} AS n ON CONFLICT DO NOTHING")
            cursor.execute(insert.format(table, listed, new, told), [rows])
