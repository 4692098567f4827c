"""The web server's port: read, and tried before anything starts. Standard library only."""

from __future__ import annotations

import errno
import os
import socket

from portal.running.console import SetupError

HOST = "127.0.0.1"
DEFAULT = 8000
TRIES = 20


def wanted() -> int:
    """``PORT``, else 8000."""
    text = os.environ.get("PORT") or str(DEFAULT)
    if not text.isdigit() or not 1 <= int(text) <= 65535:
        raise SetupError(f"PORT must be a number from 1 to 65535, not {text!r}: PORT={DEFAULT + 1} make demo")
    return int(text)


def check(port: int) -> None:
    """Raise a ``SetupError`` that names a way out when ``port`` cannot be had."""
    reason = _refusal(port)
    if reason is None:
        return
    free = next((other for other in range(port + 1, min(port + TRIES, 65536)) if _refusal(other) is None), DEFAULT + 1)
    if reason == errno.EADDRINUSE:
        raise SetupError(f"Port {port} is taken by another program; choose another: PORT={free} make demo")
    raise SetupError(
        f"Port {port} cannot be used ({os.strerror(reason)}); choose another: PORT={max(free, DEFAULT + 1)} make demo"
    )


def _refusal(port: int) -> int | None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as gunicorn does: a port just left is free
        try:
            trial.bind((HOST, port))
        except OSError as error:
            return error.errno
    return None
