"""What people did, on the home page: an edit is one line, with what became of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from catalog.models import Asset, Edit
from catalog.queries import news
from catalog.services import identity, namespaces, owner_rules
from catalog.services.curation import Line, annotate, undo
from portal.accounts.models import User
from tests.catalog.facts import owned
from tests.factories import SourceFactory, TeamFactory, UserFactory, pour, table

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


def test_what_somebody_writes_field_by_field_is_one_line(steward: User, viewer: User, as_viewer: Client) -> None:
    pour(SourceFactory(), [table("marts.a"), table("marts.b")])
    one, other = Asset.objects.order_by("path")
    edits = [
        annotate(lines=[Line(pk, "", field, value)], by=steward)
        for pk, field, value in [
            (one.pk, "tier", "1"),
            (one.pk, "description", "ours"),
            (other.pk, "tier", "2"),
            (one.pk, "tags", {"add": ["core"], "drop": []}),
        ]
    ]
    told = [(item.asset, item.words) for item in news.newest(viewer) if item.edit]
    assert told == [(one, "tags"), (other, "tier"), (one, "description and tier")]
    page = as_viewer.get("/").content.decode()
    assert f'<a href="{one.get_absolute_url()}?tab=activity">description and tier</a>' in page
    assert edits[1] is not None
    undo(edit=edits[1], by=steward)
    assert [item.words for item in news.newest(viewer) if item.edit][-1] == "tier"


def test_edits_of_another_hour_are_lines_of_their_own(steward: User, viewer: User) -> None:
    pour(SourceFactory(), [table("marts.a")])
    for field in ("tier", "description"):
        annotate(lines=[Line(Asset.objects.get().pk, "", field, "1")], by=steward)
    (told,) = [item for item in news.newest(viewer) if item.edit]
    assert (told.words, told.edits) == ("description and tier", 2)
    assert len(news._in_one_go([told, replace(told, at=told.at - timedelta(hours=2))])) == 2


def test_only_what_one_sees_of_an_edit_is_counted(steward: User, viewer: User, restricted: Any) -> None:
    edit = tagged(steward)
    Asset.objects.filter(path__in=["marts.t0", "marts.t1", "marts.t2"]).update(domain=restricted)
    assert next((one.edit, one.count) for one in news.newest(viewer)) == (edit, 10)
    Asset.objects.update(domain=restricted)
    assert news.newest(viewer) == []


def test_a_rule_that_gives_many_their_owners_is_one_line(steward: User, viewer: User, as_viewer: Client) -> None:
    pour(SourceFactory(), [table(f"marts.t{at}") for at in range(13)])
    TeamFactory(slug="finance")
    owner_rules.save(text="marts.* @finance", by=steward)
    first, *others = news.newest(viewer)
    assert (first.words, first.count, first.by, first.url) == ("changed: owners", 13, "stew", "")
    assert [one.words for one in others] == ["appeared"]
    page = as_viewer.get("/").content.decode()
    assert "<strong>13</strong> assets changed: owners" in page
    assert page.count("?tab=activity") == 0, "each of them has no line of its own"


def test_who_may_do_more_about_an_act_is_led_there(steward: User, as_steward: Client) -> None:
    pour(SourceFactory(), [table(f"marts.t{at}") for at in range(3)])
    TeamFactory(slug="finance")
    owner_rules.save(text="marts.* @finance", by=steward)
    first, second = news.newest(steward)
    assert (first.url, second.url[:9]) == ("/owners/", "/sources/")
    assert '<a href="/owners/"><strong>3</strong> assets</a> changed: owners' in as_steward.get("/").content.decode()


def test_instances_that_are_one_join_many_in_one_line(steward: User, viewer: User) -> None:
    for place in ("one", "other"):
        facts = [table(f"marts.t{at}", ["id", place]) for at in range(6)]
        pour(SourceFactory(namespace=f"postgres://{place}"), facts)
    namespaces.add_alias(alias="postgres://other", namespace="postgres://one", by=steward)
    first, *others = news.newest(steward)
    assert (first.words, first.count, first.by, first.url) == ("took others in", 6, "stew", "/unmatched/")
    assert {one.words for one in others} == {"appeared"}
    assert news.newest(viewer)[0].url == "", "the page is for stewards"


def test_one_merge_is_one_line_though_columns_came_along(steward: User, viewer: User) -> None:
    pour(SourceFactory(), [table("marts.orders", ["id"])])
    pour(SourceFactory(), [table("raw.orders", ["id", "more"], owners=owned())])
    kept, gone = Asset.objects.get(path="marts.orders"), Asset.objects.get(path="raw.orders")
    identity.merge(kept=kept, gone=gone, by=steward)
    assert kept.changes.filter(run=None).count() == 2
    first, *others = news.newest(viewer)
    assert (first.words, first.asset, first.count) == ("took another asset in", kept, 1)
    assert [one.words for one in others] == ["appeared", "appeared"]


def test_only_what_one_sees_of_an_act_is_counted(steward: User, viewer: User, restricted: Any) -> None:
    pour(SourceFactory(), [table(f"marts.t{at}") for at in range(5)])
    TeamFactory(slug="finance")
    owner_rules.save(text="marts.* @finance", by=steward)
    Asset.objects.exclude(path__in=["marts.t0", "marts.t1"]).update(domain=restricted)
    assert news.newest(viewer)[0].count == 2
    Asset.objects.exclude(path="marts.t0").update(domain=restricted)
    first = news.newest(viewer)[0]
    assert (first.words, first.count) == ("changed: owners", 1)
