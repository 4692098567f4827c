"""Lineage of SQL that was read before, as long as nothing has changed in the schemas that it was read with."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict

from lineage.sql.model import Script
from lineage.sql.schemas import Given, digest
from lineage.sql.scripts import SECONDS, read_script

MOST_CHARACTERS = 50_000_000  # of the SQL that is kept; what was made of it is of about the same size


class Cache:
    """The last scripts, by the hash of their SQL and of the schemas that were given with it. Safe between threads."""

    def __init__(self, most_characters: int = MOST_CHARACTERS) -> None:
        self._kept: OrderedDict[bytes, tuple[Script, int]] = OrderedDict()
        self._size = 0
        self._most = most_characters
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def read(
        self,
        sql: str,
        dialect: str,
        schema: Given | None = None,
        *,
        database: str = "",
        default_schema: str = "",
        seconds: float = SECONDS,
    ) -> Script:
        """``read_script``, or what it said the last time.

        Raises:
            UnknownDialect: there is no such dialect.
        """
        key = _key(sql, dialect, schema or {}, database, default_schema)
        with self._lock:
            if (known := self._kept.get(key)) is not None:
                self._kept.move_to_end(key)
                return known[0]
        found = read_script(sql, dialect, schema, database=database, default_schema=default_schema, seconds=seconds)
        if not found.stopped:
            self._keep(key, found, len(sql))
        return found

    def _keep(self, key: bytes, found: Script, size: int) -> None:
        with self._lock:
            if key in self._kept or size > self._most:
                return
            self._kept[key] = (found, size)
            self._size += size
            while self._size > self._most:
                self._size -= self._kept.popitem(last=False)[1][1]


def _key(sql: str, dialect: str, schema: Given, *defaults: str) -> bytes:
    told = "\0".join((dialect.lower(), *defaults, sql)).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(told, digest_size=16).digest() + digest(schema)
