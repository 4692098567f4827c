"""Whatever is done to a small project, its files give well-formed facts or BadInput, and nothing else."""

from __future__ import annotations

import copy
import json
from typing import Any, Literal

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.capabilities import BadInput
from catalog.facts import Fact

from .factories import catalog, data_test, freshness, manifest, node, read, run_results

A, B, T, S, E = "model.shop.a", "model.shop.b.v1", "test.shop.t", "source.shop.raw.s", "exposure.shop.e"
COLUMN = {
    "name": "id",
    "description": "d",
    "meta": {"pii": "email"},
    "tags": ["pii"],
    "constraints": [{"type": "not_null"}],
}
PROJECT = [
    manifest(
        {
            A: node(
                A, columns={"id": COLUMN}, meta={"owner": "x@y.org"}, primary_key=["id"], relation_name='"d"."s"."a"'
            ),
            B: node(
                B, version=1, depends_on={"nodes": [A, S]}, constraints=[{"type": "primary_key", "columns": ["id"]}]
            ),
            T: data_test(A, column_name="id", config={"severity": "WARN"}),
        },
        sources={S: node(S, freshness={"warn_after": {"count": 1, "period": "day"}})},
        exposures={E: {"name": "e", "type": "ml", "owner": {"email": "a@b.org"}, "depends_on": {"nodes": [B]}}},
        metrics={"metric.shop.m": {"name": "m", "type_params": {"expr": "x"}, "depends_on": {"nodes": [A]}}},
        groups={"group.shop.g": {"name": "g", "owner": {"name": "G"}}},
        unit_tests={"unit_test.shop.a.u": {"name": "u", "depends_on": {"nodes": [A]}, "given": []}},
        disabled={"model.shop.off": [{"unique_id": "model.shop.off"}]},
    ),
    catalog(**{A: {"metadata": {"type": "VIEW"}, "columns": {"ID": {"type": "int", "index": 1}}, "stats": {}}}),
    run_results(
        {"unique_id": T, "status": "fail", "failures": 2, "timing": [{"name": "execute", "completed_at": "x"}]}
    ),
    freshness({"unique_id": S, "status": "warn", "criteria": {"warn_after": {"count": 1, "period": "day"}}}),
]
JUNK: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
    | st.sampled_from(["\x00", "\ud800", "x" * 600, "{{ ref('a') }}", 10**30, 2**63, "0001-01-01T00:00:00+23:59"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, inner in items for place in places(inner, (*path, key)))]


PLACES = [place for place in places(PROJECT) if place]


def replaced(files: list[Any], place: tuple[Any, ...], junk: Any, how: Literal["value", "key", "drop"]) -> None:
    holder = files
    for step in place[:-1]:
        holder = holder[step]
    if how == "value" or len(place) == 1 or isinstance(holder, list):
        holder[place[-1]] = junk
    elif how == "drop":
        del holder[place[-1]]
    else:
        holder[str(junk)] = holder.pop(place[-1])


def well_formed(fact: Fact) -> None:
    """Of the declared types all the way down, and fit for a database's text."""
    builtins = msgspec.to_builtins(fact)
    msgspec.convert(builtins, type(fact))
    text = json.dumps(builtins, ensure_ascii=False, allow_nan=False)
    assert "\\u0000" not in text.replace("\\\\", "")
    text.encode()


@settings(max_examples=600, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.tuples(st.sampled_from(PLACES), JUNK, st.sampled_from(["value", "key", "drop"])), min_size=1, max_size=3
    )
)
def test_changes_at_any_place_give_facts_or_a_refusal(changes):
    files: list[Any] = copy.deepcopy(PROJECT)
    for place, junk, how in changes:
        try:
            replaced(files, place, junk, how)
        except (AttributeError, KeyError, IndexError, TypeError):
            continue  # an earlier change took the place away
    try:
        for fact in read(*(json.dumps(file).encode() for file in files)):
            well_formed(fact)
    except BadInput as refused:
        assert str(refused).startswith("file")
        str(refused).encode()


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 3), st.floats(0, 1, exclude_max=True), st.binary(max_size=4), st.integers(0, 40))
def test_changed_bytes_give_facts_or_a_refusal(which, where, put, cut):
    files = [json.dumps(file).encode() for file in PROJECT]
    at = int(where * len(files[which]))
    files[which] = files[which][:at] + put + files[which][at + cut :]
    try:
        for fact in read(*files):
            well_formed(fact)
    except BadInput as refused:
        assert str(refused).startswith("file")
