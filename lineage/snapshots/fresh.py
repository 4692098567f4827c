"""The graph of this very moment: what this process holds, and what transactions changed that it has not seen."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from django.conf import settings
from django.db import connection

from lineage.graph.arrays import Ids
from lineage.graph.model import Graph
from lineage.snapshots import files, reading
from lineage.snapshots.mark import Mark

STATE = """
SELECT (SELECT oid FROM pg_database WHERE datname = current_database())::text
    || '-' || pg_relation_filenode('lineage_edge') || '-' || pg_relation_filenode('lineage_columnedge'),
  pg_current_snapshot()::text,
  coalesce((SELECT max(before) FROM lineage_horizon), 0), pg_current_xact_id_if_assigned() IS NOT NULL"""
TOUCHED = """
SELECT upstream, downstream, coalesce(xid = pg_current_xact_id_if_assigned()::text::bigint, false)
FROM lineage_touched
WHERE xid >= %s AND NOT pg_visible_in_snapshot(xid::text::xid8, %s::pg_snapshot) LIMIT %s"""
MOST = 50_000  # pairs that are read one by one; more of them, and all is read


@dataclass(frozen=True, slots=True)
class State:
    mark: Mark  # of this moment
    horizon: int  # changes by transactions before it are not noted any more
    writing: bool  # the caller's own transaction may have changed something

    def knows_since(self, old: Mark) -> bool:
        """Whether all that has changed since is noted."""
        return old.database == self.mark.database and old.first >= self.horizon and old.last <= self.mark.last


@dataclass(frozen=True, slots=True)
class Changes:
    upstream: Ids
    downstream: Ids
    assets: Ids
    own: bool  # some are of the caller's own transaction, which may yet be undone
    many: bool


@dataclass(frozen=True, slots=True)
class Held:
    graph: Graph
    mark: Mark
    file: str = ""  # the youngest snapshot that was there when it was made


_lock = threading.Lock()
_held: dict[str, Held] = {}  # by the folder that it may come from


def current() -> Graph:
    """Every change that was committed before the call is in it, and those of the caller's own transaction."""
    place = folder()
    with _lock:
        held, keep = _moved_on(_held.get(str(place)), place)
        if keep:
            _held[str(place)] = held
        return held.graph


def forget() -> None:
    """As if the process had just started."""
    with _lock:
        _held.clear()


def folder() -> Path:
    """Where the snapshots of this database are."""
    return Path(settings.GRAPH_DIR) / str(connection.settings_dict["NAME"])


def state() -> State:
    with connection.cursor() as cursor:
        cursor.execute(STATE)
        database, moment, *rest = cursor.fetchone()
    return State(Mark(database, moment), *rest)


def changes_since(mark: Mark) -> Changes:
    with connection.cursor() as cursor:
        cursor.execute(TOUCHED, [mark.first, mark.moment, MOST + 1])
        rows = cursor.fetchall()
    pairs = np.array(sorted({row[:2] for row in rows}), np.int64).reshape(-1, 2)
    itself = pairs[:, 0] == pairs[:, 1]  # so the triggers note that an asset has changed
    upstream, downstream = pairs[~itself].T
    return Changes(upstream, downstream, pairs[itself, 0], any(row[2] for row in rows), len(rows) > MOST)


def _moved_on(held: Held | None, place: Path) -> tuple[Held, bool]:
    """(what holds now, whether the next caller may have it: not what the caller's transaction may yet undo)."""
    now = state()
    held = _younger(held, place, now)
    if held is None:
        return Held(reading.all_of_it(), now.mark, files.newest(place)), not changes_since(now.mark).own
    if held.mark == now.mark and not now.writing:  # nobody has committed anything since
        return held, True
    changes = changes_since(held.mark)
    if changes.many or held.graph.down.patched > max(MOST, len(held.graph.down.target)):
        return replace(held, graph=reading.all_of_it(), mark=now.mark), not changes.own
    if not (len(changes.upstream) or len(changes.assets)):
        return replace(held, mark=now.mark), True
    graph = reading.with_changed(held.graph, changes.upstream, changes.downstream, changes.assets)
    return replace(held, graph=graph, mark=now.mark), not changes.own


def _younger(held: Held | None, place: Path, now: State) -> Held | None:
    """What is held, or a younger snapshot that somebody has packed meanwhile; None where neither is of any use."""
    if held is not None and not now.knows_since(held.mark):
        held = None
    seen = held.file if held else ""
    younger = [name for name in files.names(place) if name > seen]
    for name in reversed(younger):
        kept = files.load(place, name)
        if kept is not None and now.knows_since(kept.mark):
            return Held(kept.graph, kept.mark, name)
    return replace(held, file=max(younger)) if held and younger else held
