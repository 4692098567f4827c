"""Suggestions that wait for somebody's word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, Q, QuerySet

from catalog.models import Asset, Column, Suggestion
from catalog.queries import personal
from catalog.queries.edits import Sayer
from catalog.states import OWNERS_FIELDS, Field, SuggestionState
from portal.accounts.models import OfficeHolder
from portal.accounts.states import Office

LISTED = 100


@dataclass(frozen=True, slots=True)
class Waiting:
    suggestion: Suggestion
    now: str
    words: str


def for_(user: Any) -> QuerySet[Suggestion]:
    """Open ones that the person may decide."""
    return for_stewards(user) if user.is_steward else for_others(user)


def for_stewards(user: Any) -> QuerySet[Suggestion]:
    visible = Asset.objects.visible_to(user).live().values("pk")
    return Suggestion.objects.filter(state=SuggestionState.OPEN, asset__in=visible)


def for_others(user: Any) -> QuerySet[Suggestion]:
    """For owners, and on personal data for who holds the office of privacy."""
    theirs = Q(asset__in=personal.owned(user), field__in=OWNERS_FIELDS)
    private = Exists(OfficeHolder.objects.filter(user=user.pk, office=Office.PRIVACY))
    return for_stewards(user).filter(theirs | Q(private, field=Field.PII))


def waiting(user: Any) -> list[Waiting]:
    rows = list(for_(user).select_related("asset", "by").order_by("at", "id")[:LISTED])
    say = Sayer(user, rows)
    now = _now(rows)
    return [Waiting(row, now[row.pk], say(row.field, row.value)) for row in rows]


def mine(user: Any) -> list[Waiting]:
    """What the person has suggested, with the answers."""
    rows = personal.own_suggestions(user, LISTED)
    say = Sayer(user, rows)
    now = _now(rows)
    return [Waiting(row, now[row.pk], say(row.field, row.value)) for row in rows]


def one(user: Any, uuid: UUID) -> Suggestion | None:
    """For who may decide it, and for who made it."""
    visible = Asset.objects.visible_to(user).values("pk")
    found = Suggestion.objects.filter(uuid=uuid, asset__in=visible).select_related("asset", "by").first()
    if found is None:
        return None
    return found if found.by_id == user.pk or for_(user).filter(pk=found.pk).exists() else None


def _now(rows: Sequence[Suggestion]) -> dict[int, str]:
    """The description that counts now; of other fields the suggestion itself says what it adds and drops."""
    described = [row for row in rows if row.field == Field.DESCRIPTION]
    named = [row for row in described if row.column]
    columns: dict[tuple[int, str], str] = {}
    if named:
        found = Column.objects.filter(asset__in=[row.asset_id for row in named], name__in=[row.column for row in named])
        columns = {(row.asset_id, row.name): row.description for row in found}
    now = dict.fromkeys((row.pk for row in rows), "")
    for row in described:
        now[row.pk] = columns.get((row.asset_id, row.column), "") if row.column else row.asset.description
    return now
