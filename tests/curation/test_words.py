"""The shapes of what people say: every value is refused in words or brought into its one normal form."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.curation.overlay import Rule, Word, curate, of_column, ruling
from catalog.curation.words import ASSET_FIELDS, COLUMN_FIELDS, BadWord, checked
from catalog.facts import OwnerFact
from catalog.pii.classes import CLASSES
from catalog.states import Field
from tests.factories import table

NOW = datetime(2026, 11, 23, tzinfo=UTC)
texts = st.text(max_size=30)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["add", "drop", "name", "email", "note", "date", "successor", "class", "reason"]), inner
        )
    ),
    max_leaves=8,
)


def said(value: Any) -> Word:
    return Word(value, "Sara", NOW)


def test_the_list_of_fields_is_that_of_the_database() -> None:
    assert set(Field.values) == ASSET_FIELDS | COLUMN_FIELDS


@given(st.sampled_from(sorted(ASSET_FIELDS | COLUMN_FIELDS)), st.sampled_from(["", "id"]), anything)
def test_a_value_is_refused_or_normal_and_the_normal_form_stays(field: str, column: str, value: Any) -> None:
    try:
        normal = checked(field, column, value)
        assert field != "pii" or normal["class"] in {"", *CLASSES}
    except BadWord as error:
        assert str(error)
        return
    assert checked(field, column, normal) == normal
    assert "\0" not in repr(normal)


@given(st.lists(texts, max_size=5), st.lists(texts, max_size=5), st.lists(texts, max_size=5))
def test_what_is_dropped_is_gone_and_what_is_added_is_there_once(
    source: list[str], add: list[str], drop: list[str]
) -> None:
    value = checked("tags", "", {"add": add, "drop": drop})
    tags = curate(table(tags=tuple(source)), {("", "tags"): said(value)}).fact.tags
    assert set(value["add"]) <= set(tags)
    assert not set(value["drop"]) & set(tags)
    assert len(tags) == len(set(tags))


def test_an_asset_of_which_nobody_says_anything_is_what_sources_say() -> None:
    fact = table(description="from dbt", tags=("gold",), owners=(OwnerFact(name="data"),))
    assert curate(fact, {}).fact == fact


def test_a_persons_owners_come_first_and_say_who_set_them() -> None:
    fact = table(owners=(OwnerFact(name="old"), OwnerFact(name="data")))
    value = checked("owners", "", {"add": [{"name": "ana"}], "drop": ["old"]})
    told = curate(fact, {("", "owners"): said(value)})
    assert [owner.name for owner in told.fact.owners] == ["ana", "data"]
    assert told.because == {"ana": "set by Sara"}


def test_the_last_rule_that_matches_gives_owners_where_nobody_else_does() -> None:
    rules = [Rule("*", [OwnerFact(name="platform")]), Rule("marts.*", [OwnerFact(name="finance")])]
    assert curate(table(), {}, rules, "Marts.orders").because == {"finance": "rule marts.*"}
    owned = table(owners=(OwnerFact(name="data"),))
    assert curate(owned, {}, rules, "marts.orders").fact == owned


def test_a_rule_that_nothing_matches_rules_nothing() -> None:
    assert ruling([Rule("raw.*", [])], "marts.orders") is None


def test_taking_back_a_deprecation_is_a_word_of_its_own() -> None:
    fact = table(deprecated_at="2026-01-01")
    assert curate(fact, {("", "deprecation"): said({})}).fact.deprecated_at == ""


@pytest.mark.parametrize(("name", "found"), [("email", "exact"), ("EMAIL", "loose"), ("mail", None)])
def test_a_columns_word_is_found_by_its_exact_name_first(name: str, found: str | None) -> None:
    words = {("Email", "description"): said("loose"), ("email", "description"): said("exact")}
    if name == "EMAIL":
        words.pop(("email", "description"))
    word = of_column(words, name).get("description")
    assert (word and word.value) == found
