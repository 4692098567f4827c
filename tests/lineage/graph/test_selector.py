"""dbt's selection syntax: read, and followed through the graph."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineage.graph.selector import BadSelection, Selection, Term, chosen, parse, pattern
from tests.lineage.graph.worlds import World, packed

#   1 → 2 → 3 → 5
#       4 ↗   ↘ 6      7 alone
WORLD = World(7, {pair: (True, frozenset()) for pair in ((1, 2), (2, 3), (4, 3), (3, 5), (3, 6))})


def ids(text: str, seeds: Callable[[Term], set[int]] | None = None) -> set[int]:
    named = seeds or (lambda term: set(range(1, 8)) if term.value == "*" else {int(term.value)})
    return chosen(parse(text), packed(WORLD), named, float("inf"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3", {3}),
        ("+3", {1, 2, 3, 4}),
        ("3+", {3, 5, 6}),
        ("1+3+1", {2, 3, 4, 5, 6}),
        ("2+3", {1, 2, 3, 4}),
        ("0+3", {3}),
        ("+3+", {1, 2, 3, 4, 5, 6}),
        ("@2", {1, 2, 3, 4, 5, 6}),
        ("@4", {1, 2, 3, 4, 5, 6}),
        ("1 7", {1, 7}),
        ("3+,+5", {3, 5}),
        ("+5 --exclude 4", {1, 2, 3, 5}),
        ("+5 --exclude +2", {3, 4, 5}),
        ("--exclude 3+", {1, 2, 4, 7}),
        ("--select 1 --exclude 2", {1}),
        ("7+", {7}),
        ("+3,+5 6", {1, 2, 3, 4, 6}),
    ],
)
def test_a_selection_chooses_as_dbt_does(text: str, expected: set[int]) -> None:
    assert ids(text) == expected


def test_signs_in_quotes_are_letters() -> None:
    assert parse('+"Sales, EU + US"+1').include == ((Term("Sales, EU + US", up=None, down=1),),)


def test_methods_have_their_names_in_dbt_too() -> None:
    assert [term.method for term in parse("group:model TAG:x").terms()] == ["owner", "tag"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Say what to choose"),
        ("  --exclude", "nothing to take away"),
        ("a,", "is not understood"),
        ("+", "is not understood"),
        ("@a+", "goes both ways"),
        ("a++", "is not understood"),
        ("colour:red", "colour: is not known"),
        ('"a', "not closed"),
        ('""', "names nothing"),
        ("x" * 3000, "at most 2,000 letters"),
        ("a " * 60, "at most 50 parts"),
    ],
)
def test_what_is_not_understood_is_told_with_its_place(text: str, words: str) -> None:
    with pytest.raises(BadSelection) as error:
        parse(text)
    assert words in str(error.value)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        found = parse(text)
    except BadSelection:
        return
    assert isinstance(found, Selection)
    assert all(term.value for term in found.terms())


words = st.text("abcxyz._*?", min_size=1, max_size=8)
steps = st.one_of(st.none(), st.integers(0, 20))


@given(words, steps, steps, st.sampled_from(["tag", "name", "owner"]))
def test_what_is_written_is_what_is_read(value: str, up: int | None, down: int | None, method: str) -> None:
    before = "+" if up is None else f"{up}+" if up else ""
    after = "+" if down is None else f"+{down}" if down else ""
    assert parse(f"{before}{method}:{value}{after}").include == ((Term(value, method, up, down),),)


@pytest.mark.parametrize(
    ("like", "name", "matches"),
    [
        ("marts.*", "marts.orders", True),
        ("marts.*", "martsxorders", False),
        ("STG_?", "stg_a", True),
        ("a", "ab", False),
    ],
)
def test_wildcards_stand_for_letters_alone(like: str, name: str, matches: bool) -> None:
    assert bool(pattern(like).match(name)) is matches
