"""Moments, as dbt writes them in any version, as ISO 8601 in UTC."""

from __future__ import annotations

from datetime import UTC, datetime


def moment(text: str | None) -> str:
    """``text`` in UTC, "" where it tells no time. A time without a zone is dbt's UTC.

    >>> moment("2021-06-16T08:34:18.410075Z")
    '2021-06-16T08:34:18.410075+00:00'
    """
    try:
        at = datetime.fromisoformat((text or "").strip())
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC).isoformat()
    except (ValueError, OverflowError):
        return ""
