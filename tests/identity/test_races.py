"""Merges, intakes and undoings at the same time. Real threads on a real database."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from catalog.models import Asset, Merge
from catalog.services import identity
from portal.accounts.models import User
from tests.curation.test_races import at_once
from tests.factories import SourceFactory, UserFactory, pour, table

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def by() -> User:
    return UserFactory(username="sara", role="steward")


@pytest.fixture
def pair() -> tuple[Asset, Asset]:
    pour(SourceFactory(), [table("marts.orders"), table("public.copy")])
    return Asset.objects.get(path="marts.orders"), Asset.objects.get(path="public.copy")


def merging(kept: Asset, gone: Asset, by: User) -> Callable[[], Merge]:
    return lambda: identity.merge(kept=kept, gone=gone, by=by)


def test_of_two_who_merge_crosswise_one_does(pair: tuple[Asset, Asset], by: User) -> None:
    first, second = pair
    for _ in range(3):
        failures = at_once(merging(first, second, by), merging(second, first, by))
        assert [type(error) for error in failures] == [ValidationError]
        assert Asset.objects.live().count() == 1
        identity.undo(merge=Merge.objects.get(undone_at=None), by=by)
        assert Asset.objects.live().count() == 2


def test_of_two_who_undo_one_does(pair: tuple[Asset, Asset], by: User) -> None:
    made = identity.merge(kept=pair[0], gone=pair[1], by=by)
    failures = at_once(lambda: identity.undo(merge=made, by=by), lambda: identity.undo(merge=made, by=by))
    assert [type(error) for error in failures] == [ValidationError]


def test_a_merge_waits_for_an_intake_and_says_so_when_that_takes_too_long(
    pair: tuple[Asset, Asset], by: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catalog.intake.turns.PATIENCE", "100ms")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(823746102)")
        failures = at_once(merging(*pair, by))
    assert "being read just now" in str(failures[0])
    assert not Merge.objects.exists()
