"""From options to a connection that can only read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.rows import DictRow, dict_row

from catalog.capabilities import BadInput

# what a connection string may say; others would make libpq read files of this machine
_ALLOWED = frozenset({"host", "hostaddr", "port", "dbname", "user", "password", "sslmode"})
_SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
_TRUE = frozenset({"1", "true", "yes", "on"})
CONNECT_SECONDS = 10
STATEMENT_SECONDS = 120
LOCK_SECONDS = 30  # views and sizes wait for a table that is being rebuilt; then the run fails and the next one heals
MAX_SAMPLES = 1000
MAX_DAYS = 365
MARK = "/* gazetteer */"  # in our own statements, so that they do not count as somebody's reads

# within the transaction, because poolers refuse such words at the start of a session
_LIMITS = f"""
SELECT set_config('statement_timeout', '{STATEMENT_SECONDS}s', true), set_config('lock_timeout', '{LOCK_SECONDS}s', true),
    set_config('search_path', 'pg_catalog', true)
"""

Connection = psycopg.Connection[DictRow]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Options that were understood."""

    place: Mapping[str, str]  # libpq's words
    include: tuple[str, ...]
    exclude: tuple[str, ...]
    samples: int
    usage: bool
    days: int  # for which an edge holds whose statement is not in the statistics any more
    named: str  # the namespace as somebody wrote it, "" where it follows from the place

    @property
    def namespace(self) -> str:
        """OpenLineage's: a unix socket is this machine, whatever folder it lies in."""
        if self.named:
            return self.named
        host = self.place.get("host") or self.place.get("hostaddr") or "localhost"
        return f"postgres://{'localhost' if host[:1] in '/@' else host}:{self.place.get('port') or 5432}"

    @property
    def hosts(self) -> list[str]:
        """Every one that libpq may try; it takes lists, and an address beats a name."""
        told = [self.place.get("hostaddr", ""), self.place.get("host", "")]
        return [host.strip() for part in told if part for host in part.split(",")]

    def wants(self, schema: str) -> bool:
        included = any(fnmatchcase(schema, pattern) for pattern in self.include)
        return included and not any(fnmatchcase(schema, pattern) for pattern in self.exclude)


def settings_of(options: Mapping[str, str]) -> Settings:
    """
    Raises:
        BadInput: an option says something that cannot be meant.
    """
    place = _place(options)
    if place.get("sslmode") not in (None, *_SSL_MODES):
        raise BadInput("", "option sslmode", f"is none of {', '.join(_SSL_MODES)}")
    if not re.fullmatch(r"[0-9]{1,5}", place.get("port") or "5432"):
        raise BadInput("", "option port", "is no port number")
    if not place.get("dbname"):
        raise BadInput("", "option database", "is missing")
    if not (place.get("host") or place.get("hostaddr")):
        place["host"] = "localhost"  # libpq would look for a socket
    return Settings(
        place=place,
        include=_globs(options.get("schemas", "")) or ("*",),
        exclude=_globs(options.get("exclude", "")),
        samples=_number(options, "samples", 0, MAX_SAMPLES),
        usage=(options.get("usage", "").strip().lower() or "on") in _TRUE,
        days=_number(options, "usage_days", 30, MAX_DAYS),
        named=options.get("instance", "").strip(),
    )


def _place(options: Mapping[str, str]) -> dict[str, str]:
    try:
        told = {name: str(value) for name, value in conninfo_to_dict(options.get("dsn", "").strip()).items()}
    except psycopg.Error:
        raise BadInput("", "option dsn", "is no connection string of PostgreSQL") from None  # its text holds a password
    if unknown := told.keys() - _ALLOWED:
        raise BadInput("", "option dsn", f"{min(unknown)} cannot be set here; only {', '.join(sorted(_ALLOWED))}")
    names = {"host": "host", "port": "port", "database": "dbname", "user": "user", "password": "password"}
    for option, name in (*names.items(), ("sslmode", "sslmode")):
        if value := options.get(option, "").strip():
            told[name] = value
    if any("\0" in value for value in told.values()):
        raise BadInput("", "options", "hold a NUL character")
    return told


def _globs(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _number(options: Mapping[str, str], name: str, default: int, most: int) -> int:
    text = options.get(name, "").strip() or str(default)
    if not re.fullmatch(r"[0-9]{1,4}", text) or int(text) > most:
        raise BadInput("", f"option {name}", f"is a number from 0 to {most}")
    return int(text)


@contextmanager
def connected(settings: Settings) -> Iterator[Connection]:
    """One read-only snapshot of the database.

    Raises:
        BadInput: it cannot be reached or does not let us in; in words that hold no secret.
    """
    # an empty password and no file of them: neither the environment's nor the home folder's go to a host named here
    words = {"password": "", "passfile": "/nonexistent"} | dict(settings.place)
    try:
        connection: Connection = psycopg.connect(
            make_conninfo(**words),
            row_factory=dict_row,
            autocommit=False,
            connect_timeout=CONNECT_SECONDS,
            application_name="gazetteer",
        )
    except psycopg.Error as error:
        raise BadInput("", settings.namespace, f"cannot be reached: {told(error, settings)}") from None
    with connection:
        connection.read_only = True
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        try:
            connection.execute(_LIMITS)
            yield connection
        except psycopg.errors.LockNotAvailable:
            message = f"a table was locked for more than {LOCK_SECONDS} s (ALTER TABLE, VACUUM FULL …); try again later"
            raise BadInput("", settings.namespace, message) from None
        except psycopg.Error as error:
            raise BadInput("", settings.namespace, f"did not answer: {told(error, settings)}") from None


def told(error: psycopg.Error, settings: Settings) -> str:
    """The first line of an error, without the password should the server repeat it."""
    line = (str(error).strip() or type(error).__name__).splitlines()[0][:500]
    secret = settings.place.get("password", "")
    return line.replace(secret, "…") if secret else line
