"""The commands of the portal's processes: the demo's supervisor and docker-compose.yml run the same ones."""

from __future__ import annotations

import signal
import sys

QUEUES = "ingest,checks,access,default"
WORKER_PROCESSES = 2
WORKER_KILOBYTES = 400_000  # a process that grew past this is replaced once its task is done

MIGRATE = ("python", "manage.py", "migrate", "--no-input")
WEB = ("python", "-m", "gunicorn", "--config", "portal/gunicorn.py", "portal.wsgi:application")
WORKER = (
    "python", "-m", "celery", "-A", "portal", "worker", "--queues", QUEUES, "--concurrency", str(WORKER_PROCESSES),
    "--max-memory-per-child", str(WORKER_KILOBYTES), "-O", "fair", "--without-gossip", "--without-mingle",
    "--loglevel", "INFO",
)  # fmt: skip
BEAT = ("python", "-m", "celery", "-A", "portal", "beat", "--loglevel", "INFO")

# SIGTERM lets a worker finish its task, which nobody waits for once its supervisor was killed
WHEN_ORPHANED = {"worker": signal.SIGQUIT}

PROCESSES = {"web": WEB, "worker": WORKER, "beat": BEAT}


def here(command: tuple[str, ...]) -> list[str]:
    """``command`` on the Python that runs this."""
    return [sys.executable, *command[1:]]
