"""Statements that write: which column of the target each expression ends in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from sqlglot import exp

from lineage.sql.kinds import NOTHING, Kind, Sources, add
from lineage.sql.queries import Ctes, Queries
from lineage.sql.relations import Output, Query, Relation
from lineage.sql.scopes import Scope, identifier_names

NO_DATA = {
    "SCHEMA",
    "DATABASE",
    "INDEX",
    "SEQUENCE",
    "FUNCTION",
    "STAGE",
    "WAREHOUSE",
    "ROLE",
    "TAG",
    "STREAMLIT",
    "TRIGGER",
}


@dataclass(slots=True)
class Effect:
    """What one statement does to one table, or gives where there is none."""

    query: Query
    outputs: list[Output] = field(default_factory=list)
    target: tuple[str, ...] | None = None  # as written; None: a SELECT that is only shown
    creates: bool = False
    temporary: bool = False
    named: bool = False  # the outputs carry the target's own names
    by_position: bool = False  # the target's known columns name the outputs


class Writes:
    """Resolves one statement into its effects."""

    def __init__(self, queries: Queries) -> None:
        self.queries = queries
        self.names = queries.names
        self.found: list[Effect] = []

    def read(self, tree: exp.Expr) -> list[Effect]:
        self.found = []
        self._read(tree, {})
        return self.found

    def returned(self, tree: exp.Expr, ctes: Ctes) -> list[Output]:
        """A statement inside WITH: its effect is kept, what it returns are columns of its target."""
        self._read(tree, ctes)
        returning = tree.args.get("returning")
        target = self._target(tree.this)
        if returning is None or target is None:
            return []
        scope = self.queries.scope(Query(), ctes)
        self.queries.add(self._table_of(tree.this), scope)
        self.queries.select_list(returning, scope)
        return scope.query.outputs

    def _read(self, tree: exp.Expr, ctes: Ctes) -> None:
        if isinstance(tree, exp.Block):
            for inner in tree.expressions:
                self._read(inner, ctes)
        elif isinstance(tree, exp.Insert):
            self._insert(tree, ctes)
        elif isinstance(tree, exp.MultitableInserts):
            self._multi_insert(tree, ctes)
        elif isinstance(tree, exp.Update):
            self._update(tree, ctes)
        elif isinstance(tree, exp.Delete):
            self._delete(tree, ctes)
        elif isinstance(tree, exp.Merge):
            self._merge(tree, ctes)
        elif isinstance(tree, exp.Create):
            self._create(tree, ctes)
        elif isinstance(tree, exp.Copy):
            self._copy(tree)
        elif isinstance(tree, exp.Query):
            self._shown(tree, ctes)
        elif isinstance(tree, exp.TruncateTable):
            for table in tree.expressions:
                self._keep(Effect(Query(), target=self._target(table)))

    def _keep(self, effect: Effect) -> None:
        self.found.append(effect)

    def _target(self, node: exp.Expr | None) -> tuple[str, ...] | None:
        table = self._table_of(node)
        if not isinstance(table, exp.Table) or not isinstance(table.this, (exp.Identifier, exp.Dot)):
            return None
        return self.names.parts(table) or None

    def _table_of(self, node: exp.Expr | None) -> exp.Expr:
        while isinstance(node, (exp.Schema, exp.Partition, exp.StoredProcedure)):
            node = node.this
        return node if isinstance(node, exp.Expr) else exp.Expr()

    # ── queries ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _shown(self, tree: exp.Expr, ctes: Ctes) -> None:
        query = self.queries.query(tree, ctes)
        into = _into(tree)
        if into is None:
            self._keep(Effect(query, query.outputs))
            return
        target = self._target(into.this)
        temporary = bool(into.args.get("temporary") or into.this.this.args.get("temporary"))
        self._keep(Effect(query, query.outputs, target, creates=True, temporary=temporary))

    def _create(self, tree: exp.Create, ctes: Ctes) -> None:
        kind = (tree.args.get("kind") or "").upper()
        body = tree.args.get("expression")
        if isinstance(body, exp.Block):
            self._read(body, ctes)
            return
        if kind in NO_DATA or kind == "PROCEDURE":
            return
        target = self._target(tree.this)
        columns = identifier_names(_defined(tree.this), self.names)
        temporary = False
        source: exp.Expr | None = None
        for made in (tree.args.get("properties") or exp.Properties(expressions=[])).expressions:
            temporary = temporary or isinstance(made, (exp.TemporaryProperty, exp.VolatileProperty))
            if isinstance(made, exp.LikeProperty):
                source = made.this
            elif isinstance(made, exp.ToTableProperty):  # ClickHouse: the view's rows go to a table
                target = self._target(made.this) or target
        if target and target[-1].startswith("#"):
            temporary = True
        if isinstance(body, (exp.Query, exp.Values)) or (isinstance(body, exp.Table) and kind != "SEMANTIC VIEW"):
            query = self.queries.query(body, self.queries.common_tables(tree, ctes, None))
            outputs = self._named(query.outputs, columns)
            self._keep(Effect(query, outputs, target, creates=True, temporary=temporary, named=bool(columns)))
        elif (clone := tree.args.get("clone")) is not None:
            self._whole(clone.this, target, creates=True, temporary=temporary)
        else:
            query = Query()
            if source is not None:
                self.queries.add(source, self.queries.scope(query, ctes))
            self._keep(
                Effect(query, [Output(name, NOTHING) for name in columns], target, creates=True, temporary=temporary)
            )

    def whole(self, source: exp.Expr, target: exp.Expr) -> list[Effect]:
        """All of one table becomes all of another."""
        self.found = []
        self._whole(source, self._target(target), creates=False, temporary=False)
        return self.found

    def _whole(self, source: exp.Expr, target: tuple[str, ...] | None, *, creates: bool, temporary: bool) -> None:
        query = self.queries.query(source, {})
        self._keep(Effect(query, query.outputs, target, creates=creates, temporary=temporary))

    def _copy(self, tree: exp.Expr) -> None:
        query = Query()
        source = tree.this
        if isinstance(source, exp.Subquery):
            query = self.queries.query(source, {})
            self._keep(Effect(query, query.outputs))
        elif tree.args.get("kind"):  # into; what it loads is a file
            self._keep(Effect(query, target=self._target(source)))
        elif isinstance(source, (exp.Table, exp.Schema)):
            self.queries.add(self._table_of(source), self.queries.scope(query, {}))
            self._keep(Effect(query))

    # ── inserts ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _insert(self, tree: exp.Expr, ctes: Ctes, source: Scope | None = None) -> None:
        ctes = self.queries.common_tables(tree, ctes, None)
        body = tree.args.get("expression")
        if source is not None and isinstance(body, exp.Select):
            query = self._over(body, ctes, source)
        elif isinstance(body, exp.Expr):
            query = self.queries.query(body, ctes)
        else:
            query = Query()
        columns = identifier_names(_defined(tree.this), self.names)
        outputs = [] if isinstance(body, exp.Values) and not columns else query.outputs
        if isinstance(body, exp.Values) and not columns and any(output.sources for output in query.outputs):
            outputs = query.outputs
        outputs = self._named(outputs, columns)
        moving = _moving_partitions(self._table_of(tree.this))
        if moving and not columns and not any(output.star for output in outputs):
            names = identifier_names(moving, self.names)
            start = len(outputs) - len(names)
            outputs = [
                output._replace(name=names[place - start]) if place >= start else output
                for place, output in enumerate(outputs)
            ]
        by_name = bool(tree.args.get("by_name"))
        self._keep(
            Effect(
                query, outputs, self._target(tree.this), named=bool(columns), by_position=not columns and not by_name
            )
        )

    def _over(self, select: exp.Expr, ctes: Ctes, source: Scope) -> Query:
        """A select without a FROM, over one that was read for several."""
        query = Query()
        query.inputs.append(source.query)
        scope = self.queries.scope(query, ctes)
        scope.relations = list(source.relations)
        self.queries.read_from(select, scope)
        self.queries.select_list(select, scope)
        self.queries.clauses(select, scope)
        return query

    def _multi_insert(self, tree: exp.Expr, ctes: Ctes) -> None:
        ctes = self.queries.common_tables(tree, ctes, None)
        query = Query()
        scope = self.queries.scope(query, ctes)
        source = tree.args["source"]
        if isinstance(source, exp.Select):
            inner = self.queries.query(source, ctes)
            query.inputs.append(inner)
            scope.relations.append(Relation("", (), inner.outputs))
        else:
            self.queries.add(source, scope)
        for item in tree.expressions:
            insert = item.this if isinstance(item, exp.ConditionalInsert) else item
            if isinstance(insert.args.get("expression"), exp.Select):
                self._insert(insert, ctes, scope)
                continue
            self._one_of_many(item, insert, scope)

    def _one_of_many(self, item: exp.Expr, insert: exp.Expr, source: Scope) -> None:
        """INTO t (a) VALUES (x): x is a column of the query below; without VALUES, all of its columns in their order."""
        query = Query()
        query.inputs.append(source.query)
        scope = self.queries.scope(query, {})
        scope.relations = source.relations
        if isinstance(item, exp.ConditionalInsert):
            self.queries.collector.use(item.args.get("expression"), scope, Kind.FILTER)
        values = insert.args.get("expression")
        columns = identifier_names(_defined(insert.this), self.names)
        if isinstance(values, exp.Values):
            cells = values.expressions[0].expressions if values.expressions else []
            outputs = [Output(cell.alias_or_name, self.queries.collector.sources(cell, scope)) for cell in cells]
        else:
            outputs = [output for relation in source.relations for output in relation.outputs]
        self._keep(
            Effect(
                query,
                self._named(outputs, columns),
                self._target(insert.this),
                named=bool(columns),
                by_position=not columns,
            )
        )

    def _named(self, outputs: list[Output], columns: list[str]) -> list[Output]:
        if not columns:
            return outputs
        if any(output.star for output in outputs):
            stars = [output for output in outputs if output.star]
            if len(columns) == len(outputs) == len(stars) == 1:
                return [stars[0]]
            return outputs
        return [output._replace(name=name) for output, name in zip(outputs, columns, strict=False)]

    # ── changes ───────────────────────────────────────────────────────────────────────────────────────────────────

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
        self._keep(Effect(query, outputs, target, named=True))

    def _changed(self, node: exp.Expr, scope: Scope) -> tuple[str, ...] | None:
        """The table that changes: one of the FROM by its alias (SQL Server), else the one that is named."""
        table = self._table_of(node)
        if not isinstance(table, exp.Table):
            return None
        parts = self.names.parts(table)
        known = scope.relation(parts) if len(parts) == 1 and scope.relations else None
        if known is not None and known.parts and known.alias.lower() == parts[0].lower():
            target = known.parts
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

    def _delete(self, tree: exp.Expr, ctes: Ctes) -> None:
        ctes = self.queries.common_tables(tree, ctes, None)
        query = Query()
        scope = self.queries.scope(query, ctes)
        named = tree.args.get("tables")
        for source in tree.args.get("using") or ():
            self.queries.add(source, scope)
        if named:
            self.queries.add(tree.this, scope)
            target = self._changed(named[0], scope)
        else:
            target = self._changed(tree.this, scope)
        if (where := tree.args.get("where")) is not None:
            self.queries.collector.use(where.this, scope, Kind.FILTER)
        self._keep(Effect(query, [], target, named=True))

    def _merge(self, tree: exp.Expr, ctes: Ctes) -> None:
        ctes = self.queries.common_tables(tree, ctes, None)
        query = Query()
        outer = self.queries.scope(query, ctes)
        target = self._changed(tree.this, outer)
        inner = self.queries.scope(query, ctes, outer)  # a name without a qualifier is the source's first
        self.queries.add(tree.args["using"], inner)
        self.queries.collector.use(tree.args.get("on"), inner, Kind.JOIN)
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
            if any(isinstance(item, exp.Star) for item in action.expressions):
                yield from inner.relations[0].outputs
            else:
                yield from self._set(action.expressions, inner, outer)
        elif isinstance(action, exp.Insert):
            columns, values = action.args.get("this"), action.args.get("expression")
            if isinstance(columns, exp.Star) or (columns is None and values is None) or isinstance(values, exp.Star):
                yield from inner.relations[0].outputs
            elif values is not None:
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


def _into(tree: exp.Expr) -> exp.Expr | None:
    """SELECT … INTO, which in a union stands in its first part."""
    while isinstance(tree, (exp.SetOperation, exp.Subquery)):
        tree = tree.this
    found = tree.args.get("into")
    return found if isinstance(found, exp.Expr) and isinstance(found.args.get("this"), exp.Table) else None


def _defined(node: exp.Expr | None) -> list[exp.Expr]:
    """Names and definitions of a column list, without keys and constraints."""
    if not isinstance(node, exp.Schema):
        return []
    return [item for item in node.expressions if isinstance(item, (exp.Identifier, exp.ColumnDef, exp.Column))]


def _moving_partitions(table: exp.Expr) -> list[exp.Expr]:
    """Partition columns whose values come with the rows: the last columns of the query."""
    partition = table.args.get("partition")
    if not isinstance(partition, exp.Partition):
        return []
    return [item for item in partition.expressions if isinstance(item, exp.Column)]
