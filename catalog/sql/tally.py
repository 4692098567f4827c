"""Who read which known tables how often, and which of them together. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from catalog.sql.reading import Parts


@dataclass(slots=True)
class Read:
    """What is counted of one table and one principal."""

    times: int = 0
    joined: dict[str, int] = field(default_factory=dict)  # key of the other table -> times


class Tally:
    def __init__(self) -> None:
        self._reads: dict[tuple[str, str, str], Read] = {}

    def add(self, keys: Iterable[str], principal: str, day: str, times: int) -> None:
        """One statement that was run ``times`` times and read these tables."""
        together = sorted(set(keys))
        for key in together:
            read = self._reads.setdefault((key, principal, day), Read())
            read.times += times
            for other in together:
                if other != key:
                    read.joined[other] = read.joined.get(other, 0) + times

    def __iter__(self) -> Iterator[tuple[str, str, str, Read]]:
        """(key, principal, day, what was counted), in order."""
        for (key, principal, day), read in sorted(self._reads.items()):
            yield key, principal, day, read


class Lookup:
    """Keys of known tables by what a statement may call them; a bare name counts where only one table can be meant."""

    def __init__(self, tables: Mapping[tuple[str, str, str], str], *, database: str, schema: str) -> None:
        self._tables, self._database, self._schema = tables, database, schema
        named: dict[str, list[str]] = {}
        for (_, _, name), key in tables.items():
            named.setdefault(name, []).append(key)
        self._unique = {name: keys[0] for name, keys in named.items() if len(keys) == 1}

    def find(self, parts: Parts) -> str | None:
        """
        >>> Lookup({("db", "marts", "a"): "db.marts.a"}, database="db", schema="public").find(("marts", "a"))
        'db.marts.a'
        """
        if len(parts) == 1:
            return self._tables.get((self._database, self._schema, parts[0])) or self._unique.get(parts[0])
        full = (self._database, *parts) if len(parts) == 2 else parts
        return self._tables.get((full[0], full[1], full[2]))
