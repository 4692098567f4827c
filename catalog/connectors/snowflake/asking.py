"""Questions to Snowflake: required ones, ones that a role may not be allowed, and ones that answer too much."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

from snowflake.connector import DictCursor
from snowflake.connector.errors import DatabaseError, Error

from catalog.facts import WarningFact

Row = Mapping[str, Any]
TOO_MUCH = "too much data"  # "Information schema query returned too much data. Please repeat query with …"
MOST_SHOWN = 10_000  # rows of a SHOW; further ones are left out without a word


class Connection(Protocol):
    def cursor(self, cursor_class: Any) -> Any: ...


def told(error: Error) -> str:
    """The first line of what Snowflake says."""
    text = str(getattr(error, "raw_msg", "") or getattr(error, "msg", "") or error).strip()
    return (text.splitlines() or [type(error).__name__])[0][:500]


class Session:
    """``warnings`` collects what could not be asked; rows have their names in upper case, as SHOW writes them small."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.warnings: list[WarningFact] = []

    def rows(self, statement: str) -> list[Row]:
        with self._connection.cursor(DictCursor) as cursor:
            cursor.execute(statement)
            return [{name.upper(): value for name, value in row.items()} for row in cursor.fetchall()]

    def rows_if_allowed(self, statement: str, place: str, without: str) -> list[Row]:
        """Nothing, with a word about what is missing, where Snowflake refuses."""
        try:
            found = self.rows(statement)
        except DatabaseError as error:
            self.warn(place, f"{without}: {told(error)}")
            return []
        if statement.startswith("SHOW") and len(found) >= MOST_SHOWN:
            self.warn(place, f"only the first {MOST_SHOWN:,} rows were shown: {statement[:80]}")
        return found

    def rows_by_schema(self, statement: Callable[[str | None], str], schemas: Iterable[str], place: str) -> list[Row]:
        """The whole database at once; schema by schema where that is more than Snowflake answers."""
        try:
            return self.rows(statement(None))
        except DatabaseError as error:
            if TOO_MUCH not in told(error).lower():
                raise
        self.warn(place, "holds more than Snowflake tells at once; asked schema by schema, which takes longer")
        return [row for schema in schemas for row in self.rows(statement(schema))]

    def warn(self, place: str, message: str) -> None:
        self.warnings.append(WarningFact(file="", place=place, message=message))
