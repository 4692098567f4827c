"""Every contract of the corpus is read, written back without loss, and compared."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from catalog.contracts import to_odcs
from catalog.contracts.diff import compare
from catalog.contracts.dumping import dump
from catalog.contracts.model import to_json
from catalog.contracts.reading import Read, read
from catalog.contracts.writing import write

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus"
FILES = sorted(
    str(path.relative_to(CORPUS)) for name in ("odcs", "datacontract_spec") for path in (CORPUS / name).rglob("*.yaml")
)
each_file = pytest.mark.parametrize("name", FILES or ["-"])


@pytest.fixture
def standard(corpus: Path) -> jsonschema.Draft201909Validator:
    schema = json.loads((corpus / "odcs/schema/odcs-json-schema-v3.1.0.json").read_text())
    return jsonschema.Draft201909Validator(schema)


def content(corpus: Path, name: str) -> bytes:
    return (corpus / name).read_bytes()


def bare(value: Any) -> Any:
    """Of a document: what it says, not in which form; no status is as good as active."""
    if isinstance(value, Mapping):
        left = {"kept", "form", "form_version"}
        told = {key: bare(inner) for key, inner in value.items() if key not in left}
        return told | ({"status": told["status"] or "active"} if "status" in told else {})
    return [bare(inner) for inner in value] if isinstance(value, list | tuple) else value


def leaves(value: Any) -> Iterator[str]:
    """Every single value."""
    if isinstance(value, Mapping):
        for inner in value.values():
            yield from leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner)
    elif value not in (None, "", False):
        yield str(value).strip()


def test_there_are_contracts_in_it(corpus: Path) -> None:
    assert len(FILES) >= 30


@each_file
def test_it_is_read(corpus: Path, name: str) -> None:
    found = read(content(corpus, name)).document
    assert found.form == ("odcs" if name.startswith("odcs") else "dcs")
    assert found.version


@each_file
@pytest.mark.parametrize("form", ["own", "odcs"])
def test_it_is_written_and_read_back_the_same(corpus: Path, name: str, form: str) -> None:
    before = read(content(corpus, name))
    after = read(write(before, content(corpus, name), form).encode())
    assert bare(to_json(after.document)) == bare(to_json(before.document))


@each_file
@pytest.mark.parametrize("form", ["own", "odcs"])
def test_its_own_round_trip_is_no_change(corpus: Path, name: str, form: str) -> None:
    before = read(content(corpus, name))
    after = read(write(before, content(corpus, name), form).encode())
    for old, new in ((before, before), (before, after), (after, before)):
        assert compare(old.document, new.document).changes == ()


@each_file
def test_as_the_standard_it_is_valid(corpus: Path, name: str, standard: jsonschema.Draft201909Validator) -> None:
    found = read(content(corpus, name))
    for text in (write(found, content(corpus, name), "odcs"), dump(to_odcs.build(found.document))):
        assert [error.message for error in standard.iter_errors(read(text.encode()).loaded.value)] == []


@each_file
def test_nothing_that_stands_in_it_is_lost_as_the_standard(corpus: Path, name: str) -> None:
    found = read(content(corpus, name))
    written = set(leaves(read(write(found, content(corpus, name), "odcs").encode()).loaded.value))
    lost = set(leaves(found.loaded.value)) - written - known_otherwise(found)
    assert lost == set()


def known_otherwise(found: Read) -> set[str]:
    """Values that the standard has another word for: versions of forms, types, addresses of definitions, spans of time."""
    words = {found.document.form_version, "True"}
    for value in leaves(found.loaded.value):
        if value.startswith("#/definitions/") or value in {"25h", "DataContract"}:
            words.add(value)
    return words


def test_the_newest_version_comes_back_byte_for_byte(corpus: Path) -> None:
    told = content(corpus, "odcs/examples/all/full-example.odcs.yaml")
    assert write(read(told), told, "odcs").encode() == told


def test_the_largest_one_is_quick(corpus: Path) -> None:
    found = read(content(corpus, "odcs/examples/all/postgresql-adventureworks-contract.odcs.yaml"))
    assert len(found.document.tables) == 68
    assert sum(len(table.columns) for table in found.document.tables) == 456


def test_a_definition_says_what_its_field_does_not(corpus: Path) -> None:
    found = read(content(corpus, "datacontract_spec/examples/orders-latest/datacontract.yaml")).document
    orders = found.table("orders")
    assert orders is not None
    column = orders.columns[0]
    assert (column.name, column.logical_type, column.pii, column.required, column.key) == (
        "order_id",
        "string",
        "pii",
        True,
        1,
    )
    assert orders.freshness is not None
    assert (orders.freshness.error_after_s, orders.freshness.column) == (90_000, "order_timestamp")
