"""Which edges and assets there were at a moment, as conditions for statements that are written by hand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet, FullResultSet, ValidationError
from django.db import connection
from django.db.models import Min
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from catalog.models.assets import AssetQuerySet
from lineage.models import Edge

Moment = datetime | None  # None: now
SKEW = timedelta(minutes=1)  # by which somebody's clock may be ahead of ours


def moment(name: str, text: str) -> Moment:
    """What the parameter of that name says, for whoever asks of the past. A bare date means its end, in the portal's time
    zone; today and what a clock is ahead of ours is now.

    Raises:
        ValidationError: {name: it is no date, or lies in the future}.
    """
    text = text.replace(" ", "+")
    if text in {"", "now"}:
        return None
    now = timezone.now()
    try:
        day = parse_date(text) if len(text) == 10 else None
        parsed = datetime.combine(day, time.max) if day else parse_datetime(text)
        if parsed is None:
            raise ValueError
        found = parsed if parsed.tzinfo else timezone.make_aware(parsed)
        found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValidationError({name: "Is a date (2026-11-23) or a moment (2026-11-23T08:00:00Z)."}) from None
    if day == timezone.localdate(now):
        return None
    if found > now + SKEW:
        told = timezone.localtime(now).isoformat(timespec="seconds")
        raise ValidationError({name: f"Lies in the future, of which nothing is known yet: here it is {told}."})
    return found if found < now else None


def begin(moments: Iterable[Moment]) -> Moment:
    """When the first evidence of any lineage came, where one of the moments lies before that. Nothing is known of those
    days, which is not the same as that there was no lineage."""
    past = [one for one in moments if one is not None]
    if not past or Edge.objects.filter(first_seen__lte=min(past)).exists():
        return None
    first: Moment = Edge.objects.aggregate(first=Min("first_seen"))["first"]
    return first


class Condition(NamedTuple):
    sql: str
    params: tuple[Any, ...] = ()


def edges(moments: Sequence[Moment], alias: str = "e") -> Condition:
    """Edges that counted at any of the moments. A verdict holds for the past as well: it says that an edge never was."""
    parts, params = [], []
    for moment in moments:
        if moment is None:
            parts.append(f"{alias}.closed_at IS NULL")
        else:
            parts.append(f"({alias}.closed_at IS NULL OR {alias}.closed_at > %s) AND {alias}.first_seen <= %s")
            params += [moment, moment]
    either = " OR ".join(f"({part})" for part in parts)
    return Condition(f"({either}) AND NOT {alias}.overruled", tuple(params))


def sight(assets: AssetQuerySet, alias: str = "a") -> Condition:
    """What makes an asset one of these, which must not join others, for many statements."""
    where = assets.query.where.relabeled_clone({assets.query.get_initial_alias(): alias})
    try:
        sql, params = assets.query.get_compiler(connection=connection).compile(where)
    except EmptyResultSet:
        return Condition("FALSE")
    except FullResultSet:
        return Condition("TRUE")
    return Condition(f"({sql})", tuple(params))


def visible(seen: Condition, moments: Sequence[Moment], alias: str = "a") -> Condition:
    """Assets of that sight, and that were there."""
    there = alive(moments, alias)
    return Condition(f"{seen.sql} AND {there.sql}", (*seen.params, *there.params))


def alive(moments: Sequence[Moment], alias: str = "a") -> Condition:
    parts, params = [f"{alias}.retired_at IS NULL"], []
    for moment in moments:
        if moment is not None:
            parts.append(f"{alias}.retired_at > %s")
            params.append(moment)
    return Condition(f"({' OR '.join(parts)})", tuple(params))
