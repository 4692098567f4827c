"""What a selection chooses, as far as the person may see it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from django.core.exceptions import ValidationError
from django.db.models import F, Func, Q, TextField, Value

from catalog.kinds import KINDS
from catalog.models import Asset, AssetName, AssetOwner
from catalog.models.assets import AssetQuerySet
from lineage.graph.selector import BadSelection, Term, chosen, has_wildcard, parse, pattern
from lineage.queries.drawing import Reason
from lineage.queries.hops import MOST_NODES
from lineage.queries.reach import Sight
from lineage.snapshots import fresh

MOST_SEEDS = 20_000  # that one part of a selection may name
SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Selection:
    asset_ids: Sequence[int]  # by path
    count: int  # visible ones, listed or not
    reasons: Sequence[Reason]

    @property
    def partial(self) -> bool:
        return bool(self.reasons)


def select(user: Any, text: str, limit: int = MOST_NODES) -> Selection:
    """Live assets.

    Raises:
        ValidationError: {"select": what is not understood}.
    """
    try:
        wanted = parse(text)
    except BadSelection as error:
        raise ValidationError({"select": str(error)}) from error
    sight, until, full = Sight(user), time.monotonic() + SECONDS, list[Term]()
    found = chosen(wanted, fresh.current(), partial(_seeds, sight, full), until)
    ids = np.array(sorted(found), np.int64)
    visible = sight.among(ids.tolist()).live().order_by("path", "id")
    shown = list(visible.values_list("pk", flat=True))
    reasons = [Reason("width", f"“{term.value[:100]}” names more than {MOST_SEEDS:,} assets.") for term in full]
    if len(shown) > limit:
        reasons.append(Reason("width", f"{len(shown):,} assets are chosen; the first {limit:,} are shown."))
    if _something_hidden(found, set(shown)):
        reasons.append(Reason("restricted", "Something that is chosen is not for your eyes."))
    if time.monotonic() > until:
        reasons.append(Reason("time", "The graph is too large to be walked to its end in time."))
    return Selection(shown[:limit], len(shown), reasons)


def _something_hidden(found: set[int], shown: set[int]) -> bool:
    rest = found - shown
    return bool(rest) and Asset.objects.live().filter(pk__one_of=rest).exists()


def _seeds(sight: Sight, full: list[Term], term: Term) -> list[int]:
    rows = CONDITIONS[term.method](sight.assets().live(), term.value)
    found = list(dict.fromkeys(rows.order_by("path", "id").values_list("pk", flat=True)[: MOST_SEEDS + 1]))
    if len(found) > MOST_SEEDS:
        full.append(term)
    return found[:MOST_SEEDS]


def _text(field: str, value: str) -> Q:
    if has_wildcard(value):
        return Q(**{f"{field}__iregex": _regex(value)})
    return Q(**{f"{field}__iexact": value})


def _regex(value: str) -> str:
    """As PostgreSQL writes it: there, a sign that is no word's stands for itself behind a backslash."""
    parts = [
        {"*": ".*", "?": "."}.get(part, re.sub(r"([^\w\s])", r"\\\1", part)) for part in re.split(r"([*?])", value)
    ]
    return f"^{''.join(parts)}$"


def _named(rows: AssetQuerySet, value: str) -> AssetQuerySet:
    if value == "*":
        return rows
    names = AssetName.objects.filter(_text("name", value)).values("asset")
    return rows.filter(_text("path", value) | _text("title", value) | Q(pk__in=names))


def _field(field: str) -> Callable[[AssetQuerySet, str], AssetQuerySet]:
    return lambda rows, value: rows.filter(_text(field, value))


def _listed(field: str) -> Callable[[AssetQuerySet, str], AssetQuerySet]:
    """Of a list of words; a whole word is looked up in its index."""

    def condition(rows: AssetQuerySet, value: str) -> AssetQuerySet:
        if not has_wildcard(value):
            return rows.filter(**{f"{field}__overlap": [value, value.lower()]})
        joined = Func(F(field), Value("\n"), function="array_to_string", output_field=TextField())
        return rows.alias(_words=joined).filter(_words__iregex=f"(?n){_regex(value)}").exclude(**{field: []})

    return condition


def _of_kind(rows: AssetQuerySet, value: str) -> AssetQuerySet:
    like = pattern(value.replace("-", "_").replace(" ", "_"))
    kinds = [kind for kind, look in KINDS.items() if like.match(kind) or like.match(look.section.replace("-", "_"))]
    return rows.filter(kind__in=kinds)


def _owned(rows: AssetQuerySet, value: str) -> AssetQuerySet:
    says = _text("name", value) | _text("email", value) | _text("user__username", value) | _text("team__slug", value)
    return rows.filter(pk__in=AssetOwner.objects.filter(says).values("asset"))


def _in_domain(rows: AssetQuerySet, value: str) -> AssetQuerySet:
    return rows.filter(_text("domain__slug", value) | _text("domain__name", value))


def _personal(rows: AssetQuerySet, value: str) -> AssetQuerySet:
    if value.lower() in {"yes", "any", "*"}:
        return rows.exclude(pii=[])
    return _listed("pii")(rows, value)


CONDITIONS: dict[str, Callable[[AssetQuerySet, str], AssetQuerySet]] = {
    "name": _named,
    "tag": _listed("tags"),
    "kind": _of_kind,
    "owner": _owned,
    "schema": _field("schema"),
    "platform": _field("platform"),
    "domain": _in_domain,
    "pii": _personal,
}
