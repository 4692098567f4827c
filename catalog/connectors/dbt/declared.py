"""Columns that an exposure says it uses, in its ``meta``: dbt itself knows of models alone.

``columns: {marts.revenue_by_day: [day, revenue_cents], …}``, where a column may say how it is used (``{day: filter}``), or
a list of ``model.column``. Models are called by their name, with their schema, or by dbt's unique_id.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from catalog.connectors.dbt.columns import IDENTIFIER_MAX
from catalog.connectors.dbt.marks import Note
from catalog.connectors.dbt.notes import short
from catalog.connectors.dbt.semantics import Told
from catalog.facts import ColumnUseFact, Kind

USES = ("identity", "transformation", "aggregation", "conditional", "window", "order_by", "group_by", "join", "filter")
_SHOWN, _LEARNED = "identity", "transformation"  # what a dashboard does with a value, and a model of machine learning

Find = Callable[[str], str]  # a name -> the key of the one upstream that is called so, or ""


def declared(said: Any, kind: Kind, find: Find, note: Note) -> dict[str, Told]:
    """{upstream: what is said of it}."""
    if said is None:
        return {}
    usual = _LEARNED if kind is Kind.ML_MODEL else _SHOWN
    found: dict[str, set[ColumnUseFact]] = {}
    for model, column, use in _pairs(said, note):
        key = find(model)
        if not key:
            note("meta.columns", f"names {short(model, 60)}, which it does not depend on; left out")
        elif not 0 < len(column) <= IDENTIFIER_MAX:
            note("meta.columns", f"a name of a column is empty or longer than {IDENTIFIER_MAX} characters; left out")
        else:
            if use and use not in USES:
                note("meta.columns", f"{short(use, 30)} is no use of a column; one of {', '.join(USES)}")
            found.setdefault(key, set()).add(ColumnUseFact(column, "", use if use in USES else usual))
    return {key: Told(tuple(sorted(columns)), complete=True) for key, columns in found.items()}


def _pairs(said: Any, note: Note) -> Iterator[tuple[str, str, str]]:
    """(model, column, use or "")."""
    if isinstance(said, Mapping):
        for model, columns in said.items():
            listed = [columns] if isinstance(columns, str) else columns
            if isinstance(listed, Mapping):
                yield from ((model, str(column), str(use or "").lower()) for column, use in listed.items())
            elif isinstance(listed, list):
                yield from ((model, column, "") for column in _texts(listed))
            else:
                note("meta.columns", f"of {short(model, 60)} are no list; left out")
    elif isinstance(said, list):
        for text in _texts(said):
            model, _, column = text.rpartition(".")
            yield model, column, ""
    else:
        note("meta.columns", "is neither a list nor an object; left out")


def _texts(listed: Iterable[Any]) -> Iterator[str]:
    return (one.strip() for one in listed if isinstance(one, str))
