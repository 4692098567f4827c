"""Health as a facet of search and a filter of the API."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q

from portal.kernel.slots import RoomFacet
from quality import queries
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
    return RoomFacet(label="Health", labels=LABELS, values_of=_values_of, condition=_condition)


def _values_of(asset_ids: Sequence[int]) -> dict[int, list[str]]:
    found = queries.summaries(asset_ids)
    return {pk: [OF_STATUS[found[pk].worst]] if pk in found else ["unchecked"] for pk in asset_ids}


def _condition(values: Sequence[str]) -> Q:
    statuses = [status for status, value in OF_STATUS.items() if value in values]
    whole = Q(pk__in=Health.objects.filter(status__in=statuses).values("asset"))
    return whole | ~Q(pk__in=Health.objects.values("asset")) if "unchecked" in values else whole
