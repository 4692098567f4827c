"""Pairs of documents that differ in one thing: (rule one way, rule the other way, the one, the other)."""

from __future__ import annotations

from catalog.contracts.model import Document
from tests.contracts.texts import document, model

Pair = tuple[str, str, Document, Document]
A, B = "{name: a, type: string}", "{name: b, type: integer, description: second}"


def column(parts: str, name: str = "a") -> Document:
    return model(f"[{{name: {name}, {parts}}}]")


def tested(*tests: str) -> Document:
    return column(f"type: string, tests: [{', '.join(tests)}]")


def sla(text: str) -> Document:
    return model(__sla=f"[{text}]" if text else "[]")


def standard(parts: str = "") -> Document:
    return document(f"kind: DataContract\napiVersion: v3.1.0\nid: x\nversion: 1.0.0\nstatus: active\n{parts}")


PAIRS: list[Pair] = [
    # tables
    (
        "table-dropped",
        "table-added",
        document("models: [{name: t, columns: [{name: a}]}, {name: u}]"),
        document("models: [{name: t, columns: [{name: a}]}]"),
    ),
    (
        "table-renamed",
        "table-renamed",
        document("model: {name: t, columns: [{name: a, type: date}]}"),
        document("model: {name: u, columns: [{name: a, type: date}]}"),
    ),
    (
        "table-renamed",
        "table-added",
        document("model: {name: t, columns: [{name: a}]}"),
        document("model: {name: u, renamed_from: t, columns: [{name: a}, {name: b}]}"),
    ),
    (
        "table-moved",
        "table-moved",
        document("model: {name: t, physical_name: raw.t}"),
        document("model: {name: t, physical_name: marts.t}"),
    ),
    ("table-respelled", "table-respelled", document("model: {name: t}"), document("model: {name: marts.t}")),
    ("table-kind-changed", "table-kind-changed", model(kind="table"), model(kind="view")),
    # columns
    ("column-dropped", "column-added", model(f"[{A}, {B}]"), model(f"[{A}]")),
    (
        "column-dropped",
        "column-added-required",
        model(f"[{A}, {{name: c, type: date, required: true}}]"),
        model(f"[{A}]"),
    ),
    ("column-renamed", "column-renamed", column("type: date"), column("type: date", "b")),
    (
        "column-renamed",
        "column-dropped",
        column("type: date"),
        model("[{name: x, type: date}, {name: b, type: date, renamed_from: a}]"),
    ),
    ("column-moved", "column-moved", column("physical_name: x1"), column("physical_name: x2")),
    (
        "column-respelled",
        "column-respelled",
        model("[{name: a}]", __platform="postgres"),
        model("[{name: A}]", __platform="postgres"),
    ),
    ("columns-reordered", "columns-reordered", model(f"[{A}, {B}]"), model(f"[{B}, {A}]")),
    # types
    ("type-widened", "type-narrowed", column("type: varchar(10)"), column("type: varchar(20)")),
    ("type-widened", "type-narrowed", column("type: integer"), column("type: bigint")),
    ("type-widened", "type-narrowed", column("type: integer"), column("type: number")),
    (
        "type-widened",
        "type-narrowed",
        column("type: string, limits: {maxLength: 5}"),
        column("type: string, limits: {maxLength: 9}"),
    ),
    ("type-changed", "type-changed", column("type: varchar(10)"), column("type: date")),
    ("type-changed", "type-changed", column("type: string"), column("type: timestamp")),
    ("type-told", "type-withdrawn", model("[{name: a}]"), column("type: varchar(10)")),
    ("type-respelled", "type-respelled", column("type: int"), column("type: int4")),
    # nullability, keys, references
    ("null-allowed", "null-forbidden", tested("not_null"), tested()),
    ("unique-dropped", "unique-added", tested("unique"), tested()),
    ("key-dropped", "key-added", model(key="[id]"), model()),
    ("key-changed", "key-changed", model(f"[{A}, {B}]", key="[a]"), model(f"[{A}, {B}]", key="[a, b]")),
    ("reference-dropped", "reference-added", column("references: t.id"), column("type: string")),
    ("reference-dropped", "reference-added", model(references="['a, b → t.a, t.b']"), model()),
    # values
    ("values-opened", "values-closed", column("enum: [x, y]"), model("[{name: a}]")),
    ("values-extended", "values-removed", column("enum: [x]"), column("enum: [x, y]")),
    ("values-extended", "values-removed", column("enum: [x]"), column("enum: [x, 1]")),
    ("limit-removed", "limit-added", column("limits: {minimum: 0}"), model("[{name: a}]")),
    ("limit-loosened", "limit-tightened", column("limits: {minimum: 0}"), column("limits: {minimum: -5}")),
    (
        "limit-loosened",
        "limit-tightened",
        column("limits: {maximum: '2024-01-01'}"),
        column("limits: {maximum: '2025-01-01'}"),
    ),
    ("limit-changed", "limit-changed", column("limits: {pattern: a}"), column("limits: {pattern: b}")),
    # personal data
    ("pii-withdrawn", "pii-declared", column("pii: email"), model("[{name: a}]")),
    ("pii-changed", "pii-changed", column("pii: email"), column("pii: name")),
    ("classification-dropped", "classification-added", column("classification: public"), model("[{name: a}]")),
    (
        "classification-changed",
        "classification-changed",
        column("classification: public"),
        column("classification: secret"),
    ),
    # quality
    ("rule-removed", "rule-added", tested("positive"), tested()),
    ("rule-weakened", "rule-tightened", tested("{between: {min: 0, max: 5}}"), tested("{between: {min: 0, max: 9}}")),
    (
        "rule-weakened",
        "rule-tightened",
        model(tests="[{row_count: {min: 100}}]"),
        model(tests="[{row_count: {min: 10}}]"),
    ),
    (
        "rule-weakened",
        "rule-tightened",
        model(tests="[{row_count: {must_be_greater_than: 10}}]"),
        model(tests="[{row_count: {must_be_at_least: 10}}]"),
    ),
    (
        "rule-weakened",
        "rule-tightened",
        tested("{null_values: {must_be: 0}}"),
        tested("{null_values: {must_be_less_than: 5}}"),
    ),
    (
        "rule-weakened",
        "rule-tightened",
        tested("{accepted_values: {values: [a], severity: warn}}"),
        tested("{accepted_values: {values: [a, b], severity: warn}}"),
    ),
    (
        "rule-changed",
        "rule-changed",
        model(tests="[{sql: {query: select 1, must_be: 1}}]"),
        model(tests="[{sql: {query: select 2, must_be: 1}}]"),
    ),
    (
        "rule-changed",
        "rule-changed",
        tested("{null_values: {must_be: 5}}"),
        tested("{null_values: {must_be: 5, unit: percent}}"),
    ),
    (
        "severity-lowered",
        "severity-raised",
        tested("{positive: {severity: error}}"),
        tested("{positive: {severity: warn}}"),
    ),
    (
        "rule-redescribed",
        "rule-redescribed",
        tested("{positive: {description: a}}"),
        tested("{positive: {description: b}}"),
    ),
    # freshness and service levels
    (
        "freshness-loosened",
        "freshness-tightened",
        model(freshness="{error_after: 2 hours}"),
        model(freshness="{error_after: 3 hours}"),
    ),
    (
        "freshness-loosened",
        "freshness-tightened",
        model(freshness="{warn_after: 2 hours}"),
        model(freshness="{warn_after: 1 day}"),
    ),
    ("freshness-dropped", "freshness-added", model(freshness="{error_after: 2 hours}"), model()),
    (
        "freshness-measured-otherwise",
        "freshness-measured-otherwise",
        model(freshness="{error_after: 2 h, column: id}"),
        model(freshness="{error_after: 2 h}"),
    ),
    ("sla-dropped", "sla-added", sla("{property: retention, value: 1, unit: y}"), sla("")),
    (
        "sla-weakened",
        "sla-strengthened",
        sla("{property: retention, value: 3, unit: y}"),
        sla("{property: retention, value: 1, unit: y}"),
    ),
    (
        "sla-weakened",
        "sla-strengthened",
        sla("{property: latency, value: 1, unit: h}"),
        sla("{property: latency, value: 2, unit: h}"),
    ),
    (
        "sla-weakened",
        "sla-strengthened",
        sla("{property: availability, value: 99.9%}"),
        sla("{property: availability, value: 99%}"),
    ),
    (
        "sla-changed",
        "sla-changed",
        sla("{property: support, value: nine to five}"),
        sla("{property: support, value: always}"),
    ),
    # the document
    ("server-dropped", "server-added", model(__servers="[{name: a, type: s3}]"), model()),
    ("server-changed", "server-changed", model(__schema="raw"), model(__schema="marts")),
    ("status-confirmed", "status-withdrawn", model(__status="draft"), model(__status="active")),
    ("status-withdrawn", "status-confirmed", model(), model(__status="retired")),
    ("status-deprecated", "status-confirmed", model(), model(__status="deprecated")),
    ("status-changed", "status-changed", model(__status="draft"), model(__status="in development")),
    ("owner-changed", "owner-changed", model(__owner="a"), model(__owner="b")),
    ("domain-changed", "domain-changed", model(__domain="a"), model(__domain="b")),
    ("title-changed", "title-changed", model(title="a"), model(title="b")),
    ("description-changed", "description-changed", model(description="a"), model(description="b")),
    ("tags-changed", "tags-changed", model(tags="[a]"), model(tags="[b]")),
    ("details-changed", "details-changed", model(extra="{a: 1}"), model(extra="{a: 2}")),
    ("details-changed", "details-changed", standard("price: {priceAmount: 1}"), standard("price: {priceAmount: 2}")),
    # inside of columns
    ("column-dropped", "column-added", column("columns: [{name: x}, {name: y}]"), column("columns: [{name: x}]")),
    (
        "null-allowed",
        "null-forbidden",
        column("items: {columns: [{name: x, required: true}]}"),
        column("items: {columns: [{name: x}]}"),
    ),
]
