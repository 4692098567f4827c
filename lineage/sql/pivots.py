"""PIVOT and UNPIVOT: rows become columns, columns become rows."""

from __future__ import annotations

from sqlglot import exp

from lineage.sql.expressions import Collector
from lineage.sql.kinds import NOTHING, Kind, Sources, add
from lineage.sql.relations import Output, Relation, renamed
from lineage.sql.scopes import Scope, identifier_names


def pivoted(relation: Relation, pivot: exp.Expr, scope: Scope, collector: Collector) -> Relation:
    """The relation after its pivot; one of a simplified form (DuckDB's statement) is left as it is."""
    alias = pivot.args.get("alias")
    name = (
        scope.names.column(alias.this) if alias is not None and alias.args.get("this") is not None else relation.alias
    )
    inner = Scope(scope.names, scope.query, scope.ctes, scope.parent)
    inner.relations.append(relation)
    columns = identifier_names(alias.args.get("columns") or [], scope.names) if alias is not None else []
    turned = _unpivot if pivot.args.get("unpivot") else _pivot
    outputs = turned(pivot, inner, collector)
    return Relation(name, relation.parts, renamed(outputs, columns) if columns else outputs)


def _pivot(pivot: exp.Expr, scope: Scope, collector: Collector) -> list[Output]:
    aggregates: list[Sources] = []
    used: set[str] = set()
    for item in pivot.expressions:
        into: Sources = {}
        collector.collect(item, scope, Kind.TRANSFORMATION, into)
        aggregates.append(into)
        used |= _columns(item)
    for field in pivot.args.get("fields") or ():
        collector.use(field.this, scope, Kind.CONDITIONAL)
        used |= _columns(field.this)
    outputs = _others(scope, used)
    for place, column in enumerate(pivot.args.get("columns") or ()):
        name = scope.names.fold(column.name, column.args.get("quoted"))
        outputs.append(Output(name, aggregates[place % len(aggregates)] if aggregates else NOTHING))
    return outputs


def _unpivot(pivot: exp.Expr, scope: Scope, collector: Collector) -> list[Output]:
    used: set[str] = set()
    values: list[Sources] = []
    labels: list[str] = []
    for field in pivot.args.get("fields") or ():
        labels += identifier_names([field.this], scope.names)
        for item in field.expressions:
            used |= _columns(item)
            inner = item.this if isinstance(item, (exp.PivotAlias, exp.Alias)) else item
            for place, column in enumerate(inner.expressions if isinstance(inner, exp.Tuple) else [inner]):
                while len(values) <= place:
                    values.append({})
                found: Sources = {}
                collector.collect(column, scope, Kind.IDENTITY, found)
                add(values[place], found, Kind.IDENTITY)
    names = [name for item in pivot.expressions for name in _value_names(item, scope)]
    outputs = _others(scope, used)
    told: Sources = {}  # a label is the name of the column that its row was made of
    for found in values:
        add(told, found, Kind.CONDITIONAL)
    outputs += [Output(name, told) for name in labels]
    outputs += [Output(name, values[place] if place < len(values) else NOTHING) for place, name in enumerate(names)]
    return outputs


def _value_names(item: exp.Expr, scope: Scope) -> list[str]:
    return identifier_names(item.expressions if isinstance(item, exp.Tuple) else [item], scope.names)


def _others(scope: Scope, used: set[str]) -> list[Output]:
    """The columns that the pivot leaves as they are."""
    found = []
    for relation in scope.relations:
        for output in relation.outputs:
            if output.star:
                found.append(output._replace(star=output.star._replace(without=output.star.without | used)))
            elif output.name.lower() not in used:
                found.append(output)
    return found


def _columns(node: exp.Expr) -> set[str]:
    return {column.name.lower() for column in node.find_all(exp.Column)}
