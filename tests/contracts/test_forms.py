"""The three forms: what they say, and what is told of what they say wrongly."""

from __future__ import annotations

import pytest

from catalog.contracts import model, to_own
from catalog.contracts.diff import compare
from catalog.contracts.dumping import dump
from catalog.contracts.model import Freshness, Owner, Rule
from catalog.contracts.problems import Refused
from catalog.contracts.reading import read
from catalog.contracts.writing import write
from tests.contracts.texts import ORDERS, document

STRANGE = """\
team: shop
extra: {note: 1}
owner: {name: Lea, slack: '#lea'}
servers: [{name: main, type: postgres, region: eu}]
model:
  name: orders
  layer: gold
  columns: [{name: id, type: integer, label: Id, limits: {minimum: 1, step: 5}}]
  freshness: {error_after: 1 day, calendar: workdays}
sla: [{property: availability, value: 99, driver: law}]
"""
FULL = """\
contract: 1
id: orders
title: Orders of the shop
version: 1.10
status: active
description: |
  All orders.
  Paid or not.
domain: commerce
owner: [commerce-data, {name: Dee, email: dee@example.com}, tom@example.com]
tags: [core]
servers:
  - {name: main, type: snowflake, account: org-acme, database: ANALYTICS, schema: MARTS, environment: prod}
  - {name: old, type: postgres, schema: marts}
models:
  - name: orders
    physical_name: ORDERS_V2
    kind: table
    description: One row an order
    key: [id, country]
    renamed_from: [bookings]
    references: ["id, country → parcels.order_id, parcels.country"]
    tests:
      - row_count: {min: 1000, severity: warn}
      - unique: {columns: [id, country]}
      - sql: {query: select count(*) from orders, must_be_at_least: 5, name: enough}
      - custom: {engine: soda, implementation: {type: duplicate_percent}}
      - text: {description: Refunds come within a day}
    freshness: {warn_after: PT2H, error_after: {count: 4, period: hour}, column: created_at}
    columns:
      - {name: id, type: string, tests: [not_null, unique], pii: true}
      - {name: country, type: string, enum: ["NO", SE, 1, "1"], classification: public}
      - {name: status, type: string, tests: [{accepted_values: [open, paid]}, {relationships: {to: states, field: id}}]}
      - {name: amount, type: number, physical_type: "NUMBER(12,2)", limits: {minimum: 0, precision: 12},
         tests: [{between: {min: 0, max: 9}}, {not_null: {severity: warn}}, {null_values: {must_be_less_than: 5, unit: percent}}]}
      - name: address
        columns:
          - {name: city, type: text, pii: city, renamed_from: town}
      - name: lines
        items: {columns: [{name: sku, type: varchar(20), required: true}]}
    extra: {team: a}
  - {name: states, columns: [{name: id, type: integer}]}
sla:
  - {property: retention, value: 3, unit: y, element: orders}
extra: {budget: 5}
"""


def test_the_platforms_own_form_is_read_whole() -> None:
    found = document(FULL)
    orders = found.tables[0]
    columns = {column.name: column for column in orders.columns}
    assert (found.version, found.status, found.domain) == ("1.10", "active", "commerce")
    assert found.owners == (
        Owner(name="commerce-data", is_team=True),
        Owner(name="Dee", email="dee@example.com"),
        Owner(name="tom@example.com", email="tom@example.com"),
    )
    assert orders.key == ("id", "country")
    assert orders.freshness == Freshness(warn_after_s=7200, error_after_s=14400, column="created_at")
    assert columns["country"].enum == ("NO", "SE", 1, "1")
    assert columns["status"].enum == ("open", "paid")
    assert columns["status"].references == ("states.id",)
    assert columns["amount"].rules[0] == Rule(kind="between", arguments={"min": 0, "max": 9})
    assert columns["address"].logical_type == "object"
    assert columns["lines"].items is not None and columns["lines"].items.columns[0].required
    assert [rule.kind for rule in orders.rules] == ["row_count", "unique", "sql", "custom", "text"]


@pytest.mark.parametrize("form", ["own", "odcs"])
def test_it_survives_every_form(form: str) -> None:
    before = read(FULL.encode())
    text = write(before, FULL.encode(), "odcs")
    again = read(text.encode())
    if form == "own":
        again = read(write(again, text.encode(), "own").encode())
    left = {"kept", "form", "form_version"}

    def bare(value: object) -> object:
        if isinstance(value, dict):
            return {key: bare(inner) for key, inner in value.items() if key not in left}
        return [bare(inner) for inner in value] if isinstance(value, list | tuple) else value

    assert bare(model.to_json(again.document)) == bare(model.to_json(before.document))


def test_the_neutral_form_can_be_kept_as_json() -> None:
    found = document(FULL)
    assert model.from_json(model.to_json(found)) == found


