"""Values: what share of a sample the validators take for a class, and what keeps them from being taken in."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.pii.values import OTHERS, PERSONAL, samples
from catalog.pii import observing
from catalog.pii.judging import SETS_CLASS
from catalog.pii.naming import About, Table
from catalog.pii.observing import MAX_VALUES, by_values, wilson
from catalog.pii.validators import DETECTORS

MAILS = [f"anna.{number}@mail.example" for number in range(50)]
NUMBERS = [f"ORD-{number}" for number in range(50)]
SAMPLES = {sample.what: sample for sample in samples(7)}


@pytest.mark.parametrize("what", [what for what in PERSONAL if not what.startswith(("dates of birth", "hashed"))])
def test_every_class_is_seen_in_its_values(what: str) -> None:
    hint = PERSONAL[what][1] if "named so" in what else ""
    seen = by_values(SAMPLES[what].values, hint)
    assert seen is not None
    assert (seen.finding.pii, seen.finding.confidence >= SETS_CLASS) == (SAMPLES[what].pii, True)


@pytest.mark.parametrize("what", list(OTHERS))
def test_what_only_looks_like_it_sets_no_class(what: str) -> None:
    seen = by_values(SAMPLES[what].values)
    assert seen is None or seen.finding.confidence < SETS_CLASS


def test_the_reason_has_the_counts_and_no_value() -> None:
    seen = by_values([*MAILS[:48], "n/a", "-"])
    assert seen is not None
    assert seen.finding.reason == "48 of 50 values look like e-mail addresses"
    assert (seen.matched, seen.looked_at) == (48, 50)


def test_few_values_are_not_sure_and_fewer_say_nothing() -> None:
    five = by_values(MAILS[:5])
    assert five is not None
    assert five.finding.confidence < SETS_CLASS
    assert by_values(MAILS[:4]) is None


def test_the_same_value_many_times_is_one_value() -> None:
    assert by_values([MAILS[0]] * 1000) is None


def test_dates_ask_for_a_look_unless_they_are_called_births() -> None:
    born = SAMPLES["dates of birth, nameless"].values
    without, named = by_values(born), by_values(born, "birth_date")
    assert without is not None
    assert named is not None
    assert without.finding.confidence < SETS_CLASS <= named.finding.confidence


def test_values_deny_what_the_name_promises() -> None:
    seen = by_values(NUMBERS, "email")
    assert seen is not None
    assert (seen.finding.pii, seen.finding.confidence) == ("email", 0.0)


@pytest.mark.parametrize(
    "values",
    [
        [f"+1-555-01{number:02d}" for number in range(50)],  # numbers that films use
        [f"{number:064x}" for number in range(50)],
        [f"a***{number}" for number in range(50)],
    ],
)
def test_test_data_hashes_and_masks_deny_nothing(values: list[str]) -> None:
    assert by_values(values, "phone") is None


def test_an_address_of_a_server_waits_for_a_person() -> None:
    values = [f"93.184.{number}.34" for number in range(50)]
    of_nobody, of_people = by_values(values, "", Table(About.MACHINES)), by_values(values)
    assert of_people is not None
    assert of_nobody is not None
    assert of_nobody.finding.confidence < SETS_CLASS <= of_people.finding.confidence


def test_one_column_costs_a_bounded_time(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []

    def dawdle(value: str) -> bool:
        calls.append(value)
        return sum(range(200_000)) > 0

    slow = DETECTORS[0]._replace(test=dawdle)
    monkeypatch.setattr(observing, "DETECTORS", [slow] * 50)
    monkeypatch.setattr(observing, "MAX_SECONDS", 0.05)
    began = time.thread_time()
    by_values(str(number) for number in range(10_000_000))
    assert time.thread_time() - began < 1
    assert len(calls) <= MAX_VALUES


@given(st.lists(st.one_of(st.none(), st.text(max_size=400)), max_size=40), st.sampled_from(["", "email", "phone", "x"]))
def test_any_values_get_an_answer_without_being_repeated(values: list[str | None], hint: str) -> None:
    seen = by_values(values, hint)
    assert seen is None or (0 <= seen.matched <= seen.looked_at <= MAX_VALUES and 0 <= seen.finding.confidence <= 1)


@given(st.text(max_size=500))
def test_no_validator_ever_raises(value: str) -> None:
    for detector in DETECTORS:
        assert detector.test(value) in {True, False}


@given(st.integers(0, 200), st.integers(1, 200))
def test_the_bound_lies_below_the_share_and_grows_with_the_number(matched: int, more: int) -> None:
    total = matched + more
    assert 0 <= wilson(matched, total) <= matched / total
    assert wilson(matched, total) <= wilson(2 * matched, 2 * total) + 1e-12
