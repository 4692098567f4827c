"""Domains: who sees what, and the record of who decided it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from catalog.models import Asset, Domain
from catalog.queries.domains import members
from catalog.services import domains
from portal.accounts.models import User
from portal.kernel import rights
from portal.kernel.models import Event
from tests.factories import DomainFactory, SourceFactory, TeamFactory, pour, table

pytestmark = pytest.mark.django_db


def sees(user: Any) -> set[str]:
    return set(Asset.objects.visible_to(user).values_list("path", flat=True))


@pytest.fixture
def people() -> Domain:
    """A restricted domain with one table, beside an open one and a table without a domain."""
    facts = [table("hr.salaries", domain="people"), table("marts.revenue", domain="finance"), table("raw.events")]
    pour(SourceFactory(), facts)
    domain = Domain.objects.get(slug="people")
    domains.set_restricted(domain=domain, restricted=True, by=None)
    return domain


OPEN = {"marts.revenue", "raw.events"}
ALL = OPEN | {"hr.salaries"}


def test_a_source_that_names_a_domain_makes_it(db: None) -> None:
    pour(SourceFactory(), [table("hr.salaries", domain="People & Culture")])
    domain = Domain.objects.get()
    assert (domain.slug, domain.restricted) == ("people-culture", False)


def test_what_is_restricted_is_for_members_alone(
    people: Domain, viewer: User, steward: User, administrator: User
) -> None:
    assert sees(viewer) == sees(steward) == sees(administrator) == OPEN
    domains.add_member(domain=people, name="vera", by=None)
    assert sees(viewer) == ALL
    assert sees(steward) == OPEN


def test_nobody_signed_in_or_inactive_sees_nothing(people: Domain, viewer: User) -> None:
    domains.add_member(domain=people, name="vera", by=None)
    viewer.is_active = False
    assert sees(viewer) == sees(AnonymousUser()) == set()


def test_a_member_team_brings_its_people_in(people: Domain, viewer: User) -> None:
    team = TeamFactory(slug="hr-team")
    domains.add_member(domain=people, name="hr-team", by=None)
    assert sees(viewer) == OPEN
    team.user_set.add(viewer)
    assert sees(viewer) == ALL
    assert members(people).teams == [team]


def test_adding_twice_is_once_and_removing_ends_it(people: Domain, viewer: User) -> None:
    for _ in range(2):
        domains.add_member(domain=people, name="vera", by=None)
    assert members(people).people == [viewer]
    domains.remove_member(domain=people, name="vera", by=None)
    assert sees(viewer) == OPEN
    domains.remove_member(domain=people, name="vera", by=None)


def test_opening_a_domain_shows_it_to_all(people: Domain, viewer: User) -> None:
    domains.set_restricted(domain=people, restricted=False, by=None)
    assert sees(viewer) == ALL


def test_who_restricts_a_domain_is_a_member_of_it(administrator: User) -> None:
    domain = DomainFactory()
    domains.set_restricted(domain=domain, restricted=True, by=administrator)
    assert rights.has(administrator, "view_domain", domain)


def test_every_decision_is_on_the_chained_record(people: Domain, administrator: User, viewer: User) -> None:
    domains.add_member(domain=people, name="vera", by=administrator)
    domains.remove_member(domain=people, name="vera", by=administrator)
    domains.set_restricted(domain=people, restricted=False, by=administrator)
    rows = Event.objects.filter(subject="domain:people").order_by("id")
    assert [(row.name, row.chained, row.actor) for row in rows] == [
        ("catalog.DomainRestrictionChanged", True, None),
        ("catalog.DomainMemberAdded", True, administrator),
        ("catalog.DomainMemberRemoved", True, administrator),
        ("catalog.DomainRestrictionChanged", True, administrator),
    ]


def test_a_decision_that_changes_nothing_is_not_on_record(people: Domain) -> None:
    before = Event.objects.count()
    domains.set_restricted(domain=people, restricted=True, by=None)
    assert Event.objects.count() == before


@pytest.mark.parametrize("name", ["nobody", "", " ", "a\0b", "x" * 10_000])
def test_somebody_who_does_not_exist_cannot_join(people: Domain, name: str) -> None:
    with pytest.raises(ValidationError):
        domains.add_member(domain=people, name=name, by=None)


@pytest.mark.parametrize(
    "decide",
    [
        lambda domain, by: domains.add_member(domain=domain, name="vera", by=by),
        lambda domain, by: domains.remove_member(domain=domain, name="vera", by=by),
        lambda domain, by: domains.set_restricted(domain=domain, restricted=False, by=by),
    ],
    ids=["add", "remove", "open"],
)
def test_only_administrators_decide(
    people: Domain, viewer: User, steward: User, decide: Callable[[Domain, User], None]
) -> None:
    for person in (viewer, steward):
        with pytest.raises(PermissionDenied):
            decide(people, person)
    assert sees(viewer) == OPEN


@pytest.mark.parametrize("path", ["restrict/", "members/add/", "members/remove/"])
def test_forms_of_a_domain_are_for_administrators_and_tell_others_nothing(
    people: Domain, as_viewer: Client, as_steward: Client, path: str
) -> None:
    for client in (as_viewer, as_steward):
        there = client.post(f"/domains/people/{path}", {"member": "vera"})
        missing = client.post(f"/domains/nothing/{path}", {"member": "vera"})
        assert there.status_code == missing.status_code == 403
    assert members(people).people == []


def test_an_administrator_decides_in_the_browser(people: Domain, as_administrator: Client, viewer: User) -> None:
    as_administrator.post("/domains/people/members/add/", {"member": "vera"})
    assert sees(viewer) == ALL
    as_administrator.post("/domains/people/members/remove/", {"member": "vera"})
    assert sees(viewer) == OPEN
    assert as_administrator.post("/domains/people/restrict/", {}).status_code == 302
    assert sees(viewer) == ALL


def test_a_name_that_nobody_has_is_told_on_the_next_page(
    people: Domain, as_administrator: Client, administrator: User
) -> None:
    domains.add_member(domain=people, name="root", by=None)
    page = as_administrator.post("/domains/people/members/add/", {"member": "no<b>ody"}, follow=True)
    text = page.content.decode()
    assert "There is no person or team" in text
    assert "no<b>ody" not in text


def test_a_domains_page_lists_its_assets_and_members(people: Domain, as_viewer: Client, viewer: User) -> None:
    assert as_viewer.get("/domains/people/").status_code == 404
    domains.add_member(domain=people, name="vera", by=None)
    page = as_viewer.get("/domains/people/").content.decode().replace("<wbr>", "")
    assert "hr.salaries" in page
    assert "vera" in page


def test_the_list_of_domains_counts_live_assets(people: Domain, as_viewer: Client) -> None:
    found = as_viewer.get("/domains/").context["domains"]
    assert [(row.domain.slug, row.count) for row in found] == [("finance", 1)]