def test_the_form_of_the_platforms_manual_is_read() -> None:
    orders = document(ORDERS).tables[0]
    assert [column.required for column in orders.columns] == [True, True, True]
    assert orders.columns[1].rules == (Rule(kind="positive"),)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("model: {name: t, colums: []}", "line 1, column 18: model.colums: is not known; did you mean “columns”?"),
        ("model: {name: t, columns: [{name: a, requird: true}]}", "did you mean “required”?"),
        ("model: {name: t, columns: [{name: a, data_tests: [unique]}]}", "did you mean “tests”?"),
        ("model: {name: t, columns: [{name: a, nullable: false}]}", "did you mean “required”?"),
        ("model: {name: t, freshness: {error_afer: 1 day}}", "did you mean “error_after”?"),
        ("model: {name: t, house: 1, extra: {house: 2}}", "model.house: stands in “extra” too; say it once"),
        ("model: {columns: []}", "model.name: is missing"),
        ("model: {name: t, columns: [{type: x}]}", "columns[0].name: is missing"),
        ("model: {name: t, columns: [{name: a}, {name: a}]}", "“a” stands here twice"),
        ("model: {name: t, columns: [{name: a, tests: [postive]}]}", "did you mean “positive”?"),
        ("model: {name: t, columns: [{name: a, tests: [row_count]}]}", "row_count is a test of a table"),
        ("model: {name: t, tests: [positive]}", "positive is a test of a column"),
        ("model: {name: t, columns: [{name: a, tests: [{accepted_values: 5}]}]}", "must be a list"),
        ("model: {name: t, columns: [{name: a, tests: [{between: {}}]}]}", "between needs min or max"),
        ("model: {name: t, columns: [{name: a, tests: [{between: {min: 1, lower: 2}}]}]}", "lower: is no parameter of"),
        ("model: {name: t, columns: [{name: a, tests: [{positive: {must_be: 1}}]}]}", "positive measures no figure"),
        ("model: {name: t, columns: [{name: a, tests: [{not_null: {severity: bad}}]}]}", "severity: must be one of"),
        ("model: {name: t, tests: [{sql: {}}]}", "what shall be asked?"),
        ("model: {name: t, freshness: {warn_after: soon}}", "is no span of time"),
        ("model: {name: t, freshness: {warn_after: 5 h, error_after: 4 h}}", "is later than “error_after”"),
        ("model: {name: t, key: [b], columns: [{name: a}]}", "“b” is no column of this model"),
        ("model: {name: t, columns: [{name: a, limits: {maxlength: 1}}]}", "did you mean “maxLength”?"),
        (
            "model: {name: t, columns: [{name: a, type: varchar, physical_type: x}]}",
            "beside “physical_type” it must be",
        ),
        ("model: {name: t}\nmodels: []", "stands beside “model”"),
        ("model: {name: t}\ncontract: 2", "is a version of this form that is not known"),
        ("model: t", "model: must be a mapping"),
        ("model: {name: t, columns: [{name: a, required: maybe}]}", "must be true or false"),
        ("model: {name: " + "x" * 501 + "}", "longer than 500 characters"),
        ("apiVersion: v2.1.0\nkind: DataContract", "ODCS v2.1.0 is not read"),
        ("datasetName: x\nversion: 1.0.0\ndataset: []\npassword: secret", "no place in a contract"),
        ("apiVersion: v9.0.0\nkind: DataContract", "ODCS “v9.0.0” is not known"),
        ("apiVersion: v3.0.0\nkind: DataContract\nid: a\nversion: 1", "status: is missing"),
        ("apiVersion: v3.0.0\nkind: Other\nid: a\nversion: 1\nstatus: a", "kind: must be DataContract"),
        ("kind: DataContract\nid: a\nversion: 1\nstatus: a\nschema: {a: 1}", "schema: must be a list"),
        ("kind: DataContract\nid: a\nversion: 1\nstatus: a\nschema: [{properties: []}]", "schema[0].name: is missing"),
        (
            "kind: DataContract\nid: a\nversion: 1\nstatus: a\nschema:\n- name: t\n"
            "  quality: [{metric: rowCount, mustBe: 1, mustBeLessThan: 2}]",
            "exclude one another",
        ),
        ("dataContractSpecification: 2.0.0\nid: x\ninfo: {title: t, version: 1}", "“2.0.0” is not known"),
        ("dataContractSpecification: 1.0.0\nid: x", "info: is missing"),
        (
            "dataContractSpecification: 1.0.0\nid: x\ninfo: {title: t, version: 1}\n"
            "models: {m: {fields: {f: {$ref: '#/definitions/a'}}}}\ndefinitions: {a: {$ref: '#/definitions/a'}}",
            "leads back to itself",
        ),
        ("a: 1", "is no contract: expected “model:”"),
        ("[1]", "must be a mapping"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(text: str, words: str) -> None:
    with pytest.raises(Refused) as error:
        read(text.encode())
    assert words in "\n".join(map(str, error.value.problems))


def test_all_that_is_wrong_is_told_at_once_in_the_order_of_lines() -> None:
    with pytest.raises(Refused) as error:
        read(b"model:\n  name: t\n  freshness: {warn_after: soon}\n  columns:\n    - {nam: a}\n    - 5\n")
    assert [problem.line for problem in error.value.problems] == sorted(
        problem.line for problem in error.value.problems
    )
    assert len(error.value.problems) >= 3


def test_what_the_own_form_does_not_know_is_kept_and_reported_at_every_place() -> None:
    found = read(STRANGE.encode())
    noted = [str(note).partition(": is")[0].rpartition(": ")[2] for note in found.notes]
    assert noted == [
        *("team", "owner.slack", "servers[0].region", "model.layer", "model.columns[0].label"),
        *("model.columns[0].limits.step", "model.freshness.calendar", "sla[0].driver"),
    ]
    assert "Did you mean “title”?" in str(read(b"titel: x\nmodel: {name: t}").notes[0])
    document, (orders,) = found.document, found.document.tables
    assert document.kept == {"note": 1, "team": "shop", "owner": {"Lea": {"slack": "#lea"}}}
    assert (orders.kept, orders.columns[0].kept) == ({"layer": "gold"}, {"label": "Id", "limits": {"step": 5}})
    assert orders.columns[0].limits == {"minimum": 1}


@pytest.mark.parametrize("form", ["own", "odcs"])
def test_what_the_own_form_does_not_know_survives_being_written(form: str) -> None:
    content = STRANGE.encode()
    found = read(content)
    assert write(found, content, "own") == STRANGE
    again = read(dump(to_own.build(found.document)).encode())
    assert again.document == found.document
    assert again.notes == ()
    assert not compare(found.document, read(write(found, content, form).encode()).document).breaking


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "apiVersion: v3.0.2\nkind: DataContract\nid: a\nversion: 1\nstatus: x\nfrobozz: 1",
            "frobozz: is not known to this form",
        ),
        ("kind: DataContract\nid: a\nversion: 1\nstatus: x", "apiVersion: is missing; read as v3.1.0"),
        (
            "apiVersion: v3.1.0\nkind: DataContract\nid: a\nversion: 1\nstatus: x\nteam: []",
            "is a list, which v3.1.0 does not know",
        ),
        (
            "dataContractSpecification: 0.9.3\nid: x\ninfo: {title: t, version: 1}\n"
            "models: {m: {quality: {type: SodaCL}}}",
            "the check of another tool",
        ),
    ],
)
def test_what_is_not_understood_is_kept_and_reported(text: str, words: str) -> None:
    assert words in "\n".join(map(str, read(text.encode()).notes))


