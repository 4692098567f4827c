"""Health as a facet of search and a filter of the API."""

from __future__ import annotations

from collections.abc import Sequence
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


def health() -> RoomFacet:
    return RoomFacet(label="Health", labels=LABELS, value=_value, condition=_condition)


def _value() -> Any:
    word = Case(*(When(status=status, then=Value(word)) for status, word in OF_STATUS.items()))
    told = Subquery(Health.objects.filter(asset=OuterRef("pk")).values(word=word), output_field=TextField())
    return Coalesce(told, Value("unchecked"), output_field=TextField())


def _condition(values: Sequence[str]) -> Q:
    statuses = [status for status, value in OF_STATUS.items() if value in values]
    whole = Q(pk__in=Health.objects.filter(status__in=statuses).values("asset"))
    return whole | ~Q(pk__in=Health.objects.values("asset")) if "unchecked" in values else whole
