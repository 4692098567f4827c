"""YAML and JSON by others: what is refused, and where."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.contracts.dumping import dump
from catalog.contracts.loading import MAX_BYTES, load
from catalog.contracts.problems import Refused

BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b]\n"


def refusal(content: str | bytes) -> str:
    with pytest.raises(Refused) as error:
        load(content if isinstance(content, bytes) else content.encode())
    return str(error.value)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (BOMB, "line 1, column 4: a: anchors are not allowed"),
        ("a: *x", "line 1, column 4: a: aliases are not allowed"),
        ("base: 1\n<<: {a: 1}", "line 2, column 1: merge keys are not allowed"),
        ("a: 1\nb: 2\na: 3", "line 3, column 1: “a” is said twice, first in line 1"),
        ("x: {y: 1, y: 2}", "line 1, column 11: x: “y” is said twice"),
        ("a: !!python/object/apply:os.system [ls]", "the tag tag:yaml.org,2002:python/object/apply:os.system"),
        ("a: !secret 1", "the tag !secret is not allowed"),
        ("a: 1\n---\nb: 2", "line 2, column 1: holds a second document"),
        ("? [a]\n: 1", "a key must be a text"),
        ("a: [1, 2", "line "),
        ("a: 'x", "line 1"),
        ("a: \tb: c", "line 1"),
        ("", "line 1, column 1: is empty"),
        ("# nothing", "is empty"),
        ("a: \"x\\0y\"", "line 1, column 4: a: holds a character that cannot be stored"),
        (b"a: b\n\xff", "line 2, column 1: is not UTF-8"),
        (b"a: \x01", "line 1, column 4"),
        ("[" * 2000, "deeper than 30 levels"),
        ("a: " + "[" * 40 + "]" * 40, "deeper than 30 levels"),
        ("{" * 2000, "line"),
        ('{"a": 1,\t"a": 2}', "said twice"),
        ('{"a":\t"\\ud800"}', "holds a character"),
        ('{"a": "\\ud83d\\ude00", "b": NaN}', "NaN is no number"),
        ('{"a": "\\ud83d\\ude00", "b": 1e999}', "b: is a number too large"),
        ("a: " + "x" * MAX_BYTES, "is larger than 256 kB"),
    ],
)  # fmt: skip
def test_what_no_contract_needs_is_refused_with_its_place(content: str | bytes, words: str) -> None:
    assert words in refusal(content)


def test_a_bomb_costs_nothing() -> None:
    begun = time.monotonic()
    refusal(BOMB)
    refusal('{"a":\t' + "[" * 100_000)
    assert time.monotonic() - begun < 1


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("NO", "NO"),
        ("yes", "yes"),
        ("true", True),
        ("2024-01-02", "2024-01-02"),
        ("010", 10),
        ("1_000", "1_000"),
        ("0x1F", "0x1F"),
        ("12:30:45", "12:30:45"),
        ("1e3", 1000.0),
        ("1.10", 1.1),
        ("null", None),
        ("9" * 40, "9" * 40),
        (".inf", ".inf"),
        ('"1"', "1"),
        ("!!str 1", "1"),
    ],
)
def test_scalars_mean_what_they_mean_in_json(text: str, value: Any) -> None:
    found = load(f"a: {text}".encode()).value["a"]
    assert (found, type(found)) == (value, type(value))


def test_numbers_keep_how_they_were_written() -> None:
    assert load(b"version: 1.10").texts["version",] == "1.10"


def test_json_is_taken_with_tabs_and_surrogate_pairs() -> None:
    assert load(b'{\t"a": "\\ud83d\\ude00", "b": [1, {"c": null}]}').value == {"a": "😀", "b": [1, {"c": None}]}


def test_places_are_known_of_keys_and_items() -> None:
    places = load(b"a:\n  - x\n  - {b: 1}\n").places
    assert places["a",] == (1, 1)
    assert places["a", 1] == (3, 5)
    assert places["a", 1, "b"] == (3, 6)


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**17), 10**17) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(texts, values, min_size=1, max_size=5))
def test_what_is_written_reads_back_the_same(value: dict[str, Any]) -> None:
    assert load(dump(value).encode()).value == value


@given(st.dictionaries(texts, values, min_size=1, max_size=5))
def test_json_of_anything_reads_as_json_does(value: dict[str, Any]) -> None:
    assert load(json.dumps(value, indent="\t").encode()).value == value


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    try:
        load(content)
    except Refused as refused:
        assert refused.problems
