"""Personal API tokens: shown once, kept as a fingerprint, scoped, ending."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from portal.accounts import services
from portal.accounts.models import ApiToken, User
from portal.kernel.models import Event
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
FORM: dict[str, Any] = {"name": "nightly job", "scopes": ["read"], "days": "30"}


def make(user: User, **changes: Any) -> tuple[ApiToken, str]:
    values: dict[str, Any] = {"name": "test", "scopes": ["read"], "days": 1, **changes}
    return services.create_token(user=user, by=user, **values)


def fetch(client: Client, secret: str) -> int:
    return client.get("/api/v1/assets/", headers={"Authorization": f"Bearer {secret}"}).status_code


def dump() -> str:
    """Every text of every table."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        tables = [name for (name,) in cursor.fetchall()]
        texts = []
        for table in tables:
            cursor.execute(f"SELECT string_agg(t::text, ' ') FROM \"{table}\" t")
            texts.append(cursor.fetchone()[0] or "")
    return "\n".join(texts)


def test_the_secret_stands_in_one_answer_and_nowhere_else(as_viewer: Client, viewer: User) -> None:
    page = as_viewer.post("/account/", FORM).content.decode()
    secret = next(word for word in page.replace("<", " ").replace(">", " ").split() if word.startswith("dcp_"))
    assert fetch(Client(), secret) == 200
    assert secret not in as_viewer.get("/account/").content.decode()
    everything = dump()
    assert secret not in everything
    assert secret[4:20] not in everything
    assert services.digest(secret) in everything


def test_a_secret_is_256_random_bits_with_a_prefix_for_scanners(viewer: User) -> None:
    secrets = {make(viewer)[1] for _ in range(5)}
    assert len(secrets) == 5
    assert all(secret.startswith("dcp_") and len(secret) == 47 for secret in secrets)


def test_making_and_revoking_are_on_the_chained_record(viewer: User) -> None:
    token, secret = make(viewer)
    services.revoke_token(token=token, by=viewer)
    services.revoke_token(token=token, by=viewer)
    rows = list(Event.objects.order_by("id"))
    assert [(row.name, row.chained, row.actor) for row in rows] == [
        ("accounts.TokenCreated", True, viewer),
        ("accounts.TokenRevoked", True, viewer),
    ]
    assert secret not in str([row.payload for row in rows])


@pytest.mark.parametrize(
    "changes",
    [
        {"days": 0},
        {"days": 91},
        {"days": -1},
        {"scopes": []},
        {"scopes": ["read", "access:decide"]},
        {"scopes": ["*"]},
        {"name": " "},
    ],
)
def test_a_token_that_should_not_be_is_refused(viewer: User, changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        make(viewer, **changes)
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("token_ends", {"expires_at": timezone.now() + timedelta(days=365)}),
        ("token_scopes_known", {"scopes": ["root"]}),
        ("token_has_scope", {"scopes": []}),
    ],
)
def test_the_database_refuses_what_the_code_would(viewer: User, constraint: str, change: dict[str, Any]) -> None:
    make(viewer)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        ApiToken.objects.update(**change)


def test_a_token_lives_90_days_at_most(viewer: User) -> None:
    token, _ = make(viewer, days=90)
    assert token.expires_at - token.created_at == timedelta(days=90)


@pytest.mark.parametrize(
    "end",
    [
        lambda token: services.revoke_token(token=token, by=token.user),
        lambda token: ApiToken.objects.update(
            created_at=timezone.now() - timedelta(days=2), expires_at=timezone.now() - timedelta(days=1)
        ),
        lambda token: User.objects.update(is_active=False),
        lambda token: token.delete(),
    ],
    ids=["revoked", "expired", "owner deactivated", "deleted"],
)
def test_a_token_that_is_over_opens_nothing(client: Client, viewer: User, end: Callable[[ApiToken], Any]) -> None:
    token, secret = make(viewer)
    assert fetch(client, secret) == 200
    end(token)
    assert fetch(client, secret) == 401


@pytest.mark.parametrize("secret", ["", "dcp_", "dcp_" + "x" * 43, "é", "a b", "' OR 1=1 --"])
def test_a_wrong_token_is_401_as_a_problem(client: Client, secret: str) -> None:
    response = client.get("/api/v1/assets/", headers={"Authorization": f"Bearer {secret}"})
    assert (response.status_code, response["Content-Type"]) == (401, "application/problem+json")
    assert response["WWW-Authenticate"].startswith("Bearer")


def test_the_fingerprint_is_no_token(client: Client, viewer: User) -> None:
    token, _ = make(viewer)
    assert fetch(client, token.digest) == 401


