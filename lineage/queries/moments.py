"""Which edges and assets there were at a moment, as conditions for statements that are written by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from catalog.models import Asset

Moment = datetime | None  # None: now


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


def sight(user: Any) -> Condition:
    """Ids of what the person may see, as ``visible_to`` says; asked once, and good for many statements."""
    return Condition(*Asset.objects.visible_now(user).values("pk").query.sql_with_params())


def visible(seen: Condition, moments: Sequence[Moment], alias: str = "a") -> Condition:
    """Assets of that sight, and that were there."""
    there = alive(moments, alias)
    return Condition(f"{alias}.id IN ({seen.sql}) AND {there.sql}", (*seen.params, *there.params))


def hidden(seen: Condition, moments: Sequence[Moment], alias: str = "a") -> Condition:
    there = alive(moments, alias)
    return Condition(f"{alias}.id NOT IN ({seen.sql}) AND {there.sql}", (*seen.params, *there.params))


def alive(moments: Sequence[Moment], alias: str = "a") -> Condition:
    parts, params = [f"{alias}.retired_at IS NULL"], []
    for moment in moments:
        if moment is not None:
            parts.append(f"{alias}.retired_at > %s")
            params.append(moment)
    return Condition(f"({' OR '.join(parts)})", tuple(params))
