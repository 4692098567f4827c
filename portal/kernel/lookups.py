"""Lookups of our own, for every model."""

from __future__ import annotations

from typing import Any

from django.db.models import Field, ForeignKey, Lookup


@ForeignKey.register_lookup  # they take none from what they derive of
@Field.register_lookup
class OneOf(Lookup):
    """``pk__one_of=ids`` is ``pk = ANY(ids)``: one parameter, however many they are. Of a sub-query that unpacks them the
    planner cannot tell how few it has, and reads the whole table."""

    lookup_name = "one_of"

    def get_prep_lookup(self) -> list[Any]:
        return list(self.rhs)

    def get_db_prep_lookup(self, value: Any, connection: Any) -> tuple[str, Any]:
        if all(type(one) is int for one in value):  # the driver takes lists apart one by one, ten times as slowly
            return "%s::bigint[]", [f"{{{','.join(map(str, value))}}}"]
        return "%s", [value]

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        left, params = self.process_lhs(compiler, connection)
        right, more = self.process_rhs(compiler, connection)
        return f"{left} = ANY({right})", [*params, *more]
