"""Freshness as an order of search."""

from __future__ import annotations

from typing import Any

from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce

from portal.kernel.slots import RoomSort
from quality.models import FreshnessReading


def freshness() -> RoomSort:
    return RoomSort(label="Freshest data", key=_newest)


def _newest() -> Any:
    """When the newest row came, as last looked at; where nobody looks, when the platform last changed the table."""
    looks = FreshnessReading.objects.filter(asset=OuterRef("pk"), loaded_at__isnull=False).order_by("-at")
    return Coalesce(Subquery(looks.values("loaded_at")[:1]), F("altered_at"))
