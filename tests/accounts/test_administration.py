"""Administrators look after people, teams and offices; all of it is on record."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from catalog.models import AssetOwner
from portal.accounts import people, services
from portal.accounts.models import ApiToken, OfficeHolder, Session, Team, User
from portal.kernel import deliveries
from portal.kernel.models import Event
from tests.catalog.facts import owned
from tests.factories import SourceFactory, TeamFactory, UserFactory, pour, table

pytestmark = pytest.mark.django_db
PAGES = ("/people/all/", "/people/new/", "/people/teams/new/", "/people/teams/growth/", "/people/person/vera/")


def text(response: Any) -> str:
    return str(response.content.decode())


def recorded(name: str) -> Event:
    event = Event.objects.filter(name=f"accounts.{name}").latest("id")
    assert event.chained
    return event


def test_everybody_else_sees_names_teams_and_offices_alone(as_steward: Client, viewer: User) -> None:
    TeamFactory(slug="growth", name="Growth").user_set.add(viewer)
    OfficeHolder.objects.create(office="privacy", user=UserFactory(username="pia", is_active=False))
    page = text(as_steward.get("/people/"))
    assert "Growth" in page
    assert viewer.email not in page
    assert "pia" not in page
    assert "/people/person/" not in page
    for path in PAGES:
        assert as_steward.get(path).status_code == 403, path


@pytest.mark.parametrize("path", ["role/", "active/", "link/", "sessions/end/"])
def test_nobody_else_changes_anybody(as_steward: Client, viewer: User, path: str) -> None:
    there, nowhere = (as_steward.post(f"/people/person/{name}/{path}").status_code for name in ("vera", "nobody"))
    assert there == nowhere == 403


def test_a_new_person_comes_by_a_link_that_works_once(as_administrator: Client, client: Client) -> None:
    form = {"username": "nina", "first_name": "Nina", "email": "nina@example.com", "role": "steward"}
    assert as_administrator.post("/people/new/", form)["Location"] == "/people/person/nina/"
    nina = User.objects.get(username="nina")
    assert (nina.role, nina.has_usable_password()) == ("steward", False)
    page = text(as_administrator.post("/people/person/nina/link/"))
    link = page.split("<code>http://testserver", 1)[1].split("</code>")[0]
    there = client.get(link)["Location"]
    assert "Set your password" in text(client.get(there))
    assert client.post(there, {"new_password1": "short", "new_password2": "short"}).status_code == 200
    answer = client.post(there, {"new_password1": "a long new password", "new_password2": "a long new password"})
    assert answer["Location"] == "/login/"
    assert client.post("/login/", {"username": "nina", "password": "a long new password"}).status_code == 302
    assert "This link is over" in text(Client().get(link, follow=True))
    names = list(Event.objects.order_by("id").values_list("name", flat=True))
    assert names == [f"accounts.{name}" for name in ("PersonCreated", "PasswordLinkMade", "PasswordSet", "SignedIn")]


@pytest.mark.parametrize(
    "changes",
    [
        {"username": ""},
        {"username": "VERA"},
        {"username": "a b"},
        {"username": "x" * 151},
        {"role": "god"},
        {"email": "x"},
    ],
)
def test_a_person_that_makes_no_sense_is_refused(
    as_administrator: Client, viewer: User, changes: dict[str, str]
) -> None:
    form = {"username": "nina", "email": "nina@example.com", "role": "viewer"}
    assert as_administrator.post("/people/new/", form | changes).status_code == 422
    assert User.objects.count() == 2


def test_a_role_is_changed_with_before_and_after(as_administrator: Client, viewer: User) -> None:
    as_administrator.post("/people/person/vera/role/", {"role": "steward"})
    viewer.refresh_from_db()
    assert viewer.role == "steward"
    assert recorded("RoleChanged").payload == {"username": "vera", "before": "viewer", "after": "steward"}


@pytest.mark.parametrize(("path", "form"), [("role/", {"role": "viewer"}), ("active/", {})])
def test_the_last_administrator_cannot_go(
    as_administrator: Client, administrator: User, path: str, form: dict[str, str]
) -> None:
    UserFactory(role="administrator", is_active=False)
    response = as_administrator.post(f"/people/person/root/{path}", form)
    assert response.status_code == 422
    assert "last administrator" in text(response)
    administrator.refresh_from_db()
    assert (administrator.role, administrator.is_active) == ("administrator", True)


def test_one_of_two_administrators_may_go(as_administrator: Client, administrator: User) -> None:
    UserFactory(role="administrator")
    assert as_administrator.post("/people/person/root/role/", {"role": "viewer"}).status_code == 302


def test_deactivation_ends_sessions_and_tokens_at_once(as_administrator: Client, viewer: User, bearer: Any) -> None:
    theirs = Client()
    theirs.force_login(viewer)
    headers = bearer(viewer, "read")
    assert theirs.get("/api/v1/assets/", headers=headers).status_code == 200
    as_administrator.post("/people/person/vera/active/", {})
    assert theirs.get("/").status_code == 302
    assert Client().get("/api/v1/assets/", headers=headers).status_code == 401
    assert not Session.objects.filter(user=viewer).exists()
    assert not ApiToken.objects.filter(revoked_at=None).exists()
    assert recorded("PersonDeactivated").payload == {"username": "vera", "sessions_ended": 1, "tokens_revoked": 1}
    as_administrator.post("/people/person/vera/active/", {"active": "on"})
    assert Client().get("/api/v1/assets/", headers=headers).status_code == 401
    assert theirs.get("/").status_code == 302


def test_a_team_is_made_filled_and_changed(as_administrator: Client, viewer: User) -> None:
    form = {"slug": "growth", "name": "Growth", "email": "growth@example.com", "lead": "vera"}
    assert as_administrator.post("/people/teams/new/", form)["Location"] == "/people/teams/growth/"
    as_administrator.post("/people/teams/growth/join/", {"person": "vera"})
    team = Team.objects.get()
    assert (team.lead, list(team.user_set.all())) == (viewer, [viewer])
    as_administrator.post("/people/teams/growth/", {"name": "Growing", "lead": ""})
    User.objects.filter(pk=viewer.pk).update(is_active=False)
    as_administrator.post("/people/teams/growth/leave/", {"person": "vera"})
    team.refresh_from_db()
    assert (team.name, team.lead, team.user_set.count()) == ("Growing", None, 0)
    names = Event.objects.filter(subject="team:growth").order_by("id").values_list("name", flat=True)
    expected = ["TeamCreated", "TeamMemberAdded", "TeamChanged", "TeamMemberRemoved"]
    assert list(names) == [f"accounts.{name}" for name in expected]


@pytest.mark.parametrize("changes", [{"slug": "new"}, {"slug": "a b"}, {"name": "Taken"}, {"lead": "nobody\0"}])
def test_a_team_that_makes_no_sense_is_refused(as_administrator: Client, changes: dict[str, str]) -> None:
    TeamFactory(slug="taken", name="Taken")
    assert as_administrator.post("/people/teams/new/", {"slug": "t", "name": "T"} | changes).status_code == 422
    assert Team.objects.count() == 1


def test_an_office_is_given_and_taken_on_record(as_administrator: Client, viewer: User) -> None:
    as_administrator.post("/people/offices/give/", {"office": "security", "person": "vera"})
    holder = OfficeHolder.objects.get()
    assert recorded("OfficeGiven").payload == {"office": "security", "holder": "vera"}
    as_administrator.post("/people/offices/take/", {"holder": holder.pk})
    assert recorded("OfficeTaken").payload == {"office": "security", "holder": "vera"}
    assert not OfficeHolder.objects.exists()
    assert as_administrator.post("/people/offices/take/", {"holder": "²"}).status_code == 404


def test_the_list_finds_by_words_and_goes_on_where_it_stopped(as_administrator: Client, monkeypatch: Any) -> None:
    monkeypatch.setattr("portal.accounts.queries.PAGE", 3)
    for number in range(7):
        UserFactory(username=f"p{number}", first_name="Nina", last_name=f"Nr{number}")
    seen: list[str] = []
    after = ""
    for _ in range(3):
        found = as_administrator.get("/people/all/", {"q": "nina nr", "after": after}).context["found"]
        seen += [person.username for person in found.people]
        after = found.after
    assert seen == [f"p{number}" for number in range(7)]
    assert after == ""


def test_the_list_costs_as_many_queries_for_50_as_for_2(as_administrator: Client, count_queries: Any) -> None:
    as_administrator.get("/people/all/")
    few = count_queries(lambda: as_administrator.get("/people/all/"))
    team = TeamFactory()
    for _ in range(40):
        team.user_set.add(UserFactory())
    assert count_queries(lambda: as_administrator.get("/people/all/")) == few


@pytest.mark.parametrize("name", ["a\0b", "x" * 5000, "🦉", "' OR 1=1 --", "<script>"])
def test_strange_names_are_nobody(as_administrator: Client, name: str) -> None:
    assert as_administrator.get("/people/all/", {"q": name, "after": name}).status_code == 200
    assert as_administrator.post("/people/offices/give/", {"office": "security", "person": name}).status_code == 302
    assert not OfficeHolder.objects.exists()


def test_owners_that_sources_named_before_are_linked_when_the_person_comes(administrator: User) -> None:
    pour(SourceFactory(), [table(owners=owned("Nina", "NINA@example.com"))])
    assert AssetOwner.objects.get().user is None
    nina = people.create_person(username="nina", role="viewer", email="nina@example.com", by=administrator)
    for delivery in deliveries.waiting():
        deliveries.deliver(delivery)
    assert AssetOwner.objects.get().user == nina


def test_a_token_cannot_end_before_it_begins(viewer: User) -> None:
    token, _ = services.create_token(user=viewer, name="x", scopes=["read"], days=1, by=viewer)
    with pytest.raises(IntegrityError, match="token_ends_after_it_begins"), transaction.atomic():
        ApiToken.objects.filter(pk=token.pk).update(expires_at=token.created_at - timedelta(seconds=1))
