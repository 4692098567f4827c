"""Filters as conditions on assets: (who asks, values) -> Q. What nobody may see is left out by whoever filters, not here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib.auth.models import Group
from django.db.models import Q
from django.utils import timezone

from catalog.kinds import PROMISABLE
from catalog.models import (
    AssetOwner,
    Column,
    ContractTable,
    Definition,
    Domain,
    Favourite,
    Follow,
    Keeping,
    SearchEntry,
    Term,
)
from catalog.search import ranges
from catalog.search import text as texts

NO = {"no", "false", "0", "none"}
YES = {"yes", "true", "1", "any"}
NOTHING = Q(pk__in=[])


def _cases(values: Sequence[str]) -> list[str]:
    """As written and in one case: warehouses shout what people write small."""
    return list(dict.fromkeys(form for value in values for form in (value, value.lower(), value.upper())))


def one_of(name: str) -> Callable[[Any, Sequence[str]], Q]:
    return lambda user, values: Q(**{f"{name}__in": _cases(values)})


def yes_no(condition: Q) -> Callable[[Any, Sequence[str]], Q]:
    def build(user: Any, values: Sequence[str]) -> Q:
        low = {value.lower() for value in values}
        return (condition if low & YES else NOTHING) | (~condition if low & NO else NOTHING)

    return build


def schema(user: Any, values: Sequence[str]) -> Q:
    whole = Q(schema__in=_cases(values))
    for value in values:
        database, dot, name = value.partition(".")
        if dot:
            whole |= Q(database__in=_cases([database]), schema__in=_cases([name]))
    return whole


def domain(user: Any, values: Sequence[str]) -> Q:
    named = Q(slug__in=_cases(values))
    for value in values:
        named |= Q(name__iexact=value)
    return Q(domain__in=Domain.objects.filter(named).values("pk"))


def owner(user: Any, values: Sequence[str]) -> Q:
    """By the owner's name, address, user name or team; "me" is the asker and the asker's teams."""
    named = NOTHING
    for value in values:
        named |= Q(name__iexact=value) | Q(email__iexact=value)
        named |= Q(user__username__iexact=value) | Q(team__slug=value.lower())
        if value.lower() == "me":
            named |= _of(user)
    return Q(pk__in=AssetOwner.objects.filter(named).values("asset"))


def _of(user: Any) -> Q:
    return Q(user=user) | Q(team__in=Group.objects.filter(user=user).values("pk")) if user.is_authenticated else NOTHING


def tag(user: Any, values: Sequence[str]) -> Q:
    return Q(tags__overlap=_cases(values))


def pii(user: Any, values: Sequence[str]) -> Q:
    classes = [value for value in values if value.lower() not in YES | NO]
    found = Q(pii__overlap=_cases(classes)) if classes else NOTHING
    return found | yes_no(~Q(pii=[]))(user, values)


def term(user: Any, values: Sequence[str]) -> Q:
    """By the slug, the name or a synonym of a term that the asker may see; on the asset or on one of its columns."""
    visible = Q(domain=None) | Q(domain__in=Domain.objects.visible_to(user))
    named = Q(slug__in=_cases(values)) | Q(synonyms__overlap=_cases(values))
    for value in values:
        named |= Q(name__iexact=value)
    slugs = Term.objects.filter(visible, named, retired_at=None).values_list("slug", flat=True)[:100]
    queries = [texts.term(slug) for slug in slugs]
    if not queries:
        return NOTHING
    return Q(pk__in=SearchEntry.objects.filter(texts.Holds(texts.any_of(queries), "words")).values("pk"))


def column(user: Any, values: Sequence[str]) -> Q:
    """Columns whose names hold the value; its words find the assets, so that not every column is read."""
    found = NOTHING
    for value in values:
        columns = Column.objects.filter(retired_at=None, name__icontains=value)
        if words := texts.words(value):
            begun = [texts.raw(word, ":*B") for word in words]
            entries = SearchEntry.objects.filter(texts.Holds(texts.all_of(begun), "words"))
            columns = columns.filter(asset__in=entries.values("pk"))
        found |= Q(pk__in=columns.values("asset"))
    return found


STANDS: dict[str, Q] = {
    "certified": Q(certified_at__isnull=False),
    "deprecated": Q(deprecated_at__isnull=False),
    "stub": Q(stub=True),
}


def standing(user: Any, values: Sequence[str]) -> Q:
    found = NOTHING
    for value in (value.lower() for value in values):
        if value in STANDS:
            found |= STANDS[value]
        elif user.is_authenticated and value == "favourite":
            found |= Q(pk__in=Favourite.objects.filter(user=user).values("asset"))
        elif user.is_authenticated and value == "followed":
            found |= Q(pk__in=Follow.objects.filter(user=user).values("asset"))
        elif value == "owned":
            found |= Q(pk__in=AssetOwner.objects.filter(_of(user)).values("asset"))
    return found


PROMISED = Q(pk__in=ContractTable.objects.values("asset"))


def contract(user: Any, values: Sequence[str]) -> Q:
    """``no`` are only those that could have one: a dashboard lacks none."""
    low = {value.lower() for value in values}
    found = PROMISED if low & YES else NOTHING
    if low & NO:
        found |= ~PROMISED & Q(kind__in=PROMISABLE, stub=False)
    return found | Q(pk__in=Keeping.objects.broken().values("asset")) if "broken" in low else found


HAS: dict[str, Q] = {
    "contract": PROMISED,
    "description": ~Q(description=""),
    "owner": Q(pk__in=AssetOwner.objects.values("asset")),
    "domain": Q(domain__isnull=False),
    "tag": ~Q(tags=[]),
    "term": ~Q(terms=[]),
    "pii": ~Q(pii=[]),
    "tier": ~Q(tier=""),
    "column": Q(column_count__gt=0),
    "code": Q(pk__in=Definition.objects.exclude(code="").values("asset")),
}


def has(user: Any, values: Sequence[str]) -> Q:
    found = NOTHING
    for value in values:
        found |= HAS.get(value.lower(), NOTHING)
    return found


def in_time(name: str) -> Callable[[Any, Sequence[str]], Q]:
    def build(user: Any, values: Sequence[str]) -> Q:
        found = NOTHING
        for value in values:
            if span := ranges.times(value, timezone.now()):
                ends = {f"{name}__gte": span.since, f"{name}__lt": span.until}
                found |= Q(**{end: at for end, at in ends.items() if at is not None})
        return found

    return build


def in_number(name: str) -> Callable[[Any, Sequence[str]], Q]:
    def build(user: Any, values: Sequence[str]) -> Q:
        found = NOTHING
        for value in values:
            if span := ranges.numbers(value):
                ends = {f"{name}__gte": span.least, f"{name}__lte": span.most}
                found |= Q(**{end: number for end, number in ends.items() if number is not None})
        return found

    return build


def is_time(value: str) -> bool:
    return ranges.times(value, timezone.now()) is not None


def is_number(value: str) -> bool:
    return ranges.numbers(value) is not None
