"""Which table of a document is one that somebody knows by its place."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.contracts.model import Document, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """A table as the catalog calls it."""

    database: str = ""
    schema: str = ""
    title: str
    others: tuple[str, ...] = ()  # further names, whole


def find(document: Document, called: Called, linked: str = "") -> Table | None:
    """The one that it was before (``linked``), else the one of whose name all parts are the table's, from the end on."""
    if linked and (table := document.table(linked)):
        return table
    return next((table for table in document.tables if _is(table, called)), None)


def _is(table: Table, called: Called) -> bool:
    named = [part.strip('"').casefold() for part in table.place.split(".")]
    known = [part.casefold() for part in (called.database, called.schema, called.title)]
    return named == known[-len(named) :] or table.place.casefold() in {name.casefold() for name in called.others}
