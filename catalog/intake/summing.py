"""Figures of which both assets have one in the same place, as reads by one principal on one day: they are added up, and the
row that brought the lesser part stays with its asset. Taking the merge back subtracts what was added, row by row."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.db import connection, models
from psycopg import sql

from catalog.intake.moving import Key, lead
from catalog.models import Merge, UsageDay, UsageTotal

MOST = 2**62  # as of one fact of usage: sums do not overflow

Sums = dict[str, list[list[int]]]  # by label of the key: (row that grew, row that stayed, what was added)

FIGURES: Mapping[str, tuple[type[models.Model], Sequence[str]]] = {
    "catalog.usageday.asset": (UsageDay, ("source_id", "day", "principal")),
    "catalog.usagetotal.asset": (UsageTotal, ("source_id", "principal")),
}

_CLASHES = """
SELECT m.old, k.id, g.id, LEAST(g.reads, %(most)s - LEAST(k.reads, %(most)s)) AS more
FROM unnest(%(old)s::bigint[], %(new)s::bigint[]) AS m(old, new)
JOIN {table} g ON g.asset_id = m.old JOIN {table} k ON k.asset_id = m.new AND ({ours}) = ({theirs})
WHERE %(all)s OR g.id = ANY(%(ids)s) ORDER BY k.id
"""
_GROW = """
UPDATE {table} AS t SET reads = GREATEST(t.reads + n.more, 0)
FROM unnest(%s::bigint[], %s::bigint[]) AS n(id, more) WHERE t.id = n.id
"""


def add(into: Mapping[int, int]) -> dict[int, Sums]:
    """By the asset that goes. To be asked before rows move."""
    found: dict[int, Sums] = {gone: {} for gone in into}
    for label in FIGURES:
        for gone, *entry in _grown(label, into):
            found[gone].setdefault(label, []).append(entry)
    return found


def take_back(sums: Mapping[str, Iterable[Sequence[int]]]) -> None:
    for label, entries in sums.items():
        _grow(label, [(row, -more) for row, _, more in entries])


def rest(merge: Merge) -> list[tuple[Merge, str, list[int]]]:
    """Merges into the same asset came later, and added to rows that this one brought: what they added is taken out of these.
    Returns their own rows, which have a place of their own to find once this merge's rows are gone."""
    loose = []
    for later in Merge.objects.filter(kept=merge.kept_id, undone_at=None, pk__gt=merge.pk).order_by("pk"):
        for label, entries in later.moved.get("sums", {}).items():
            brought = set(merge.moved["rows"].get(label, ()))
            if mine := [entry for entry in entries if entry[0] in brought]:
                take_back({label: mine})
                later.moved["sums"][label] = [entry for entry in entries if entry[0] not in brought]
                loose.append((later, label, [row for _, row, _ in mine]))
    return loose


def place(loose: Iterable[tuple[Merge, str, Sequence[int]]]) -> None:
    """The first of them moves, others are added to it."""
    for merge, label, ids in loose:
        into = {merge.gone_id: merge.kept_id}
        entries = [entry for _, *entry in _grown(label, into, ids)]
        merge.moved["sums"][label] += entries
        free = set(ids) - {row for _, row, _ in entries}
        moved = lead(Key(FIGURES[label][0], "asset"), sorted(free), into)
        merge.moved["rows"].setdefault(label, []).extend(moved)
        merge.moved["stayed"][label] = [pk for pk in merge.moved["stayed"].get(label, ()) if pk not in moved]
        merge.save(update_fields=["moved"])


def _grown(label: str, into: Mapping[int, int], ids: Collection[int] | None = None) -> list[Any]:
    """(asset that goes, row that grew, row that stays, what was added)."""
    model, shared = FIGURES[label]
    statement = sql.SQL(_CLASHES).format(
        table=sql.Identifier(model._meta.db_table),
        ours=sql.SQL(", ").join(sql.Identifier("k", name) for name in shared),
        theirs=sql.SQL(", ").join(sql.Identifier("g", name) for name in shared),
    )
    pairs: dict[str, Any] = {"old": list(into), "new": list(into.values())}
    values = pairs | {"most": MOST, "all": ids is None, "ids": list(ids or ())}
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        found: list[Any] = cursor.fetchall()
    _grow(label, [(row, more) for _, row, _, more in found])
    return found


def _grow(label: str, rows: Sequence[tuple[int, int]]) -> None:
    if rows:
        statement = sql.SQL(_GROW).format(table=sql.Identifier(FIGURES[label][0]._meta.db_table))
        with connection.cursor() as cursor:
            cursor.execute(statement, [[row for row, _ in rows], [more for _, more in rows]])
