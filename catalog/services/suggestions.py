"""What those suggest who may not edit: at most one open suggestion of a person on a field, decided once."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from catalog.curation.words import BadWord, checked
from catalog.events import SuggestionDecided, SuggestionMade
from catalog.models import Annotation, Asset, Column, Edit, Suggestion
from catalog.services.curation import Line, annotate
from catalog.states import SUGGESTION_ALLOWED, SuggestionState
from portal.accounts.models import User
from portal.kernel.authz import require
from portal.kernel.events import publish


@transaction.atomic
def suggest(*, line: Line, note: str, by: User) -> Suggestion:
    """
    Raises:
        PermissionDenied: there is no such asset for this person.
        ValidationError: the value does not fit, would change nothing, or waits already.
    """
    asset = Asset.objects.visible_to(by).live().filter(pk=line.asset_id).first()
    if asset is None:
        raise PermissionDenied("There is no such asset.")
    if line.value is None:
        raise ValidationError("This is what the sources say already; there is nothing to suggest.")
    try:
        value = checked(line.field, line.column, line.value)
    except BadWord as error:
        raise ValidationError(str(error)) from error
    columns = Column.objects.filter(asset=asset, retired_at=None)
    if line.column and not columns.filter(name=line.column).exists():
        raise ValidationError(f"{asset} has no column “{line.column[:80]}”.")
    if Annotation.objects.filter(asset=asset, column=line.column, field=line.field, value=value).exists():
        raise ValidationError("This is said already.")
    try:
        with transaction.atomic():
            made = Suggestion.objects.create(
                asset=asset, column=line.column, field=line.field, value=value, note=note[:500], by=by
            )
    except IntegrityError as error:
        raise ValidationError("Your suggestion for this field waits already; withdraw it first.") from error
    publish(SuggestionMade(str(made.uuid), line.column, line.field), by=by, subject=f"asset:{asset.uuid}")
    return made


@transaction.atomic
def accept(*, suggestion: Suggestion, by: User, answer: str = "", value: Any = None) -> Edit | None:
    """As it is, or with ``value`` in its place. The edit is in the name of who accepts, and tells who suggested it.

    Raises:
        PermissionDenied: the field is not theirs to edit.
        ValidationError: somebody has decided already, or what it names is gone.
    """
    line = Line(suggestion.asset_id, suggestion.column, suggestion.field, suggestion.value if value is None else value)
    require(by, "catalog.curate", [line])
    _move(suggestion, SuggestionState.ACCEPTED, by, answer)
    summary = f"{suggestion.get_field_display().capitalize()} of {suggestion.asset}, suggested by {suggestion.by}"
    edit = annotate(lines=[line], by=by, summary=summary[:300])
    if edit is not None:
        Suggestion.objects.filter(pk=suggestion.pk).update(edit=edit)
    return edit


@transaction.atomic
def decline(*, suggestion: Suggestion, by: User, answer: str = "") -> None:
    """
    Raises:
        PermissionDenied: the field is not theirs to edit.
        ValidationError: somebody has decided already.
    """
    require(by, "catalog.curate", [Line(suggestion.asset_id, suggestion.column, suggestion.field, suggestion.value)])
    if not Asset.objects.visible_to(by).filter(pk=suggestion.asset_id).exists():
        raise PermissionDenied("There is no such asset.")
    _move(suggestion, SuggestionState.DECLINED, by, answer)


@transaction.atomic
def withdraw(*, suggestion: Suggestion, by: User) -> None:
    """
    Raises:
        PermissionDenied: it is somebody else's.
        ValidationError: somebody has decided already.
    """
    if suggestion.by_id != by.pk:
        raise PermissionDenied("Only who made a suggestion withdraws it.")
    _move(suggestion, SuggestionState.WITHDRAWN, by, "")


def _move(suggestion: Suggestion, to: SuggestionState, by: User, answer: str) -> None:
    """By compare-and-swap: of two who decide at once, the second is told."""
    before = [state for state, after in SUGGESTION_ALLOWED.items() if to in after]
    moved = Suggestion.objects.filter(pk=suggestion.pk, state__in=before).update(
        state=to, decided_by=by, decided_at=timezone.now(), answer=answer[:500]
    )
    if not moved:
        raise ValidationError("Somebody has decided on this suggestion already.")
    told = SuggestionDecided(str(suggestion.uuid), str(to))
    publish(told, by=by, subject=f"asset:{suggestion.asset.uuid}")
