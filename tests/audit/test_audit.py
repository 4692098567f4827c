"""The audit: searched, exported, and silent about what its reader may not see."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from catalog.models import Asset, Domain
from catalog.services import domains
from portal.accounts import people
from portal.accounts.models import OfficeHolder, User
from portal.kernel import audit as chain
from portal.kernel.models import Event
from portal.shell import audit
from tests.factories import SourceFactory, UserFactory, pour, table

pytestmark = pytest.mark.django_db
CANARY = "zanzibar"


def tell(payload: dict[str, Any], subject: str = "", by: Any = None, name: str = "test.Told") -> Event:
    row = Event(name=name, at=timezone.now(), actor=by, subject=subject, payload=payload)
    row.save(force_insert=True)
    return row


def shown(client: Client, **query: str) -> list[audit.Line]:
    response = client.get("/audit/", query)
    assert response.status_code == 200
    return list(response.context["page"].lines)


@pytest.fixture
def people_domain(db: None) -> Domain:
    domain: Domain = Domain.objects.create(slug="people", name="People", restricted=True)
    return domain


@pytest.fixture
def hidden(people_domain: Domain) -> Asset:
    pour(SourceFactory(), [table(f"hr.{CANARY}", domain="people")])
    return Asset.objects.get()


def test_it_is_for_administrators_and_security(as_viewer: Client, viewer: User, as_steward: Client) -> None:
    for path in ("/audit/", "/audit/export/", "/api/v1/audit/"):
        assert as_viewer.get(path).status_code == as_steward.get(path).status_code == 403
    assert "/audit/" not in as_viewer.get("/account/").content.decode()
    OfficeHolder.objects.create(office="security", user=viewer)
    for path in ("/audit/", "/audit/export/", "/api/v1/audit/"):
        assert as_viewer.get(path).status_code == 200
    assert "/audit/" in as_viewer.get("/account/").content.decode()


def test_it_is_found_by_person_name_subject_words_and_time(as_administrator: Client, administrator: User) -> None:
    nina = people.create_person(username="nina", role="viewer", by=administrator)
    people.set_role(person=nina, role="steward", by=administrator)
    tell({"text": "50% of _this_"}, "source:shop", by=nina)
    assert [line.name for line in shown(as_administrator, actor="root")] == [
        "accounts.RoleChanged",
        "accounts.PersonCreated",
    ]
    assert len(shown(as_administrator, name="accounts.role")) == 1
    assert len(shown(as_administrator, subject="user:nina")) == 2
    assert len(shown(as_administrator, q="STEWARD nina")) == 1
    assert len(shown(as_administrator, q="50%")) == 1
    assert len(shown(as_administrator, q="5_%")) == 0
    assert len(shown(as_administrator, chained="yes")) == 2
    tomorrow = (timezone.now() + timedelta(days=1)).date().isoformat()
    today = timezone.now().date().isoformat()
    assert shown(as_administrator, since=tomorrow) == []
    assert len(shown(as_administrator, since=today, until=today)) == 3


@pytest.mark.parametrize("text", ["\0", "'", "%", "\\", "🦉", "x" * 100_000, "a:*", "&", "9" * 30, "2026-99-99"])
def test_any_text_may_be_asked(as_administrator: Client, text: str) -> None:
    for name in audit._PARAMETERS:
        assert as_administrator.get("/audit/", {name: text}).status_code == 200
        assert as_administrator.get("/api/v1/audit/", {name: text}).status_code in {200, 400}


def test_pages_go_on_where_they_stopped(as_administrator: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "PAGE", 3)
    for number in range(8):
        tell({"number": number})
    seen: list[int] = []
    path = "/api/v1/audit/?name=test"
    while path:
        answer = as_administrator.get(path).json()
        seen += [line["payload"]["number"] for line in answer["results"]]
        path = answer["next"] or ""
    assert seen == list(range(7, -1, -1))


def test_an_event_about_a_hidden_thing_is_shown_without_its_content(as_administrator: Client, hidden: Asset) -> None:
    tell({"title": CANARY}, f"asset:{hidden.uuid}")
    tell({"kept": str(hidden.uuid), "reason": CANARY}, "edit:1")
    domains.add_member(domain=Domain.objects.get(), name="root", by=None)
    domains.remove_member(domain=Domain.objects.get(), name="root", by=None)
    lines = shown(as_administrator)
    assert [line.withheld for line in lines[:4]] == [True] * 4
    answers = [as_administrator.get(path) for path in ("/audit/", "/api/v1/audit/")]
    answers += [as_administrator.get("/audit/export/", {"format": kind}) for kind in ("csv", "json")]
    for answer in answers:
        text = answer.getvalue().decode()
        assert CANARY not in text
        assert str(hidden.uuid) not in text
        assert "withheld" in text.lower()


def test_words_that_only_a_hidden_thing_holds_find_nothing(as_administrator: Client, hidden: Asset) -> None:
    tell({"title": CANARY}, f"asset:{hidden.uuid}")
    tell({"kept": str(hidden.uuid), "reason": CANARY}, "edit:1")
    assert shown(as_administrator, q=CANARY) == []
    assert shown(as_administrator, subject="asset:") == []
    assert shown(as_administrator, q=str(hidden.uuid)) == []


def test_a_member_sees_it_all(as_administrator: Client, hidden: Asset) -> None:
    tell({"title": CANARY}, f"asset:{hidden.uuid}")
    domains.add_member(domain=Domain.objects.get(), name="root", by=None)
    assert [line.payload for line in shown(as_administrator, q=CANARY)] == [{"title": CANARY}]


@pytest.mark.parametrize("subject", ["asset:", "asset:x", "asset:" + "z" * 36, "domain:", "domain:\u00e9"])
def test_strange_subjects_break_nothing(as_administrator: Client, subject: str) -> None:
    tell({}, subject)
    assert shown(as_administrator)[0].subject == subject


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_of_an_export_is_a_formula(as_administrator: Client, start: str) -> None:
    tell({}, f"{start}cmd|' /C calc'!A0", by=UserFactory(username="-2+3"), name=f"{start}x")
    text = as_administrator.get("/audit/export/").getvalue().decode()
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert len(rows) == 2
    assert not [cell for row in rows for cell in row if cell.startswith(audit.FORMULA)]


def test_the_page_says_whether_the_chain_is_whole(as_administrator: Client, administrator: User) -> None:
    people.create_person(username="nina", role="viewer", by=administrator)
    assert "Chain whole" in as_administrator.get("/audit/").content.decode()
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE kernel_event SET payload = '{}'")
        cursor.execute("SET session_replication_role = DEFAULT")
    assert chain.verify().faults
    assert "Chain whole" in as_administrator.get("/audit/").content.decode()  # what was checked is a minute old at most


def test_a_broken_chain_is_told(as_administrator: Client, administrator: User) -> None:
    people.create_person(username="nina", role="viewer", by=administrator)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE kernel_event SET payload = '{}'")
        cursor.execute("SET session_replication_role = DEFAULT")
    assert "tampered with" in as_administrator.get("/audit/").content.decode()


def test_the_page_costs_as_many_queries_for_50_lines_as_for_2(as_administrator: Client, count_queries: Any) -> None:
    tell({})
    as_administrator.get("/audit/")
    few = count_queries(lambda: as_administrator.get("/audit/"))
    for number in range(60):
        tell({"number": number}, by=UserFactory())
    assert count_queries(lambda: as_administrator.get("/audit/")) == few


def test_words_are_found_by_the_index() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")
        rows = audit.events(UserFactory(role="administrator"), audit.Asked(text="stewardship"))
        plan = rows.order_by().explain()
    assert "kernel_event_words" in plan
