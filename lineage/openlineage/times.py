"""Moments as events write them, in microseconds since 1970: exact to compare, and small to keep."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FRACTION = re.compile(r"(\.\d{6})\d+")
ZONE_NAME = re.compile(r"\[[^\]]*\]$")  # Java writes 2020-12-28T19:52:00+01:00[Europe/Berlin]


def microseconds(text: str) -> int | None:
    """None where it is no moment. Digits beyond microseconds go; without a zone it is UTC.

    >>> microseconds("2020-12-28T09:52:00.000000999Z") == microseconds("2020-12-28T19:52:00+10:00")
    True
    >>> microseconds("2020-12-28T09:52:00") == microseconds("2020-12-28 09:52:00Z"), microseconds("yesterday")
    (True, None)
    """
    try:
        found = datetime.fromisoformat(FRACTION.sub(r"\1", ZONE_NAME.sub("", text.strip())))
        aware = found if found.tzinfo else found.replace(tzinfo=UTC)
        return microseconds_of(aware)
    except (ValueError, OverflowError):
        return None


def microseconds_of(aware: datetime) -> int:
    return (aware - EPOCH) // timedelta(microseconds=1)


def written(at: int) -> str:
    """So that the later one is the greater text.

    >>> written(0)
    '1970-01-01T00:00:00.000000+00:00'
    """
    return (EPOCH + timedelta(microseconds=at)).isoformat(timespec="microseconds")


def moment(at: int | None) -> datetime | None:
    """
    >>> moment(0)
    datetime.datetime(1970, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)
    """
    return None if at is None else EPOCH + timedelta(microseconds=at)
