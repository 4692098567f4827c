"""``make bench-lineage``: what a change hits, beside networkx, recursive SQL and the shape of Marquez's query."""

from __future__ import annotations

import gc
import json
import os
import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench import report
from bench.search.scratch import portal

QUICK = os.environ.get("QUICK", "") not in {"", "0"}
ASKED = 20 if QUICK else 40
MARQUEZ_ASKED = 3


def main() -> None:
    work = Path(os.environ.get("BENCH_DIR") or tempfile.mkdtemp(prefix="bench-lineage-"))
    with portal(work):
        measure()


def measure() -> None:
    from bench.lineage import world  # noqa: PLC0415 - needs the portal's settings
    from portal.accounts.models import User  # noqa: PLC0415

    sizes = [world.Size("10k", 10_000, 30_000), world.Size("columns_100k", 4_000, 10_000, 100_000)]
    if not QUICK:
        sizes = [
            world.Size("100k", 100_000, 300_000),
            world.Size("1m", 1_000_000, 3_000_000),
            world.Size("columns_5m", 200_000, 500_000, 5_000_000),
        ]
    if only := os.environ.get("SIZES"):
        sizes = [size for size in sizes if size.name in only.split(",")]
    world.domains()
    user = User.objects.create(username="bench")
    found: dict[str, float | None] = {}
    for size in sizes:
        started = time.perf_counter()
        world.fill(size)
        print(f"{size.name}: filled in {time.perf_counter() - started:.0f} s", flush=True)
        found |= one_size(size, user)
    print(json.dumps({name: value if value is None else round(value, 2) for name, value in found.items()}))


def one_size(size: Any, user: Any) -> dict[str, float | None]:
    from bench.lineage import peers  # noqa: PLC0415
    from lineage.queries.impact import impact  # noqa: PLC0415
    from lineage.snapshots import fresh, keeping  # noqa: PLC0415

    rows: list[list[str]] = []
    fresh.forget()
    packed = _seconds(keeping.keep)
    opened = _seconds(fresh.current)
    rows += [["packed out of the database", f"{packed:.1f} s", ""], ["opened", f"{opened * 1000:.0f} ms", ""]]
    starts = _starts(size, user)
    gc.collect()
    gc.freeze()  # as the web server does before it answers (portal/gunicorn.py)
    column = "c1" if size.columns else ""
    impact(user, starts[0], column, kinds=peers.KINDS)

    def ask(asset: Any) -> Callable[[], None]:
        def call() -> None:
            impact(user, asset, column, kinds=peers.KINDS)

        return call

    ours = peers.timed([ask(asset) for asset in starts]) or []
    after = [_after_a_write(asset, ask(asset)) for asset in starts]
    reached = sorted(impact(user, asset, column).count for asset in starts)
    rows += [
        _row(f"ours (hits: middle {reached[len(reached) // 2]:,}, most {reached[-1]:,})", ours),
        _row("ours, directly after a write", after),
    ]
    shown = _explorer(size, user, starts, rows)
    answers = {"recursive": _recursive(size, starts)}
    if not size.columns:
        answers |= {
            "networkx": _networkx(starts),
            "marquez_depth_2": _marquez(starts, 2),
            "marquez_depth_5": _marquez(starts, 5),
        }
    rows += [_row(name.replace("_", " "), times) for name, times in answers.items()]
    print(report.table([f"impact, {size.name}", "p50", "p95"], rows), flush=True)
    best = [p95(times) for times in answers.values() if times]
    return {
        f"p95_ms_{size.name}": p95(ours) * 1000,
        f"p95_ms_after_write_{size.name}": p95(after) * 1000,
        f"p95_ms_two_hops_{size.name}": p95(shown) * 1000,
        f"best_peer_over_ours_{size.name}": min(best) / p95(ours) if best else None,
        **{
            f"{name}_over_ours_{size.name}": p95(times) / p95(ours) if times else None
            for name, times in answers.items()
        },
    }


def _starts(size: Any, user: Any) -> list[Any]:
    """Assets of the first half, that something is made from, of which the person sees all that is asked for."""
    from catalog.models import Asset  # noqa: PLC0415
    from lineage.models import ColumnEdge, Edge  # noqa: PLC0415

    chance = random.Random(3)
    found: list[Any] = []
    read = ColumnEdge.objects.filter(upstream_column="c1") if size.columns else Edge.objects.all()
    while len(found) < ASKED:
        pk = chance.randrange(1, size.assets // 2)
        if read.filter(upstream=pk).exists() and (asset := Asset.objects.visible_to(user).filter(pk=pk).first()):
            found.append(asset)
    return found


def _explorer(size: Any, user: Any, starts: list[Any], rows: list[list[str]]) -> list[float]:
    from bench.lineage.explorer import two_hops  # noqa: PLC0415

    times = two_hops(user, starts, "column" if size.columns else "table")
    nodes = sorted(times.nodes)
    name = f"explorer, two hops as JSON (nodes: middle {nodes[len(nodes) // 2]}, most {nodes[-1]})"
    rows += [_row(name, times.clock), _row("of it the web process's own work", times.cpu)]
    return times.clock


def _after_a_write(asset: Any, ask: Callable[[], None]) -> float:
    """Someone takes an edge away and puts it back in a transaction of their own; the answer has it."""
    from lineage.models import Edge  # noqa: PLC0415

    edges = Edge.objects.filter(upstream=asset)
    edges.update(overruled=True)
    edges.update(overruled=False)
    return _seconds(ask)


def _recursive(size: Any, starts: list[Any]) -> list[float] | None:
    from bench.lineage import peers  # noqa: PLC0415

    if size.columns:
        return peers.timed([peers.asked(peers.RECURSIVE_COLUMNS, one.pk, one.pk, peers.KINDS) for one in starts])
    return peers.timed([peers.asked(peers.RECURSIVE, one.pk, peers.KINDS) for one in starts])


def _networkx(starts: list[Any]) -> list[float] | None:
    import networkx as nx  # noqa: PLC0415

    from bench.lineage import peers  # noqa: PLC0415

    graph, kinds = peers.networkx_graph(), peers.networkx_kinds()

    def ask(pk: int) -> Callable[[], None]:
        def call() -> None:
            distances = nx.single_source_shortest_path_length(graph, pk) if pk in graph else {}
            sum(node in kinds for node in distances)

        return call

    return peers.timed([ask(one.pk) for one in starts])


def _marquez(starts: list[Any], depth: int) -> list[float] | None:
    from bench.lineage import peers  # noqa: PLC0415

    return peers.timed([peers.asked(peers.MARQUEZ, one.pk, depth) for one in starts[:MARQUEZ_ASKED]])


def _seconds(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def _row(name: str, times: list[float] | None) -> list[str]:
    if not times:
        return [name, "no answer in 10 s", ""]
    return [name, f"{sorted(times)[len(times) // 2] * 1000:.1f} ms", f"{p95(times) * 1000:.1f} ms"]


def p95(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)] if times else float("nan")


if __name__ == "__main__":
    main()
