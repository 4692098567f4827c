"""FROM and JOIN: tables, subqueries, functions and what hangs on them, as relations of a scope."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any

from sqlglot import exp

from lineage.sql.expressions import Collector
from lineage.sql.kinds import NOTHING, Kind, Sources, add
from lineage.sql.names import Names
from lineage.sql.pivots import matched, pivoted
from lineage.sql.relations import STAR, Output, Query, Relation, Star, renamed
from lineage.sql.relations import table as relation_of
from lineage.sql.scopes import Scope, identifier_names, merged_column
from lineage.sql.stars import FLATTENED, MAYBE, columns_of
from lineage.sql.variables import OF_TRIGGERS

Ctes = Mapping[str, Query]
# (parts as written, alias) -> the relation, and what is read: a table, or the query behind a temporary one
Tables = Callable[[tuple[str, ...], str], tuple[Relation, str | Query]]

HALF_JOINS = {"SEMI", "ANTI"}
AS_IT_IS = (exp.Final, exp.Stream)  # the same rows, read in another way
FILE_FORMATS = {"parquet", "json", "csv", "orc", "avro", "text", "delta", "binaryfile", "iceberg"}


class FromClause(ABC):
    """Puts what stands in a FROM into a scope, in its order: a lateral item sees those before it."""

    def __init__(self, names: Names, tables: Tables) -> None:
        self.names = names
        self._tables = tables
        self.collector = Collector(self._nested)

    @abstractmethod
    def query(self, node: exp.Expr, ctes: Ctes, parent: Scope | None = None) -> Query: ...

    @abstractmethod
    def common_tables(self, node: exp.Expr, ctes: Ctes, parent: Scope | None) -> Ctes: ...

    def _nested(self, node: exp.Expr, scope: Scope) -> Sources:
        """A query inside an expression: all that it selects."""
        found = self.query(node, scope.ctes, scope)
        scope.query.inputs.append(found)
        into: Sources = {}
        for output in found.outputs:
            add(into, output.sources, Kind.IDENTITY)
        return into

    def read_from(self, node: exp.Expr, scope: Scope) -> None:
        """All of a select's FROM."""
        args = node.args
        source = args.get("from_")
        if source is not None:
            self.add(source.this, scope)
        if (match := args.get("match")) is not None:
            scope.relations = [matched(scope.relations, match, scope, self.collector)]
        for lateral in args.get("laterals") or ():
            self.add(lateral, scope)
        self._joined(args.get("joins"), scope)
        for pivot in args.get("pivots") or ():
            scope.relations = [pivoted(relation, pivot, scope, self.collector) for relation in scope.relations]

    def add(self, node: exp.Expr, scope: Scope) -> None:
        """One item of a FROM, with the joins that hang on it."""
        before = len(scope.relations)
        self._add(node, scope)
        for pivot in node.args.get("pivots") or ():
            scope.relations[before:] = [
                pivoted(relation, pivot, scope, self.collector) for relation in scope.relations[before:]
            ]
        for lateral in node.args.get("laterals") or ():
            self.add(lateral, scope)
        self._joined(node.args.get("joins"), scope)

    def _add(self, node: exp.Expr, scope: Scope) -> None:
        alias, columns = self.alias_of(node)
        if isinstance(node, exp.Table):
            self._table(node, alias, columns, scope)
        elif isinstance(node, (exp.Subquery, exp.Paren)):
            self._subquery(node, alias, columns, scope)
        elif isinstance(node, exp.Lateral) and isinstance(node.this, (exp.Subquery, exp.Query)):
            self._derived(node.this, alias, columns, scope, scope)
        elif isinstance(node, exp.Query):
            self._derived(node, alias, columns, scope, scope.parent)
        elif isinstance(node, exp.Values):
            self._derived(node, alias, columns, scope, scope)
        elif isinstance(node, AS_IT_IS):
            self.add(node.this, scope)
        else:
            self._function(node, alias, columns, scope)

    def _over_tables(self, node: exp.Expr, alias: str, columns: list[str], scope: Scope) -> bool:
        """A function that is given whole tables passes their columns on, and may add some of its own."""
        tables = _tables_of(node) if isinstance(node.this, exp.Func) else []
        if not tables:
            return False
        inner = Scope(self.names, scope.query, scope.ctes, scope)
        for table in tables:
            self.add(table, inner)
        outputs = list(columns_of(inner.relations))
        if not any(output.star for output in outputs):
            made = Star((), frozenset(), frozenset(source for output in outputs for source in output.sources))
            outputs.append(Output(STAR, made.all(), made))
        scope.relations.append(Relation(alias, (), renamed(outputs, columns) if columns else outputs))
        return True

    def alias_of(self, node: exp.Expr) -> tuple[str, list[str]]:
        alias = node.args.get("alias")
        if isinstance(node, exp.AtIndex):  # Redshift's FROM t, t.items AS i AT place
            return self.alias_of(node.this)
        if alias is None:
            return "", []
        if isinstance(alias, exp.Identifier):
            return self.names.column(alias), []
        name = alias.args.get("this")
        columns = identifier_names(alias.args.get("columns") or [], self.names)
        return (self.names.column(name) if isinstance(name, exp.Expr) else ""), columns

    def _table(self, node: exp.Table, alias: str, columns: list[str], scope: Scope) -> None:
        this = node.this
        if isinstance(this, exp.SemanticView):
            self._semantic(this, alias, scope)
            return
        file = file_of(node)
        if file or not isinstance(this, (exp.Identifier, exp.Dot)):
            if file:
                scope.query.tables[file] = None
            if file and isinstance(this, exp.Identifier):
                scope.relations.append(relation_of(alias or file, (file,), file, None))
                return
            self._function(node, alias, columns, scope)
            return
        parts = self.names.parts(node)
        if not parts:
            return
        common = scope.ctes.get(parts[0].lower()) if len(parts) == 1 else None
        if common is not None:
            scope.query.inputs.append(common)
            outputs = renamed(common.outputs, columns) if columns else common.outputs
            scope.relations.append(Relation(alias or parts[0], (), outputs))
            return
        row = self.names.rows.get(parts[0].lower()) if self.names.rows and len(parts) == 1 else None
        if row is not None and row.alias in OF_TRIGGERS and row.outputs:
            scope.query.tables |= {table: None for output in row.outputs for table, _ in output.sources if table}
            scope.relations.append(Relation(alias or parts[0], (), row.outputs))
            return
        if self._is_field(parts, scope):
            self._unnested(node, alias, columns, scope)
            return
        relation, read = self._tables(parts, alias or parts[-1])
        if isinstance(read, Query):
            scope.query.inputs.append(read)
        else:
            scope.query.tables[read] = None
        if columns:
            relation = Relation(relation.alias, relation.parts, renamed(relation.outputs, columns))
        scope.relations.append(relation)

    def _semantic(self, node: exp.Expr, alias: str, scope: Scope) -> None:
        """SEMANTIC_VIEW (v METRICS … DIMENSIONS …): each is a column of the view, or made of some."""
        inner = Scope(self.names, scope.query, scope.ctes, None)
        self.add(node.this, inner)
        outputs = []
        for key in ("dimensions", "metrics", "facts"):
            for item in node.args.get(key) or ():
                name = self.names.fold(item.alias_or_name)
                outputs.append(Output(name, self.collector.sources(item, inner)))
        self.collector.use(node.args.get("where"), inner, Kind.FILTER)
        relation = Relation(alias, (), outputs)
        relation.stars = list(inner.relations[0].stars)  # what it does not list is one of the view's own, if anything
        scope.relations.append(relation)

    def _is_field(self, parts: tuple[str, ...], scope: Scope) -> bool:
        """BigQuery's FROM t, t.items: an array of a relation before it."""
        if len(parts) < 2 or self.names.dialect != "bigquery":
            return False
        return any(relation.alias.lower() == parts[0].lower() for relation in scope.relations)

    def _unnested(self, node: exp.Table, alias: str, columns: list[str], scope: Scope) -> None:
        parts = node.parts
        column = exp.Column(this=parts[1].copy(), table=parts[0].copy())
        sources: Sources = {}
        self.collector.collect(column, scope, Kind.TRANSFORMATION, sources)
        name = alias or parts[-1].name
        scope.relations.append(
            Relation(name, (), [Output(column, sources) for column in columns or [name]], anything=sources)
        )

    def _subquery(self, node: exp.Expr, alias: str, columns: list[str], scope: Scope) -> None:
        inner = node.this
        if isinstance(inner, exp.Table) or _is_join_group(inner):
            before = len(scope.relations)
            self.add(inner, scope)
            if alias:
                outputs = list(columns_of(scope.relations[before:]))
                scope.relations[before:] = [Relation(alias, (), renamed(outputs, columns) if columns else outputs)]
            return
        self._derived(node, alias, columns, scope, scope.parent)

    def _derived(self, node: exp.Expr, alias: str, columns: list[str], scope: Scope, parent: Scope | None) -> None:
        inner = node.this if isinstance(node, exp.Subquery) else node
        ctes = self.common_tables(node, scope.ctes, parent) if inner is not node else scope.ctes
        found = self.query(inner, ctes, parent)
        scope.query.inputs.append(found)
        outputs = renamed(found.outputs, columns) if columns else found.outputs
        scope.relations.append(Relation(alias, (), outputs))

    def _function(self, node: exp.Expr, alias: str, columns: list[str], scope: Scope) -> None:
        """Rows out of a function: each column comes from its arguments."""
        if self._over_tables(node, alias, columns, scope):
            return
        each: list[Sources] = []
        for argument in _arguments(node):
            into: Sources = {}
            self.collector.collect(argument, scope, Kind.TRANSFORMATION, into)
            each.append(into)
        anything: Sources = {}
        for sources in each:
            add(anything, sources, Kind.IDENTITY)
        if not columns and self.names.dialect == "snowflake" and node.find(exp.Explode) is not None:
            columns = [self.names.fold(name) for name in FLATTENED]
        if len(each) == len(columns) and len(each) > 1:
            outputs = [Output(name, sources) for name, sources in zip(columns, each, strict=True)]
        else:
            outputs = [Output(name, anything) for name in columns]
        offset = _offset(node)
        if isinstance(offset, exp.Identifier):
            outputs.append(Output(self.names.column(offset), NOTHING))
        name = alias or (columns[0] if len(columns) == 1 else "")
        named = bool(columns) or isinstance(node, exp.Lateral)
        relation = Relation(
            name,
            (),
            outputs if columns else [*(Output(maybe, anything) for maybe in MAYBE), *outputs],
            anything=None if named and anything == {} else anything,
        )
        relation.open = not columns
        scope.relations.append(relation)

    def _joined(self, joins: list[Any] | None, scope: Scope) -> None:
        for join in joins or ():
            before = len(scope.relations)
            args = join.args
            for item in (join.this, *join.expressions):  # ClickHouse's ARRAY JOIN has several
                self.add(item, scope)
            added = scope.relations[before:]
            half = args.get("kind") in HALF_JOINS or args.get("side") in HALF_JOINS
            if half and args.get("using"):
                self._half([self.names.fold(item.name) for item in args["using"]], scope)
            elif args.get("using"):
                self._using([item.name for item in args["using"]], before, added, scope)
            elif args.get("method") == "NATURAL" and added and before:
                shared = [name for name in added[0].columns if scope.relations[0].find(name) is not None]
                self._using(list(dict.fromkeys(name.lower() for name in shared)), before, added, scope)
            self.collector.use(args.get("on"), scope, Kind.JOIN)
            self.collector.use(args.get("match_condition"), scope, Kind.JOIN)
            for relation in added if half else ():
                relation.hidden = True

    def _half(self, columns: list[str], scope: Scope) -> None:
        """USING of a semi join: nothing of the other side gets into a row."""
        for name in columns:
            for relation in scope.relations:
                scope.use(relation.find(name) or relation.guess(name) or NOTHING, Kind.JOIN)

    def _using(self, columns: list[str], before: int, added: list[Relation], scope: Scope) -> None:
        for name in columns if added else ():
            folded = self.names.fold(name)
            merged_column(scope.relations[:before], added[0], folded)
            scope.use(added[0].merged.get(folded.lower(), NOTHING), Kind.JOIN)


