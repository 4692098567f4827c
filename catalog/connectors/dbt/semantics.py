"""What is told of columns where there is no SQL: by semantic models, metrics and exposures.

A semantic model names the columns behind its entities, dimensions and measures. A metric aggregates measures or is made of
other metrics, and has one column, called as itself. An exposure shows metrics, and the columns that its ``meta`` lists.
What is told in part only stays open.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from catalog.connectors.dbt.shapes import Member, Resource
from catalog.facts import ColumnUseFact
from catalog.sql.expressions import columns_used

_CALL = re.compile(r"\b(?:Dimension|TimeDimension|(Entity)|(Metric))\s*\(\s*(?:\"([^\"]*)\"|'([^']*)')")
_TIME = "metric_time"  # whatever the time of its measures is
_MEASURES = ("measure", "input_measures", "base_measure", "conversion_measure")


class Told(NamedTuple):
    columns: tuple[ColumnUseFact, ...] = ()
    complete: bool = False


@dataclass(slots=True)
class Model:
    name: str
    upstream: str  # "" where it is not made of one dataset alone
    default_time: str
    made: dict[str, set[str]] = field(default_factory=dict)  # {name that metrics use: SQL behind it}
    entities: set[str] = field(default_factory=set)
    measures: dict[str, set[tuple[str, str]]] = field(default_factory=dict)  # {name: what decides its rows}

    def measure(self, name: str, expression: str, about: Any, without_additive: Any) -> None:
        self.made.setdefault(name, set()).add(expression)
        time, cut = (about or self.default_time), _name(without_additive)
        decides = {(time, "group_by"), (cut, "filter")} if isinstance(time, str) else {(cut, "filter")}
        self.measures[name] = {(one, use) for one, use in decides if one}


@dataclass(slots=True)
class Metric:
    name: str
    kind: str
    upstream: tuple[str, ...]
    measures: set[str]
    filters: set[tuple[str, str]]  # (entity or "", dimension)
    unread: bool  # there is a filter of which that cannot be told
    own: Mapping[str, Any]  # since dbt 1.12 a metric is a measure itself, of the semantic model that is named here
    expression: str


class Semantics:
    """First all of it is gathered, then edges are asked for."""

    def __init__(self, dialect: str) -> None:
        self.dialect = dialect
        self.models: dict[str, Model] = {}
        self.metrics: dict[str, Metric] = {}
        self.queries: set[str] = set()
        self.shown: dict[str, Mapping[str, Told]] = {}  # {exposure: {upstream: what its meta tells}}

    def add(self, section: str, key: str, resource: Resource) -> None:
        if section == "semantic_models":
            self.models[key] = _model(resource)
        elif section == "metrics" and isinstance(resource.type_params, dict) and resource.name:
            self.metrics[key] = _metric(resource.name, resource, resource.type_params)
        elif section == "saved_queries":
            self.queries.add(key)

    def settle(self) -> None:
        for metric in self.metrics.values():
            wanted = metric.own.get("semantic_model")
            for model in (self.models[key] for key in metric.upstream if key in self.models):
                if model.name == wanted:
                    own, expression = metric.own, metric.expression or metric.name
                    model.measure(
                        metric.name, expression, own.get("agg_time_dimension"), own.get("non_additive_dimension")
                    )
                    metric.measures.add(metric.name)

    def told(self, upstream: str, downstream: str) -> Told:
        """Of an edge that dbt declares."""
        if downstream in self.models:
            model = self.models[downstream]
            return self._members(model) if model.upstream == upstream else Told()
        if downstream in self.metrics:
            return self._of_metric(upstream, self.metrics[downstream])
        if upstream in self.metrics and (downstream in self.queries or downstream in self.shown):
            name = self.metrics[upstream].name
            return Told((ColumnUseFact(name, name if downstream in self.queries else "", "identity"),), complete=True)
        return self.shown.get(downstream, {}).get(upstream, Told())

    def filters(self) -> Iterator[tuple[str, str, tuple[ColumnUseFact, ...]]]:
        """(semantic model, metric, columns): filters by what is of none of the models that the metric depends on."""
        for key, metric in self.metrics.items():
            found, _ = self._filtered(metric)
            for model in sorted(found.keys() - {*metric.upstream}):
                yield model, key, tuple(sorted(found[model]))

    def _members(self, model: Model) -> Told:
        columns: set[ColumnUseFact] = set()
        complete = bool(model.made)
        for name, expressions in model.made.items():
            for expression in expressions:
                used = columns_used(expression, self.dialect)
                complete = complete and used is not None
                columns.update(ColumnUseFact(column, name, use) for column, use in used or ())
        return Told(tuple(sorted(columns)), complete)

    def _of_metric(self, upstream: str, metric: Metric) -> Told:
        filters, all_read = self._filtered(metric)
        if upstream in self.metrics:
            use = "aggregation" if metric.kind == "cumulative" else "transformation"
            return Told((ColumnUseFact(self.metrics[upstream].name, metric.name, use),), complete=all_read)
        if upstream not in self.models:
            return Told()
        model = self.models[upstream]
        columns = set(filters.get(upstream, ()))
        for name in metric.measures & model.measures.keys():
            columns.add(ColumnUseFact(name, metric.name, "aggregation"))
            columns.update(ColumnUseFact(decides, "", use) for decides, use in model.measures[name])
        known = {name for key in metric.upstream if key in self.models for name in self.models[key].measures}
        return Told(tuple(sorted(columns)), complete=all_read and bool(metric.measures) and metric.measures <= known)

    def _filtered(self, metric: Metric) -> tuple[dict[str, set[ColumnUseFact]], bool]:
        """{semantic model: its names that filter the metric}, and whether that is all of them."""
        found: dict[str, set[ColumnUseFact]] = {}
        near = {key for key in metric.upstream if key in self.models} or set(self._below(metric))
        complete = not metric.unread
        for entity, name in metric.filters:
            having = [key for key, model in self.models.items() if _has(model, entity, name)]
            chosen = [key for key in having if key in near] or having
            if len(chosen) != 1:
                complete = False
                continue
            found.setdefault(chosen[0], set()).add(ColumnUseFact(name, "", "filter"))
            if chosen[0] not in near and entity:  # it is joined by the entity
                for key in (chosen[0], *(key for key in near if entity in self.models[key].entities)):
                    found.setdefault(key, set()).add(ColumnUseFact(entity, "", "join"))
        return found, complete

    def _below(self, metric: Metric) -> Iterator[str]:
        """Semantic models of the metrics that it is made of, however far."""
        seen: set[str] = set()
        waiting = [*metric.upstream]
        while waiting:
            key = waiting.pop()
            if key in self.models:
                yield key
            elif key in self.metrics and key not in seen:
                seen.add(key)
                waiting += self.metrics[key].upstream


def _has(model: Model, entity: str, name: str) -> bool:
    return name in model.made and name not in model.measures and (not entity or entity in model.entities)


def _model(resource: Resource) -> Model:
    upstream = resource.depends_on.nodes if resource.depends_on and resource.depends_on.nodes else []
    defaults = resource.defaults if isinstance(resource.defaults, dict) else {}
    time = defaults.get("agg_time_dimension")
    model = Model(resource.name or "", upstream[0] if len(upstream) == 1 else "", time if isinstance(time, str) else "")
    for member in (*(resource.entities or ()), *(resource.dimensions or ())):
        if isinstance(member, Member) and member.name:
            model.made.setdefault(member.name, set()).add(_expression(member))
    model.entities = {one.name for one in resource.entities or () if one.name}
    if resource.primary_entity:
        model.entities.add(resource.primary_entity)
    for measure in resource.measures or ():
        if measure.name:
            about, cut = measure.agg_time_dimension, measure.non_additive_dimension
            model.measure(measure.name, _expression(measure), about, cut)
    return model


def _expression(member: Member) -> str:
    said = member.expr
    return str(said) if isinstance(said, str | int | float) and said != "" else member.name or ""


def _metric(name: str, resource: Resource, params: Mapping[str, Any]) -> Metric:
    upstream = resource.depends_on.nodes if resource.depends_on and resource.depends_on.nodes else []
    own, expression = params.get("metric_aggregation_params"), params.get("expr")
    filters = list(_filters({"filter": resource.filter, **params}))
    read = [_named(text) for text in filters]
    return Metric(
        name=name,
        kind=resource.type or "",
        upstream=tuple(upstream),
        measures={one for one in _measures(params) if one},
        filters={one for found in read for one in found or () if one[1] != _TIME},
        unread=any(found is None for found in read),
        own=own if isinstance(own, dict) else {},
        expression=expression if isinstance(expression, str) else "",
    )


def _measures(params: Mapping[str, Any]) -> Iterator[str]:
    for key, value in params.items():
        if key in _MEASURES:
            yield from (_name(one) for one in (value if isinstance(value, list) else [value]))
        elif isinstance(value, dict):
            yield from _measures(value)


def _name(said: Any) -> str:
    name = said.get("name") if isinstance(said, dict) else said
    return name if isinstance(name, str) else ""


def _filters(said: Any) -> Iterator[str | None]:
    """The text of each filter, wherever it stands; None of one in a form that is not known."""
    if isinstance(said, list):
        for one in said:
            yield from _filters(one)
    elif isinstance(said, dict):
        for key, value in said.items():
            if key == "filter" and value:
                yield from _texts(value)
            elif key != "filter":
                yield from _filters(value)


def _texts(given: Any) -> Iterable[str | None]:
    parts = given.get("where_filters") if isinstance(given, dict) else None
    if not isinstance(parts, list):
        return [None]
    texts = [part.get("where_sql_template") if isinstance(part, dict) else None for part in parts]
    return [text if isinstance(text, str) else None for text in texts]


def _named(text: str | None) -> set[tuple[str, str]] | None:
    """(entity, dimension) that the filter names; None where it names none, or something else."""
    found = [*_CALL.finditer(text or "")]
    if not found or any(match[2] for match in found):
        return None
    names = ((bool(match[1]), (match[3] or match[4]).split("__")) for match in found)
    return {("" if is_entity or len(path) < 2 else path[-2], path[-1]) for is_entity, path in names}
