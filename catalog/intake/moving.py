"""Rows of all rooms change hands: every foreign key to an asset that any room has, found in the registry of models.

The database's own constraints say what may move. A row that ties the two (an edge from the one to the other), or would
clash with one of the other asset (both were followed by one person, both have a contract), stays with its retired asset,
out of sight, and is back when the merge is undone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from psycopg import sql

from catalog.models import Asset

# History stays where it happened, and what an asset is told to be is told anew (``catalog.intake.deriving``)
STAY = frozenset(
    f"catalog.{name}"
    for name in ("assetchange", "editline", "merge", "split", "column", "assetowner", "definition", "searchentry")
)


@dataclass(frozen=True, slots=True)
class Key:
    """One foreign key to assets. ``label`` is stored in ``Merge.moved``."""

    model: type[models.Model]
    field: str

    @property
    def label(self) -> str:
        return f"{self.model._meta.label_lower}.{self.field}"

    @property
    def table(self) -> sql.Identifier:
        return sql.Identifier(self.model._meta.db_table)

    @property
    def column(self) -> sql.Identifier:
        return sql.Identifier(str(self.model._meta.get_field(self.field).column))  # type: ignore[union-attr]  # a real column

    @property
    def others(self) -> list[str]:
        """Fields which the model forbids to mean the same asset: what ties two that become one ties nothing any more."""
        conditions = [one.condition for one in self.model._meta.constraints if isinstance(one, models.CheckConstraint)]
        pairs = [one.children[0] for one in conditions if isinstance(one, models.Q) and one.negated]
        # what an F means its stubs do not tell
        ends = [(one[0], one[1].name) for one in pairs if isinstance(one, tuple) and isinstance(one[1], models.F)]  # type: ignore[attr-defined]
        return [other for pair in ends for end, other in (pair, pair[::-1]) if end == self.field]

    @property
    def rows(self) -> Any:
        return self.model._base_manager


def keys() -> Iterator[Key]:
    """Those whose rows move. A row whose primary key is the asset is a sum of others, and its room draws it up anew."""
    for model in apps.get_models(include_auto_created=True):
        if model._meta.label_lower in STAY or not model._meta.managed:
            continue
        for field in model._meta.concrete_fields:
            if field.remote_field and field.remote_field.model is Asset and not field.primary_key:
                yield Key(model, field.name)


Moved = dict[int, dict[str, list[Any]]]  # by the asset that they leave: label of the key -> ids of rows


def move(pairs: Mapping[int, int], leave: Mapping[str, set[Any]]) -> tuple[Moved, Moved]:
    """Leads rows of the assets ``pairs`` to those that these stand for; ``leave`` are ids of rows, by label of their key,
    that stay. Returns what moved and what had to stay."""
    moved: Moved = {asset_id: {} for asset_id in pairs}
    stayed: Moved = {asset_id: {} for asset_id in pairs}
    for key in keys():
        rows = key.rows.filter(**{f"{key.field}__in": list(pairs)}).order_by("pk")
        told = list(rows.values_list("pk", key.field, *key.others))
        held = {pk: asset_id for pk, asset_id, *_ in told}
        tying = {pk for pk, asset_id, *others in told if pairs[asset_id] in others}
        wanted = [pk for pk in held if pk not in leave.get(key.label, ()) and pk not in tying]
        gone = set(lead(key, wanted, pairs))
        for pk, asset_id in held.items():
            (moved if pk in gone else stayed)[asset_id].setdefault(key.label, []).append(pk)
    return moved, stayed


def move_back(rows: Mapping[str, Sequence[Any]], *, kept: int, gone: int) -> None:
    """Those of the rows that are still with ``kept``; what somebody moved on or removed since is left as it is."""
    for key in keys():
        if ids := rows.get(key.label):
            held = key.rows.filter(pk__in=ids, **{key.field: kept}).order_by("pk").values_list("pk", flat=True)
            lead(key, list(held), {kept: gone})


def lead(key: Key, ids: Sequence[Any], pairs: Mapping[int, int]) -> list[Any]:
    """Ids of the rows that moved. All at once where nothing clashes, else by halves."""
    if not ids:
        return []
    try:
        with transaction.atomic():
            _update(key, ids, pairs)
    except IntegrityError:
        middle = len(ids) // 2
        return lead(key, ids[:middle], pairs) + lead(key, ids[middle:], pairs) if middle else []
    return list(ids)


def _update(key: Key, ids: Sequence[Any], pairs: Mapping[int, int]) -> None:
    statement = sql.SQL(
        "UPDATE {table} AS t SET {column} = m.new FROM unnest(%s::bigint[], %s::bigint[]) AS m(old, new)"
        " WHERE t.{column} = m.old AND t.{pk} = ANY(%s)"
    ).format(table=key.table, column=key.column, pk=sql.Identifier(str(key.model._meta.pk.column)))
    with connection.cursor() as cursor:
        cursor.execute(statement, [list(pairs.keys()), list(pairs.values()), list(ids)])
