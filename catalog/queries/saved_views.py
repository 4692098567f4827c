"""Saved views of search: one's own, and those that others share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse

from catalog.models import SavedView


@dataclass(frozen=True, slots=True)
class ListedView:
    view: SavedView
    own: bool

    @property
    def url(self) -> str:
        return f"{reverse('shell:search')}?view={self.view.uuid}"


def known_to(user: Any) -> QuerySet[SavedView]:
    """A person's own and the shared ones."""
    return SavedView.objects.filter(Q(owner=user) | Q(shared=True)).select_related("owner")


def listed(user: Any, limit: int = 100) -> list[ListedView]:
    """One's own first, by name."""
    rows = sorted(known_to(user).order_by("name")[: limit * 2], key=lambda row: row.owner_id != user.pk)
    return [ListedView(row, row.owner_id == user.pk) for row in rows[:limit]]


def find(user: Any, uuid: UUID) -> SavedView | None:
    """None for what is not there and for what is somebody else's."""
    return known_to(user).filter(uuid=uuid).first()
