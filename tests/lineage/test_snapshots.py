"""The graph of this very moment: whatever wrote last, with a snapshot, without one, with a broken one."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import numpy as np
import pytest
from django.db import connection, transaction
from django.utils import timezone

from catalog.models import Asset, Source
from lineage.claims import Claim, ColumnUse
from lineage.graph.model import Graph
from lineage.graph.walking import walk
from lineage.models import Edge, Horizon, Touched
from lineage.services.telling import Scope, tell
from lineage.snapshots import files, fresh, keeping
from lineage.states import Confidence, Detail, Use
from tests.factories import SourceFactory, pour, table

pytestmark = pytest.mark.django_db(transaction=True)

NAMES = ("a", "b", "c", "d")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    settings.GRAPH_DIR = tmp_path
    monkeypatch.setattr(keeping, "SMALL", 0)
    fresh.forget()
    return fresh.folder()


@pytest.fixture
def assets(source: Source) -> dict[str, Asset]:
    pour(SourceFactory(), [table(f"raw.{name}", ("x", "y"), key=name) for name in NAMES])
    return {asset.title: asset for asset in Asset.objects.all()}


def say(source: Source, assets: dict[str, Asset], *pairs: str) -> None:
    """``ab`` is an edge; nothing else is said any more."""
    told = [
        Claim(
            upstream=assets[pair[0]].pk,
            downstream=assets[pair[1]].pk,
            confidence=Confidence.DECLARED,
            columns=frozenset({ColumnUse("x", "y", Use.IDENTITY)}),
            detail=Detail.ALL,
        )
        for pair in pairs
    ]
    with transaction.atomic():
        tell(scope=Scope(source=source, confidence=Confidence.DECLARED), claims=told, now=timezone.now())


def reached(graph: Graph, asset: Asset) -> set[str]:
    at = graph.book.position.place(asset.pk)
    if at < 0:
        return {asset.title}
    done = walk(graph.down, graph.book, graph.book.whole[[at]])
    ids = graph.book.assets.ids[graph.book.owner[done.nodes]].tolist()
    return set(Asset.objects.filter(pk__in=ids).values_list("title", flat=True))


def test_what_was_told_is_in_the_next_answer(source: Source, assets: dict[str, Asset]) -> None:
    say(source, assets, "ab")
    assert reached(fresh.current(), assets["a"]) == {"a", "b"}
    say(source, assets, "ab", "bc")
    assert reached(fresh.current(), assets["a"]) == {"a", "b", "c"}
    say(source, assets, "bc")
    assert reached(fresh.current(), assets["a"]) == {"a"}


def test_a_snapshot_is_read_by_others_with_what_changed_since(
    source: Source, assets: dict[str, Asset], folder: Path
) -> None:
    say(source, assets, "ab")
    assert keeping.keep().packed == files.newest(folder)
    say(source, assets, "ab", "bc")
    fresh.forget()
    graph = fresh.current()
    assert isinstance(graph.down.target.base, np.memmap)
    assert graph.down.patched
    assert reached(graph, assets["a"]) == {"a", "b", "c"}


def test_a_snapshot_with_nothing_new_is_not_packed_again(source: Source, assets: dict[str, Asset]) -> None:
    say(source, assets, "ab")
    assert keeping.keep().packed
    assert not keeping.keep().packed


@pytest.mark.parametrize("part", ["about.json", "down_target.npy", "owner.npy"])
def test_a_broken_snapshot_costs_time_alone(source: Source, assets: dict[str, Asset], folder: Path, part: str) -> None:
    say(source, assets, "ab")
    (folder / keeping.keep().packed / part).write_bytes(b"\x93NUMPY broken")
    fresh.forget()
    assert reached(fresh.current(), assets["a"]) == {"a", "b"}
    assert keeping.keep().packed


def test_a_snapshot_that_is_half_written_does_not_count(source: Source, assets: dict[str, Asset], folder: Path) -> None:
    say(source, assets, "ab")
    name = keeping.keep().packed
    shutil.copytree(folder / name, folder / f"{files.UNFINISHED}{int(name) + 1:020d}-1")
    assert files.newest(folder) == name


def test_old_snapshots_go_and_their_readers_keep_what_they_read(
    source: Source, assets: dict[str, Asset], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "FEW", 0)
    say(source, assets, "ab")
    keeping.keep()
    fresh.forget()
    first = fresh.current()
    for pairs in (("ab", "bc"), ("ab",), ("ab", "cd")):
        say(source, assets, *pairs)
        keeping.keep()
    assert len(files.names(folder)) == 2
    assert reached(first, assets["a"]) == {"a", "b"}


def test_notes_that_no_snapshot_needs_are_forgotten_and_who_holds_older_reads_anew(
    source: Source, assets: dict[str, Asset], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "NOTES", 0)
    monkeypatch.setattr(keeping, "SMALL", 1000)
    say(source, assets, "ab")
    fresh.current()
    say(source, assets, "bc")
    until = time.monotonic() + 30
    while Touched.objects.exists() and time.monotonic() < until:  # a transaction of other tests may still be open
        keeping.keep()
    assert not Touched.objects.exists()
    assert Horizon.objects.get().before
    assert reached(fresh.current(), assets["b"]) == {"b", "c"}


def test_an_asset_that_is_retired_leads_nowhere_and_comes_back(source: Source, assets: dict[str, Asset]) -> None:
    say(source, assets, "ab", "bc")
    keeping.keep()
    assert reached(fresh.current(), assets["a"]) == {"a", "b", "c"}
    Asset.objects.filter(title="b").update(retired_at=timezone.now())
    assert reached(fresh.current(), assets["a"]) == {"a"}
    Asset.objects.filter(title="b").update(retired_at=None)
    assert reached(fresh.current(), assets["a"]) == {"a", "b", "c"}


def test_what_is_undone_was_never_held(source: Source, assets: dict[str, Asset]) -> None:
    say(source, assets, "ab")
    fresh.current()
    with transaction.atomic():
        say(source, assets, "ab", "bc")
        assert reached(fresh.current(), assets["a"]) == {"a", "b", "c"}
        transaction.set_rollback(True)
    assert reached(fresh.current(), assets["a"]) == {"a", "b"}


def test_a_transaction_that_commits_late_is_seen_although_others_were_before(
    source: Source, assets: dict[str, Asset]
) -> None:
    """Its number is lower than that of what the held graph has."""
    late, written, go = SourceFactory(), Barrier(2, timeout=20), Barrier(2, timeout=20)

    def slowly() -> None:
        try:
            with transaction.atomic():
                say(late, assets, "cd")
                written.wait()
                go.wait()
        finally:
            connection.close()

    thread = Thread(target=slowly)
    thread.start()
    written.wait()
    say(source, assets, "ab", "bc")
    keeping.keep()
    assert reached(fresh.current(), assets["a"]) == {"a", "b", "c"}
    go.wait()
    thread.join()
    assert reached(fresh.current(), assets["a"]) == {"a", "b", "c", "d"}


def test_writers_and_readers_at_once_end_in_the_same_graph(source: Source, assets: dict[str, Asset]) -> None:
    sources = [SourceFactory() for _ in range(3)]

    def write(one: Source) -> None:
        try:
            for pairs in (("ab",), ("ab", "bc"), (), ("cd",), ("bc", "cd")) * 3:
                say(one, assets, *pairs)
                fresh.current()
        finally:
            connection.close()

    threads = [Thread(target=write, args=[one]) for one in sources]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        keeping.keep()
        fresh.current()
    for thread in threads:
        thread.join()
    graph = fresh.current()
    assert reached(graph, assets["b"]) == {"b", "c", "d"}
    assert reached(graph, assets["a"]) == {"a"}
    assert Edge.objects.open().count() == 6


def test_after_the_tables_are_emptied_nothing_is_left_of_it(source: Source, assets: dict[str, Asset]) -> None:
    say(source, assets, "ab")
    keeping.keep()
    fresh.current()
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE lineage_edge, lineage_columnedge CASCADE")
    assert reached(fresh.current(), assets["a"]) == {"a"}
