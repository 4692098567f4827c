"""Suggestions: made by who may not edit, decided once by who may."""

from __future__ import annotations

import threading

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.urls import reverse

from catalog.models import Asset, Edit, Suggestion
from catalog.queries import suggestions as queries
from catalog.services import suggestions
from catalog.services.curation import Line, annotate
from portal.accounts.models import User
from tests.factories import DomainFactory, SourceFactory, UserFactory, pour, table


def suggested(asset: Asset, by: User, value: str = "mine", field: str = "description") -> Suggestion:
    return suggestions.suggest(line=Line(asset.pk, "", field, value), note="", by=by)


def test_accepting_makes_an_edit_that_tells_who_suggested_it(orders: Asset, viewer: User, steward: User) -> None:
    edit = suggestions.accept(suggestion=suggested(orders, viewer), by=steward)
    orders.refresh_from_db()
    assert orders.description == "mine"
    assert edit is not None
    assert (edit.by, edit.summary) == (steward, "Description of marts.orders, suggested by vera")
    assert Suggestion.objects.get().edit == edit


def test_accepted_with_other_words(as_steward: Client, orders: Asset, viewer: User) -> None:
    made = suggested(orders, viewer)
    data = {"action": "accept", "text": "better", "answer": "thanks"}
    as_steward.post(reverse("catalog:decide", args=[made.uuid]), data)
    orders.refresh_from_db()
    made.refresh_from_db()
    assert (orders.description, made.state, made.answer) == ("better", "accepted", "thanks")


def test_one_open_suggestion_of_a_person_on_a_field(orders: Asset, viewer: User) -> None:
    suggested(orders, viewer)
    with pytest.raises(ValidationError, match="waits already"):
        suggested(orders, viewer, "again")
    assert suggested(orders, UserFactory(), "other").state == "open"


def test_declined_with_an_answer_that_its_maker_reads(
    as_steward: Client, as_viewer: Client, orders: Asset, viewer: User
) -> None:
    made = suggested(orders, viewer)
    as_steward.post(reverse("catalog:decide", args=[made.uuid]), {"action": "decline", "answer": "not so"})
    assert "not so" in as_viewer.get(reverse("catalog:suggestions")).content.decode()
    assert "not so" in as_viewer.get("/").content.decode()


def test_owners_decide_what_is_theirs(orders: Asset, viewer: User, steward: User) -> None:
    owner: User = UserFactory(username="olga")
    made = suggested(orders, viewer)
    assert not queries.for_(owner).exists()
    with pytest.raises(PermissionDenied):
        suggestions.decline(suggestion=made, by=owner)
    annotate(lines=[Line(orders.pk, "", "owners", {"add": [{"name": "olga"}]})], by=steward)
    suggested(orders, viewer, "1", "tier")
    assert [row.field for row in queries.for_(owner)] == ["description"]
    suggestions.accept(suggestion=made, by=owner)


def test_only_its_maker_withdraws_it(orders: Asset, viewer: User, steward: User) -> None:
    made = suggested(orders, viewer)
    with pytest.raises(PermissionDenied):
        suggestions.withdraw(suggestion=made, by=steward)
    suggestions.withdraw(suggestion=made, by=viewer)
    with pytest.raises(ValidationError, match="already"):
        suggestions.accept(suggestion=made, by=steward)
    assert not Edit.objects.exists()


def test_the_hidden_is_neither_suggested_nor_listed(orders: Asset, viewer: User, steward: User) -> None:
    made = suggested(orders, viewer)
    Asset.objects.update(domain=DomainFactory(restricted=True))
    assert not queries.for_(steward).exists()
    assert queries.one(steward, made.uuid) is None
    with pytest.raises(PermissionDenied, match="no such asset"):
        suggestions.decline(suggestion=made, by=steward)
    with pytest.raises(PermissionDenied, match="no such asset"):
        suggested(orders, viewer, "again")


def test_the_navigation_counts_what_waits(as_steward: Client, as_viewer: Client, orders: Asset, viewer: User) -> None:
    suggested(orders, viewer)
    assert (
        '<span class="nav-count" id="count-rail-suggestions">1</span>' in as_steward.get("/glossary/").content.decode()
    )
    assert "/suggestions/" not in as_viewer.get("/glossary/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_one_wins() -> None:
    pour(SourceFactory(), [table("marts.orders", ["id"])])
    asset = Asset.objects.get()
    made = suggested(asset, UserFactory())
    stewards = [UserFactory(role="steward") for _ in range(4)]
    gate, failures = threading.Barrier(4), []

    def decide(at: int) -> None:
        gate.wait()
        try:
            verb = suggestions.accept if at % 2 else suggestions.decline
            verb(suggestion=Suggestion.objects.get(pk=made.pk), by=stewards[at])
        except ValidationError as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=decide, args=[at]) for at in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    made.refresh_from_db()
    assert len(failures) == 3
    assert Edit.objects.count() == (made.state == "accepted")
