"""Health and freshness as facets of search and filters of the API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Case, OuterRef, Q, Subquery, TextField, Value, When
from django.db.models.functions import Coalesce

from portal.kernel.slots import RoomFacet
from quality.models import Health
from quality.states import Status

LABELS = {"healthy": "Healthy", "warning": "Warning", "failing": "Failing", "unchecked": "Not checked"}
OF_STATUS = {
    Status.PASS: "healthy",
    Status.SKIPPED: "unchecked",
    Status.WARN: "warning",
    Status.ERROR: "failing",
    Status.FAIL: "failing",
}


FRESHNESS = {"fresh": "Fresh", "late": "Late", "unknown": "Nobody looks"}
OF_FRESHNESS = {Status.PASS: "fresh", Status.WARN: "late", Status.ERROR: "late", Status.FAIL: "late"}


def health() -> RoomFacet:
    return _facet("Health", LABELS, "status", OF_STATUS, "unchecked")


def freshness() -> RoomFacet:
    return _facet("Freshness", FRESHNESS, "freshness", OF_FRESHNESS, "unknown")


def _facet(label: str, labels: Mapping[str, str], field: str, words: Mapping[Status, str], otherwise: str) -> RoomFacet:
    """Of a status in the sum of an asset's health; ``otherwise`` where it has none."""

    def value() -> Any:
        word = Case(*(When(**{field: status}, then=Value(word)) for status, word in words.items()))
        told = Subquery(Health.objects.filter(asset=OuterRef("pk")).values(word=word), output_field=TextField())
        return Coalesce(told, Value(otherwise), output_field=TextField())

    def condition(values: Sequence[str]) -> Q:
        low = {value.lower() for value in values}
        statuses = [status for status, word in words.items() if word in low]
        found = Q(pk__in=Health.objects.filter(**{f"{field}__in": statuses}).values("asset"))
        told = Health.objects.filter(**{f"{field}__in": list(words)})
        return found | ~Q(pk__in=told.values("asset")) if otherwise in low else found

    return RoomFacet(label=label, labels=labels, value=value, condition=condition)
