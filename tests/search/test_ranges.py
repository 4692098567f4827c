"""Ages, days and numbers as people write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.search.ranges import Numbers, numbers, times

NOW = datetime(2026, 3, 10, 12, 30, tzinfo=UTC)


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("<7d", NOW - timedelta(days=7), None),
        ("2w", NOW - timedelta(days=14), None),
        (">1y", None, NOW - timedelta(days=365)),
        ("2026-01-01", day("2026-01-01"), day("2026-01-02")),
        (">2026-01-01", day("2026-01-02"), None),
        (">=2026-01-01", day("2026-01-01"), None),
        ("<2026-01", None, day("2026-01-01")),
        ("2026", day("2026-01-01"), day("2027-01-01")),
        ("2026-01..2026-02", day("2026-01-01"), day("2026-03-01")),
        ("..2026-12", None, day("2027-01-01")),
        ("yesterday", day("2026-03-09"), day("2026-03-10")),
    ],
)
def test_times(text: str, since: datetime | None, until: datetime | None) -> None:
    assert times(text, NOW) == (since, until)


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [(">1m", 1_000_001, None), ("<=2.5k", None, 2500), ("1k..5k", 1000, 5000), ("7", 7, 7), ("..9", None, 9)],
)
def test_numbers(text: str, least: int | None, most: int | None) -> None:
    assert numbers(text) == Numbers(least, most)


@pytest.mark.parametrize("text", ["", "x", "<", "..", "1..x", "2026-13", "2026-02-31", "<7parsecs", "9999"])
def test_what_is_no_time_is_none_or_a_time(text: str) -> None:
    found = times(text, NOW)
    assert found is None or text == "9999"


@given(st.lists(st.sampled_from([*"<>=.-0129dwmky", "..", "2026", "01"]) | st.characters(), max_size=9).map("".join))
def test_nothing_that_is_written_is_an_error(text: str) -> None:
    times(text, NOW)
    numbers(text)
