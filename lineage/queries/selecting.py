"""What a selection chooses, as far as the person may see it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
from django.core.exceptions import ValidationError
from django.db.models import F, Func, Q, TextField, Value

from catalog.kinds import KINDS
from catalog.models import Asset, AssetName, AssetOwner, Sighting
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


@dataclass(frozen=True, slots=True)
class Seen:
    """Parts of a selection that name more than can be followed, and those that name nothing."""

    full: list[Term] = field(default_factory=list)
    nothing: list[Term] = field(default_factory=list)


def select(user: Any, text: str, limit: int = MOST_NODES) -> Selection:
    """Live assets.

    Raises:
        ValidationError: {"select": what is not understood}.
    """
    try:
        wanted = parse(text)
    except BadSelection as error:
        raise ValidationError({"select": str(error)}) from error
    sight, until, seen = Sight(user), time.monotonic() + SECONDS, Seen()
    found = chosen(wanted, fresh.current(), partial(_seeds, sight, seen), until)
    ids = np.array(sorted(found), np.int64)
    visible = sight.among(ids.tolist()).live().order_by("path", "id")
    shown = list(visible.values_list("pk", flat=True))
    reasons = [Reason("width", f"“{_said(term)}” names more than {MOST_SEEDS:,} assets.") for term in seen.full]
    if shown:
        reasons += [Reason("nothing", f"“{_said(term)}” names nothing that you may see.") for term in seen.nothing]
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


def _seeds(sight: Sight, seen: Seen, term: Term) -> list[int]:
    rows = CONDITIONS[term.method](sight.assets().live(), term.value)
    found = list(dict.fromkeys(rows.order_by("path", "id").values_list("pk", flat=True)[: MOST_SEEDS + 1]))
    if len(found) > MOST_SEEDS:
        seen.full.append(term)
    elif not found:
        seen.nothing.append(term)
    return found[:MOST_SEEDS]


def _said(term: Term) -> str:
    return (term.value if term.method == "name" else f"{term.method}:{term.value}")[:100]


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


def _of_dbt(kind: str) -> Callable[[AssetQuerySet, str], AssetQuerySet]:
    """By the parts of dbt's ids, with or without the package: ``source.shop.stripe.charges`` is of ``source:stripe``, of
    ``source:stripe.charges`` and of ``source:shop.stripe``."""
    return lambda rows, value: _with_id(rows, rf"^{kind}\.([^.]+\.)?{_regex(value)[1:-1]}(\.|$)")


def _of_dbts_kind(rows: AssetQuerySet, value: str) -> AssetQuerySet:
    return _with_id(rows, rf"^{_regex(value)[1:-1]}\.[^.]+\.")


def _with_id(rows: AssetQuerySet, regex: str) -> AssetQuerySet:
    ids = Sighting.objects.filter(source__kind="dbt", key__iregex=regex)
    return rows.filter(pk__in=ids.values("asset"))


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
    "source": _of_dbt("source"),
    "exposure": _of_dbt("exposure"),
    "resource_type": _of_dbts_kind,
}
