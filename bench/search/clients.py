"""The portal's web server on the scratch database, and clients that ask it one thing after the other."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from bench import measure
from bench.search.effort import Programs, postgres


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds, ascending, and the processor time of one answer."""

    each: Sequence[float]
    effort: float = 0.0

    def at(self, share: float) -> float:
        return self.each[min(int(len(self.each) * share), len(self.each) - 1)]


@dataclass(frozen=True, slots=True)
class Portal:
    port: int
    programs: Programs  # web and database


@contextmanager
def served(work: Path) -> Iterator[Portal]:
    """gunicorn as the demo runs it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    from portal.running import commands  # noqa: PLC0415 - the environment decides where the database is

    with (work / "web.log").open("wb") as log:
        web = subprocess.Popen(
            commands.here(commands.WEB), cwd=measure.REPO, stdout=log, stderr=log, start_new_session=True,
            env=measure.environment(PORT=str(port)),
        )  # fmt: skip
    try:
        _wait(web, port)
        yield Portal(port, Programs((web.pid, postgres(work / "portal"))))
    finally:
        web.send_signal(signal.SIGTERM)
        try:
            web.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(web.pid, signal.SIGKILL)  # its own session, so only what it started itself
            web.wait()


def ask(portal: Portal, cookie: str, path: str, texts: Sequence[str], clients: int, *, fragment: bool) -> Times:
    """Each client asks its share of the texts; the first answers warm the connection and are not counted."""

    def one(share: Sequence[str]) -> list[float]:
        connection = http.client.HTTPConnection("127.0.0.1", portal.port, timeout=60)
        headers = {"Cookie": f"sessionid={cookie}"} | ({"HX-Request": "true"} if fragment else {})
        found = []
        for place, text in enumerate([share[0], *share]):
            started = time.perf_counter()
            connection.request("GET", path + quote(text), headers=headers)
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                raise measure.RunError(f"{answer.status} for {path}{text}")
            if place:
                found.append(1000 * (time.perf_counter() - started))
        connection.close()
        return found

    with ThreadPoolExecutor(clients) as pool:
        shares = [share for start in range(clients) if (share := texts[start::clients])]
        before = portal.programs.milliseconds()
        each = sorted(took for share in pool.map(one, shares) for took in share)
        return Times(each, (portal.programs.milliseconds() - before) / (len(each) + len(shares)))


def _wait(web: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if web.poll() is not None:
            raise measure.RunError("the web server ended at once; see web.log")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise measure.RunError("the web server did not start")
