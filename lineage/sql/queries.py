"""One walk over a query, from the inside out: each select is resolved once, for all of its columns."""

from __future__ import annotations

from collections.abc import Callable, Collection

from sqlglot import exp

from lineage.sql.fromclause import Ctes, Tables
from lineage.sql.kinds import Kind, Sources
from lineage.sql.names import SELF_READING, Names
from lineage.sql.pivots import told_apart
from lineage.sql.relations import Output, Query, Relation, named_alike, renamed, united
from lineage.sql.scopes import Scope, identifier_names
from lineage.sql.selectlists import SelectLists

PASSES_OF_RECURSION = 3


class Queries(SelectLists):
    """Resolves the queries of one statement."""

    def __init__(
        self,
        names: Names,
        tables: Tables,
        written: Callable[[exp.Expr, Ctes], list[Output]],
        inlined: Collection[str] = (),
    ) -> None:
        super().__init__(names, tables)
        self._inlined = inlined  # common tables that are told as tables, in lower case
        self._written = written  # a statement that writes, as a common table: what it returns

    def query(self, node: exp.Expr, ctes: Ctes, parent: Scope | None = None) -> Query:
        """Any query, with or without parentheses."""
        while isinstance(node, (exp.Subquery, exp.Paren)) and not _has_clauses(node):
            node = node.this
        ctes = self.common_tables(node, ctes, parent)
        if isinstance(node, exp.SetOperation):
            return self._united(node, ctes, parent)
        if isinstance(node, exp.Values):
            return self._values(node, ctes, parent)
        if isinstance(node, exp.Select):
            return self._select(node, ctes, parent)
        if isinstance(node, exp.Pivot):
            return self._turned(node, ctes, parent)
        return self._around(node, ctes, parent)

    def scope(self, query: Query, ctes: Ctes, parent: Scope | None = None) -> Scope:
        return Scope(self.names, query, ctes, parent)

    def common_tables(self, node: exp.Expr, ctes: Ctes, parent: Scope | None) -> Ctes:
        """With those of its WITH; each sees the ones before it."""
        clause = node.args.get("with_")
        if clause is None:
            return ctes
        known = dict(ctes)
        recursive = bool(clause.args.get("recursive"))
        for common in clause.expressions:
            alias = common.args["alias"]
            name = self.names.column(alias.this).lower()
            if name in self._inlined or common.args.get("scalar"):
                continue
            known[name] = self._common(common, name, alias, known, parent, recursive)
        return known

    def _common(
        self,
        common: exp.Expr,
        name: str,
        alias: exp.Expr,
        known: dict[str, Query],
        parent: Scope | None,
        recursive: bool,
    ) -> Query:
        body = common.this
        columns = identifier_names(alias.args.get("columns") or [], self.names)
        if not isinstance(body, (exp.Query, exp.Pivot)):
            found = Query()
            found.outputs = self._written(body, known) if isinstance(body, exp.DML) else []
            return found
        if (recursive or self.names.dialect in SELF_READING) and (anchor := _anchor(body, name)) is not None:
            return self._recursive(body, anchor, name, columns, known, parent)
        found = self.query(body, known, parent)
        if columns:
            found.outputs = renamed(found.outputs, columns)
        return found

    def _recursive(
        self,
        body: exp.Expr,
        anchor: exp.Expr,
        name: str,
        columns: list[str],
        known: dict[str, Query],
        parent: Scope | None,
    ) -> Query:
        inner = {**known, **self.common_tables(body, known, parent)}
        found = self.query(anchor, inner, parent)
        for _ in range(PASSES_OF_RECURSION):
            found.outputs = renamed(found.outputs, columns) if columns else found.outputs
            before = found.outputs
            found = self.query(body, {**inner, name: found}, parent)
            if [output.sources for output in found.outputs] == [output.sources for output in before]:
                break
        found.outputs = renamed(found.outputs, columns) if columns else found.outputs
        return found

    def _united(self, node: exp.Expr, ctes: Ctes, parent: Scope | None) -> Query:
        """Set operations lean to the left, thousands deep: one list, without recursion."""
        parts: list[exp.Expr] = []
        top = node
        while True:
            parts.append(node)
            node = node.this
            while isinstance(node, exp.Subquery) and not _has_clauses(node):
                node = node.this
            if not isinstance(node, exp.SetOperation) or node.args.get("with_"):
                break
        result = Query()
        first = self.query(node, ctes, parent)
        result.inputs.append(first)
        outputs = first.outputs
        scope = self.scope(result, ctes, parent)
        for part in reversed(parts):
            other = self.query(part.expression, ctes, parent)
            result.inputs.append(other)
            if isinstance(part, exp.Except):
                for output in other.outputs:
                    scope.use(output.sources, Kind.FILTER)
            else:
                outputs = _combined(part, outputs, other.outputs)
        result.outputs = outputs
        scope.relations.append(Relation("", (), outputs))
        self._ordered(top, scope)
        return result

    def _values(self, node: exp.Expr, ctes: Ctes, parent: Scope | None) -> Query:
        result = Query()
        scope = self.scope(result, ctes, parent)
        columns: list[Sources] = []
        for row in node.expressions:
            cells = row.expressions if isinstance(row, exp.Tuple) else [row]
            for place, cell in enumerate(cells):
                while len(columns) <= place:
                    columns.append({})
                if type(cell) is not exp.Literal:
                    self.collector.collect(cell, scope, Kind.IDENTITY, columns[place])
        result.outputs = [Output(f"column{place}", sources) for place, sources in enumerate(columns, 1)]
        alias = node.args.get("alias")
        if alias is not None and (names := identifier_names(alias.args.get("columns") or [], self.names)):
            result.outputs = renamed(result.outputs, names)
        return result

    def _turned(self, node: exp.Expr, ctes: Ctes, parent: Scope | None) -> Query:
        """DuckDB's PIVOT and UNPIVOT as statements."""
        result = Query()
        scope = self.scope(result, ctes, parent)
        self.add(node.this, scope)
        result.outputs = told_apart(node, scope, self.collector)
        return result

    def _around(self, node: exp.Expr, ctes: Ctes, parent: Scope | None) -> Query:
        """A table or parentheses with joins or an order, as a query: all of their columns."""
        result = Query()
        scope = self.scope(result, ctes, parent)
        self.add(node, scope)
        result.outputs = [output for relation in scope.relations for output in relation.outputs]
        self._ordered(node, scope)
        return result

    # ── one select ────────────────────────────────────────────────────────────────────────────────────────────────

    def _select(self, node: exp.Expr, ctes: Ctes, parent: Scope | None) -> Query:
        result = Query()
        scope = self.scope(result, ctes, parent)
        self.read_from(node, scope)
        if (clause := node.args.get("with_")) is not None:
            for common in clause.expressions:
                if common.args.get("scalar"):  # ClickHouse's WITH a + 1 AS b: a name for a value, not for a table
                    name = self.names.column(common.args["alias"].this).lower()
                    scope.aliases[name] = self.collector.sources(common.this, scope)
        self.select_list(node, scope)
        self.clauses(node, scope)
        return result

    def clauses(self, node: exp.Expr, scope: Scope) -> None:
        args = node.args
        use = self.collector.use
        for key in ("prewhere", "where", "having", "qualify"):
            if (clause := args.get(key)) is not None:
                use(clause.this, scope, Kind.FILTER)
        if (group := args.get("group")) is not None:
            for key, items in group.args.items():
                for item in items if isinstance(items, list) else ():
                    if isinstance(item, exp.Expr):
                        self._placed(item, scope, Kind.GROUP_BY)
                del key
        if (distinct := args.get("distinct")) is not None and distinct.args.get("on") is not None:
            use(distinct.args["on"], scope, Kind.GROUP_BY)
        if (connect := args.get("connect")) is not None:
            use(connect.args.get("start"), scope, Kind.FILTER)
            use(connect.args.get("connect"), scope, Kind.JOIN)
        self._ordered(node, scope)

    def _ordered(self, node: exp.Expr, scope: Scope) -> None:
        for key in ("order", "sort", "cluster", "distribute"):
            if (clause := node.args.get(key)) is not None:
                for item in clause.expressions:
                    self._placed(item.this if isinstance(item, exp.Ordered) else item, scope, Kind.ORDER_BY)

    def _placed(self, item: exp.Expr, scope: Scope, kind: Kind) -> None:
        """An item of GROUP BY or ORDER BY: an expression, a place in the select list, or its alias."""
        if isinstance(item, exp.Literal):
            outputs = scope.query.outputs
            place = int(item.this) - 1 if not item.is_string and str(item.this).isdigit() else -1
            if 0 <= place < len(outputs) and not any(output.star for output in outputs[: place + 1]):
                scope.use(outputs[place].sources, kind)
            return
        if kind is Kind.ORDER_BY and type(item) is exp.Column and item.args.get("table") is None:
            alias = scope.aliases.get(item.name.lower())
            if alias is not None:
                scope.use(alias, kind)
                return
        self.collector.use(item, scope, kind)


def _has_clauses(node: exp.Expr) -> bool:
    args = node.args
    return any(
        args.get(key) for key in ("with_", "joins", "pivots", "order", "laterals", "alias", "sample")
    ) or not isinstance(args.get("this"), (exp.Query, exp.Paren))


def _anchor(body: exp.Expr, name: str) -> exp.Expr | None:
    """The first part of a set operation, where a later one reads the common table ``name`` itself."""
    node = body
    while isinstance(node, exp.Subquery) and isinstance(node.this, exp.Query):
        node = node.this
    if not isinstance(node, exp.SetOperation):
        return None
    first: exp.Expr = node.this
    while isinstance(first, exp.SetOperation):
        first = first.this

    def reads(part: exp.Expr) -> bool:
        return any(table.name.lower() == name and not table.args.get("db") for table in part.find_all(exp.Table))

    return first if reads(node) and not reads(first) else None


def _combined(node: exp.Expr, left: list[Output], right: list[Output]) -> list[Output]:
    args = node.args
    if not args.get("by_name") or any(output.star for output in (*left, *right)):
        return united(left, right)
    columns = {column.name.lower() for column in args.get("on") or ()}
    return named_alike(left, right, str(args.get("side") or args.get("kind") or "").upper(), columns)
