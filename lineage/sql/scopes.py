"""What a name means where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlglot import exp

from lineage.sql.kinds import NOTHING, Kind, Sources, add
from lineage.sql.names import Names
from lineage.sql.relations import Query, Relation

# a qualifier that is no relation may be a column with fields
WITH_STRUCTS = {"bigquery", "spark", "databricks", "hive", "duckdb", "athena", "trino", "presto", "clickhouse"}


class Scope:
    """The FROM of one select, and the one around it."""

    __slots__ = (
        "aliases",
        "asked",
        "ctes",
        "direct",
        "each",
        "lateral",
        "names",
        "parent",
        "query",
        "relations",
        "windows",
    )

    def __init__(self, names: Names, query: Query, ctes: Mapping[str, Query], parent: Scope | None) -> None:
        self.names = names
        self.query = query
        self.ctes = ctes
        self.parent = parent
        self.relations: list[Relation] = []
        self.aliases: dict[str, Sources] = {}  # of the select list so far, lower case
        self.lateral = False  # whether the dialect reads an alias before a column that nobody is sure of
        self.asked: set[str] = set()  # names without a qualifier that the select list has read so far, lower case
        self.direct: set[str] = set()  # those of them that became an alias only later: there is such a column, too
        self.windows: dict[str, exp.Expr] = {}
        self.each: Sources | None = None  # the one of several columns that COLUMNS (…) stands for at the moment

    def column(self, node: exp.Expr) -> Sources:
        """Where a column comes from."""
        args = node.args
        this = args["this"]
        if not isinstance(this, exp.Identifier):
            return self._unnamed(node)
        name = self.names.column(this)
        if self.names.pseudo and name.lower() in self.names.pseudo and self._is_pseudo(node, name):
            return NOTHING
        if args.get("table") is not None:
            return self._qualified(node, name)
        if self.lateral:
            self.asked.add(name.lower())
        found = self._plain(name)
        return {(None, name): Kind.IDENTITY} if found is None else found

    def _is_pseudo(self, node: exp.Expr, name: str) -> bool:
        table = node.args.get("table")
        if table is not None:
            return self.relation((self.names.column(table),)) is None
        return all(relation.find(name) is None for relation in self.relations)

    def relation(self, parts: tuple[str, ...]) -> Relation | None:
        """By alias, by a table's name or its ending, in this FROM or one around it."""
        wanted = tuple(part.lower() for part in parts)
        scope: Scope | None = self
        while scope is not None:
            if found := scope._own(wanted):
                return found
            scope = scope.parent
        return self.names.rows.get(wanted[0]) if self.names.rows and len(wanted) == 1 else None

    def _own(self, wanted: tuple[str, ...]) -> Relation | None:
        if len(wanted) == 1:
            for relation in self.relations:
                if relation.alias.lower() == wanted[0]:
                    return relation
        for relation in self.relations:
            if relation.parts and tuple(part.lower() for part in relation.parts[-len(wanted) :]) == wanted:
                return relation
        return None

    def _qualified(self, node: exp.Expr, name: str) -> Sources:
        args = node.args
        qualifiers = [args[key] for key in ("catalog", "db", "table") if args.get(key) is not None]
        parts = tuple(self.names.column(part) for part in qualifiers)
        if (relation := self.relation(parts)) is not None:
            return _of(relation, name)
        return self._in_struct([*parts, name])

    def _in_struct(self, path: list[str]) -> Sources:
        """A field: the first part is a column, or a relation before a column."""
        if len(path) > 2 and (relation := self.relation((path[0],))) is not None:
            return _field(_of(relation, path[1]))
        for length in range(len(path), 1, -1):  # schemas may list fields as columns with dots in their names
            found = self._plain(".".join(path[:length]), only_sure=True)
            if found is not None:
                return found if length == len(path) else _field(found)
        found = self._plain(path[0], only_sure=self.names.dialect not in WITH_STRUCTS)
        return {(None, path[-1]): Kind.IDENTITY} if found is None else _field(found)

    def _plain(self, name: str, *, only_sure: bool = False) -> Sources | None:
        """The innermost FROM that has it; where one can only guess among several tables, a sure one further out."""
        scope: Scope | None = self
        guessed: Sources | None = None
        while scope is not None:
            found, sure = scope._here(name)
            if found is not None and (sure or (guessed is None and not only_sure and (None, name) not in found)):
                return found
            if not only_sure and guessed is None:
                guessed = found
            scope = scope.parent
        return guessed

    def _here(self, name: str) -> tuple[Sources | None, bool]:
        """(sources, whether that is certain) of a name without a qualifier in this FROM alone."""
        lowered = name.lower()
        found = [sources for relation in self.relations if (sources := _found(relation, name, lowered)) is not None]
        if found:
            return (found[0] if len(found) == 1 else self._several(name, lowered)), True
        alias = self.aliases.get(lowered)
        open_ones = [sources for relation in self.relations if (sources := relation.guess(name)) is not None]
        if alias is not None and (not open_ones or (self.lateral and lowered not in self.direct)):
            return alias, True
        for relation in self.relations:
            if relation.alias.lower() == lowered and (relation.anything is not None or not open_ones):
                return relation.row(), True
        if not open_ones:
            return alias, alias is not None
        if len(open_ones) > 1:
            tables = [
                sources
                for relation in self.relations
                if relation.stars and (sources := relation.guess(name)) is not None
            ]
            return (tables[0] if len(tables) == 1 else {(None, name): Kind.IDENTITY}), False
        return open_ones[0], False

    def _several(self, name: str, lowered: str) -> Sources:
        """Of all relations that have it; those behind a semi join are seen by its condition alone."""
        seen = [relation for relation in self.relations if not relation.hidden] or self.relations
        found = [sources for relation in seen if (sources := _found(relation, name, lowered)) is not None]
        return found[0] if len(found) == 1 else _all(found)

    def _unnamed(self, node: exp.Expr) -> Sources:
        """A column by its number ($1), as stages have them, or a tuple's part (t.1)."""
        table = node.args.get("table")
        if table is None:
            return NOTHING
        relation = self.relation((self.names.column(table),))
        if relation is None:
            return _field(self._plain(self.names.column(table), only_sure=True) or NOTHING)
        this = node.this
        number = this.name or this.this.name if isinstance(this, exp.Expr) else ""
        before = relation.outputs[: int(number)] if number.isdigit() else []
        if before and len(before) == int(number) and not any(output.star for output in before):
            return before[-1].sources
        return relation.row()

    def use(self, sources: Sources, kind: Kind) -> None:
        uses = self.query.uses
        for source in sources:
            uses[(source, kind)] = None


