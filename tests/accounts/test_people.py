"""People, teams and offices."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, transaction
from django.test import Client

from catalog.models import Domain
from portal.accounts.models import OfficeHolder, User
from portal.accounts.states import Office
from tests.factories import TeamFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_the_page_shows_teams_with_their_leads_and_the_offices(as_viewer: Client) -> None:
    lead = UserFactory(first_name="Tom", last_name="Becker")
    TeamFactory(name="Finance analytics", lead=lead).user_set.add(lead)
    OfficeHolder.objects.create(office=Office.PRIVACY, user=UserFactory(first_name="Pia", last_name="Novak"))
    page = as_viewer.get("/people/").content.decode()
    for words in ("Finance analytics", "Tom Becker", "Pia Novak", "Privacy"):
        assert words in page


def test_nobody_holds_an_office_twice_or_one_that_does_not_exist(viewer: User) -> None:
    OfficeHolder.objects.create(office=Office.SECURITY, user=viewer)
    for office in (Office.SECURITY, "king"):
        with pytest.raises(IntegrityError), transaction.atomic():
            OfficeHolder.objects.create(office=office, user=viewer)


def test_the_demos_people_come_once_and_their_domain_is_closed() -> None:
    for _ in range(2):
        call_command("demo_people", verbosity=0)
    people = User.objects.in_bulk(["ana", "stew", "root", "lea"], field_name="username")
    assert User.objects.count() == 9
    assert people["ana"].check_password("demo")
    assert people["root"].is_administrator
    seen = {name: Domain.objects.visible_to(person).filter(slug="people").exists() for name, person in people.items()}
    assert seen == {"ana": False, "stew": False, "root": False, "lea": True}


def test_demo_people_are_made_nowhere_else(settings: object) -> None:
    settings.DEMO = False  # type: ignore[attr-defined]
    with pytest.raises(CommandError) as error:
        call_command("demo_people")
    assert error.value.returncode == 2
    assert not User.objects.exists()


@pytest.mark.parametrize("demo", [True, False])
def test_the_sign_in_page_lists_people_in_the_demo_alone(client: Client, settings: object, demo: bool) -> None:
    UserFactory(username="ana", first_name="Ana", last_name="Ortiz")
    settings.DEMO = demo  # type: ignore[attr-defined]
    assert ("Ana Ortiz" in client.get("/login/").content.decode()) is demo
