"""What a person writes wins over what sources say, is on record, and can be undone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from catalog.models import Annotation, Asset, AssetChange, EditLine, Source
from catalog.queries import edits
from catalog.services.curation import Line, annotate, undo
from portal.accounts.models import OfficeHolder, User
from portal.accounts.states import Office
from portal.kernel.models import Event
from tests.factories import DomainFactory, SourceFactory, pour, table

SAID = table("marts.orders", ["id", "email"], description="from dbt", tags=("gold",))


@pytest.fixture
def source(db: None) -> Source:
    source = SourceFactory()
    pour(source, [SAID])
    return source


@pytest.fixture
def asset(source: Source) -> Asset:
    return Asset.objects.get()


def write(asset: Asset, by: User, column: str = "", **values: Any) -> Any:
    return annotate(lines=[Line(asset.pk, column, field, value) for field, value in values.items()], by=by)


def test_a_stewards_description_survives_ten_ingestions(asset: Asset, source: Source, steward: User) -> None:
    write(asset, steward, description="ours")
    for number in range(10):
        pour(source, [replace(SAID, description=f"from dbt, time {number}", tags=(f"t{number}",))])
    asset.refresh_from_db()
    assert (asset.description, asset.tags) == ("ours", ["t9"])


def test_what_the_source_says_stays_and_shows_again_when_the_word_is_taken_back(asset: Asset, steward: User) -> None:
    write(asset, steward, description="ours")
    assert asset.sightings.get().facts["description"] == "from dbt"
    write(asset, steward, description=None)
    asset.refresh_from_db()
    assert asset.description == "from dbt"


def test_an_edit_tells_descriptions_without_their_markup(asset: Asset, steward: User) -> None:
    edit = write(asset, steward, description="**ours** and `code`")
    found = edits.one(steward, edit.uuid)
    assert found is not None
    assert [(line.before, line.after) for line in found.lines] == [("what sources say", "ours and code")]


def test_tags_are_added_and_dropped_over_those_of_the_source(asset: Asset, source: Source, steward: User) -> None:
    write(asset, steward, tags={"add": ["ours"], "drop": ["gold"]})
    pour(source, [replace(SAID, tags=("gold", "new"))])
    asset.refresh_from_db()
    assert asset.tags == ["new", "ours"]


def test_a_column_keeps_its_word_through_a_change_of_case(asset: Asset, source: Source, steward: User) -> None:
    write(asset, steward, "email", description="where we write to")
    pour(source, [table("marts.orders", ["ID", "EMAIL"])])
    assert asset.columns.get(name="EMAIL").description == "where we write to"


def test_a_decision_that_a_column_is_not_personal_wins_over_what_is_declared(
    source: Source, steward: User, asset: Asset
) -> None:
    columns = tuple(replace(column, pii="email", pii_reason="declared in dbt meta") for column in SAID.columns)
    pour(source, [replace(SAID, columns=columns)])
    OfficeHolder.objects.create(office=Office.PRIVACY, user=steward)
    write(asset, steward, "email", pii={"class": "", "reason": "a template's name"})
    asset.refresh_from_db()
    column = asset.columns.get(name="email")
    assert (column.pii, column.pii_reason) == ("", f"decided by {steward}: a template's name")
    assert asset.pii == ["email"]  # of the other column


def test_an_edit_is_on_record_with_before_and_after(asset: Asset, steward: User) -> None:
    edit = write(asset, steward, description="ours")
    line = EditLine.objects.get(edit=edit)
    assert (line.before, line.after) == (None, "ours")
    change = AssetChange.objects.get(edit=edit)
    assert (change.by, change.diff) == (steward, {"description": ["from dbt", "ours"]})
    assert Event.objects.filter(name="catalog.AssetsEdited", actor=steward, chained=True).exists()


def test_saying_the_same_again_is_no_edit(asset: Asset, steward: User) -> None:
    assert write(asset, steward, description="ours") is not None
    assert write(asset, steward, description="ours ") is None


def test_an_edit_is_undone_as_a_whole_and_the_undoing_too(asset: Asset, steward: User) -> None:
    edit = write(asset, steward, description="ours", tier="1")
    undone, left = undo(edit=edit, by=steward)
    asset.refresh_from_db()
    assert (asset.description, asset.tier, left) == ("from dbt", "", 0)
    undo(edit=undone, by=steward)  # type: ignore[arg-type]  # there is one
    asset.refresh_from_db()
    assert (asset.description, asset.tier) == ("ours", "1")


def test_what_somebody_said_since_is_not_undone(asset: Asset, steward: User) -> None:
    edit = write(asset, steward, description="ours", tier="1")
    write(asset, steward, description="newer")
    _, left = undo(edit=edit, by=steward)
    asset.refresh_from_db()
    assert (asset.description, asset.tier, left) == ("newer", "", 1)


def test_an_edit_is_undone_once(asset: Asset, steward: User) -> None:
    edit = write(asset, steward, description="ours")
    undo(edit=edit, by=steward)
    with pytest.raises(ValidationError, match="undone already"):
        undo(edit=edit, by=steward)


def test_viewers_do_not_edit(asset: Asset, viewer: User) -> None:
    with pytest.raises(PermissionDenied, match="suggest"):
        write(asset, viewer, description="mine")


def test_owners_describe_what_is_theirs_but_do_not_certify_it(source: Source, asset: Asset, viewer: User) -> None:
    steward_word = {"add": [{"name": viewer.username}]}
    annotate(lines=[Line(asset.pk, "", "owners", steward_word)], by=_steward())
    assert write(asset, viewer, description="mine") is not None
    with pytest.raises(PermissionDenied, match="certification"):
        write(asset, viewer, certified={})


def test_what_is_hidden_is_not_there_to_edit(asset: Asset, steward: User) -> None:
    Asset.objects.update(domain=DomainFactory(restricted=True))
    with pytest.raises(PermissionDenied, match="no such asset"):
        write(asset, steward, description="ours")


def test_one_bad_line_leaves_nothing_written(asset: Asset, steward: User) -> None:
    with pytest.raises(ValidationError, match="no column"):
        annotate(
            lines=[Line(asset.pk, "", "description", "ours"), Line(asset.pk, "nope", "description", "x")], by=steward
        )
    assert not Annotation.objects.exists()


@pytest.mark.parametrize(
    ("field", "value", "word"),
    [
        ("description", 3, "text"),
        ("tags", ["a"], "object"),
        ("tags", {"add": "a"}, "list"),
        ("deprecation", {"date": "soon"}, "no date"),
        ("domain", "nowhere", "no domain"),
        ("terms", {"add": ["nothing"]}, "no glossary term"),
        ("colour", "red", "no field"),
        ("pii", {"class": "email"}, "no field"),
    ],
)
def test_values_that_do_not_fit_are_refused(asset: Asset, steward: User, field: str, value: Any, word: str) -> None:
    with pytest.raises(ValidationError, match=word):
        write(asset, steward, **{field: value})


def _steward() -> User:
    return User.objects.create(username="sara", role="steward")
