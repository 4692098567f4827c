"""While somebody writes a filter: its name, or the values that it may take among what they see."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import CharField, Count, F, Func, Q
from django.urls import reverse
from django.utils.http import urlencode

from catalog.models import AssetOwner, Domain, Term
from catalog.models.assets import AssetQuerySet
from catalog.search.filters import kind_of, names
from catalog.search.syntax import Filter
from portal.kernel.slots import Hit, HitGroup

SHOWN = 6
NAMES_SHOWN = 3
# the filter that is being written: the end of the text, from the last blank that is not in quotation marks
_FILTER = re.compile(
    r"(?:^|\s)(-?)([a-z_]+):((?:\"[^\"]*\"|[^\s\",])*(?:,(?:\"[^\"]*\"|[^\s\",])*)*(?:\"[^\"]*)?)$", re.IGNORECASE
)
_NAME = re.compile(r"(?:^|\s)-?([a-z_]{2,20})$", re.IGNORECASE)
TIMES = ["<1d", "<7d", "<30d", ">1y"]
NUMBERS = [">1k", ">1m", ">1b"]


def values(user: Any, visible: AssetQuerySet, text: str) -> list[HitGroup]:
    """Of the filter at the end of the text; nothing where none is being written."""
    match = _FILTER.search(text)
    if not match or match[2].lower() not in names():
        return []
    minus, name, written = match[1], match[2].lower(), match[3]
    done, _, begun = written.rpartition(",")
    begun = begun.strip('"')
    before = text[: match.start(2) - len(minus)]
    given = tuple(part for part in done.split(",") if part)
    hits = []
    for value, label in _values(user, visible, name, begun)[:SHOWN]:
        if value in given:
            continue
        complete = f"{before}{Filter(name, (*given, value), bool(minus))} "
        hits.append(_hit(complete, value, label if label != value else "", kind_of(name).label))
    return [HitGroup(label=f"{kind_of(name).label}: {kind_of(name).about.lower()}", hits=hits)] if hits else []


def filters(text: str) -> list[HitGroup]:
    """Names of filters that begin like the end of the text."""
    match = _NAME.search(text)
    begun = match[1].lower() if match else ""
    hits = [
        _hit(f"{text[: match.start(1)]}{name}:", f"{name}:", kind_of(name).about, "Filter")
        for name in names()
        if match and name.startswith(begun)
    ]
    return [HitGroup(label="Narrow down", hits=hits[:NAMES_SHOWN])] if hits else []


def _hit(complete: str, path: str, about: str, kind: str) -> Hit:
    url = f"{reverse('shell:search')}?{urlencode({'q': complete.strip()})}"
    return Hit(title=about or path, path=path, url=url, icon="filter", kind=kind, matched=about, complete=complete)


def _values(user: Any, visible: AssetQuerySet, name: str, begun: str) -> list[tuple[str, str]]:
    kind = kind_of(name)
    if kind.values:
        low = begun.lower()
        return [item for item in kind.values.items() if item[0].startswith(low) or item[1].lower().startswith(low)]
    if name in {"updated", "rows", "reads"}:
        return [(text, text) for text in (TIMES if name == "updated" else NUMBERS) if text.startswith(begun)]
    find = _SOURCES.get(name)
    return [(str(value), str(label)) for value, label in find(user, visible, begun)] if find else []


Found = Sequence[tuple[Any, Any]]


def _field(name: str) -> Callable[[Any, AssetQuerySet, str], Found]:
    """Values of a field, what most have first."""

    def find(user: Any, visible: AssetQuerySet, begun: str) -> Found:
        rows = visible.filter(**{f"{name}__istartswith": begun}).exclude(**{name: ""}).order_by()
        counted = rows.values_list(name).annotate(n=Count("pk")).order_by("-n", name)
        return [(value, value) for value, _ in counted[:SHOWN]]

    return find


def _of_list(name: str) -> Callable[[Any, AssetQuerySet, str], Found]:
    """Values of a list field."""

    def find(user: Any, visible: AssetQuerySet, begun: str) -> Found:
        found = _each(visible, name)
        return [(value, value) for value in found if value.casefold().startswith(begun.casefold())][:SHOWN]

    return find


def _each(visible: AssetQuerySet, name: str) -> list[str]:
    each = Func(F(name), function="unnest", output_field=CharField())
    rows = visible.exclude(**{name: []}).order_by().annotate(one=each).values("one")
    return sorted({row["one"] for row in rows.distinct()[:5000]}, key=str.casefold)


def _owners(user: Any, visible: AssetQuerySet, begun: str) -> Found:
    begins = Q(name__istartswith=begun) | Q(user__username__istartswith=begun) | Q(team__slug__istartswith=begun)
    rows = AssetOwner.objects.filter(begins, asset__in=visible.values("pk")).order_by()
    counted = rows.values("user__username", "team__slug", "name").annotate(n=Count("pk")).order_by("-n", "name")
    found = {row["team__slug"] or row["user__username"] or row["name"]: row["name"] for row in counted[: SHOWN * 3]}
    return [("me", "you and your teams"), *found.items()] if "me".startswith(begun.lower()) else list(found.items())


def _domains(user: Any, visible: AssetQuerySet, begun: str) -> Found:
    begins = Q(slug__istartswith=begun) | Q(name__istartswith=begun)
    return list(Domain.objects.visible_to(user).filter(begins).order_by("name").values_list("slug", "name")[:SHOWN])


def _terms(user: Any, visible: AssetQuerySet, begun: str) -> Found:
    seen = Q(domain=None) | Q(domain__in=Domain.objects.visible_to(user))
    begins = Q(slug__istartswith=begun) | Q(name__istartswith=begun)
    rows = Term.objects.filter(seen, begins, retired_at=None).order_by("name")
    return list(rows.values_list("slug", "name")[:SHOWN])


def _classes(user: Any, visible: AssetQuerySet, begun: str) -> Found:
    """By its key or by what people call it."""
    low, word = begun.casefold(), kind_of("pii").word
    found = [(value, word(value)) for value in ("yes", "no", *_each(visible, "pii"))]
    return [pair for pair in found if any(name.casefold().startswith(low) for name in pair)][:SHOWN]


_SOURCES: dict[str, Callable[[Any, AssetQuerySet, str], Found]] = {
    **{name: _field(name) for name in ("platform", "database", "schema", "tier")},
    "tag": _of_list("tags"),
    "pii": _classes,
    "owner": _owners,
    "domain": _domains,
    "term": _terms,
}
