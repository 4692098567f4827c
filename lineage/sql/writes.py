"""Statements that write: which column of the target each expression ends in."""

from __future__ import annotations

from sqlglot import exp

from lineage.sql.changes import Changes, Effect
from lineage.sql.fromclause import Ctes, file_of
from lineage.sql.kinds import NOTHING, Kind
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

INTO_VARIABLES = {"oracle", "mysql", "singlestore", "snowflake"}  # SELECT … INTO makes no table there


class Writes(Changes):
    """Resolves one statement into its effects."""

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
        self._resolve(tree, ctes)
        returning = tree.args.get("returning")
        if returning is not None and isinstance(into := returning.args.get("into"), exp.Identifier) and self.found:
            self._logged(returning, into, self.found[-1].target, ctes)

    def _logged(self, returning: exp.Expr, into: exp.Expr, changed: tuple[str, ...] | None, ctes: Ctes) -> None:
        """SQL Server's OUTPUT … INTO: the rows that were changed go to another table, too."""
        name, _, columns = into.name.rstrip(")").partition("(")
        query = Query()
        scope = self.queries.scope(query, ctes)
        for alias in ("inserted", "deleted") if changed is not None else ():
            self.queries.add(_named_table(changed or (), alias), scope)
        self.queries.select_list(returning, scope)
        names = [self.names.fold(column.strip(" []")) for column in columns.split(",") if column.strip()]
        target = self._target(_named_table(tuple(name.strip().split("."))))
        self._keep(Effect(query, self._named(query.outputs, names), target, named=bool(names), by_position=not names))

    def _resolve(self, tree: exp.Expr, ctes: Ctes) -> None:
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
        elif isinstance(tree, exp.Cache):
            self._cache(tree, ctes)
        elif isinstance(tree, exp.LoadData):
            self._load(tree)
        elif isinstance(tree, exp.Exists):  # only read, by a loop
            self._keep(Effect(self.queries.query(tree.this, ctes)))
        elif isinstance(tree, exp.Export):
            self._shown(tree.this, ctes)
        elif isinstance(tree, (exp.Query, exp.Pivot)):
            self._shown(tree, ctes)
        elif isinstance(tree, exp.TruncateTable):
            for table in tree.expressions:
                self._keep(Effect(Query(), target=self._target(table)))

    # ── queries ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _shown(self, tree: exp.Expr, ctes: Ctes) -> None:
        query = self.queries.query(tree, ctes)
        into = _into(tree)
        if into is None or self.names.dialect in INTO_VARIABLES:
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
        # MySQL puts the query's columns behind those that the statement defines
        columns = (
            []
            if self.names.dialect == "mysql" and kind == "TABLE"
            else identifier_names(_defined(tree.this), self.names)
        )
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
            outputs = [Output(name, NOTHING) for name in columns]
            self._keep(Effect(query, outputs, target, creates=True, temporary=temporary, declared=not temporary))

    def _cache(self, tree: exp.Expr, ctes: Ctes) -> None:
        """Spark's CACHE TABLE c AS SELECT …: a temporary view."""
        body = tree.args.get("expression")
        if isinstance(body, exp.Query):
            query = self.queries.query(body, ctes)
            self._keep(Effect(query, query.outputs, self._target(tree.this), creates=True, temporary=True))

    def whole(self, source: exp.Expr, target: exp.Expr) -> list[Effect]:
        """All of one table becomes all of another."""
        self.found = []
        self._whole(source, self._target(target), creates=False, temporary=False)
        return self.found

    def _whole(self, source: exp.Expr, target: tuple[str, ...] | None, *, creates: bool, temporary: bool) -> None:
        query = self.queries.query(source, {})
        self._keep(Effect(query, query.outputs, target, creates=creates, temporary=temporary))

    def _copy(self, tree: exp.Expr) -> None:
        """Between tables and files; of a file's columns nobody knows."""
        if not tree.args.get("kind"):
            self._unload(tree)
            return
        query = Query()
        outputs: list[Output] = []
        scope = self.queries.scope(query, {})
        for source in tree.args.get("files") or ():
            if isinstance(source, exp.Subquery):
                inner = self.queries.query(source, {})
                query.inputs.append(inner)
                outputs = self._named(inner.outputs, identifier_names(_defined(tree.this), self.names))
            elif isinstance(source, exp.Table):
                self.queries.add(source, scope)
            elif file := file_of(source):
                query.tables[file] = None
        self._keep(Effect(query, outputs, self._target(tree.this)))

    def _unload(self, tree: exp.Expr) -> None:
        """COPY … TO: the other way round."""
        place = next((file for source in tree.args.get("files") or () if (file := file_of(source))), None)
        source = tree.this.this if isinstance(tree.this, exp.Schema) else tree.this
        wanted = {name.lower() for name in identifier_names(_defined(tree.this), self.names)}
        query = self.queries.query(source, {})
        outputs = [output for output in query.outputs if not wanted or output.star or output.name.lower() in wanted]
        self._keep(Effect(query, outputs, (place,) if place else None))

    def _load(self, tree: exp.Expr) -> None:
        query = Query()
        if file := file_of(tree.args.get("inpath")):
            query.tables[file] = None
        self._keep(Effect(query, target=self._target(tree.this)))

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
        columns = identifier_names(_defined(tree.this) or _behind_alias(tree.this), self.names)
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
                query,
                outputs,
                self._target(tree.this),
                named=bool(columns),
                by_position=not columns and not by_name,
                fixed=_fixed_partitions(self._table_of(tree.this)),
            )
        )
        conflict = tree.args.get("conflict")
        if isinstance(conflict, exp.Expr) and conflict.expressions:
            self._upsert(conflict, self._table_of(tree.this), outputs, tree.args["expression"], ctes)

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


def _named_table(parts: tuple[str, ...], alias: str = "") -> exp.Expr:
    names = [exp.to_identifier(part, quoted=True) for part in reversed(parts)]
    table = exp.Table(**dict(zip(("this", "db", "catalog"), names, strict=False)))
    return table.as_(alias, table=True) if alias else table


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


def _behind_alias(node: exp.Expr | None) -> list[exp.Expr]:
    """INSERT INTO t AS x (a): the columns are the table's, not the alias's."""
    alias = node.args.get("alias") if isinstance(node, exp.Table) else None
    return list(alias.args.pop("columns", None) or ()) if isinstance(alias, exp.TableAlias) else []


def _fixed_partitions(table: exp.Expr) -> frozenset[str]:
    """Partition columns whose value stands in the statement."""
    partition = table.args.get("partition")
    if not isinstance(partition, exp.Partition):
        return frozenset()
    return frozenset(item.this.name.lower() for item in partition.expressions if isinstance(item, exp.EQ))


def _moving_partitions(table: exp.Expr) -> list[exp.Expr]:
    """Partition columns whose values come with the rows: the last columns of the query."""
    partition = table.args.get("partition")
    if not isinstance(partition, exp.Partition):
        return []
    return [item for item in partition.expressions if isinstance(item, exp.Column)]
