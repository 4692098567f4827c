"""PIVOT and UNPIVOT: rows become columns, columns become rows. MATCH_RECOGNIZE: several rows become one."""

from __future__ import annotations

from itertools import product

from sqlglot import exp

from lineage.sql.expressions import Collector
from lineage.sql.kinds import NOTHING, Kind, Sources, add
from lineage.sql.relations import STAR, Output, Relation, Star, renamed
from lineage.sql.scopes import Scope, identifier_names
from lineage.sql.stars import columns_of, picked

MOST_NAMES = 1_000  # of columns that a pivot's values give


def pivoted(relation: Relation, pivot: exp.Expr, scope: Scope, collector: Collector) -> Relation:
    """The relation after its pivot."""
    alias = pivot.args.get("alias")
    name = (
        scope.names.column(alias.this) if alias is not None and alias.args.get("this") is not None else relation.alias
    )
    inner = Scope(scope.names, scope.query, scope.ctes, scope.parent)
    inner.relations.append(relation)
    columns = identifier_names(alias.args.get("columns") or [], scope.names) if alias is not None else []
    outputs = (_unpivot if pivot.args.get("unpivot") else _pivot)(pivot, inner, collector)
    return Relation(name, relation.parts, renamed(outputs, columns) if columns else outputs)


def told_apart(pivot: exp.Expr, scope: Scope, collector: Collector) -> list[Output]:
    """DuckDB's statement (PIVOT t ON …, UNPIVOT t ON …), over the relations of the scope."""
    return (_unpivot if pivot.args.get("unpivot") else _pivot)(pivot, scope, collector)


def _pivot(pivot: exp.Expr, scope: Scope, collector: Collector) -> list[Output]:
    aggregates: list[Sources] = []
    used: set[str] = set()
    told = pivot.args.get("using")  # else it stands in a FROM
    for item in (told or ()) if _is_statement(pivot) else pivot.expressions:
        into: Sources = {}
        collector.collect(item, scope, Kind.TRANSFORMATION, into)
        aggregates.append(into)
        used |= _columns(item)
    for field in pivot.expressions if _is_statement(pivot) else pivot.args.get("fields") or ():
        label = field.this if isinstance(field, exp.In) else field
        collector.use(label, scope, Kind.CONDITIONAL)
        used |= _columns(label)
        for item in field.expressions if isinstance(field, exp.In) else ():
            collector.use(item if isinstance(item, exp.Query) else None, scope, Kind.CONDITIONAL)
    outputs = _grouped(pivot.args.get("group"), scope, collector) or _others(scope, used)
    names = _names(pivot, scope)
    if names is None:
        return [*outputs, _uncounted(aggregates)]
    for place, name in enumerate(names):
        outputs.append(Output(name, aggregates[place % len(aggregates)] if aggregates else NOTHING))
    return outputs


def _is_statement(pivot: exp.Expr) -> bool:
    return pivot.args.get("this") is not None


def _names(pivot: exp.Expr, scope: Scope) -> list[str] | None:
    """What the new columns are called; None where only the values of a column could say."""
    if _is_statement(pivot):
        return _names_of_values(pivot)
    if any(isinstance(item, (exp.PivotAny, exp.Query)) for item in _values(pivot.args.get("fields") or [])):
        return None
    return [scope.names.fold(column.name, column.args.get("quoted")) for column in pivot.args.get("columns") or ()]


def _names_of_values(pivot: exp.Expr) -> list[str] | None:
    fields = pivot.expressions
    if not all(isinstance(field, exp.In) and field.expressions for field in fields):
        return None
    using = pivot.args.get("using") or []
    aliased = len(using) > 1 or any(isinstance(item, exp.Alias) for item in using)
    names = []
    for values in product(*(field.expressions for field in fields)):
        label = "_".join(value.alias_or_name for value in values)
        names += [f"{label}_{item.alias or item.sql()}" for item in using] if aliased else [label]
        if len(names) > MOST_NAMES:
            return None
    return names


def _values(fields: list[exp.Expr]) -> list[exp.Expr]:
    return [item for field in fields for item in field.expressions]


def _uncounted(aggregates: list[Sources]) -> Output:
    into: Sources = {}
    for found in aggregates:
        add(into, found, Kind.IDENTITY)
    return Output(STAR, into, Star((), frozenset(), frozenset(into)))


def _grouped(group: exp.Expr | None, scope: Scope, collector: Collector) -> list[Output]:
    items = group.expressions if group is not None else []
    return [Output(scope.names.fold(item.alias_or_name), collector.sources(item, scope)) for item in items]