def _found(relation: Relation, name: str, lowered: str) -> Sources | None:
    if relation.merged and (merged := relation.merged.get(lowered)) is not None:
        return merged
    return relation.find(name)


def _of(relation: Relation, name: str) -> Sources:
    found = relation.find(name)
    if found is None:
        found = relation.guess(name)
    if found is not None:
        return found
    if len(relation.parts) and not relation.stars:  # a column that the schema has not heard of yet
        owner = next((table for output in relation.outputs for table, _ in output.sources), None)
        return {(owner, name): Kind.IDENTITY} if owner else NOTHING
    return NOTHING


def _field(sources: Sources) -> Sources:
    into: Sources = {}
    add(into, sources, Kind.TRANSFORMATION)
    return into


def _all(found: list[Sources]) -> Sources:
    into: Sources = {}
    for sources in found:
        add(into, sources, Kind.IDENTITY)
    return into


def merged_column(left: list[Relation], right: Relation, name: str) -> None:
    """A column of USING: one column that both sides give; later joins see it as one."""
    lowered = name.lower()
    into: Sources = {}
    for relation in (*left, right):
        found = relation.merged.get(lowered) or relation.find(name)
        if found is None and (relation is right or len(left) == 1):
            found = relation.guess(name)
        add(into, found or NOTHING, Kind.IDENTITY)
    for relation in (*left, right):
        if relation is right or relation.find(name) is not None or relation.stars:
            relation.merged[lowered] = into


def identifier_names(nodes: list[Any], names: Names) -> list[str]:
    """Names of a column list: identifiers, or definitions with types."""
    found = []
    for node in nodes:
        this = node if isinstance(node, exp.Identifier) else node.args.get("this")
        if isinstance(this, exp.Expr) and not isinstance(this, exp.Identifier):
            this = this.args.get("this")
        if isinstance(this, exp.Identifier):
            found.append(names.column(this))
        elif isinstance(this, str):
            found.append(names.fold(this))
    return found
