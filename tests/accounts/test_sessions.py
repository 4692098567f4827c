"""Sessions end by themselves, and by their owner."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from portal.accounts.models import Session, User
from portal.accounts.tasks import clear_sessions
from portal.kernel.models import Event

pytestmark = pytest.mark.django_db


def age(client: Client, **marks: timedelta) -> None:
    session = client.session
    for name, by in marks.items():
        session[name] = (timezone.now() - by).isoformat()
    session.save()


def inside(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def test_half_an_hour_without_a_request_ends_it(as_viewer: Client) -> None:
    age(as_viewer, seen=timedelta(minutes=29))
    assert inside(as_viewer)
    age(as_viewer, seen=timedelta(minutes=31))
    assert not inside(as_viewer)


def test_ten_hours_end_it_however_busy_it_is(as_viewer: Client) -> None:
    age(as_viewer, since=timedelta(hours=9, minutes=59))
    assert inside(as_viewer)
    age(as_viewer, since=timedelta(hours=10, minutes=1))
    assert not inside(as_viewer)


def test_a_session_without_marks_is_none(as_viewer: Client) -> None:
    session = as_viewer.session
    del session["since"]
    session.save()
    assert not inside(as_viewer)


def test_being_there_is_written_once_a_minute(as_viewer: Client) -> None:
    before = Session.objects.get().seen_at
    inside(as_viewer)
    assert Session.objects.get().seen_at == before
    age(as_viewer, seen=timedelta(minutes=2))
    inside(as_viewer)
    assert timezone.now() - Session.objects.get().seen_at < timedelta(seconds=20)  # type: ignore[operator]  # it is set


def test_the_owner_sees_where_they_are_signed_in_and_ends_the_others(as_viewer: Client, viewer: User) -> None:
    other = Client(headers={"User-Agent": "Phone <script>"})
    other.post("/login/", {})
    other.force_login(viewer)
    row = Session.objects.exclude(session_key=as_viewer.session.session_key).get()
    page = as_viewer.get("/account/").content.decode()
    assert page.count("last seen") == 2
    assert row.session_key not in page
    as_viewer.post("/account/sessions/end/", {"session": row.digest})
    assert not inside(other)
    assert inside(as_viewer)
    other.force_login(viewer)
    as_viewer.post("/account/sessions/end/")
    assert not inside(other)
    assert inside(as_viewer)
    assert Event.objects.filter(name="accounts.SessionsEnded", actor=viewer).count() == 2


def test_nobody_ends_the_session_of_another(as_viewer: Client, as_steward: Client, steward: User) -> None:
    theirs = Session.objects.get(user=steward)
    as_viewer.post("/account/sessions/end/", {"session": theirs.digest})
    as_viewer.post("/account/sessions/end/")
    assert inside(as_steward)


def test_an_ended_session_is_gone_from_the_cache_too(as_viewer: Client, as_administrator: Client) -> None:
    assert inside(as_viewer)
    as_administrator.post("/people/person/vera/sessions/end/")
    assert not inside(as_viewer)


def test_sessions_survive_an_empty_cache(as_viewer: Client) -> None:
    cache.clear()
    assert inside(as_viewer)


def test_behind_a_proxy_the_address_is_the_one_that_the_proxy_saw(client: Client, viewer: User, settings: Any) -> None:
    viewer.set_password("correct horse battery")
    viewer.save()
    form = {"username": "vera", "password": "correct horse battery"}
    client.post("/login/", form, headers={"X-Forwarded-For": "6.6.6.6, 203.0.113.7"})
    assert Session.objects.get().address == "127.0.0.1"
    settings.BEHIND_PROXY = True
    Client().post("/login/", form, headers={"X-Forwarded-For": "6.6.6.6, 203.0.113.7"})
    assert Session.objects.latest("since").address == "203.0.113.7"


def test_sessions_that_have_ended_are_cleared_away_every_hour(as_viewer: Client, as_steward: Client) -> None:
    key = as_viewer.session.session_key
    Session.objects.filter(session_key=key).update(expire_date=timezone.now() - timedelta(minutes=1))
    entry = settings.CELERY_BEAT_SCHEDULE["sessions"]
    assert entry["task"] == clear_sessions.name
    clear_sessions()
    assert list(Session.objects.values_list("session_key", flat=True)) == [as_steward.session.session_key]
