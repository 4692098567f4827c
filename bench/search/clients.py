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


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds, ascending."""

    each: Sequence[float]

    def at(self, share: float) -> float:
        return self.each[min(int(len(self.each) * share), len(self.each) - 1)]


@contextmanager
def served(work: Path) -> Iterator[int]:
    """gunicorn as the demo runs it; the port."""
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
        yield port
    finally:
        web.send_signal(signal.SIGTERM)
        try:
            web.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(web.pid, signal.SIGKILL)  # its own session, so only what it started itself
            web.wait()


def ask(port: int, cookie: str, path: str, texts: Sequence[str], clients: int) -> Times:
    """Each client asks its share of the texts; the first answers warm the connection and are not counted."""

    def one(share: Sequence[str]) -> list[float]:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        headers = {"Cookie": f"sessionid={cookie}", "HX-Request": "true"}
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
        return Times(sorted(took for share in pool.map(one, shares) for took in share))


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
