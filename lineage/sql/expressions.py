"""The columns that an expression is made of, and how it uses each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlglot import exp

from lineage.pii import rules
from lineage.pii.rules import Masking
from lineage.sql.kinds import FIGURE, HASHED, HIDDEN, Kind, Sources, add, beyond, composed
from lineage.sql.scopes import Scope
from lineage.sql.stars import picked

# (query, scope around it) -> its columns' sources put together; the queries live upstairs and are handed in
Nested = Callable[[exp.Expr, Scope], Sources]
Left = list[tuple[Any, int]]  # with the way in which each is used

MOST_GLUED = 50  # parts of a hashed text that are looked at for a salt
KEPT = (exp.Paren, exp.Alias, exp.Collate)  # the value goes through as it is
FROM_A_ROW = (exp.Lag, exp.Lead, exp.FirstValue, exp.LastValue, exp.NthValue, exp.First, exp.Last, exp.AnyValue)
# named functions that aggregate, which sqlglot has no class for
AGGREGATES = {
    "any_value", "bool_and", "bool_or", "every", "json_agg", "jsonb_agg", "json_object_agg", "jsonb_object_agg", "xmlagg",
    "listagg", "wm_concat", "collect_list", "collect_set", "regr_slope", "regr_r2", "regr_intercept", "covar_samp",
    "approximate_count_distinct", "hll_count", "checksum_agg", "string_agg", "mode", "percentile", "approx_percentile",
    "percentile_approx", "bitmap_construct_agg", "hash_agg", "uniq", "uniqexact", "sumif", "countif", "avgif",
}  # fmt: skip
OF_DICTIONARIES = ("dictget", "dicthas")  # ClickHouse: what comes first is the name of a dictionary, no column


class Collector:
    """Walks expressions with a list of its own, so that no depth of operators is too deep for it."""

    def __init__(self, nested: Nested) -> None:
        self._nested = nested

    def sources(self, node: exp.Expr, scope: Scope) -> Sources:
        """Of one item of a select list; shared with the column it names, where it is nothing but a column."""
        if type(node) is exp.Column:
            return scope.column(node)
        into: Sources = {}
        self.collect(node, scope, Kind.IDENTITY, into)
        return into

    def use(self, node: exp.Expr | None, scope: Scope, kind: Kind) -> None:
        """Columns that say which rows there are, or in which order."""
        if node is not None:
            into: Sources = {}
            self.collect(node, scope, kind, into)
            scope.use(into, kind)

    def collect(
        self, node: exp.Expr, scope: Scope, kind: int, into: Sources, bound: frozenset[str] = frozenset()
    ) -> None:
        """``bound`` are the parameters of the lambdas around it."""
        left: Left = [(node, kind)]
        while left:
            node, kind = left.pop()
            if type(node) is exp.Column:
                if not (bound and node.name.lower() in bound and node.args.get("table") is None):
                    add(into, scope.column(node), kind)
                continue
            if type(node) is exp.Dot and (column := _path(node, scope, bound)) is not None:
                left.append((column, _more(kind)))
                continue
            handler = _HANDLERS.get(type(node))
            if handler is not None:
                handler(node, kind, left)
            elif isinstance(node, exp.Query):
                add(into, self._nested(node, scope), kind)
            elif isinstance(node, exp.Exists) and isinstance(node.this, exp.Query):
                self._nested(node.this, scope)
            elif isinstance(node, exp.Lambda):
                own = bound.union(parameter.name.lower() for parameter in node.expressions)
                self.collect(node.this, scope, _more(kind), into, own)
            elif isinstance(node, exp.Comprehension):
                self._comprehended(node, scope, kind, into, bound)
            elif isinstance(node, exp.StarMap) or (type(node) is exp.Star and not isinstance(node.parent, exp.Count)):
                # hash(*) is of all columns; count(*) of none
                for relation in scope.relations:
                    add(into, relation.row(), _more(kind))
            elif isinstance(node, exp.Columns):
                _add_columns(node, kind, into, scope)
            elif isinstance(node, exp.Window):
                _window(node, kind, left, scope)
            else:
                _generic(node, kind, left)

    def _comprehended(self, node: exp.Expr, scope: Scope, kind: int, into: Sources, bound: frozenset[str]) -> None:
        """[x + y FOR x IN xs IF x > z]: x is none of a column."""
        own = bound | {node.expression.name.lower()}
        self.collect(node.args["iterator"], scope, _more(kind), into, bound)
        self.collect(node.this, scope, _more(kind), into, own)
        if (condition := node.args.get("condition")) is not None:
            self.collect(condition, scope, beyond(kind, Kind.FILTER), into, own)


def _path(node: exp.Expr, scope: Scope, bound: frozenset[str]) -> exp.Expr | None:
    """t.doc.value('x'), (t).doc: a column of a relation, where a method or parentheses hide it from the parser."""
    inner = node
    while isinstance(inner.this, exp.Dot):
        inner = inner.this
    first = inner.this.this if isinstance(inner.this, exp.Paren) else inner.this
    if isinstance(inner.this, exp.Paren) and type(first) is exp.Column and first.args.get("table") is None:
        first = first.this
    if not isinstance(first, exp.Identifier) or not isinstance(inner.expression, exp.Identifier):
        return None
    name = scope.names.column(first)
    if name.lower() in bound or scope.relation((name,)) is None:
        return None
    return exp.Column(this=inner.expression.copy(), table=first.copy())


def _add_columns(node: exp.Expr, kind: int, into: Sources, scope: Scope) -> None:
    """One of those that a pattern stands for, or all as several arguments."""
    if scope.each is not None and not node.args.get("unpack"):
        add(into, scope.each, kind)
        return
    for output in picked(node, scope.relations):
        add(into, output.sources, kind)


def _more(kind: int) -> int:
    return kind or Kind.TRANSFORMATION


def _generic(node: exp.Expr, kind: int, left: Left) -> None:
    if isinstance(node, exp.AggFunc):
        kind = composed(_aggregated(node), kind)
    elif not isinstance(node, KEPT):
        kind = _more(kind)
    _children(node, kind, left)


def _aggregated(node: exp.Expr) -> int:
    return Kind.AGGREGATION if type(node) in _KEEPING else FIGURE


def _anonymous(node: exp.Expr, kind: int, left: Left) -> None:
    """A function that sqlglot has no class for."""
    name = node.name.lower()
    if name in AGGREGATES:
        way = Kind.AGGREGATION if rules.of_aggregate(name) is Masking.NONE else FIGURE
        _children(node, composed(way, kind), left)
    elif name in rules.PSEUDONYMS:
        _hash(node, kind, left)
    elif name.startswith(OF_DICTIONARIES):
        left.extend([(item, _more(kind)) for item in reversed(node.expressions[1:])])
    else:
        hidden = rules.of_function(name) is Masking.FULL
        _children(node, composed(HIDDEN if hidden else Kind.TRANSFORMATION, kind), left)


def _hash(node: exp.Expr, kind: int, left: Left) -> None:
    _children(node, composed(HIDDEN if _salted(node) else HASHED, kind), left)


def _hidden(node: exp.Expr, kind: int, left: Left) -> None:
    _children(node, composed(HIDDEN, kind), left)


def _is(node: exp.Expr, kind: int, left: Left) -> None:
    """That a value is missing, or not, says nothing else of it; that it is true does."""
    hidden = isinstance(node.expression, exp.Null)
    _children(node, composed(HIDDEN if hidden else Kind.TRANSFORMATION, kind), left)


def _salted(node: exp.Expr) -> bool:
    """Whether what is hashed has a secret glued to it: a long text, or something that is called a salt."""
    parts = [*node.expressions] if isinstance(node, exp.Anonymous) else [node.this]
    for _ in range(MOST_GLUED):
        if not parts:
            break
        part = parts.pop()
        if isinstance(part, (exp.DPipe, exp.Concat, exp.ConcatWs, exp.Add, exp.Paren, exp.Cast, exp.Lower, exp.Upper)):
            parts += [inner for inner in part.iter_expressions() if not isinstance(inner, exp.DataType)]
        elif isinstance(part, exp.Literal):
            if part.is_string and len(part.this) >= rules.SALT_LENGTH and part.parent is not node:
                return True
        elif isinstance(part, (exp.Column, exp.Parameter, exp.Placeholder, exp.Anonymous, exp.SessionParameter)):
            name = part.sql().lower() if not isinstance(part, exp.Column) else part.name.lower()
            if any(word in name for word in rules.SALT_WORDS):
                return True
    return False


def _children(node: exp.Expr, kind: int, left: Left, *, but: str = "") -> None:
    for key, value in node.args.items():
        if key == but:
            continue
        if isinstance(value, exp.Expr):
            left.append((value, kind))
        elif isinstance(value, list):
            left.extend([(item, kind) for item in reversed(value) if isinstance(item, exp.Expr)])


def _branch(node: exp.Expr, kind: int, left: Left) -> None:
    """IF and its kin: the first argument decides, the others are the value."""
    _children(node, _more(kind), left, but="this")
    left.append((node.this, beyond(kind, Kind.CONDITIONAL)))


def _case(node: exp.Expr, kind: int, left: Left) -> None:
    if node.args.get("this") is not None:
        left.append((node.this, beyond(kind, Kind.CONDITIONAL)))
    _children(node, _more(kind), left, but="this")


def _decode(node: exp.Expr, kind: int, left: Left) -> None:
    """DECODE(what, when, then, when, then …, else)."""
    what, *rest = node.expressions
    decides = beyond(kind, Kind.CONDITIONAL)
    left.append((what, decides))
    for place, item in enumerate(rest):
        is_when = place % 2 == 0 and place < len(rest) - 1
        left.append((item, decides if is_when else _more(kind)))


def _filter(node: exp.Expr, kind: int, left: Left) -> None:
    left.append((node.expression, beyond(kind, Kind.FILTER)))
    left.append((node.this, kind))


def _order(node: exp.Expr, kind: int, left: Left) -> None:
    """An ORDER BY inside an aggregate; sqlglot keeps the aggregated expression below it."""
    if node.args.get("this") is not None:
        left.append((node.this, kind))
    left.extend([(item, beyond(kind, Kind.ORDER_BY)) for item in node.expressions])


def _within_group(node: exp.Expr, kind: int, left: Left) -> None:
    """PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY x) is an aggregate of x; LISTAGG(x) … (ORDER BY y) is one of x."""
    left.append((node.this, kind))
    of_nothing_else = node.this.find(exp.Column) is None
    ordered = composed(_aggregated(node.this), kind) if of_nothing_else else beyond(kind, Kind.ORDER_BY)
    left.extend([(item, ordered) for item in node.expression.expressions])


def _window(node: exp.Expr, kind: int, left: Left, scope: Scope) -> None:
    inner = node.this
    while isinstance(inner, (exp.IgnoreNulls, exp.RespectNulls)):
        inner = inner.this
    over = beyond(kind, Kind.WINDOW)
    if isinstance(inner, FROM_A_ROW):
        _children(inner, _more(kind), left)
    elif inner is not None and not isinstance(inner, exp.Identifier):
        left.append((inner, kind))
    for part in _over(node, scope):
        left.append((part, over))


def _over(node: exp.Expr, scope: Scope) -> list[exp.Expr]:
    """What a window is cut and ordered by, its named window included."""
    found: list[exp.Expr] = []
    seen: set[str] = set()
    window: exp.Expr | None = node
    while window is not None:
        found += window.args.get("partition_by") or []
        if (order := window.args.get("order")) is not None:
            found += order.expressions
        alias = window.args.get("alias")
        name = alias.name.lower() if alias is not None and window is node else ""
        base = window.args.get("this") if window is not node else None
        if isinstance(base, exp.Identifier) and not name:
            name = base.name.lower()
        window = scope.windows.get(name) if name and name not in seen else None
        seen.add(name)
    return found


def _nothing(node: exp.Expr, kind: int, left: Left) -> None:
    """No column can be below it."""


def _interval(node: exp.Expr, kind: int, left: Left) -> None:
    """INTERVAL days DAY: the unit is none of a column, the number may be."""
    if isinstance(node.this, exp.Expr):
        left.append((node.this, _more(kind)))


def _keyed(node: exp.Expr, kind: int, left: Left) -> None:
    """name => value: the name is none of a column."""
    left.append((node.expression, _more(kind)))


def _cube(node: exp.Expr, kind: int, left: Left) -> None:
    left.append((node.this, _more(kind)))
    if isinstance(node.expression, exp.Column) or not isinstance(node.expression, (exp.Identifier, exp.JSONPath)):
        left.append((node.expression, _more(kind)))


def _classes(names: frozenset[str]) -> frozenset[type[Any]]:
    """Of the functions that sqlglot has classes for."""
    return frozenset(exp.FUNCTION_BY_NAME[name.upper()] for name in names if name.upper() in exp.FUNCTION_BY_NAME)


_KEEPING = _classes(rules.AGGREGATES_THAT_KEEP)

_HANDLERS: dict[type[Any], Callable[[Any, int, Left], None]] = {
    **dict.fromkeys(_classes(rules.PSEUDONYMS), _hash),
    **dict.fromkeys(_classes(rules.KEYED | rules.MEASURES), _hidden),
    exp.Anonymous: _anonymous,
    exp.Is: _is,
    exp.Literal: _nothing,
    exp.Identifier: _nothing,
    exp.DataType: _nothing,
    exp.Null: _nothing,
    exp.Boolean: _nothing,
    exp.Var: _nothing,
    exp.JSONPath: _nothing,
    exp.Interval: _interval,
    exp.Case: _case,
    exp.If: _branch,
    exp.Nvl2: _branch,
    exp.DecodeCase: _decode,
    exp.Filter: _filter,
    exp.Order: _order,
    exp.WithinGroup: _within_group,
    exp.Kwarg: _keyed,
    exp.PropertyEQ: _keyed,
    exp.Dot: _cube,
}