def _unpivot(pivot: exp.Expr, scope: Scope, collector: Collector) -> list[Output]:
    fields, labels, names = _turned(pivot, scope)
    used: set[str] = set()
    values: list[Sources] = []
    for item in fields:
        for place, (column, found) in enumerate(_cells(item, scope, collector)):
            while len(values) <= place:
                values.append({})
            used |= column
            add(values[place], found, Kind.IDENTITY)
    outputs = _others(scope, used)
    told: Sources = {}  # a label is the name of the column that its row was made of
    for found in values:
        add(told, found, Kind.CONDITIONAL)
    outputs += [Output(name, told) for name in labels]
    outputs += [Output(name, values[place] if place < len(values) else NOTHING) for place, name in enumerate(names)]
    return outputs


def _turned(pivot: exp.Expr, scope: Scope) -> tuple[list[exp.Expr], list[str], list[str]]:
    """(what becomes rows, the names of the labels, the names of the values)"""
    if not _is_statement(pivot):
        fields = pivot.args.get("fields") or []
        labels = identifier_names([field.this for field in fields], scope.names)
        return _values(fields), labels, [name for item in pivot.expressions for name in _value_names(item, scope)]
    into = pivot.args.get("into")
    if not isinstance(into, exp.Expr):
        return pivot.expressions, ["name"], ["value"]
    labels = identifier_names([into.this], scope.names)
    return pivot.expressions, labels, identifier_names(into.expressions, scope.names)


def _cells(item: exp.Expr, scope: Scope, collector: Collector) -> list[tuple[set[str], Sources]]:
    """(the columns, what they are made of) of each value that one item gives to its row."""
    inner = item.this if isinstance(item, (exp.PivotAlias, exp.Alias)) else item
    if isinstance(inner, (exp.Columns, exp.Star)):
        outputs = picked(inner if isinstance(inner, exp.Columns) else exp.Columns(this=inner), scope.relations)
        into: Sources = {}
        for output in outputs:
            add(into, output.sources, Kind.IDENTITY)
        return [({output.name.lower() for output in outputs}, into)]
    cells = []
    for column in inner.expressions if isinstance(inner, exp.Tuple) else [inner]:
        found: Sources = {}
        collector.collect(column, scope, Kind.IDENTITY, found)
        cells.append((_columns(column), found))
    return cells


def _value_names(item: exp.Expr, scope: Scope) -> list[str]:
    return identifier_names(item.expressions if isinstance(item, exp.Tuple) else [item], scope.names)


def _others(scope: Scope, used: set[str]) -> list[Output]:
    """The columns that the pivot leaves as they are."""
    found = []
    for output in columns_of(scope.relations):
        if output.star:
            found.append(output._replace(star=output.star._replace(without=output.star.without | used)))
        elif output.name.lower() not in used:
            found.append(output)
    return found


def _columns(node: exp.Expr) -> set[str]:
    return {column.name.lower() for column in node.find_all(exp.Column)}


# ── MATCH_RECOGNIZE ───────────────────────────────────────────────────────────────────────────────────────────────


def matched(relations: list[Relation], match: exp.Expr, scope: Scope, collector: Collector) -> Relation:
    """The rows that a pattern finds: what it cuts them by, and what it measures of them."""
    outputs = list(columns_of(relations))
    around = Scope(scope.names, scope.query, scope.ctes, scope.parent)
    # the names that the pattern gives to rows: each stands for any row of the table
    names = dict.fromkeys(column.table for column in match.find_all(exp.Column) if column.table)
    around.relations = [Relation(scope.names.fold(name), (), outputs) for name in names]
    inner = Scope(scope.names, scope.query, scope.ctes, around)
    inner.relations = relations
    cut = match.args.get("partition_by") or []
    for item in cut:
        collector.use(item, inner, Kind.GROUP_BY)
    for item in match.args["order"].expressions if match.args.get("order") is not None else ():
        collector.use(item.this, inner, Kind.ORDER_BY)
    for item in match.args.get("define") or ():
        collector.use(item.this, inner, Kind.FILTER)
    whole = "ALL ROWS" in str(match.args.get("rows") or "").upper()
    found = outputs if whole else [Output(scope.names.fold(item.name), collector.sources(item, inner)) for item in cut]
    measures = [measure.this for measure in match.args.get("measures") or ()]
    found += [Output(scope.names.fold(item.alias_or_name), collector.sources(item, inner)) for item in measures]
    alias = match.args.get("alias")
    return Relation(scope.names.column(alias.this) if alias is not None else "", (), found)
