"""A select list: which columns it gives, by which names."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from lineage.sql.fromclause import FromClause, Tables
from lineage.sql.kinds import Kind, Sources
from lineage.sql.names import LATERAL_ALIASES, Names
from lineage.sql.relations import STAR, Output, Relation, Star
from lineage.sql.scopes import Scope, identifier_names
from lineage.sql.stars import columns_of, condition, is_star, kept, like, picked, renamed_by

TOO_LONG = 200  # nodes of an expression that still lends its text to a column without a name
# rows out of an array, in the select list itself: what their columns are called
EXPLODED: dict[type[exp.Expr], tuple[str, ...]] = {
    exp.Explode: ("col",),
    exp.ExplodeOuter: ("col",),
    exp.Posexplode: ("pos", "col"),
    exp.PosexplodeOuter: ("pos", "col"),
}
WITH_EXPLODED = {"spark", "spark2", "databricks", "hive"}
WITH_PATTERNS = {"duckdb", "clickhouse"}  # a pattern may stand for columns


class SelectLists(FromClause):
    """Resolves the items of a select list, one by one: each may use the aliases before it."""

    def __init__(self, names: Names, tables: Tables) -> None:
        super().__init__(names, tables)
        self._lateral = names.dialect in LATERAL_ALIASES
        self._patterns = names.dialect in WITH_PATTERNS

    def select_list(self, node: exp.Expr, scope: Scope) -> None:
        scope.lateral = self._lateral
        outputs = scope.query.outputs
        for window in node.args.get("windows") or ():
            scope.windows[window.this.name.lower()] = window
        for item in node.expressions:
            chosen = self._chosen(item, scope) if self._patterns and type(item) is not exp.Column else None
            for output in self._item(item, scope) if chosen is None else chosen:
                outputs.append(output)
                if not output.star:
                    scope.aliases.setdefault(output.name.lower(), output.sources)

    def _item(self, item: exp.Expr, scope: Scope) -> Iterator[Output]:
        kind = type(item)
        if kind is exp.Column:
            name = item.args["this"]
            if isinstance(name, exp.Star):
                yield from self._all_of(item, name, scope)
            elif isinstance(name, exp.Identifier):
                yield Output(self.names.column(name), scope.column(item))
            else:
                yield Output(item.name or name.sql(self.names.dialect), scope.column(item))
        elif kind is exp.Alias:
            yield self._aliased(item, scope)
        elif kind is exp.Star:
            yield from self._expanded(scope.relations, item, scope)
        elif isinstance(item, exp.Aliases):
            sources = self.collector.sources(item.this, scope)
            for name in item.aliases:
                yield Output(self.names.column(name), sources)
        elif kind in EXPLODED and self.names.dialect in WITH_EXPLODED:
            sources = self.collector.sources(item, scope)
            for each in EXPLODED[kind]:
                yield Output(each, sources)
        elif isinstance(item, exp.QueryTransform) and isinstance(schema := item.args.get("schema"), exp.Schema):
            sources = self.collector.sources(exp.Tuple(expressions=item.expressions), scope)
            for name in identifier_names(schema.expressions, self.names):
                yield Output(name, sources)
        elif isinstance(item, exp.Dot) and isinstance(item.expression, exp.Star):
            sources = self.collector.sources(item.this, scope)
            yield Output(STAR, sources)
        else:
            yield Output(self._text(item, len(scope.query.outputs)), self.collector.sources(item, scope))

    def _chosen(self, item: exp.Expr, scope: Scope) -> Iterator[Output] | None:
        """Several columns, where a pattern says which; None where there is none in it."""
        if isinstance(item, exp.Apply) and (is_star(item.this) or isinstance(item.this, exp.Columns)):
            return self._applied(item, scope)
        if (wanted := condition(item)) is not None:
            star = item.this.this if isinstance(item, exp.Not) else item.this
            return iter(kept(list(self._item(star, scope)), wanted))
        columns = item.find(exp.Columns)
        return None if columns is None or columns.args.get("unpack") else self._each(item, columns, scope)

    def _each(self, item: exp.Expr, columns: exp.Expr, scope: Scope) -> Iterator[Output]:
        """max(COLUMNS (…)): the expression once for each column."""
        alias = item.alias if isinstance(item, exp.Alias) else ""
        pattern = columns.this.name if isinstance(columns.this, exp.Literal) else ".*"
        for output in picked(columns, scope.relations):
            scope.each = output.sources
            sources = self.collector.sources(item.unalias(), scope)
            if output.star is not None:
                yield Output(STAR, sources, output.star if item is columns else Star((), made_of=frozenset(sources)))
            else:
                yield Output(renamed_by(pattern, alias, output.name) if alias else output.name, sources)
        scope.each = None

    def _applied(self, item: exp.Expr, scope: Scope) -> Iterator[Output]:
        """* APPLY (sum): of each column, one that is called after both."""
        function = item.expression.name or "apply"
        of_star = is_star(item.this)
        outputs = list(self._item(item.this, scope)) if of_star else picked(item.this, scope.relations)
        for output in outputs:
            scope.each = output.sources
            sources = self.collector.sources(exp.func(function, exp.Columns(this=exp.Star())), scope)
            star = output.star and Star((), made_of=frozenset(sources))
            yield Output(STAR if star else f"{function}({output.name})", sources, star)
        scope.each = None

    def _aliased(self, item: exp.Expr, scope: Scope) -> Output:
        alias = item.args["alias"]
        inner = item.this
        name = self.names.column(alias) if isinstance(alias, exp.Identifier) else item.alias
        sources = self.collector.sources(inner, scope)
        if self._lateral and (lowered := name.lower()) in scope.asked and lowered not in scope.aliases:
            scope.direct.add(lowered)  # it was read before this alias came up, so there is such a column
        return Output(name, sources)

    def _all_of(self, item: exp.Expr, star: exp.Expr, scope: Scope) -> Iterator[Output]:
        """t.*, or all fields of a struct."""
        parts = tuple(self.names.column(item.args[key]) for key in ("catalog", "db", "table") if item.args.get(key))
        relation = scope.relation(parts)
        if relation is not None:
            yield from self._expanded([relation], star, scope)
            return
        path = [item.args[key].copy() for key in ("table", "db", "catalog") if item.args.get(key)]
        sources = scope.column(exp.Column(**dict(zip(("this", "table", "db"), path, strict=False))))
        yield Output(STAR, {source: Kind.TRANSFORMATION for source in sources if source[0]})

    def _expanded(self, relations: list[Relation], star: exp.Expr, scope: Scope) -> Iterator[Output]:
        args = star.args
        outputs = columns_of(relations)
        if (pattern := args.get("ilike")) is not None:
            outputs = iter(kept(list(outputs), like(pattern.name)))
        if not (args.get("except_") or args.get("replace") or args.get("rename")):
            yield from outputs
            return
        without = {item.name.lower() for item in args.get("except_") or () if not item.args.get("table")}
        of_one = [found for item in args.get("except_") or () if (found := self._of_one(item, scope)) is not None]
        replaced = {item.alias.lower(): item for item in args.get("replace") or ()}
        renames = {item.this.name.lower(): item for item in args.get("rename") or ()}
        for output in outputs:
            lowered = output.name.lower()
            if not output.star and lowered in replaced and lowered in renames:
                item = replaced.pop(lowered)
                name = self.names.column(renames.pop(lowered).args["alias"])
                yield Output(name, self.collector.sources(item.this, scope))
            elif output.star:
                gone = frozenset({*without, *replaced, *renames})
                yield output._replace(star=output.star._replace(without=output.star.without | gone))
            elif lowered in replaced:
                yield Output(output.name, self.collector.sources(replaced.pop(lowered).this, scope))
            elif lowered in renames:
                yield output._replace(name=self.names.column(renames.pop(lowered).args["alias"]))
            elif lowered not in without and not any(output.sources is found for found in of_one):
                yield output
        for item in replaced.values():
            yield Output(self.names.column(item.args["alias"]), self.collector.sources(item.this, scope))
        for item in renames.values():
            yield Output(self.names.column(item.args["alias"]), scope.column(item.this))

    def _of_one(self, item: exp.Expr, scope: Scope) -> Sources | None:
        """EXCEPT (t.a) leaves out that of t alone; EXCEPT (a.b), of a struct, a field of a column that stays."""
        table = item.args.get("table")
        relation = scope.relation((self.names.column(table),)) if table is not None else None
        return relation.find(self.names.fold(item.name)) if relation is not None else None

    def _text(self, item: exp.Expr, place: int) -> str:
        """What to call a column that has no name: a cast column's own name, else the expression as written."""
        inner = item
        while isinstance(inner, (exp.Cast, exp.Paren)) and not isinstance(inner, exp.Paren):
            inner = inner.this
        if inner is not item and type(inner) is exp.Column and isinstance(inner.this, exp.Identifier):
            return self.names.column(inner.this)
        if isinstance(item, exp.Dot) and isinstance(item.expression, exp.Identifier):
            return self.names.column(item.expression)
        if sum(1 for _, _ in zip(range(TOO_LONG), item.walk(), strict=False)) >= TOO_LONG:
            return f"_col_{place}"
        try:
            return item.sql(self.names.dialect, comments=False)
        except Exception:  # sqlglot's writers raise what they like; a name is not worth a statement
            return f"_col_{place}"
