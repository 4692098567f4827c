"""UPDATE, DELETE and MERGE; and what all statements that write have in common."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from sqlglot import exp

from lineage.sql.fromclause import Ctes, file_of
from lineage.sql.kinds import Kind, Sources, add
from lineage.sql.queries import Queries
from lineage.sql.relations import Output, Query, Relation, renamed
from lineage.sql.scopes import Scope, identifier_names


@dataclass(slots=True)
class Effect:
    """What one statement does to one table, or gives where there is none."""

    query: Query
    outputs: list[Output] = field(default_factory=list)
    target: tuple[str, ...] | None = None  # as written; None: a SELECT that is only shown
    creates: bool = False
    temporary: bool = False
    declared: bool = False  # its columns alone are told: its rows were there before, or come later
    named: bool = False  # the outputs carry the target's own names
    by_position: bool = False  # the target's known columns name the outputs
    fixed: frozenset[str] = frozenset()  # but for those of a partition that the statement names, lower case


class Changes:
    """Statements that change rows in place."""

    def __init__(self, queries: Queries) -> None:
        self.queries = queries
        self.names = queries.names
        self.found: list[Effect] = []

    def _keep(self, effect: Effect) -> None:
        self.found.append(effect)

    def _target(self, node: exp.Expr | None) -> tuple[str, ...] | None:
        table = self._table_of(node)
        place = file_of(table.this if isinstance(table, exp.Directory) else table)
        if place:
            return (place,)
        if not isinstance(table, exp.Table) or not isinstance(table.this, (exp.Identifier, exp.Dot)):
            return None
        return self.names.parts(table) or None

    def _table_of(self, node: exp.Expr | None) -> exp.Expr:
        while isinstance(node, (exp.Schema, exp.Partition, exp.StoredProcedure)):
            node = node.this
        return node if isinstance(node, exp.Expr) else exp.Expr()

    def _update(self, tree: exp.Expr, ctes: Ctes) -> None:
        ctes = self.queries.common_tables(tree, ctes, None)
        query = Query()
        scope = self.queries.scope(query, ctes)
        if (source := tree.args.get("from_")) is not None:
            self.queries.add(source.this, scope)
            for join in source.args.get("joins") or ():
                self.queries.add(join.this, scope)
        target = self._changed(tree.this, scope)
        outputs = self._set(tree.expressions, scope, scope)
        if (where := tree.args.get("where")) is not None:
            self.queries.collector.use(where.this, scope, Kind.FILTER)
        self._keep(Effect(query, *_beneath(outputs, target, scope), named=True))

    def _changed(self, node: exp.Expr, scope: Scope) -> tuple[str, ...] | None:
        """The table that changes: one of the FROM by its alias (SQL Server), else the one that is named."""
        table = self._table_of(node)
        if not isinstance(table, exp.Table):
            return None
        parts = self.names.parts(table)
        known = scope.relation(parts) if len(parts) == 1 and scope.relations else None
        if known is not None and known.parts and known.alias.lower() == parts[0].lower():
            target = known.parts
        elif known is not None and known.alias.lower() == parts[0].lower():
            return parts  # a query: what is beneath it changes
        else:
            read = dict(scope.query.tables)
            before = len(scope.relations)
            self.queries.add(node if isinstance(node, exp.Table) else table, scope)
            own = scope.relations[before] if len(scope.relations) > before else None
            scope.relations[:] = scope.relations[before:] + scope.relations[:before]
            if own is None:
                return parts
            target = own.parts or parts
            if ".".join(target) in read:
                return target
        for name in [name for name in scope.query.tables if name.lower() == ".".join(target).lower()]:
            del scope.query.tables[name]
        return target

    def _set(self, assignments: Iterable[exp.Expr], scope: Scope, target: Scope) -> list[Output]:
        """SET a = …, (b, c) = (SELECT …)."""
        outputs = []
        for item in assignments:
            left: exp.Expr | None = item.args.get("this")
            value = item.args.get("expression")
            if value is None or left is None:
                continue
            if isinstance(left, exp.Tuple):
                outputs += list(self._set_many(left, value, scope))
            else:
                name = self.names.column(left.this) if isinstance(left, exp.Column) else left.name
                outputs.append(Output(name, self.queries.collector.sources(value, scope)))
        return outputs

    def _set_many(self, left: exp.Expr, value: exp.Expr, scope: Scope) -> Iterator[Output]:
        names = [self.names.column(item.this) for item in left.expressions if isinstance(item, exp.Column)]
        if isinstance(value, exp.Query):
            query = self.queries.query(value, scope.ctes, scope)
            scope.query.inputs.append(query)
            for name, output in zip(names, query.outputs, strict=False):
                yield output._replace(name=name)
        else:
            for name, item in zip(names, value.expressions, strict=False):
                yield Output(name, self.queries.collector.sources(item, scope))

    def _upsert(self, conflict: exp.Expr, table: exp.Expr, inserted: list[Output], body: exp.Expr, ctes: Ctes) -> None:
        """What is set where a row is there already: EXCLUDED, or VALUES (a), is the one that was to be inserted; so is the
        alias of the values. MySQL sees the tables of the query, too."""
        query = Query()
        around = self.queries.scope(query, ctes)
        if isinstance(body, exp.Select):
            self.queries.read_from(body, around)
        outer = self.queries.scope(query, ctes, around)
        outer.relations.append(Relation("excluded", (), inserted))
        alias, columns = self.queries.alias_of(body) if isinstance(body, exp.Values) else ("", [])
        if alias:
            outer.relations.append(Relation(alias, (), renamed(inserted, columns)))
        scope = self.queries.scope(query, ctes, outer)  # a name without a qualifier is of the row that is there
        target = self._changed(table, scope)
        for call in list(conflict.find_all(exp.Anonymous)):
            if call.name.lower() == "values" and call.expressions:
                call.replace(exp.column(call.expressions[0].name, table="excluded", quoted=True))
        outputs = self._set(conflict.expressions, scope, scope)
        self.queries.collector.use(conflict.args.get("where"), scope, Kind.FILTER)
        self._keep(Effect(query, outputs, target, named=True))

    def _delete(self, tree: exp.Expr, ctes: Ctes) -> None:
        ctes = self.queries.common_tables(tree, ctes, None)
        query = Query()
        scope = self.queries.scope(query, ctes)
        named = tree.args.get("tables")
        for source in tree.args.get("using") or ():
            self.queries.add(source, scope)
        if named:
            if isinstance(tree.this, exp.Expr):  # BigQuery does without FROM
                self.queries.add(tree.this, scope)
            target = self._changed(named[0], scope)
        else:
            target = self._changed(tree.this, scope)
        if (where := tree.args.get("where")) is not None:
            self.queries.collector.use(where.this, scope, Kind.FILTER)
        self._keep(Effect(query, *_beneath([], target, scope), named=True))

    def _merge(self, tree: exp.Expr, ctes: Ctes) -> None:
        ctes = self.queries.common_tables(tree, ctes, None)
        query = Query()
        outer = self.queries.scope(query, ctes)
        target = self._changed(tree.this, outer)
        inner = self.queries.scope(query, ctes, outer)  # a name without a qualifier is the source's first
        self.queries.add(tree.args["using"], inner)
        self.queries.collector.use(tree.args.get("on") or None, inner, Kind.JOIN)
        for name in tree.args.get("using_cond") or ():
            for scope in (inner, outer):
                scope.use(scope.column(exp.Column(this=name.copy())), Kind.JOIN)
        outputs: dict[str, Sources] = {}
        star: list[Output] = []
        for when in tree.args["whens"].expressions:
            self.queries.collector.use(when.args.get("condition"), inner, Kind.FILTER)
            for output in self._merged(when.args.get("then"), inner, outer):
                if output.star:
                    star.append(output)
                else:
                    add(outputs.setdefault(output.name, {}), output.sources, Kind.IDENTITY)
        found = [Output(name, sources) for name, sources in outputs.items()]
        self._keep(Effect(query, found + star[:1], target, named=True))

    def _merged(self, action: exp.Expr | None, inner: Scope, outer: Scope) -> Iterator[Output]:
        if isinstance(action, exp.Update):
            sets = action.args.get("expressions")
            if not isinstance(sets, list) or not sets or any(isinstance(item, exp.Star) for item in sets):
                yield from inner.relations[0].outputs
            else:
                yield from self._set(sets, inner, outer)
        elif isinstance(action, exp.Insert):
            columns, values = action.args.get("this"), action.args.get("expression")
            if isinstance(columns, (exp.Star, exp.Var)) or not isinstance(values, exp.Expr):
                yield from inner.relations[0].outputs
            else:
                names = identifier_names(columns.expressions, self.names) if isinstance(columns, exp.Tuple) else []
                cells = values.expressions if isinstance(values, exp.Tuple) else [values]
                for place, cell in enumerate(cells):
                    name = names[place] if place < len(names) else self._cell_name(cell, place, outer)
                    yield Output(name, self.queries.collector.sources(cell, inner))

    def _cell_name(self, cell: exp.Expr, place: int, outer: Scope) -> str:
        """Without a column list: the target's column at this place, where its columns are known."""
        known = outer.relations[0].outputs if outer.relations else []
        if place < len(known) and not known[place].star:
            return known[place].name
        return self.names.fold(cell.alias_or_name) or f"_col_{place}"


def _beneath(
    outputs: list[Output], target: tuple[str, ...] | None, scope: Scope
) -> tuple[list[Output], tuple[str, ...] | None]:
    """UPDATE or DELETE of a common table, or of a query by its alias: the table that it is made of."""
    view = scope.relation(target) if target is not None and len(target) == 1 else None
    if view is None or view.parts:
        return outputs, target
    real = {
        output.name.lower(): source
        for output in view.outputs
        for source, way in output.sources.items()
        if way == Kind.IDENTITY
    }
    changed = [real[output.name.lower()] for output in outputs if output.name.lower() in real] or list(real.values())
    table = next((table for table, _ in changed if table), None)
    if table is None:
        return outputs, target
    named = [output._replace(name=real.get(output.name.lower(), (None, output.name))[1]) for output in outputs]
    return named, tuple(table.split("."))
