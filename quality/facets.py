"""Health as a facet of search and a filter of the API."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q

from portal.kernel.slots import RoomFacet
from quality import queries
from quality.models import Check, FreshnessReading
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
    watched = set(Check.objects.filter(retired_at=None).exclude(status="").values_list("asset", flat=True))
    watched |= set(FreshnessReading.objects.values_list("asset", flat=True))
    found = queries.summaries(list(watched))
    wanted = [pk for pk, summary in found.items() if OF_STATUS[summary.worst] in values]
    whole = Q(pk__in=wanted)
    if "unchecked" in values:
        whole |= ~Q(pk__in=list(found))
    return whole
