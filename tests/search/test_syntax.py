"""What is written into the search box: everything means something, and can be written again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.search.syntax import Filter, Word, Written, parse

NAMES = frozenset({"owner", "schema", "tag", "is", "updated", "kind"})
WRITTEN = st.lists(
    st.sampled_from(
        ["owner:", "tag:", "schema:", "-", '"', "\\", ",", " ", "  ", "\t", "a", "gold layer", "is:", "deprecated", ":"]
    )
    | st.text(max_size=4),
    max_size=14,
).map("".join)


def read(text: str) -> Written:
    return parse(text, NAMES)


def test_words_phrases_and_filters_are_told_apart() -> None:
    written = read('revenue owner:ana tag:"gold layer" "by day" -old')
    assert written.words == (Word("revenue"), Word("by day", phrase=True), Word("old", negated=True))
    assert written.filters == (Filter("owner", ("ana",)), Filter("tag", ("gold layer",)))
    assert written.plain == "revenue"


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("schema:a,b", ("a", "b")),
        ('schema:a,"b c",d', ("a", "b c", "d")),
        ("schema:a,,a", ("a",)),
        ("SCHEMA:A", ("A",)),
        ('schema:"say \\"hi\\""', ('say "hi"',)),
        ("schema:", ()),
        ("schema:a:b", ("a:b",)),
        ('schema:"open', ("open",)),
    ],
)
def test_a_comma_means_any_of_them(text: str, values: tuple[str, ...]) -> None:
    assert read(text).filters == (Filter("schema", values),)


def test_a_minus_before_a_filter_turns_it_round() -> None:
    assert read("-tag:old").filters == (Filter("tag", ("old",), negated=True),)
    assert read("-deprecated").filters == (Filter("is", ("deprecated",), negated=True),)
    assert read("deprecated").words == (Word("deprecated"),)
    assert read("a-b - c").words == (Word("a-b"), Word("-"), Word("c"))


def test_what_is_no_filter_is_a_word_and_is_told_if_it_looks_like_one() -> None:
    assert read("colour:red").words == (Word("colour:red"),)
    assert read("colour:red colour:blue").unknown == ("colour",)
    assert read("snowflake://account 10:30 a::b :c").unknown == ()


def test_words_of_any_kind_are_left_as_they_are() -> None:
    assert [word.text for word in read('marts.rev_by_day ab"cd a,b').words] == ["marts.rev_by_day", 'ab"cd', "a,b"]


@given(WRITTEN | st.text())
def test_what_was_read_can_be_written_and_read_again(text: str) -> None:
    written = read(text)
    assert read(str(written)) == written


@given(WRITTEN | st.text())
def test_what_is_written_means_words_and_known_filters(text: str) -> None:
    written = read(text)
    assert all(found.name in NAMES for found in written.filters)
    assert all(word.text.strip() for word in written.words)
