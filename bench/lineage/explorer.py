"""The explorer's answer as somebody gets it: through the URL, the session, the view, down to the bytes of JSON."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any, NamedTuple


class Times(NamedTuple):
    """Seconds by question: on the clock, and of this process's own work; and how large the answers were."""

    clock: list[float]
    cpu: list[float]
    nodes: list[int]


def two_hops(user: Any, assets: Sequence[Any], grain: str) -> Times:
    from django.test import Client  # noqa: PLC0415 - needs the portal's settings

    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(user)
    found = Times([], [], [])
    ask = {"depth": "2", "grain": grain}
    client.get("/api/v1/lineage/graph/", {"asset": str(assets[0].uuid), **ask})
    for asset in assets:
        clock, cpu = time.perf_counter(), time.process_time()
        answer = client.get("/api/v1/lineage/graph/", {"asset": str(asset.uuid), **ask})
        found.clock.append(time.perf_counter() - clock)
        found.cpu.append(time.process_time() - cpu)
        if answer.status_code != 200:
            raise RuntimeError(f"{answer.status_code}: {answer.content[:300]!r}")
        found.nodes.append(len(answer.json()["nodes"]))
    return found
