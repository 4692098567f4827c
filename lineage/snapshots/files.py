"""Snapshots as files: a folder each, its arrays mapped into the memory that all processes share. It appears by a rename,
so it is there as a whole or not at all; one that cannot be read counts as none."""

from __future__ import annotations

import json
import logging
import os
import shutil
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from lineage.graph.arrays import Index
from lineage.graph.model import Graph
from lineage.graph.nodes import Assets, Book
from lineage.graph.rows import Rows
from lineage.snapshots.mark import Mark
from lineage.snapshots.reading import KIND_NAMES

logger = logging.getLogger(__name__)

FORMAT = 2
ABOUT = "about.json"
UNFINISHED = ".unfinished-"
OLD_ENOUGH = 3600.0  # seconds after which a writer that left something unfinished is surely gone


@dataclass(frozen=True, slots=True)
class Kept:
    name: str
    mark: Mark
    graph: Graph


def newest(folder: Path) -> str:
    """The name of the youngest snapshot; "" where there is none."""
    return max(names(folder), default="")


def names(folder: Path) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entry.name for entry in entries if entry.name.isdigit())
    except OSError:
        return []


def load(folder: Path, name: str) -> Kept | None:
    try:
        about = json.loads((folder / name / ABOUT).read_text(encoding="utf-8"))
        if about["format"] != FORMAT or tuple(about["kinds"]) != KIND_NAMES:
            return None
        # as plain arrays: those of the class memmap cost several times as much to take a slice of
        arrays = {path.stem: np.asarray(np.load(path, mmap_mode="r")) for path in (folder / name).glob("*.npy")}
        if {part: len(array) for part, array in arrays.items()} != about["lengths"]:
            raise ValueError("arrays of other lengths than told")
        return Kept(name, Mark(**about["mark"]), _graph(arrays))
    except (OSError, ValueError, KeyError, TypeError) as error:
        logger.warning("snapshot %s of the graph cannot be read: %s", name, error)
        return None


def save(folder: Path, graph: Graph, mark: Mark) -> str:
    """The name under which it is kept. The graph must have no patch."""
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{time.time_ns():020d}"
    unfinished = folder / f"{UNFINISHED}{name}-{os.getpid()}"
    unfinished.mkdir()
    try:
        arrays = _arrays(graph)
        for part, array in arrays.items():
            np.save(unfinished / f"{part}.npy", array)
        about = {
            "format": FORMAT,
            "kinds": KIND_NAMES,
            "mark": asdict(mark),
            "lengths": {part: len(array) for part, array in arrays.items()},
        }
        (unfinished / ABOUT).write_text(json.dumps(about), encoding="utf-8")
        unfinished.rename(folder / name)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    return name


def drop_old(folder: Path, keep: int = 2) -> None:
    """Processes that still map an old one keep what they map. The one before the newest stays for who is about to open it."""
    for name in names(folder)[:-keep]:
        gone = folder / f"{UNFINISHED}{name}-gone"
        try:
            (folder / name).rename(gone)
        except OSError:
            continue
        shutil.rmtree(gone, ignore_errors=True)
    for left in folder.glob(f"{UNFINISHED}*"):
        if time.time() - left.stat().st_mtime > OLD_ENOUGH:
            shutil.rmtree(left, ignore_errors=True)


def _arrays(graph: Graph) -> dict[str, npt.NDArray[Any]]:
    book = graph.book
    return {
        **{f"asset_{part}": array for part, array in book.assets._asdict().items()},
        "owner": book.owner,
        "key": book.key,
        "blocked": book.blocked,
        "first": book.first,
        "column_sorted": book.column.sorted,
        "column_places": book.column.places,
        **{
            f"{way}_{part}": getattr(rows, part)
            for way, rows in (("down", graph.down), ("up", graph.up))
            for part in ("start", "target", "use")
        },
    }


def _graph(arrays: Mapping[str, npt.NDArray[Any]]) -> Graph:
    assets = Assets(**{part: arrays[f"asset_{part}"] for part in Assets._fields})
    count = len(assets.ids)
    places = np.arange(count, dtype=np.int32)
    book = Book(
        assets=assets,
        whole=places,
        hub=places + np.int32(count),
        owner=arrays["owner"],
        is_column=np.arange(len(arrays["owner"])) >= 2 * count,
        key=arrays["key"],
        blocked=arrays["blocked"],
        first=arrays["first"],
        position=Index(assets.ids, places),
        column=Index(arrays["column_sorted"], arrays["column_places"]),
    )
    return Graph(
        book,
        Rows(arrays["down_start"], arrays["down_target"], arrays["down_use"]),
        Rows(arrays["up_start"], arrays["up_target"], arrays["up_use"]),
    )
