"""``python -m bench.openlineage``: events a second of one worker process, what a POST takes, and the memory, beside taking
in each event in a transaction of its own, which is what most receivers do."""

from __future__ import annotations

import os
import resource
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench import report
from bench.openlineage.generate import events
from bench.search.scratch import portal

QUICK = os.environ.get("QUICK", "") not in {"", "0"}
EVENTS, JOBS, POSTS, ALONE = (2_000, 200, 300, 100) if QUICK else (20_000, 1_000, 2_000, 500)
TARGET_A_SECOND, TARGET_POST_MS = 300, 100
CHUNK = 1000  # events in one POST of the flood


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # as an exception, so that servers are released
    work = Path(os.environ.get("BENCH_DIR") or tempfile.gettempdir()) / "gazetteer-bench-openlineage"
    with portal(work):
        _measure()


def _measure() -> None:
    posts = _posts()
    cold, _ = _flood(seed=7)
    again, of_processor = _flood(seed=8)
    alone = _one_by_one()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    p50, p99 = statistics.median(posts), _quantile(posts, 0.99)
    rows = [
        ["taken in, everything new", f"{cold:.0f} events/s", f"≥ {TARGET_A_SECOND}"],
        ["taken in, runs of known jobs", f"{again:.0f} events/s", f"≥ {TARGET_A_SECOND}"],
        ["the same, a second of its processor", f"{of_processor:.0f} events", ""],
        ["one transaction an event", f"{alone:.0f} events/s", ""],
        ["POST of one event, median", f"{p50:.1f} ms", ""],
        ["POST of one event, p99", f"{p99:.1f} ms", f"≤ {TARGET_POST_MS}"],
        ["most memory of the process", f"{peak:.0f} MB", ""],
    ]
    print(f"{EVENTS:,} events of {JOBS:,} jobs, 20 columns and 3 inputs each\n")
    print(report.table(["", "measured", "wanted"], rows))
    found = {"events_over_target": again / TARGET_A_SECOND, "post_target_over_p99": TARGET_POST_MS / p99}
    print(report.ratios({**found, "batched_over_one_by_one": again / alone}))


def _posts() -> list[float]:
    """Milliseconds of each, through the whole portal but for the web server's own part."""
    from django.test import Client  # noqa: PLC0415 - needs the settings

    from portal.accounts import services  # noqa: PLC0415

    user = _steward()
    _, secret = services.create_token(user=user, name="bench", scopes=["ingest"], days=1, by=user)
    client, headers = Client(SERVER_NAME="127.0.0.1"), {"Authorization": f"Bearer {secret}"}
    taken = []
    for body in events(POSTS, jobs=JOBS, seed=5):
        began = time.perf_counter()
        answer = client.post("/api/v1/lineage", body, content_type="application/json", headers=headers)
        taken.append((time.perf_counter() - began) * 1000)
        if answer.status_code != 201:
            raise SystemExit(f"a POST was answered by {answer.status_code}")
    _drain()
    return taken


def _flood(*, seed: int) -> tuple[float, float]:
    """Events a second, and events a second of this process's processor time: the database's own is not in it."""
    from lineage.services.receiving import receive  # noqa: PLC0415

    user, chunk = _steward(), []
    for body in events(EVENTS, jobs=JOBS, seed=seed):
        chunk.append(body)
        if len(chunk) == CHUNK:
            receive(bodies=chunk, by=user)
            chunk = []
    receive(bodies=chunk, by=user)
    began = time.process_time()
    wall = _drain()
    return EVENTS / wall, EVENTS / (time.process_time() - began)


def _one_by_one() -> float:
    from lineage.services import events as machine  # noqa: PLC0415
    from lineage.services.receiving import receive  # noqa: PLC0415

    receive(bodies=list(events(ALONE, jobs=JOBS, seed=9)), by=_steward())
    batch, machine.BATCH = machine.BATCH, 1
    try:
        return ALONE / _drain()
    finally:
        machine.BATCH = batch


def _drain() -> float:
    """Seconds until nothing waits."""
    from lineage.services import events as machine  # noqa: PLC0415

    began = time.perf_counter()
    while machine.take_in():
        pass
    return time.perf_counter() - began


def _steward() -> Any:
    from portal.accounts.models import User  # noqa: PLC0415
    from portal.accounts.states import Role  # noqa: PLC0415

    return User.objects.get_or_create(username="bench", defaults={"role": Role.STEWARD})[0]


def _quantile(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


if __name__ == "__main__":
    main()
