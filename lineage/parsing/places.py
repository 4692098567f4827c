"""Where SQL looks names up, and which of them are of nobody's data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lineage.sql.mentions import Parts

SYSTEM = frozenset({"information_schema", "pg_catalog", "pg_toast", "sys", "account_usage", "organization_usage"})
LONGEST = 1000  # characters of a name


@dataclass(frozen=True, slots=True)
class Place:
    """``database`` and ``schema`` are as the platform stores them."""

    namespace: str
    platform: str
    database: str = ""
    schema: str = ""

    def full(self, parts: Parts) -> str:
        """As the SQL machine writes it.

        >>> Place("postgres://h", "postgres", "db", "marts").full(("raw", "orders"))
        'db.raw.orders'
        """
        default = [part for part in (self.database, self.schema) if part]
        missing = len(default) + 1 - len(parts)
        return ".".join((*default[: max(missing, 0)], *parts))

    def forms(self, name: str) -> tuple[str, ...]:
        """A full name, and what it is where the own schema has none of it: PostgreSQL goes on in public."""
        own = f"{self.database}.{self.schema}."
        if self.platform != "postgres" or not name.startswith(own):
            return (name,)
        return name, f"{self.database}.public.{name[len(own) :]}"


def of_name(namespace: str, platform: str, name: str) -> Place:
    """The place of a table, by its own full name: database.schema.table, or schema.table."""
    database, schema = ["", "", *name.split(".")][-3:-1]
    return Place(namespace, platform, database, schema)


def is_data(name: str) -> bool:
    """Whether a name that nobody knows may be a table at all: no file, no stage, nothing that the platform brings along."""
    folders = {part.lower() for part in name.split(".")[:-1]}
    return bool(name) and len(name) <= LONGEST and not folders & SYSTEM and not any(sign in name for sign in "/@*#\0")


def in_order(reads: dict[int, Iterable[int]]) -> list[int]:
    """Each behind those that it reads; in circles, behind some of them."""
    done: dict[int, None] = {}
    for start in reads:
        way = [(start, iter(reads[start]))]
        open_ = {start}
        while way:
            node, left = way[-1]
            if node in done:
                way.pop()
                continue
            for one in left:
                if one in reads and one not in done and one not in open_:
                    open_.add(one)
                    way.append((one, iter(reads[one])))
                    break
            else:
                done[node] = None
                way.pop()
    return list(done)
