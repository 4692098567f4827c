"""Secrets at rest."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.kernel import sealing

VALUES = {"password": "s3cret", "key": "-----BEGIN\nline\n"}


@given(st.dictionaries(st.text(), st.text(st.characters(codec="utf-8"))))
def test_what_was_sealed_opens_as_it_was(values: dict[str, str]) -> None:
    try:
        blob = sealing.seal(values, "source:1")
    except UnicodeEncodeError:
        return
    assert sealing.unseal(blob, "source:1") == values


def test_nothing_of_a_secret_is_in_the_blob_and_no_two_blobs_are_alike() -> None:
    blob = sealing.seal(VALUES, "source:1")
    assert b"s3cret" not in blob
    assert b"password" not in blob
    assert blob != sealing.seal(VALUES, "source:1")


def test_a_blob_copied_to_another_row_does_not_open() -> None:
    with pytest.raises(sealing.CannotOpen):
        sealing.unseal(sealing.seal(VALUES, "source:1"), "source:2")


@given(st.integers(0, 60), st.integers(1, 255))
def test_a_changed_byte_anywhere_is_noticed(place: int, change: int) -> None:
    blob = bytearray(sealing.seal(VALUES, "source:1"))
    blob[place] ^= change
    with pytest.raises(sealing.CannotOpen):
        sealing.unseal(bytes(blob), "source:1")


@pytest.mark.parametrize("blob", [b"", b"x", b"\x01" * 21, b"\x01" * 200])
def test_what_is_no_blob_does_not_open(blob: bytes) -> None:
    with pytest.raises(sealing.CannotOpen):
        sealing.unseal(blob, "source:1")


def test_a_new_key_seals_and_the_one_before_still_opens(settings: Any) -> None:
    first = sealing.seal(VALUES, "source:1")  # by the key drawn from SECRET_KEY
    settings.SECRETS_KEY = "a" * 40
    second = sealing.seal(VALUES, "source:1")
    settings.SECRETS_KEY, settings.SECRETS_KEY_PREVIOUS = "b" * 40, ["a" * 40]
    assert sealing.unseal(first, "source:1") == sealing.unseal(second, "source:1") == VALUES
    assert sealing.is_stale(first)
    assert sealing.is_stale(second)
    assert not sealing.is_stale(sealing.seal(VALUES, "source:1"))


def test_without_the_old_key_it_says_that_a_key_is_missing(settings: Any) -> None:
    settings.SECRETS_KEY = "a" * 40
    blob = sealing.seal(VALUES, "source:1")
    settings.SECRETS_KEY = "b" * 40
    with pytest.raises(sealing.CannotOpen, match="SECRETS_KEY_PREVIOUS"):
        sealing.unseal(blob, "source:1")
