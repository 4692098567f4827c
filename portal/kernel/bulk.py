"""Writing many rows in a constant number of statements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models
from psycopg import sql
from psycopg.types.json import Jsonb


def copy_in(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """``COPY`` rows that are known to be new; returns how many. JSON values come wrapped in ``psycopg.types.json.Jsonb``."""
    names = [_column(model, name) for name in columns]
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(model._meta.db_table), sql.SQL(", ").join(names)
    )
    count = 0
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
            count += 1
    return count


def copy_new(model: type[models.Model], made: Sequence[models.Model]) -> int:
    """``copy_in`` of whole instances that are not saved yet, with or without ids (see ``new_ids``): an INSERT of
    thousands costs more to build than to carry out."""
    without_id = bool(made) and made[0].pk is None
    fields = [field for field in model._meta.concrete_fields if not (field.primary_key and without_id)]
    names = [(field.attname, isinstance(field, models.JSONField)) for field in fields]
    return copy_in(
        model,
        [field.name for field in fields],
        ([Jsonb(getattr(row, name)) if is_json else getattr(row, name) for name, is_json in names] for row in made),
    )


def new_ids(model: type[models.Model], count: int) -> list[int]:
    """Ids for rows that will be copied in and that others point to: COPY does not tell which it gave."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [model._meta.db_table, model._meta.pk.column, count],
        )
        return [number for (number,) in cursor.fetchall()]


def upsert(
    model: type[models.Model], rows: Iterable[models.Model], *, key: Sequence[str], update: Sequence[str]
) -> None:
    """Inserts rows, or updates the named fields of those that are there. Two rows of one key are an error of the caller."""
    model._default_manager.bulk_create(
        list(rows), update_conflicts=True, unique_fields=list(key), update_fields=list(update), batch_size=5000
    )


def copy_upsert(
    model: type[models.Model],
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    key: Sequence[str],
    update: Sequence[str],
    where: str = "TRUE",
) -> None:
    """``upsert`` by way of COPY into a temporary table, for many or large rows. ``where`` is a constant SQL condition on
    the standing row that says when it may be updated."""
    table = sql.Identifier(model._meta.db_table)
    column = {name: _column(model, name) for name in {*columns, *key, *update}}
    listed = sql.SQL(", ").join(column[name] for name in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL("CREATE TEMP TABLE incoming ON COMMIT DROP AS SELECT {} FROM {} WITH NO DATA").format(listed, table)
        )
        with cursor.copy(sql.SQL("COPY incoming ({}) FROM STDIN").format(listed)) as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(
            sql.SQL(
                "INSERT INTO {} ({}) SELECT {} FROM incoming ON CONFLICT ({}) DO UPDATE SET {} WHERE " + where  # noqa: S608
            ).format(
                table,
                listed,
                listed,
                sql.SQL(", ").join(column[name] for name in key),
                sql.SQL(", ").join(sql.SQL("{0} = EXCLUDED.{0}").format(column[name]) for name in update),
            )
        )
        cursor.execute("DROP TABLE incoming")


def _column(model: type[models.Model], field: str) -> sql.Identifier:
    return sql.Identifier(str(getattr(model._meta.get_field(field), "column", field)))
