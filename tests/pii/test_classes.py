"""What tools call a class, as one word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.pii.classes import CLASSES, agree, label, normal, sensitivity
from catalog.pii.lexicon import CLEAR, OF_PEOPLE
from catalog.pii.naming import FAMILIES
from catalog.pii.validators import DETECTORS


@pytest.mark.parametrize(
    ("word", "pii"),
    [
        ("EMAIL_ADDRESS", "email"),  # Presidio
        ("PHONE_NUMBER", "phone"),
        ("DATE_OF_BIRTH", "birth_date"),  # Snowflake
        ("US_SSN", "national_id"),
        ("IBAN_CODE", "iban"),
        ("pii: email", "email"),
        ("Personal data", "pii"),
        ("emails", "email"),
        ("shoe size", "shoe size"),
        ("", ""),
    ],
)
def test_the_words_of_tools(word: str, pii: str) -> None:
    assert normal(word) == pii


def test_a_class_is_its_own_normal_form() -> None:
    assert [normal(pii) for pii in CLASSES] == list(CLASSES)
    assert [normal(known.label) for known in CLASSES.values()] == list(CLASSES)


def test_no_word_means_two_classes() -> None:
    words = [alias for known in CLASSES.values() for alias in known.aliases]
    assert len(words) == len(set(words))


def test_whatever_detects_knows_only_classes_of_the_table() -> None:
    used = {*CLEAR, *OF_PEOPLE, *FAMILIES, *(detector.pii for detector in DETECTORS)}
    assert used <= CLASSES.keys()


def test_no_phrase_speaks_for_two_classes() -> None:
    phrases = [phrase for table in (CLEAR, OF_PEOPLE) for found in table.values() for phrase in found]
    assert sorted({" ".join(phrase) for phrase in phrases if phrases.count(phrase) > 1}) == []


def test_unspecified_agrees_with_everything() -> None:
    assert agree("pii", "email")
    assert agree("EMAIL", "email")
    assert not agree("phone", "email")


@given(st.text(max_size=200))
def test_any_word_has_a_label_and_a_normal_form_that_stays(word: str) -> None:
    once = normal(word)
    assert len(once) <= 60
    assert normal(once) == once
    assert isinstance(label(word), str)
    assert sensitivity(word)
