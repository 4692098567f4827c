"""Rules of ownership: written as a text, previewed, laid over what has no owner."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from catalog.curation.codeowners import converted
from catalog.models import Asset, AssetOwner
from catalog.services import owner_rules
from catalog.services.curation import Line, annotate
from portal.accounts.models import User
from tests.factories import TeamFactory

pytestmark = pytest.mark.django_db


def owners(asset: Asset) -> list[tuple[str, str]]:
    return list(AssetOwner.objects.filter(asset=asset).values_list("name", "because"))


def test_the_last_rule_that_matches_gives_the_owners(orders: Asset, steward: User, viewer: User) -> None:
    TeamFactory(slug="finance")
    now, later = owner_rules.save(text="* vera\nmarts.orders finance vera # both\n", by=steward)
    assert (now, later) == (3, 0)
    assert sorted(owners(orders)) == [("finance", "rule marts.orders"), ("vera", "rule marts.orders")]
    owner_rules.save(text="marts.rev* vera", by=steward)
    assert owners(orders) == []


def test_a_persons_word_goes_before_a_rule(orders: Asset, steward: User, viewer: User) -> None:
    owner_rules.save(text="* vera", by=steward)
    annotate(lines=[Line(orders.pk, "", "owners", {"add": [{"name": "stew"}]})], by=steward)
    assert [name for name, _ in owners(orders)] == ["stew"]
    assert owner_rules.save(text="", by=steward) == (2, 0)


def test_the_preview_tells_matches_and_changes_and_saves_nothing(
    as_steward: Client, orders: Asset, viewer: User
) -> None:
    page = as_steward.post(reverse("catalog:owner_rules"), {"text": "marts.* vera", "action": "look"})
    found = page.context["preview"]
    assert (found.rules[0].count, found.changes) == (3, 3)
    assert not AssetOwner.objects.exists()


@pytest.mark.parametrize(
    ("text", "word"), [("* nobody", "no person or team"), ("marts.*", "no owner"), ("x" * 501 + " stew", "at most")]
)
def test_bad_lines_are_told_by_number(orders: Asset, steward: User, text: str, word: str) -> None:
    with pytest.raises(ValidationError, match=f"line 1.*{word}"):
        owner_rules.save(text=text, by=steward)


def test_only_stewards_write_rules(as_viewer: Client, viewer: User) -> None:
    assert as_viewer.get(reverse("catalog:owner_rules")).status_code == 403
    with pytest.raises(PermissionDenied):
        owner_rules.save(text="", by=viewer)


def test_a_codeowners_file_becomes_rules(as_steward: Client) -> None:
    file = SimpleUploadedFile("CODEOWNERS", b"# all\n* @org/data\n/models/marts/*.sql @org/finance\n")
    page = as_steward.post(reverse("catalog:owner_rules"), {"file": file, "action": "look"})
    assert page.context["text"] == "# all\n* data\nmarts.* finance"
    assert converted("models/marts/** @a") == "marts.* a"
