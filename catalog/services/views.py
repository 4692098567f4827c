"""Verbs on saved views of search. A view is its owner's; a shared one is there for everybody, who see in it what they may."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import QueryDict

from catalog.events import ViewShared
from catalog.models import SavedView
from catalog.search.request import SearchRequest
from portal.accounts.models import User
from portal.kernel.authz import require
from portal.kernel.events import publish

MOST = 200  # views of one person


@transaction.atomic
def save(*, name: str, query: str, shared: bool, by: User) -> SavedView:
    """A new view of this search, or the standing one of this name with this search instead.

    Raises:
        ValidationError: the name or the search cannot be kept.
    """
    require(by, "catalog.save_view")
    name, query = _name(name), _query(query)
    before = SavedView.objects.filter(owner=by, name=name).first()
    if before is None and SavedView.objects.filter(owner=by).count() >= MOST:
        raise ValidationError(f"You keep {MOST} views already: delete one first.")
    values = {"query": query, "shared": shared}
    view, _ = SavedView.objects.update_or_create(owner=by, name=name, defaults=values)
    _tell(view, before is not None and before.shared, by)
    return view


@transaction.atomic
def change(*, view: SavedView, name: str, shared: bool, by: User) -> None:
    """Another name, or for others too.

    Raises:
        ValidationError: the name cannot be kept, or another view of the same person has it.
    """
    require(by, "catalog.change_view", view)
    was_shared = view.shared
    view.name, view.shared = _name(name), shared
    try:
        with transaction.atomic():
            view.save(update_fields=["name", "shared"])
    except IntegrityError as error:
        raise ValidationError(f"You have a view called “{view.name}” already.") from error
    _tell(view, was_shared, by)


@transaction.atomic
def delete(*, view: SavedView, by: User) -> None:
    require(by, "catalog.change_view", view)
    was_shared, view.shared = view.shared, False
    _tell(view, was_shared, by)
    view.delete()


def _tell(view: SavedView, was_shared: bool, by: User) -> None:
    """What is for everybody is on record; what one keeps for oneself is not."""
    if view.shared or was_shared:
        publish(ViewShared(str(view.uuid), view.name, view.query, view.shared), by=by, subject=f"view:{view.uuid}")


def _name(text: str) -> str:
    name = " ".join(text.replace("\0", "").split())
    if not name:
        raise ValidationError("Give the view a name.")
    if len(name) > 100:
        raise ValidationError("A view's name has at most 100 characters.")
    return name


def _query(text: str) -> str:
    """The search as it is written in URLs, without page and peek."""
    request = SearchRequest.of(QueryDict(text.lstrip("?")[:4000].encode("utf-8", "replace")))
    query = request.turned_to(1).url()
    if len(query) > 2000:
        raise ValidationError("This search is too long to be kept.")
    return query
