"""The process that runs the embedded servers as long as anybody holds them (see ``portal.running.handle``).

It says one line on standard output, ``ready`` or what is wrong, and then nothing more.
"""

from __future__ import annotations

import fcntl
import os
import signal
import sys
import time
from pathlib import Path
from typing import IO

from portal.running import embedded
from portal.running.broker import Broker
from portal.running.handle import ServicesError, _open
from portal.running.postgres import Postgres

LARGEST_LOG = 5_000_000
LOOK_SECONDS = 0.2
RESTARTS = 5  # of a server that died by itself, before giving up


def main() -> int:
    """Run the servers that no URL replaces, until their last user is gone or a signal ends this process."""
    stopping: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda received, _frame: stopping.append(received))
    run_dir = embedded.run_dir()
    alone = _open(run_dir / "keeper.lock")
    fcntl.flock(alone, fcntl.LOCK_EX)
    users = _open(run_dir / "users.lock")
    servers: list[Postgres | Broker] = []
    try:
        servers += _started()
    except ServicesError as error:
        _say(str(error))
        _stop(servers)
        return 1
    except OSError as error:
        place = error.filename or embedded.data_dir()
        _say(f"{place}: {error.strerror}; free some space or choose another folder with DEMO_DIR=.")
        return 1
    _say("ready")
    restarts = 0
    while not stopping and not _nobody_left(users):
        time.sleep(LOOK_SECONDS)
        for server in servers:
            if server.dead():
                restarts += 1
                if restarts > RESTARTS or not _revived(server):
                    stopping.append(0)
    _stop(servers)
    # In this order: whoever gets the users' lock next must not find this keeper any more
    alone.close()
    users.close()
    return 0


def _started() -> list[Postgres | Broker]:
    data, logs = embedded.data_dir(), embedded.log_dir()
    servers: list[Postgres | Broker] = []
    try:
        if not os.environ.get("REDIS_URL"):
            broker = Broker(data / "broker", embedded.broker_socket(), _fresh_log(logs / "broker.log"))
            servers.append(broker)
            broker.start()
        if not os.environ.get("DATABASE_URL"):
            database = Postgres(data / "postgres", embedded.postgres_socket_dir(), _fresh_log(logs / "postgres.log"))
            servers.append(database)
            database.start(embedded.DATABASE)
    except BaseException:
        _stop(servers)
        raise
    return servers


def _revived(server: Postgres | Broker) -> bool:
    print(f"{type(server).__name__} died, starting it again", file=sys.stderr, flush=True)
    try:
        if isinstance(server, Postgres):
            server.start(embedded.DATABASE)
        else:
            server.start()
    except ServicesError as error:
        print(error, file=sys.stderr, flush=True)
        return False
    return True


def _stop(servers: list[Postgres | Broker]) -> None:
    for server in servers:
        server.stop()


def _nobody_left(users: IO[str]) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _fresh_log(path: Path) -> Path:
    if path.exists() and path.stat().st_size > LARGEST_LOG:
        path.replace(path.with_suffix(".log.1"))
    return path


def _say(line: str) -> None:
    try:
        print(line.replace("\n", " "), flush=True)
    except BrokenPipeError:
        pass
    finally:
        # Whoever started this process reads up to the end of the pipe
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


if __name__ == "__main__":
    sys.exit(main())
