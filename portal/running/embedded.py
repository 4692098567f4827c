"""Where the portal's data, database and broker are, and how a command gets them.

Everything here but ``ensure_services`` only computes names: it is cheap, needs no running server and no Django.
Without ``DATABASE_URL`` and ``REDIS_URL`` the portal runs servers of its own (see ``portal.running.keeper``); both are
reached through unix sockets whose places follow from the data folder alone.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import sys
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

from portal.running import handle
from portal.running.folder import ForeignFolderError, claim, data_dir

__all__ = ["broker_url", "cache_url", "data_dir", "database_url", "ensure_services", "redis_url", "secret_key"]

DATABASE = "gazetteer"
CACHE_AFTER_BROKER = 1  # emptying the cache is FLUSHDB, so it never shares the broker's numbered database

# Linux ends socket names at 107 bytes, macOS at 103; ".s.PGSQL.5432.lock" is the longest file beside one
LONGEST_RUN_DIR = 80
PLAIN_PATH = re.compile(r"[A-Za-z0-9/._-]+\Z")

WITHOUT_DATABASE = {
    "", "help", "--help", "-h", "version", "--version", "check", "collectstatic", "compilemessages", "diffsettings",
    "findstatic", "makemessages", "spectacular", "startapp", "startproject",
}  # fmt: skip
PURE_SUBCOMMANDS = {("lineage", "sql"), ("contracts", "check"), ("contracts", "show")}


def run_dir() -> Path:
    """The folder of sockets and locks: in the data folder, or a short one where that name is too long for a socket."""
    inside = data_dir() / "run"
    if len(os.fsencode(inside)) <= LONGEST_RUN_DIR and PLAIN_PATH.match(str(inside)):
        return inside
    digest = hashlib.sha256(os.fsencode(inside)).hexdigest()[:16]
    return Path("/tmp") / f"gazetteer-{digest}"  # noqa: S108 - a fixed short place; its owner is checked before use


def log_dir() -> Path:
    return data_dir() / "logs"


def postgres_socket_dir() -> Path:
    return run_dir() / "pg"


def broker_socket() -> Path:
    return run_dir() / "mq.sock"


def database_url(name: str = DATABASE) -> str:
    """``DATABASE_URL``, else the URL of the embedded server's database ``name``."""
    if url := os.environ.get("DATABASE_URL"):
        return url
    return embedded_database_url(name)


def embedded_database_url(name: str = DATABASE) -> str:
    """The embedded server's database ``name``, whatever ``DATABASE_URL`` says (the demo's warehouse lives there)."""
    return f"postgresql://postgres@/{quote(name)}?host={quote(str(postgres_socket_dir()), safe='/')}"


def redis_url() -> str:
    """``REDIS_URL``, else the embedded broker's unix socket."""
    return os.environ.get("REDIS_URL") or f"unix://{broker_socket()}?db=0"


def broker_url() -> str:
    """``redis_url()`` as Celery spells it."""
    url = redis_url()
    if not url.startswith("unix://"):
        return url
    path, number = _socket_and_number(url)
    return f"redis+socket://{path}?virtual_host={number}"


def cache_url() -> str:
    """``CACHE_URL``, else the database after the broker's on the same server, as Django's cache spells it."""
    if url := os.environ.get("CACHE_URL"):
        return url
    url = redis_url()
    if url.startswith("unix://"):
        path, number = _socket_and_number(url)
        return f"unix://{path}?db={number + CACHE_AFTER_BROKER}"
    parts = urlsplit(url)
    number = int(parts.path.strip("/") or 0)
    return urlunsplit(parts._replace(path=f"/{number + CACHE_AFTER_BROKER}"))


def secret_key() -> str:
    """The random key of this data folder, made once; a server of its own gets ``SECRET_KEY`` instead."""
    path = data_dir() / "secret_key"
    if not path.exists():
        claim(path.parent)
        fresh = path.with_name(f".secret_key.{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(50), encoding="ascii")
        try:
            path.hardlink_to(fresh)  # of two processes that make it at once, one wins and both read the same
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text(encoding="ascii").strip()


def ensure_services(argv: Sequence[str]) -> None:
    """Give the command ``argv`` its embedded database and broker until it exits, where it needs them."""
    if not needs_database(argv) or (os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL")):
        return
    try:
        claim(data_dir())
        handle.acquire(run_dir(), log_dir())
    except (handle.ServicesError, ForeignFolderError) as error:
        sys.exit(f"✗ {error}")
    except OSError as error:
        sys.exit(f"✗ {error.filename or data_dir()}: {error.strerror}; choose another folder with DEMO_DIR=.")


def needs_database(argv: Sequence[str]) -> bool:
    """Whether the command line ``argv`` (without the program's name) touches the database at all."""
    command = argv[0] if argv else ""
    if command in WITHOUT_DATABASE or "--help" in argv:
        return False
    return tuple(argv[:2]) not in PURE_SUBCOMMANDS


def _socket_and_number(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    number = re.search(r"(?:^|&)db=(\d+)", parts.query)
    return parts.path, int(number[1]) if number else 0
