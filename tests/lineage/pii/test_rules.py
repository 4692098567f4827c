"""What SQL leaves of a value, and what that does to personal data."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineage import states
from lineage.pii.rules import DIRECT, KEEPS, Masking, passes
from lineage.sql import read_script
from lineage.sql.kinds import _BY_OUTER, WAYS, Kind, add
from lineage.states import Use

KEPT = [
    "email",
    "lower(trim(email))",
    "split_part(email, '@', 2)",
    "date_trunc('year', email::date)",
    "min(email)",
    "max(email)",
    "any_value(email)",
    "array_agg(email order by born)",
    "string_agg(email, ',')",
    "coalesce(email, 'nobody')",
    "case when born is null then email end",
    "md5(email) || email",
    "first_value(email) over (partition by born order by born)",
    "nobody_knows(email)",
    "email = 'a@b.c'",
]
PSEUDONYMS = [
    "md5(email)",
    "sha256(email)",
    "upper(md5(lower(email)))",
    "md5(cast(coalesce(cast(email as text), '_dbt_utils_surrogate_key_null_') as text) || '-' || cast(born as text))",
    "min(md5(email))",
    "digest(email, 'sha256')",
    "encrypt(email, 'k')",
]
REMOVED = [
    "count(email)",
    "count(distinct email)",
    "sum(email)",
    "avg(length(email))",
    "count(distinct md5(email))",
    "hmac(email, 'k', 'sha256')",
    "md5(email || 'a long secret text')",
    "md5(email || current_setting('app.salt'))",
    "md5(concat(email, salt))",
    "length(email)",
    "email is not null",
    "percentile_cont(0.5) within group (order by email)",
]


def masking(expression: str) -> Masking:
    schema = {"users": {"email": "text", "born": "date", "salt": "text"}}
    found = read_script(f"select {expression} as x from users", "postgres", schema).together
    sources = {source.column: source for source in found.columns[0].sources}
    assert passes(sources["email"].kind.label, sources["email"].masking) is not (expression in REMOVED)
    return sources["email"].masking


@pytest.mark.parametrize("expression", KEPT)
def test_the_value_gets_through(expression: str) -> None:
    assert masking(expression) is Masking.NONE


@pytest.mark.parametrize("expression", PSEUDONYMS)
def test_a_plain_hash_is_a_pseudonym(expression: str) -> None:
    assert masking(expression) is Masking.PSEUDONYM


@pytest.mark.parametrize("expression", REMOVED)
def test_nothing_of_the_value_is_left(expression: str) -> None:
    assert masking(expression) is Masking.FULL


def test_what_is_hidden_in_a_common_table_stays_hidden_behind_it() -> None:
    sql = "with a as (select hmac(email, 'k') as h from users) select upper(h) as x from a"
    found = read_script(sql, "postgres", {"users": {"email": "text"}}).together
    assert [source.masking for source in found.columns[0].sources] == [Masking.FULL]


def test_a_value_that_one_side_of_a_union_hides_is_not_hidden() -> None:
    sql = "select md5(email) as x from users union all select email from users"
    found = read_script(sql, "postgres", {"users": {"email": "text"}}).together
    assert [source.masking for source in found.columns[0].sources] == [Masking.NONE]


def test_every_kind_of_use_has_a_rule() -> None:
    assert set(KEEPS) == {str(use.label) for use in Use}
    assert set(KEEPS) > {kind.label for kind in Kind}
    assert all(use in DIRECT for use, keeps in KEEPS.items() if keeps)


def test_an_aggregate_of_which_nobody_tells_the_function_removes() -> None:
    assert not passes("aggregation", Masking.UNKNOWN)
    assert passes("unknown", Masking.UNKNOWN)


def test_the_database_keeps_the_numbers_of_the_rules() -> None:
    assert [(one.name, one.value) for one in Masking] == [(one.name, one.value) for one in states.Masking]


WAY = st.integers(0, len(WAYS) - 1)


@given(WAY, WAY, WAY)
def test_it_does_not_matter_where_a_path_is_cut(one: int, two: int, three: int) -> None:
    assert _BY_OUTER[three][_BY_OUTER[two][one]] == _BY_OUTER[_BY_OUTER[three][two]][one]


@given(st.permutations([0, 1, 2, 9, 10, 11, 12, 5]), st.lists(WAY, max_size=6))
def test_it_does_not_matter_in_which_order_ways_are_found(order: list[int], more: list[int]) -> None:
    def found(ways: list[int]) -> int:
        into: dict[tuple[str | None, str], int] = {}
        for way in ways:
            add(into, {("t", "c"): way}, 0)
        return into["t", "c"]

    assert found([*order, *more]) == found([*reversed(more), *reversed(order)])


@given(st.lists(WAY, min_size=1, max_size=6))
def test_the_kind_is_as_if_nothing_were_hidden(ways: list[int]) -> None:
    into: dict[tuple[str | None, str], int] = {}
    for way in ways:
        add(into, {("t", "c"): way}, 0)
    kinds = [WAYS[way][0] for way in ways]
    assert WAYS[into["t", "c"]][0] == min(kinds)
