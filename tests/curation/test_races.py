"""Edits and intakes at the same time: nobody's word is lost. Real threads on a real database."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from catalog.models import Annotation, Asset, EditLine, Source
from catalog.services.curation import Line, annotate, undo
from portal.accounts.models import User
from tests.factories import SourceFactory, UserFactory, pour, table

pytestmark = pytest.mark.django_db(transaction=True)

SAID = table("marts.orders", ["id"], description="from dbt")


@pytest.fixture
def source() -> Source:
    source = SourceFactory()
    pour(source, [SAID])
    return source


@pytest.fixture
def by() -> User:
    return UserFactory(username="sara", role="steward")


def at_once(*jobs: Callable[[], object]) -> list[BaseException]:
    failures: list[BaseException] = []
    gate = threading.Barrier(len(jobs))

    def run(job: Callable[[], object]) -> None:
        gate.wait()
        try:
            job()
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[job]) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures


def test_an_edit_during_an_intake_of_the_same_table_is_not_overwritten(source: Source, by: User) -> None:
    pk = Asset.objects.get().pk
    for turn in range(5):
        news = replace(SAID, description=f"from dbt {turn}", tags=(f"t{turn}",))
        failures = at_once(
            lambda news=news: pour(source, [news]),  # type: ignore[misc]  # bound by default
            lambda turn=turn: annotate(lines=[Line(pk, "", "tier", str(turn))], by=by),  # type: ignore[misc]
            lambda turn=turn: annotate(lines=[Line(pk, "", "description", f"ours {turn}")], by=by),  # type: ignore[misc]
        )
        asset = Asset.objects.get()
        assert not failures
        assert (asset.tier, asset.description, asset.tags) == (str(turn), f"ours {turn}", [f"t{turn}"])


def test_of_two_who_undo_the_same_edit_one_does(source: Source, by: User) -> None:
    pk = Asset.objects.get().pk
    annotate(lines=[Line(pk, "", "description", "first")], by=by)
    edit = annotate(lines=[Line(pk, "", "description", "second")], by=by)
    assert edit is not None
    failures = at_once(lambda: undo(edit=edit, by=by), lambda: undo(edit=edit, by=by))
    assert all(isinstance(error, ValidationError) for error in failures)
    assert len(failures) <= 1  # the slower one is told, or finds that there is nothing left to undo
    assert EditLine.objects.filter(edit__undoes=edit).count() == 1
    assert Annotation.objects.get().value == "first"


def test_an_edit_of_many_waits_for_the_intake_and_says_so_when_that_takes_too_long(
    source: Source, by: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    pour(source, [SAID, table("marts.users")])
    lines = [Line(pk, "", "tier", "1") for pk in Asset.objects.values_list("pk", flat=True)]
    monkeypatch.setattr("catalog.services.curation.PATIENCE", "100ms")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(823746102)")
        failures = at_once(lambda: annotate(lines=lines, by=by))
    assert [type(error) for error in failures] == [ValidationError]
    assert not Annotation.objects.exists()
