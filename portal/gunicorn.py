"""gunicorn's settings: one preloaded application, shared by few processes with threads."""

from __future__ import annotations

import gc
import os
from pathlib import Path

bind = f"{os.environ.get('BIND_HOST', '127.0.0.1')}:{os.environ.get('PORT') or 8000}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS") or 2)
threads = int(os.environ.get("WEB_THREADS") or 4)
preload_app = True
timeout = 60
graceful_timeout = 8
keepalive = 15
max_requests = 20_000
max_requests_jitter = 2_000
control_socket_disable = True
# Heartbeats are touches of a file: on a disk that is busy they can hang a worker
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - gunicorn makes a private file in it
errorlog = "-"
accesslog = "-" if os.environ.get("ACCESS_LOG") else None


def when_ready(server: object) -> None:
    """Keep the collector off what the workers share, so that it stays shared."""
    gc.collect()
    gc.freeze()
