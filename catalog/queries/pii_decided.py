"""What people decided of personal data: the second list of its page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.timezone import is_naive

from catalog.models import Annotation, Asset, Column
from catalog.queries.pii import PAGE, Filters, live_assets
from catalog.states import Field


@dataclass(frozen=True, slots=True)
class Decided:
    """One column with the word of a person; ``column`` is None where it is gone, its word waits for it."""

    said: Annotation
    column: Column | None

    @property
    def key(self) -> str:
        """What a form sends back."""
        return f"{self.said.asset.uuid} {self.said.column}"

    @property
    def asset(self) -> Asset:
        return self.said.asset

    @property
    def pii(self) -> str:
        """ "" where it is not personal."""
        return str(self.said.value["class"])

    @property
    def reason(self) -> str:
        return str(self.said.value["reason"])


@dataclass(frozen=True, slots=True)
class Page:
    items: Sequence[Decided]
    after: str  # cursor of the next page, "" at the end


def decided(user: Any, filters: Filters) -> QuerySet[Annotation]:
    """Evidence and confidence are of findings: a decision has none."""
    rows = Annotation.objects.filter(field=Field.PII, asset__in=live_assets(user, filters).values("pk"))
    return rows.filter(value__class=filters.pii) if filters.pii else rows


def count(user: Any, limit: int, filters: Filters) -> int:
    """At most ``limit`` + 1: more is "more than limit"."""
    return decided(user, filters)[: limit + 1].count()


def page(user: Any, filters: Filters, after: str = "", size: int = PAGE) -> Page:
    """The newest first, from the cursor on; a cursor that nobody gave out is the beginning."""
    rows = decided(user, filters).select_related("asset", "asset__domain", "by").order_by("-at", "-id")
    if at := _position(after):
        rows = rows.filter(Q(at__lt=at[0]) | Q(at=at[0], id__lt=at[1]))
    found = list(rows[: size + 1])
    last = found[size - 1] if len(found) > size else None
    return Page(_items(found[:size]), f"{last.at.isoformat()},{last.pk}" if last else "")


def _position(cursor: str) -> tuple[datetime, int] | None:
    moment, _, pk = cursor[:80].replace(" ", "+").partition(",")
    try:
        at = datetime.fromisoformat(moment), int(pk)
    except ValueError:
        return None
    return None if is_naive(at[0]) or not 0 <= at[1] < 2**63 else at


def _items(found: Sequence[Annotation]) -> list[Decided]:
    ids, names = {row.asset_id for row in found}, {row.column for row in found}
    columns = {(c.asset_id, c.name): c for c in Column.objects.filter(asset__in=ids, name__in=names, retired_at=None)}
    return [Decided(row, columns.get((row.asset_id, row.column))) for row in found]
