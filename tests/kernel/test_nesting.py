"""Where JSON is nested without end, in words."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.kernel.nesting import SCANNED, deep_place, fault

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(VALUES, st.lists(st.integers(0, 3) | st.text("ab{[,é", max_size=4), min_size=1, max_size=4))
def test_the_place_is_found_whatever_stands_before_it(before: Any, path: list[int | str]) -> None:
    value: Any = "HERE"
    for part in reversed(path):
        value = [before] * part + [value] if isinstance(part, int) else {"first": before, part: value}
    text = json.dumps(value, ensure_ascii=False).replace('"HERE"', "[" * 200 + "]" * 200)
    told = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in [*path, 0, 0, 0][:4]).lstrip(".")
    assert deep_place(text.encode()) == told


@given(VALUES)
def test_what_is_not_deep_has_no_such_place(value: Any) -> None:
    assert deep_place(json.dumps(value).encode()) == ""


@pytest.mark.parametrize("start", [b"", b'["' + b'\\"' * SCANNED, b"[" + b"[]," * SCANNED])
def test_a_large_one_is_looked_at_in_no_time(start: bytes) -> None:
    assert deep_place(start) == ""


def test_other_faults_are_told_as_they_are() -> None:
    with pytest.raises(msgspec.DecodeError) as caught:
        msgspec.json.decode(b"[1")
    assert fault(caught.value, b"[1") == str(caught.value)
    assert fault(RecursionError(), b"[" * 200) == "it is nested too deeply, in [0][0][0][0]"
    assert fault(RecursionError(), b"") == "it is nested too deeply"
