"""Column lineage facets as uses of columns.

A use is (upstream's column, downstream's column, how, masking), the last two as in the lineage room. What decides rows (a
join, a filter, a group, an order) has no downstream column: drawn as if the value went there, it would multiply the edges.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from lineage.openlineage import keys
from lineage.openlineage.shapes import ColumnLineage, InputField, LineageField, LineageInput, Transformation

DIRECT = {"IDENTITY": "identity", "TRANSFORMATION": "transformation", "AGGREGATION": "aggregation"}
INDIRECT = {
    "JOIN": "join",
    "FILTER": "filter",
    "GROUP_BY": "group_by",
    "SORT": "order_by",
    "ORDER_BY": "order_by",
    "WINDOW": "window",
    "CONDITIONAL": "conditional",
}
ROWS = frozenset({"join", "filter", "group_by", "order_by"})
OLD_TYPES = {"IDENTITY": "identity", "MASKED": "transformation"}
LONGEST = 500  # of a column's name
UNKNOWN, PLAIN, PSEUDONYM = 0, 1, 2  # lineage.states.Masking; what is masked may still be about one person


class Use(NamedTuple):
    upstream: str
    downstream: str
    how: str
    masking: int = UNKNOWN


class Told(NamedTuple):
    """``uses`` by the key of the upstream; ``whole``: nothing else of these upstreams is used."""

    uses: dict[str, set[Use]]
    whole: bool

    def plain(self) -> dict[str, Any]:
        """As it is kept."""
        return {"uses": {key: sorted(uses) for key, uses in sorted(self.uses.items())}, "whole": self.whole}


def of_column_lineage(facet: ColumnLineage) -> Told | None:
    """None where it says nothing. Producers that name transformations name all of them; older ones only told where values
    come from, so that a filter may be missing."""
    uses: dict[str, set[Use]] = {}
    fields = [one for entry in facet.fields.values() for one in entry.input_fields]
    for name, entry in facet.fields.items():
        for one in entry.input_fields:
            old = OLD_TYPES.get((entry.transformation_type or "").upper(), "unknown")
            _add(uses, one, name, old)
    for one in facet.dataset or ():
        _add(uses, one, "", "unknown")
    whole = all(one.transformations for one in fields) and bool(fields or facet.dataset)
    return Told(uses, whole) if uses else None


def of_lineage_fields(
    fields: Mapping[str, LineageField] | None, inputs: Sequence[LineageInput] | None
) -> dict[str, set[Use]]:
    """Of the newer facet, which names a column beside a dataset, or a dataset alone."""
    uses: dict[str, set[Use]] = {}
    for name, entry in (fields or {}).items():
        for one in entry.inputs:
            if one.type == "DATASET" and one.field and one.namespace is not None and one.name:
                found = uses.setdefault(keys.dataset(one.namespace, one.name).key, set())
                found |= _uses(one.field, name, one.transformations, "unknown")
    for one in inputs or ():
        if one.type == "DATASET" and one.field and one.namespace is not None and one.name:
            found = uses.setdefault(keys.dataset(one.namespace, one.name).key, set())
            found |= {use._replace(downstream="") for use in _uses(one.field, "", one.transformations, "unknown")}
    return uses


def _add(uses: dict[str, set[Use]], one: InputField, name: str, otherwise: str) -> None:
    if one.field:
        key = keys.dataset(one.namespace, one.name).key
        uses.setdefault(key, set()).update(_uses(one.field, name, one.transformations, otherwise))


def _uses(column: str, into: str, transformations: Iterable[Transformation] | None, otherwise: str) -> set[Use]:
    told = {(one.type, one.subtype, one.masking) for one in transformations or ()}
    found = {_meaning(*one) for one in told} or {(otherwise, UNKNOWN)}
    column, into = column[:LONGEST], into[:LONGEST]
    return {Use(column, "" if how in ROWS else into, how, masking) for how, masking in found}


@lru_cache(maxsize=1000)
def _meaning(kind: str, subtype: str | None, masked: bool | None) -> tuple[str, int]:
    """How the value gets through, and how much of it is hidden; a masked value is no longer the value as it was."""
    sub = (subtype or "").upper()
    if kind.upper() == "INDIRECT":
        return INDIRECT.get(sub, "unknown"), UNKNOWN
    how = DIRECT.get(sub) or INDIRECT.get(sub) or "transformation"
    masking = UNKNOWN if masked is None else PSEUDONYM if masked else PLAIN
    return "transformation" if masked and how == "identity" else how, masking
