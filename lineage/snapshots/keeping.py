"""Packs the graph anew when much has changed, and forgets notes of changes that nobody needs any more."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from django.db import connection, transaction

from lineage.models import Horizon, Touched
from lineage.snapshots import files, fresh, reading

SMALL = 20_000  # edges that a process reads itself faster than anybody could share them
FEW = 2_000  # changes since, or one in a hundred edges, that are laid over rather than packed
NOTES = 10_000  # changes that may be noted while no snapshot needs them
LOCK = 7_205_759_403_792_801  # of PostgreSQL's advisory locks: one packs at a time
ABOUT_EDGES = """
SELECT (SELECT count(*) FROM (SELECT FROM lineage_edge WHERE closed_at IS NULL AND NOT overruled LIMIT %s) AS few)
  + (SELECT count(*) FROM (SELECT FROM lineage_columnedge WHERE live LIMIT %s) AS few)"""


@dataclass(frozen=True, slots=True)
class Done:
    packed: str = ""  # name of the snapshot
    forgotten: int = 0


def keep() -> Done:
    """What is due; nothing while another process is at it."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return Done()
        place = fresh.folder()
        packed = _pack(place) if _due(place) else ""
        files.drop_old(place)
        return Done(packed, _forget(place))


def _pack(place: Path) -> str:
    mark = fresh.state().mark
    return files.save(place, reading.all_of_it(), mark)


def _due(place: Path) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(ABOUT_EDGES, [SMALL, SMALL])
        if cursor.fetchone()[0] < SMALL:
            shutil.rmtree(place, ignore_errors=True)
            return False
    now, name = fresh.state(), files.newest(place)
    kept = files.load(place, name) if name else None
    if kept is None or not now.knows_since(kept.mark):
        return True
    changes = fresh.changes_since(kept.mark)
    return changes.many or len(changes.upstream) > max(FEW, kept.graph.edges // 100)


def _forget(place: Path) -> int:
    """Notes of transactions that every kept snapshot has. Who holds an older graph reads anew: the horizon tells it."""
    now = fresh.state()
    kept = [found.mark.first for name in files.names(place) if (found := files.load(place, name))]
    if not kept and Touched.objects.count() <= NOTES:
        return 0
    before = min([*kept, now.mark.first])
    forgotten, _ = Touched.objects.filter(xid__lt=before).delete()
    if forgotten:
        Horizon.objects.update_or_create(pk=1, defaults={"before": before})
    return forgotten
