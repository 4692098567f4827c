"""Signing in and out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from portal.accounts.models import Session, User
from portal.kernel.models import Event
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
RIGHT = "correct horse battery"


@pytest.fixture
def ana() -> User:
    person: User = UserFactory(username="ana")
    person.set_password(RIGHT)
    person.save()
    return person


def sign_in(client: Client, name: str = "ana", password: str = "", **more: str) -> Any:
    return client.post("/login/", {"username": name, "password": password or RIGHT, **more})


def events() -> list[tuple[str, str, bool]]:
    return [(row.name, row.subject, row.chained) for row in Event.objects.order_by("id")]


def test_the_right_password_opens_the_home_page_and_is_on_record(client: Client, ana: User) -> None:
    assert sign_in(client)["Location"] == "/"
    assert events() == [("accounts.SignedIn", "user:ana", True)]
    assert Event.objects.get().actor == ana


@pytest.mark.parametrize(("name", "password"), [("ana", "wrong"), ("nobody", "wrong"), ("", ""), ("ana", "")])
def test_a_failure_is_422_says_nothing_of_who_exists_and_is_on_record(
    client: Client, ana: User, name: str, password: str
) -> None:
    response = client.post("/login/", {"username": name, "password": password})
    assert response.status_code == 422
    assert "do not match" in response.content.decode()
    subject = "user:ana" if name == "ana" else ""  # what is no name here may be somebody's password
    assert events() == [("accounts.SignInFailed", subject, True)]


def test_both_kinds_of_failure_look_the_same(client: Client, ana: User, settings: Any) -> None:
    settings.DEMO = False
    User.objects.update(username="somebody")  # a name that is part of no word of the page

    def page(name: str) -> str:
        text = sign_in(client, name, "wrong").content.decode()
        lines = [line for line in text.splitlines() if "csrf" not in line.lower()]
        return "\n".join(lines).replace(name, "")

    assert page("somebody") == page("nobody-at-all")


def test_somebody_deactivated_cannot_sign_in(client: Client, ana: User) -> None:
    User.objects.update(is_active=False)
    assert sign_in(client).status_code == 422


def test_a_session_ends_with_the_deactivation(client: Client, ana: User) -> None:
    client.force_login(ana)
    assert client.get("/").status_code == 200
    User.objects.update(is_active=False)
    assert client.get("/").status_code == 302


@pytest.mark.parametrize("name", ["a\0b", "x" * 5000, "ana\nforged: entry", "🦉", "' OR 1=1 --"])
def test_a_strange_user_name_is_only_a_failure(client: Client, name: str) -> None:
    assert sign_in(client, name).status_code == 422


def test_signing_in_gives_a_new_session(client: Client, ana: User) -> None:
    client.get("/login/")
    session = client.session
    session["planted"] = "x"
    session.save()
    client.cookies[django_settings.SESSION_COOKIE_NAME] = session.session_key or ""
    sign_in(client)
    assert client.session.session_key != session.session_key


def test_a_session_ends_after_its_hours(client: Client, ana: User) -> None:
    sign_in(client)
    (session,) = Session.objects.all()
    assert client.session.get_expiry_age() == timedelta(hours=10).total_seconds()
    assert timedelta(hours=9) < session.expire_date - timezone.now() <= timedelta(hours=10)


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_nobody_is_sent_elsewhere_after_signing_in(client: Client, ana: User, target: str) -> None:
    assert sign_in(client, next=target)["Location"] == "/"


def test_a_page_that_was_asked_for_is_shown_after_signing_in(client: Client, ana: User) -> None:
    assert sign_in(client, next="/search/?q=a")["Location"] == "/search/?q=a"


def test_signing_out_needs_a_post_ends_the_session_and_is_on_record(client: Client, ana: User) -> None:
    client.force_login(ana)
    Event.objects.count()
    assert client.get("/logout/").status_code == 405
    assert client.get("/account/").status_code == 200
    assert client.post("/logout/")["Location"] == "/login/"
    assert client.get("/account/").status_code == 302
    assert events()[-1] == ("accounts.SignedOut", "user:ana", True)


def test_signing_out_twice_is_no_error(client: Client, ana: User) -> None:
    client.force_login(ana)
    client.post("/logout/")
    assert client.post("/logout/").status_code == 302


@pytest.mark.parametrize("path", ["/login/", "/logout/", "/account/"])
def test_a_form_without_its_csrf_token_is_refused(ana: User, path: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(ana)
    assert client.post(path, {"username": "ana", "password": "x", "name": "x", "scopes": "read"}).status_code == 403


def test_the_superuser_flag_does_not_exist_here(ana: User) -> None:
    with pytest.raises(IntegrityError, match="user_never_superuser"), transaction.atomic():
        User.objects.update(is_superuser=True)


def test_createsuperuser_makes_an_administrator_like_any_other() -> None:
    person = User.objects.create_superuser("boss", "boss@example.com", "x", is_superuser=True)
    assert (person.is_superuser, person.is_administrator) == (False, True)


def test_an_unknown_role_is_refused_by_the_database(ana: User) -> None:
    with pytest.raises(IntegrityError, match="user_role_known"), transaction.atomic():
        User.objects.update(role="god")


def test_passwords_are_kept_with_argon2_and_have_twelve_characters() -> None:
    text = (django_settings.BASE_DIR / "portal" / "settings.py").read_text()
    assert text.index("Argon2PasswordHasher") < text.index("PBKDF2PasswordHasher")
    with pytest.raises(ValidationError, match="at least 12"):
        validate_password("k3wq9zu7x1")