def test_a_bad_token_is_not_saved_by_a_good_session(as_viewer: Client) -> None:
    assert fetch(as_viewer, "dcp_wrong") == 401


def test_a_token_acts_for_its_owner_whoever_the_cookies_say(as_viewer: Client, steward: User) -> None:
    _, secret = make(steward)
    headers = {"Authorization": f"Bearer {secret}"}
    assert as_viewer.get("/api/v1/sources/").status_code == 403
    assert as_viewer.get("/api/v1/sources/", headers=headers).status_code == 200


def test_a_token_in_the_url_opens_nothing(client: Client, viewer: User) -> None:
    _, secret = make(viewer)
    for name in ("token", "access_token", "authorization"):
        assert client.get("/api/v1/assets/", {name: secret}).status_code == 401


def test_a_token_opens_the_api_and_no_page(client: Client, viewer: User) -> None:
    _, secret = make(viewer)
    assert client.get("/account/", headers={"Authorization": f"Bearer {secret}"}).status_code == 302


def test_a_token_may_no_more_than_its_owner_may_now(client: Client, steward: User) -> None:
    _, secret = make(steward)
    headers = {"Authorization": f"Bearer {secret}"}
    assert client.get("/api/v1/sources/", headers=headers).status_code == 200
    User.objects.update(role="viewer")
    assert client.get("/api/v1/sources/", headers=headers).status_code == 403


def test_when_a_token_was_last_used_is_told_to_its_owner(client: Client, viewer: User) -> None:
    token, secret = make(viewer)
    fetch(client, secret)
    token.refresh_from_db()
    assert token.last_used_at is not None


def test_other_peoples_tokens_do_not_exist(as_viewer: Client) -> None:
    token, _ = make(UserFactory(), name="somebody else's")
    theirs = as_viewer.post(f"/account/tokens/{token.pk}/revoke/")
    missing = as_viewer.post("/account/tokens/999999/revoke/")
    assert (theirs.status_code, missing.status_code) == (404, 404)
    token.refresh_from_db()
    assert token.revoked_at is None
    assert "somebody else" not in as_viewer.get("/account/").content.decode()


def test_revoking_in_the_browser_ends_the_token(as_viewer: Client, viewer: User, client: Client) -> None:
    token, secret = make(viewer)
    assert as_viewer.get(f"/account/tokens/{token.pk}/revoke/").status_code == 405
    assert as_viewer.post(f"/account/tokens/{token.pk}/revoke/").status_code == 302
    assert fetch(Client(), secret) == 401


@pytest.mark.parametrize(
    "change", [{"name": ""}, {"scopes": []}, {"scopes": ["root"]}, {"days": "365"}, {"name": "a\0b"}]
)
def test_a_form_with_a_fault_is_422_and_makes_nothing(as_viewer: Client, change: dict[str, Any]) -> None:
    assert as_viewer.post("/account/", FORM | change).status_code == 422
    assert not ApiToken.objects.exists()


def test_fields_that_the_form_does_not_have_are_ignored(as_viewer: Client, viewer: User, steward: User) -> None:
    as_viewer.post(
        "/account/", FORM | {"user": steward.pk, "digest": "x", "expires_at": "2099-01-01", "role": "steward"}
    )
    assert ApiToken.objects.get().user == viewer
    viewer.refresh_from_db()
    assert viewer.role == "viewer"


@pytest.mark.parametrize("content_type", ["application/json", "multipart/form-data; boundary=x", "text/plain"])
def test_a_session_cannot_write_to_the_api_without_its_csrf_token(
    steward: User, source: object, content_type: str
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(steward)
    response = client.post("/api/v1/sources/shop/ingestions/", "{}", content_type=content_type)
    assert (response.status_code, response["Content-Type"]) == (403, "application/problem+json")


def test_a_session_with_its_csrf_token_can(steward: User, source: object) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(steward)
    client.get("/account/")
    token = client.cookies["csrftoken"].value
    headers = {"X-CSRFToken": token}
    response = client.post("/api/v1/sources/shop/ingestions/", "{}", content_type="application/json", headers=headers)
    assert response.status_code == 400


def test_a_token_needs_no_csrf_token(steward: User, source: object) -> None:
    client = Client(enforce_csrf_checks=True)
    _, secret = make(steward, scopes=["ingest"])
    headers = {"Authorization": f"Bearer {secret}"}
    response = client.post("/api/v1/sources/shop/ingestions/", "{}", content_type="application/json", headers=headers)
    assert response.status_code == 400
