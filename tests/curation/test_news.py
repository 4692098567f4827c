"""What people did, on the home page: an edit is one line, with what became of it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from catalog.models import Asset, Edit
from catalog.queries import news
from catalog.services.curation import Line, annotate, undo
from portal.accounts.models import User
from tests.factories import SourceFactory, UserFactory, pour, table

pytestmark = pytest.mark.django_db


def tagged(steward: User) -> Edit:
    """Thirteen tables get a tag at once."""
    pour(SourceFactory(), [table(f"marts.t{at}") for at in range(13)])
    word = {"add": ["core"], "drop": []}
    edit = annotate(lines=[Line(pk, "", "tags", word) for pk in Asset.objects.values_list("pk", flat=True)], by=steward)
    assert edit is not None
    return edit


def test_an_edit_of_many_assets_is_one_line(steward: User, viewer: User, as_viewer: Client) -> None:
    edit = tagged(steward)
    first, *others = news.newest(viewer)
    assert (first.edit, first.words, first.count, first.by) == (edit, "tags", 13, "stew")
    assert [one.words for one in others] == ["appeared"]
    page = as_viewer.get("/").content.decode()
    assert f'changed the <a href="/edits/{edit.uuid}/">tags</a> of <strong>13</strong> assets' in page


def test_an_edit_that_was_taken_back_is_still_one_line(steward: User, viewer: User, as_viewer: Client) -> None:
    edit = tagged(steward)
    back, _ = undo(edit=edit, by=steward)
    first, *others = news.newest(viewer)
    assert (first.edit, first.undone_by, len(others)) == (edit, "stew", 1)
    assert "and took it back" in as_viewer.get("/").content.decode()
    assert back is not None
    undo(edit=back, by=UserFactory(username="sam", role=steward.role))
    assert next((one.edit, one.undone_by) for one in news.newest(viewer)) == (edit, "")


def test_only_what_one_sees_of_an_edit_is_counted(steward: User, viewer: User, restricted: Any) -> None:
    edit = tagged(steward)
    Asset.objects.filter(path__in=["marts.t0", "marts.t1", "marts.t2"]).update(domain=restricted)
    assert next((one.edit, one.count) for one in news.newest(viewer)) == (edit, 10)
    Asset.objects.update(domain=restricted)
    assert news.newest(viewer) == []
