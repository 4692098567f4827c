"""``python -m bench.search.speed``: typeahead and results page over a large catalog, beside tantivy on the same documents.

Ours is asked over HTTP, as a browser would: session, rights, rendering and all. tantivy is asked in process, so it is the
limit of what finding alone could take, not a peer.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from bench import report
from bench.search import clients, limit, scratch, world
from bench.search.clients import Times

QUICK = os.environ.get("QUICK", "") not in {"", "0"}
TABLES = 5_000 if QUICK else 50_000
COLUMNS = 20
ASKED = 60 if QUICK else 160  # of each kind
TYPEAHEAD, PAGE = "/search/typeahead/?q=", "/search/?q="
TARGET = {TYPEAHEAD: 50.0, PAGE: 150.0}


@dataclass(slots=True)
class Found:
    rows: list[list[str]] = field(default_factory=list)
    ratios: dict[str, float | None] = field(default_factory=dict)

    def add(self, what: str, name: str, ours: dict[str, Times], limit_: Times, target: float) -> None:
        one, eight, half = ours["1"], ours["8"], ours["half"]
        shown = [one.at(0.5), one.at(0.95), eight.at(0.5), eight.at(0.95), half.at(0.5), half.at(0.95)]
        told = [f"{one.effort:.0f}", *(f"{took:.0f}" for took in shown)]
        self.rows.append([what, *told, f"{limit_.at(0.5):.1f}", f"{limit_.at(0.95):.1f}"])
        self.ratios[f"{name}_processor_ms"] = one.effort
        self.ratios[f"{name}_p95_over_target"] = one.at(0.95) / target
        self.ratios[f"{name}_p95_8_clients_over_target"] = eight.at(0.95) / target
        self.ratios[f"{name}_half_seen_over_all"] = half.at(0.95) / one.at(0.95)
        self.ratios[f"{name}_p50_over_tantivy"] = one.at(0.5) / max(limit_.at(0.5), 0.01)


def queries(made: Sequence[world.Table], count: int) -> dict[str, list[str]]:
    """What people type, by kind."""
    chance = random.Random(11)
    tables = [chance.choice(made) for _ in range(count)]
    names = [table.name for table in tables]
    words = [name.split("_") for name in names]
    return {
        "beginning of a name": [name[: chance.randrange(2, 9)] for name in names],
        "exact name": [table.path for table in tables],
        "words": [" ".join(chance.sample(parts, min(len(parts), 3))) for parts in words],
        "a common word": [chance.choice((*world.COMMON, *world.PARTS)) for _ in names],
        "typing error": [_slip(chance, " ".join(parts[-3:])) for parts in words],
        "column": [chance.choice(table.columns[6:]) for table in tables],
        "words and a filter": [
            f"{chance.choice(parts)} schema:{t.schema}" for t, parts in zip(tables, words, strict=True)
        ],
        "everything": ["" for _ in names[: count // 4]],
    }


def _slip(chance: random.Random, text: str) -> str:
    at = chance.randrange(1, len(text) - 1)
    return chance.choice((text[:at] + text[at + 1 :], text[:at] + text[at + 1] + text[at] + text[at + 2 :]))


def run(work: Path) -> Found:
    made = list(world.tables(TABLES, COLUMNS))
    found = Found()
    with scratch.portal(work):
        _say(f"filling {TABLES:,} tables with {TABLES * COLUMNS:,} columns")
        started = time.monotonic()
        world.fill(made)
        _say(f"filled in {time.monotonic() - started:.0f} s")
        everything, half = _cookies()
        engine = limit.Engine(made, work / "tantivy")
        with clients.served(work) as portal:
            for path in (TYPEAHEAD, PAGE):
                _measure(found, portal, path, queries(made, ASKED), (everything, half), engine)
    return found


def _measure(
    found: Found,
    portal: clients.Portal,
    path: str,
    asked: dict[str, list[str]],
    cookies: tuple[str, str],
    engine: limit.Engine,
) -> None:
    name = "typeahead" if path == TYPEAHEAD else "page"
    ask = partial(
        clients.ask, portal, fragment=path == TYPEAHEAD
    )  # a page is asked for as a whole, with its navigation
    for kind, texts in asked.items():
        if path == TYPEAHEAD and kind in {"everything", "words and a filter"}:
            continue
        _say(f"{name}: {kind}")
        ours = {
            "1": ask(cookies[0], path, texts, 1),
            "8": ask(cookies[0], path, texts, 8),
            "half": ask(cookies[1], path, texts, 1),
        }
        took = _timed(lambda text: engine.find(text, facets=path == PAGE), texts)
        found.add(f"{name}: {kind}", f"{name}_{kind.replace(' ', '_')}", ours, took, TARGET[path])


def _timed(call: Callable[[str], Any], texts: Sequence[str]) -> Times:
    def each() -> Iterator[float]:
        for text in texts:
            started = time.perf_counter()
            call(text)
            yield 1000 * (time.perf_counter() - started)

    call(texts[0])
    return Times(sorted(each()))


def _cookies() -> tuple[str, str]:
    """Sessions of somebody who sees everything and of somebody who sees half."""
    from django.db import connection  # noqa: PLC0415 - needs the portal's settings
    from django.test import Client  # noqa: PLC0415

    from catalog.models import Domain  # noqa: PLC0415
    from catalog.services import domains  # noqa: PLC0415
    from portal.accounts.models import User  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    found = []
    for name in ("all", "half"):
        user = User.objects.create(username=name, email=f"{name}@example.com")
        for domain in Domain.objects.filter(restricted=True) if name == "all" else ():
            domains.add_member(domain=domain, name=name, by=None)
        client = Client()
        client.force_login(user)
        found.append(client.cookies["sessionid"].value)
    return found[0], found[1]


def show(found: Found) -> str:
    head = [
        "ms",
        "processor",
        "1 client p50",
        "p95",
        "8 clients p50",
        "p95",
        "half seen p50",
        "p95",
        "tantivy p50",
        "p95",
    ]
    return report.table(head, found.rows)


def _say(what: str) -> None:
    print(f"· {what}", file=sys.stderr, flush=True)


def folder() -> Path:
    chosen = os.environ.get("BENCH_DIR", "")
    work = Path(chosen or tempfile.gettempdir()) / ("search" if chosen else "gazetteer-bench-search")
    work.mkdir(parents=True, exist_ok=True)
    return work


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # as an exception, so that servers are released
    found = run(folder())
    print(f"\n{TABLES:,} tables, {TABLES * COLUMNS:,} columns\n{show(found)}\n")
    print(report.ratios(found.ratios))


if __name__ == "__main__":
    main()
