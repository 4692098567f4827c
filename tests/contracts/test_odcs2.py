"""Version 2.2 of the standard, in the words of version 3."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from catalog.contracts import model
from catalog.contracts.diff import compare
from catalog.contracts.model import Freshness, Owner, Server
from catalog.contracts.reading import read
from catalog.contracts.writing import write

TEXT = """\
apiVersion: v2.2.2
kind: DataContract
uuid: 53581432-6c55-4ba2-a65f-72344a91553a
version: 1.1.0
status: production
type: tables
datasetDomain: seller
quantumName: payments
datasetName: access_views
sourcePlatform: googleCloudPlatform
sourceSystem: bigQuery
project: edw
description: {purpose: Views on payments, limitations: none known}
tags: [finance]
dataset:
  - table: payments
    physicalName: payments_1_1_0
    priorTableName: pay
    description: One row a payment
    dataGranularity: one payment
    columns:
      - {column: id, logicalType: string, physicalType: varchar(20), isPrimaryKey: true, primaryKeyPosition: 1,
         isNullable: false, isUnique: true, businessName: number of the payment}
      - {column: at, logicalType: timestamp, physicalType: timestamp, isNullable: true, clusterStatus: true}
      - {column: name, logicalType: string, physicalType: string, classification: confidential, sampleValues: [A, B]}
    quality:
      - {templateName: RowCount, toolName: Elevate, toolRuleName: not empty, dimension: completeness, severity: error}
stakeholders:
  - {username: lea@example.com, role: Data Owner}
  - {username: tom, role: owner, dateOut: "2024-01-01"}
slaProperties:
  - {property: freshness, value: 4, unit: h, column: payments.at, driver: regulatory}
  - {property: retention, value: 3, unit: y}
"""


def found() -> model.Document:
    return read(TEXT.encode()).document


def test_the_sample_is_valid(corpus: Path) -> None:
    schema = json.loads((corpus / "odcs/schema/odcs-json-schema-v2.2.2.json").read_text())
    jsonschema.Draft201909Validator(schema).validate(yaml.safe_load(TEXT))


def test_each_word_has_its_place() -> None:
    document = found()
    (table,) = document.tables
    assert (document.form, document.form_version, document.title) == ("odcs2", "v2.2.2", "payments")
    assert document.id == "53581432-6c55-4ba2-a65f-72344a91553a"
    assert (document.domain, document.tags) == ("seller", ("finance",))
    assert document.owners == (Owner(name="lea@example.com", email="lea@example.com"),)
    assert document.servers == (Server(name="main", type="bigQuery", database="edw", schema="access_views"),)
    assert (table.name, table.place, table.renamed_from, table.key) == (
        "payments",
        "payments_1_1_0",
        ("pay",),
        ("id",),
    )
    assert [(one.name, one.required, one.unique) for one in table.columns] == [
        ("id", True, True),
        ("at", False, False),
        ("name", False, False),
    ]
    assert table.freshness == Freshness(error_after_s=14400, column="at", kept={"error": {"driver": "regulatory"}})
    assert [(rule.engine, rule.name, rule.dimension) for rule in table.rules] == [
        ("Elevate", "not empty", "completeness")
    ]
    assert [sla.property for sla in document.sla] == ["retention"]


@pytest.mark.parametrize("form", ["own", "odcs"])
def test_it_is_written_in_newer_forms_without_a_change(form: str) -> None:
    written = write(read(TEXT.encode()), TEXT.encode(), form)
    assert compare(found(), read(written.encode()).document, "bigquery").changes == ()
    for word in ("clusterStatus", "one payment", "googleCloudPlatform", "RowCount", "sampleValues", "regulatory"):
        assert word in written


def test_as_the_newest_version_it_is_valid(corpus: Path) -> None:
    schema = json.loads((corpus / "odcs/schema/odcs-json-schema-v3.1.0.json").read_text())
    written = write(read(TEXT.encode()), TEXT.encode(), "odcs")
    jsonschema.Draft201909Validator(schema).validate(yaml.safe_load(written))


def test_without_a_version_its_words_tell_it() -> None:
    plain = read(TEXT.replace("apiVersion: v2.2.2\n", "").encode())
    assert plain.document.form == "odcs2"
    assert "is missing; read as v2.2.2" in str(plain.notes[0])
