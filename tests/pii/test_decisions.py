"""People decide what is personal; what sources declare and what Privacy decided is for that office."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from catalog.facts import ColumnFact
from catalog.intake.cause import Cause
from catalog.models import Asset, AssetChange, Column, Edit, PiiFinding, Source
from catalog.services import curation
from catalog.services.pii import Decision, decide, inherit
from catalog.states import Field
from portal.accounts.models import OfficeHolder, User
from portal.accounts.states import Office
from tests.factories import UserFactory, pour, table

pytestmark = pytest.mark.django_db


@pytest.fixture
def users(source: Source) -> Asset:
    declared = ColumnFact(name="phone", position=2, pii="phone", pii_reason="declared in dbt meta")
    fact = table("raw.users", ["id", "email", "note"])
    pour(source, [replace(fact, columns=(*fact.columns, declared))])
    return Asset.objects.get(path="raw.users")


@pytest.fixture
def privacy(db: None) -> User:
    user = UserFactory(username="pia")
    OfficeHolder.objects.create(office=Office.PRIVACY, user=user)
    return user


def say(asset: Asset, column: str, pii: str, by: User, reason: str = "") -> Edit | None:
    return decide(decisions=[Decision(asset.pk, column, pii)], reason=reason, by=by)


def told(asset: Asset, column: str) -> tuple[str, str]:
    row = Column.objects.get(asset=asset, name=column)
    return row.pii, row.pii_reason


def test_a_decision_counts_at_once_and_is_on_record(users: Asset, steward: User) -> None:
    edit = say(users, "note", "address", steward, "people write where they live")
    assert told(users, "note") == ("address", "decided by stew: people write where they live")
    users.refresh_from_db()
    assert users.pii == ["address", "email", "phone"]
    assert edit is not None
    assert edit.summary == "Decided on note: Postal address"
    assert AssetChange.objects.filter(edit=edit, by=steward).exists()


def test_a_decision_survives_the_next_intake(users: Asset, source: Source, steward: User) -> None:
    say(users, "email", "", steward, "the support's own")
    pour(source, [table("raw.users", ["id", "email", "note", "new"])])
    assert told(users, "email") == ("", "decided by stew: the support's own")


def test_undoing_a_decision_gives_the_column_back_to_its_findings(users: Asset, steward: User) -> None:
    edit = say(users, "email", "", steward)
    assert edit is not None
    curation.undo(edit=edit, by=steward)
    assert told(users, "email") == ("email", "named like an e-mail address")


def test_the_words_of_other_tools_are_understood(users: Asset, steward: User) -> None:
    say(users, "note", "EMAIL_ADDRESS", steward)
    assert told(users, "note")[0] == "email"


def test_a_class_that_nobody_knows_is_refused(users: Asset, steward: User) -> None:
    with pytest.raises(ValidationError, match="“bogus” is no class of personal data; there are: name, email"):
        say(users, "note", "bogus", steward)


def test_a_word_that_only_the_source_knows_may_be_kept_and_restored(source: Source, steward: User) -> None:
    fact = table("raw.feet")
    pour(source, [replace(fact, columns=(ColumnFact(name="foot", position=1, pii="shoe size"),))])
    feet = Asset.objects.get(path="raw.feet")
    say(feet, "foot", "shoe size", steward)
    edit = say(feet, "foot", "health", steward)
    assert edit is not None
    curation.undo(edit=edit, by=steward)
    assert told(feet, "foot") == ("shoe size", "decided by stew")


def test_viewers_decide_nothing(users: Asset, viewer: User) -> None:
    with pytest.raises(PermissionDenied, match="Only stewards"):
        say(users, "email", "", viewer)
    assert told(users, "email")[0] == "email"


def test_a_steward_does_not_clear_what_a_source_declares(users: Asset, steward: User, privacy: User) -> None:
    with pytest.raises(PermissionDenied, match="only the Privacy office clears"):
        say(users, "phone", "", steward)
    say(users, "phone", "address", steward)
    with pytest.raises(PermissionDenied, match="only the Privacy office clears"):
        say(users, "phone", "", steward)
    say(users, "phone", "", privacy)
    assert told(users, "phone") == ("", "decided by pia")


def test_a_steward_does_not_change_what_privacy_decided(users: Asset, steward: User, privacy: User) -> None:
    edit = say(users, "note", "health", privacy)
    assert edit is not None
    for pii in ("", "email"):
        with pytest.raises(PermissionDenied, match="The Privacy office decided"):
            say(users, "note", pii, steward)
    with pytest.raises(PermissionDenied, match="The Privacy office decided"):
        curation.undo(edit=edit, by=steward)
    with pytest.raises(PermissionDenied, match="The Privacy office decided"):
        curation.annotate(lines=[curation.Line(users.pk, "note", Field.PII, None)], by=steward)


def test_hidden_and_missing_things_are_the_same(users: Asset, restricted: object, steward: User) -> None:
    Asset.objects.filter(pk=users.pk).update(domain=restricted)
    with pytest.raises(PermissionDenied, match="There is no such asset"):
        say(users, "email", "", steward)


@pytest.mark.parametrize("column", ["gone", "", "x" * 900])
def test_a_column_that_is_not_there_is_refused(users: Asset, steward: User, column: str) -> None:
    with pytest.raises(ValidationError):
        say(users, column, "email", steward)


def test_nothing_and_too_much_are_refused(users: Asset, steward: User) -> None:
    with pytest.raises(ValidationError, match="at least one"):
        decide(decisions=[], reason="", by=steward)
    with pytest.raises(ValidationError, match="At most"):
        decide(decisions=[Decision(users.pk, f"c{n}", "") for n in range(501)], reason="", by=steward)


def test_inheritance_sets_classes_once_and_forgets_what_no_longer_flows(users: Asset, steward: User) -> None:
    cause = Cause(now=users.created_at, by=steward)
    place = (users.pk, "note")
    assert inherit(classes={place: ("EMAIL", "from raw.users.email")}, cause=cause) == 1
    assert told(users, "note") == ("email", "from raw.users.email")
    assert inherit(classes={place: ("email", "from raw.users.email")}, cause=cause) == 0
    assert inherit(classes={}, cause=cause, asset_ids=[users.pk]) == 1
    assert told(users, "note") == ("", "")


def test_inheritance_leaves_other_evidence_and_declarations_alone(users: Asset, steward: User) -> None:
    cause = Cause(now=users.created_at, by=steward)
    classes = {(users.pk, "email"): ("username", "from a"), (users.pk, "phone"): ("username", "from b")}
    inherit(classes=classes, cause=cause)
    assert told(users, "email") == ("username", "from a")
    assert told(users, "phone") == ("phone", "declared in dbt meta")
    inherit(classes={}, cause=cause)
    assert told(users, "email") == ("email", "named like an e-mail address")
    assert {row.evidence for row in PiiFinding.objects.all()} == {"name"}