def test_unknown_parts_survive_the_way_through_the_standard() -> None:
    text = b"apiVersion: v3.0.2\nkind: DataContract\nid: a\nversion: 1\nstatus: x\nfrobozz: {deep: [1, 2]}\n"
    assert read(write(read(text), text, "odcs").encode()).loaded.value["frobozz"] == {"deep": [1, 2]}


LEVELS = """\
apiVersion: v3.1.0
kind: DataContract
id: c
version: 1.0.0
status: active
schema: [{name: orders, properties: [{name: at, logicalType: timestamp}, {name: made, logicalType: timestamp}]}]
slaProperties:
  - {property: freshness, value: 4, unit: h, element: orders.at, driver: regulatory, description: for the auditors}
  - {property: freshnessWarning, value: 2, unit: h, element: orders.made, scheduler: cron, description: for us}
  - {property: freshness, value: 1, unit: d, element: orders}
"""


def test_everything_that_is_said_of_freshness_is_kept() -> None:
    read_in = document(LEVELS)
    (table,) = read_in.tables
    assert table.freshness == Freshness(
        warn_after_s=7200,
        error_after_s=14400,
        column="at",
        description="for the auditors",
        kept={
            "error": {"driver": "regulatory"},
            "warn": {"scheduler": "cron", "description": "for us", "element": "orders.made"},
        },
    )
    assert [(sla.property, sla.value, sla.unit) for sla in read_in.sla] == [("freshness", 1, "d")]


@pytest.mark.parametrize("form", ["own", "odcs"])
@pytest.mark.parametrize("word", ["regulatory", "cron", "for us", "for the auditors", "orders.made"])
def test_and_written_in_every_form(form: str, word: str) -> None:
    own = write(read(LEVELS.encode()), LEVELS.encode(), "own")
    assert word in own
    assert word in write(read(own.encode()), own.encode(), form)
    again = document(own).tables[0].freshness
    assert again is not None
    assert again.kept["odcs"]["error"] == {"driver": "regulatory"}


def test_a_servicelevel_of_the_specification_loses_nothing_either() -> None:
    text = """\
dataContractSpecification: 1.1.0
id: c
info: {title: c, version: 1.0.0}
models: {orders: {fields: {at: {type: timestamp}}}}
servicelevels: {freshness: {threshold: 25h, timestampField: orders.at, description: daily, cadence: nightly}}
"""
    told = document(text).tables[0].freshness
    assert told is not None and told.kept == {"error": {"cadence": "nightly"}}
    assert "nightly" in write(read(text.encode()), text.encode(), "odcs")