def _arguments(node: exp.Expr) -> list[exp.Expr]:
    inner = node.this if isinstance(node, exp.Lateral) and isinstance(node.this, exp.Unnest) else node
    if isinstance(inner, exp.Unnest):
        return list(inner.expressions)
    if isinstance(inner.this, exp.Func) and isinstance(node, exp.Table):
        for option in inner.this.expressions:
            if isinstance(option, exp.EQ):  # DuckDB's read_csv('x', header = true): the name is none of a column
                option.replace(option.expression)
    return [inner.this] if isinstance(inner.this, exp.Expr) else []


def _offset(node: exp.Expr) -> object:
    """What the number of each element is called."""
    if isinstance(node, exp.AtIndex):
        return node.expression
    return node.args.get("offset") or (node.this.args.get("offset") if isinstance(node.this, exp.Unnest) else None)


def _tables_of(item: exp.Expr) -> list[exp.Expr]:
    """f(TABLE t), f(input => TABLE (t)), ML.PREDICT(MODEL m, (SELECT …)); elsewhere a query in parentheses is one value."""
    found: list[exp.Expr] = []
    of_models = isinstance(folder := item.args.get("db"), exp.Identifier) and folder.name.lower() in {"ml", "ai"}
    for node in item.this.walk(prune=lambda inner: isinstance(inner, (exp.Query, exp.Table))):
        if isinstance(node, exp.Table) and node.arg_key == "this" and isinstance(node.parent, exp.Func):
            if node.parent.args.get("expression") is None:  # else it is a model
                found.append(node)
        elif isinstance(node, exp.Table) or (of_models and isinstance(node, exp.Query)):
            found.append(node)
        elif isinstance(node, exp.Anonymous) and node.name.upper() == "TABLE":
            of_one = len(node.expressions) == 1 and type(inner := node.expressions[0]) is exp.Column
            if of_one:
                found.append(exp.Table(this=inner.this, db=inner.args.get("table"), catalog=inner.args.get("db")))
    return found


def _is_join_group(node: exp.Expr) -> bool:
    """(a JOIN b), or ((SELECT …) AS a): no query, only parentheses."""
    while isinstance(node, exp.Subquery):
        if node.args.get("joins") or node.args.get("alias"):
            return True
        node = node.this
    return isinstance(node, exp.Table)


def file_of(node: exp.Expr | None) -> str:
    """The place of a file or a stage that stands where a table could; empty for a table."""
    if isinstance(node, exp.Literal):
        return node.name
    if not isinstance(node, exp.Table):
        return ""
    this = node.this
    if isinstance(this, (exp.Var, exp.Literal)):
        return this.name
    folder = node.args.get("db")
    named = folder is not None and folder.name.lower() in FILE_FORMATS and "/" in node.name
    return node.name if named else ""
