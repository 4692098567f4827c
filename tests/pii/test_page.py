"""The page of personal data: what is known, what waits and why, and deciding it with and without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from catalog.facts import ColumnFact, SampleFact
from catalog.models import Annotation, Asset, Column, Domain, Edit, Source
from catalog.queries import pii_decided
from catalog.queries.pii import PAGE, Filters, count_waiting, page, waiting
from catalog.services.pii import Decision, decide
from portal.accounts.models import OfficeHolder, User
from portal.accounts.states import Office
from tests.factories import UserFactory, pour, table

pytestmark = pytest.mark.django_db
MAILS = [f"anna.{number}@mail.example" for number in range(50)]
NUMBERS = [f"ORD-{number}" for number in range(50)]


@pytest.fixture
def users(source: Source) -> Asset:
    """One column of each kind: found by name, by values, denied, declared, contradicted, unsure."""
    columns = (
        ColumnFact(name="email", position=1),
        ColumnFact(name="c7", position=2),
        ColumnFact(name="backup_email", position=3),
        ColumnFact(name="phone", position=4, pii="phone", pii_reason="declared in dbt meta"),
        ColumnFact(name="mail_again", position=5, pii="phone", pii_reason="declared in dbt meta"),
        ColumnFact(name="support_team_email", position=6),
        ColumnFact(name="id", position=7),
    )
    fact = table("raw.users", columns=(), domain="growth")
    values = {"c7": MAILS, "backup_email": NUMBERS, "mail_again": MAILS}
    pour(source, [type(fact)(**{**_fields(fact), "columns": columns}), SampleFact(asset=fact.key, values=values)])
    return Asset.objects.get(path="raw.users")


def _fields(fact: Any) -> dict[str, Any]:
    return {name: getattr(fact, name) for name in fact.__dataclass_fields__}


def columns_of(user: User, **filters: str) -> set[str]:
    return {row.column for row in waiting(user, Filters(**filters))}


def key(asset: Asset, column: str) -> str:
    return f"{asset.uuid} {column}"


def test_what_waits_is_what_was_found_and_nobody_said(users: Asset, viewer: User) -> None:
    assert columns_of(viewer) == {"email", "c7", "backup_email", "mail_again", "support_team_email"}


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"what": "conflict"}, {"mail_again"}),
        ({"evidence": "name"}, {"email", "support_team_email"}),
        ({"sure": "no"}, {"backup_email", "support_team_email"}),
        ({"pii": "phone"}, set()),
        ({"domain": "growth", "schema": "raw", "sure": "yes"}, {"email", "c7", "mail_again"}),
        ({"domain": "other"}, set()),
        ({"schema": "marts"}, set()),
    ],
)
def test_filters_narrow_it_down(users: Asset, viewer: User, filters: dict[str, str], expected: set[str]) -> None:
    assert columns_of(viewer, **filters) == expected


def test_the_page_says_why(users: Asset, as_steward: Client) -> None:
    body = as_steward.get("/privacy/").content.decode()
    assert "50 of 50 values look like e-mail addresses" in body
    assert "declared Phone number" in body
    assert "0 of 50 values look like e-mail addresses" in body
    assert 'value="as-found ' in body


def test_who_may_not_decide_sees_no_buttons_and_no_count(users: Asset, as_viewer: Client) -> None:
    body = as_viewer.get("/privacy/").content.decode()
    assert "raw." in body
    assert 'name="one"' not in body
    assert "nav-count" not in body
    assert as_viewer.post("/privacy/decide/", {"one": f"none {key(users, 'email')}"}).status_code == 403


def test_the_navigation_counts_what_waits(users: Asset, as_steward: Client) -> None:
    assert '<span class="nav-count" id="count-rail-privacy">5</span>' in as_steward.get("/people/").content.decode()


def test_one_column_is_accepted_by_its_own_button(users: Asset, as_steward: Client, steward: User) -> None:
    answer = as_steward.post("/privacy/decide/?sure=yes", {"one": f"as-found {key(users, 'c7')}"})
    assert (answer.status_code, answer["Location"]) == (302, "/privacy/?sure=yes")
    assert Annotation.objects.get().value == {"class": "email", "reason": ""}
    assert "c7" not in columns_of(steward)


def test_what_is_declared_can_be_kept(users: Asset, as_steward: Client, steward: User) -> None:
    as_steward.post("/privacy/decide/", {"one": f"keep {key(users, 'mail_again')}"})
    assert Column.objects.get(name="mail_again").pii_reason == "decided by stew"
    assert "mail_again" not in columns_of(steward)


def test_many_are_decided_at_once_with_a_reason(users: Asset, as_steward: Client, steward: User) -> None:
    places = [key(users, "email"), key(users, "c7")]
    as_steward.post("/privacy/decide/", {"place": places, "class": "none", "reason": "role accounts", "bulk": "yes"})
    assert set(Column.objects.filter(name__in=["email", "c7"]).values_list("pii", "pii_reason")) == {
        ("", "decided by stew: role accounts")
    }
    assert columns_of(steward) == {"backup_email", "mail_again", "support_team_email"}


def test_htmx_gets_the_queue_with_what_was_done(users: Asset, as_steward: Client) -> None:
    answer = as_steward.post(
        "/privacy/decide/", {"one": f"none {key(users, 'email')}"}, headers={"HX-Request": "true"}, follow=True
    )
    body = answer.content.decode()
    assert "<html" not in body
    assert 'id="queue"' in body
    assert "Decided on email: not personal." in body
    assert f'action="/edits/{Edit.objects.get().uuid}/undo/"' in body
    assert '<span class="nav-count" id="count-rail-privacy" hx-swap-oob="true">4</span>' in body


def test_an_undo_leads_back_to_the_queue(users: Asset, as_steward: Client, steward: User) -> None:
    as_steward.post("/privacy/decide/", {"one": f"none {key(users, 'email')}"})
    address = f"/edits/{Edit.objects.get().uuid}/undo/"
    assert as_steward.post(address, {"next": "/privacy/?sure=yes"})["Location"] == "/privacy/?sure=yes"
    assert "email" in columns_of(steward)
    again = f"/edits/{Edit.objects.latest('pk').uuid}/undo/"
    assert as_steward.post(again, {"next": "https://elsewhere.example/"})["Location"] == users.get_absolute_url()


def test_what_was_decided_is_listed_with_who_when_and_why(users: Asset, as_steward: Client) -> None:
    posted = {"place": key(users, "email"), "class": "none", "reason": "role account", "bulk": "yes"}
    as_steward.post("/privacy/decide/", posted)
    body = as_steward.get("/privacy/?what=decided").content.decode()
    assert "Not personal" in body
    assert re.search(r"By stew, <time.*>: role account", body)
    assert 'name="sure"' not in body  # of findings
    assert "Nobody has decided this" in as_steward.get("/privacy/?what=decided&pii=email").content.decode()


def test_a_decision_is_taken_back_one_by_one_or_many_at_once(users: Asset, as_steward: Client, steward: User) -> None:
    columns = ["c7", "email", "backup_email"]
    places = [key(users, column) for column in columns]
    as_steward.post("/privacy/decide/", {"place": places, "class": "name", "bulk": "yes"})
    body = as_steward.post("/privacy/decide/?what=decided", {"one": f"restore {places[0]}"}, follow=True)
    assert "Left to the sources: personal data in c7." in body.content.decode()
    as_steward.post("/privacy/decide/?what=decided", {"place": places[1:], "class": "name", "bulk": "restore"})
    assert not Annotation.objects.exists()
    assert set(columns) <= columns_of(steward)


def test_what_the_office_decided_a_steward_does_not_take_back(users: Asset, as_steward: Client, viewer: User) -> None:
    OfficeHolder.objects.create(office=Office.PRIVACY, user=viewer)
    decide(decisions=[Decision(users.pk, "email", "name")], reason="", by=viewer)
    body = as_steward.post("/privacy/decide/", {"one": f"restore {key(users, 'email')}"}, follow=True)
    assert "only the office changes it" in body.content.decode()
    assert Annotation.objects.exists()


def test_decisions_go_on_page_by_page(source: Source, steward: User) -> None:
    pour(source, [table(f"raw.users_{n}", ["email"], key=f"k{n}") for n in range(5)])
    for asset in Asset.objects.order_by("path"):
        decide(decisions=[Decision(asset.pk, "email", "name")], reason="", by=steward)
    first = pii_decided.page(steward, Filters(), size=3)
    second = pii_decided.page(steward, Filters(), first.after, size=3)
    paths = [item.asset.path for item in (*first.items, *second.items)]
    assert paths == [f"raw.users_{n}" for n in reversed(range(5))]
    assert (second.after, pii_decided.count(steward, 3, Filters())) == ("", 4)


def test_the_column_says_what_speaks_for_its_class(users: Asset, as_steward: Client) -> None:
    body = as_steward.get(f"{users.get_absolute_url()}?column=c7").content.decode()
    assert "50 of 50 values look like e-mail addresses" in body
    assert "seen in values" in body
    posted = {"place": key(users, "c7"), "class": "username", "reason": "log-ins", "next": "column", "bulk": "yes"}
    body = as_steward.post("/privacy/decide/", posted, follow=True).content.decode()
    assert "Decided by stew: log-ins." in body


def test_a_refusal_is_told_and_changes_nothing(users: Asset, as_steward: Client) -> None:
    body = as_steward.post("/privacy/decide/", {"one": f"none {key(users, 'phone')}"}, follow=True).content.decode()
    assert "only the Privacy office clears that" in body
    assert Column.objects.get(name="phone").pii == "phone"


def test_one_refusal_does_not_hold_up_the_others(users: Asset, as_steward: Client) -> None:
    places = [key(users, "email"), key(users, "phone")]
    body = as_steward.post("/privacy/decide/", {"place": places, "class": "none", "bulk": "yes"}, follow=True)
    text = body.content.decode()
    assert "Decided on email: not personal." in text
    assert "Left as it is: raw.users.phone. Its source declares this" in text
    assert Column.objects.get(name="email").pii_reason == "decided by stew"
    assert Column.objects.get(name="phone").pii == "phone"


def test_the_privacy_office_decides_without_being_steward(users: Asset, viewer: User, as_viewer: Client) -> None:
    OfficeHolder.objects.create(office=Office.PRIVACY, user=viewer)
    as_viewer.post("/privacy/decide/", {"one": f"none {key(users, 'phone')}"})
    assert Column.objects.get(name="phone").pii == ""


@pytest.mark.parametrize(
    "posted",
    [
        {},
        {"one": "none"},
        {"one": "none nonsense"},
        {"place": "00000000-0000-4000-8000-000000000000 email", "class": "none"},
        {"one": "as-found \0"},
        {"place": "x" * 100_000, "class": "none"},
    ],
)
def test_nonsense_is_refused(users: Asset, as_steward: Client, posted: dict[str, str]) -> None:
    assert as_steward.post("/privacy/decide/", posted).status_code in {302, 404}
    assert not Annotation.objects.exists()


@pytest.mark.parametrize(
    "said",
    [
        "as-found {} gone",
        "restore {} gone",
        "as-found {} id",
        "keep {} id",
        "nonsense {} email",
        "none {} ",
        "none {} a\0b",
    ],
)
def test_nonsense_about_a_known_table_is_refused(users: Asset, as_steward: Client, said: str) -> None:
    answer = as_steward.post("/privacy/decide/", {"one": said.format(users.uuid)}, follow=True)
    assert answer.status_code == 200
    assert "toast" in answer.content.decode()
    assert not Annotation.objects.exists()


@pytest.mark.parametrize(
    "query",
    [
        "after=x",
        "after=nan,1",
        "after=0.5,9" + "9" * 30,
        "schema=%00",
        "what=decided&after=x,1",
        "what=decided&after=2026-01-01,1",
        "pii=nonsense",
        "sure=maybe",
        "domain=%00a",
    ],
)
def test_a_bent_address_is_no_error(users: Asset, as_viewer: Client, query: str) -> None:
    assert as_viewer.get(f"/privacy/?{query}").status_code == 200


def test_pages_follow_one_another_without_gaps(source: Source, viewer: User) -> None:
    pour(source, [table(f"raw.users_{n}", ["email", "phone"], key=f"k{n}") for n in range(PAGE)])
    seen: list[int] = []
    after = ""
    while True:
        shown = page(viewer, Filters(), after)
        seen += [item.finding.pk for item in shown.items]
        after = shown.after
        if not after:
            break
    assert len(seen) == len(set(seen)) == 2 * PAGE == count_waiting(viewer, 1000)
    assert count_waiting(viewer, 7) == 8


def test_hidden_columns_are_nowhere(users: Asset, as_viewer: Client, viewer: User) -> None:
    Domain.objects.filter(slug="growth").update(restricted=True)
    body = as_viewer.get("/privacy/").content.decode()
    assert "raw." not in body
    assert "Nothing waits" in body
    assert count_waiting(viewer, 10) == 0
    assert as_viewer.get("/privacy/?domain=growth").status_code == 200


def test_a_stranger_signs_in_first(client: Client) -> None:
    assert client.get("/privacy/").status_code == 302
    assert UserFactory().is_steward is False


@pytest.mark.parametrize(
    "address", ["/privacy/", "/privacy/?pii=email&schema=raw&sure=yes", "/privacy/?what=decided", "/people/"]
)
def test_two_hundred_rows_cost_as_many_queries_as_two(
    source: Source, as_steward: Client, address: str, count_queries: Callable[[Callable[[], Any]], int], settings: Any
) -> None:
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
    facts = [table(f"raw.users_{n}", ["email", "phone", "c7"], key=f"k{n}") for n in range(100)]
    costs = []
    for size in (1, 100):
        pour(source, facts[:size])
        as_steward.get(address)
        costs.append(count_queries(lambda: as_steward.get(address)))
    assert costs[0] == costs[1] <= 16
