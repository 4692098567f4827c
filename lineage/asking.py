"""What an address asks of the explorer: the same words in the page's address, its data and the REST API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import QueryDict

from catalog.models import Asset
from lineage.queries.comparing import settle
from lineage.queries.drawing import Graph, Reason, Wanted, draw
from lineage.queries.hops import ALL, Look, Side, only
from lineage.queries.moments import Moment, moment
from lineage.queries.naming import NAMING, named_among
from lineage.queries.selecting import select

MOST_HOPS = 5
MOST_WIDTH = 50
MOST_EXPANDED = 60
FILTERED = Reason("filter", "Filters are set: they leave out all else, and what lies behind it.")
DIRECTIONS = {"up": (1, 0), "down": (0, 1), "both": (1, 1)}


def graph(look: Look, query: QueryDict) -> Graph:
    """
    Raises:
        ValidationError: {name of the parameter: what is wrong with it}; ``NotKnown`` and ``Ambiguous`` for its asset.
    """
    found = _drawn(look, query)
    if len(look.moments) > 1:
        settle(found.links, look.moments)
    return found


def _drawn(look: Look, query: QueryDict) -> Graph:
    if text := _word(query, "select"):
        return _selected(look, query, text)
    focus = named_among(look.assets.only(*NAMING), _word(query, "asset"))
    drawn = draw(look, wanted_of(look, query, focus.pk))
    return drawn if look.only == ALL else replace(drawn, reasons=[*drawn.reasons, FILTERED])


def look_of(user: Any, query: QueryDict) -> Look:
    shown = past(query)
    comparing = bool(_word(query, "compare"))
    return Look.of(
        user=user,
        moments=(shown, past(query, "compare")) if comparing else (shown,),
        only=only(
            kinds=_several(query, "kinds"), platforms=_several(query, "platform"), schemas=_several(query, "schema")
        ),
    )


def wanted_of(look: Look, query: QueryDict, focus: int) -> Wanted:
    direction = _word(query, "direction") or "both"
    if direction not in DIRECTIONS:
        raise ValidationError({"direction": f"Is one of {', '.join(DIRECTIONS)}."})
    up, down = DIRECTIONS[direction]
    depth = number(query, "depth", 1, 0, MOST_HOPS)
    return Wanted(
        start=[focus],
        focus=focus,
        column=_word(query, "column"),
        up=up * number(query, "up", depth, 0, MOST_HOPS),
        down=down * number(query, "down", depth, 0, MOST_HOPS),
        width=number(query, "width", 5, 1, MOST_WIDTH),
        by_column=_grain(query) == "column",
        comparing=len(look.moments) > 1,
        expanded=_expanded(look, query),
    )


def _selected(look: Look, query: QueryDict, text: str) -> Graph:
    found = select(look.user, text)
    if not found.asset_ids:
        raise ValidationError({"select": "Nothing that you may see is chosen by this."})
    wanted = Wanted(
        start=list(found.asset_ids), up=0, down=0, by_column=_grain(query) == "column", comparing=len(look.moments) > 1
    )
    drawn = draw(look, wanted)
    reasons = [*found.reasons, *drawn.reasons]
    if look.moments != (None,):
        reasons.append(Reason("history", "What is chosen follows names and edges of today, only edges are of then."))
    return replace(drawn, reasons=reasons)


def complaints(error: ValidationError) -> dict[str, list[str]]:
    """By the name of the parameter; what names none is about the asset."""
    return error.message_dict if hasattr(error, "error_dict") else {"asset": error.messages}


def _grain(query: QueryDict) -> str:
    grain = _word(query, "grain") or ("column" if _word(query, "column") else "table")
    if grain not in {"table", "column"}:
        raise ValidationError({"grain": "Is table or column."})
    return grain


def _expanded(look: Look, query: QueryDict) -> Mapping[tuple[int, Side], int]:
    """``expand=<id>:down:55``, any number of times: 55 of its downstream neighbours."""
    wanted: dict[tuple[UUID, Side], int] = {}
    for text in filter(None, query.getlist("expand")[:MOST_EXPANDED]):
        name, _, rest = text.partition(":")
        side, _, count = rest.partition(":")
        try:
            key = UUID(name)
        except ValueError:
            raise ValidationError({"expand": "Is <id>:up|down:<number>."}) from None
        if side not in {"up", "down"} or not (count or "50").isdecimal():
            raise ValidationError({"expand": "Is <id>:up|down:<number>."})
        wanted[key, side] = min(int((count or "50")[:6]), 500)  # type: ignore[index]  # a side
    if not wanted:
        return {}
    ids = dict(
        Asset.objects.visible_to(look.user).filter(uuid__in=[key for key, _ in wanted]).values_list("uuid", "pk")
    )
    return {(ids[key], side): count for (key, side), count in wanted.items() if key in ids}


def past(query: QueryDict, name: str = "as_of") -> Moment:
    """
    Raises:
        ValidationError: as ``moment`` does.
    """
    return moment(name, _word(query, name))


def number(query: QueryDict, name: str, default: int, least: int, most: int) -> int:
    text = _word(query, name)
    if not text:
        return default
    if not text.isdecimal():
        raise ValidationError({name: f"Is a number from {least} to {most}."})
    return max(least, min(int(text[:8]), most))


def _word(query: QueryDict, name: str) -> str:
    return str(query.get(name, "") or "").replace("\0", "").strip()[:2000]


def _several(query: QueryDict, name: str) -> list[str]:
    return [
        part.strip()[:200] for text in query.getlist(name) for part in text.replace("\0", "").split(",") if part.strip()
    ]
