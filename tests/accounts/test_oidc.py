"""Signing in by the company's service, against a real provider on loopback."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import pytest
import requests
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client
from jwt.algorithms import RSAAlgorithm
from oidc_provider_mock import run_server_in_thread

from portal.accounts import oidc
from portal.accounts.models import ApiToken, Team, User
from portal.kernel.models import Event
from tests.factories import TeamFactory, UserFactory

pytestmark = pytest.mark.django_db
ANA = {
    "email": "ana@corp.example",
    "email_verified": True,
    "preferred_username": "ana",
    "given_name": "Ana",
    "family_name": "Ortiz",
    "groups": ["finance"],
}


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
    with run_server_in_thread() as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture(autouse=True)
def _configured(settings: Any, issuer: str) -> None:
    settings.OIDC_ISSUER, settings.OIDC_NAME = issuer, "Corp Login"
    settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = "gazetteer", "client-secret"


@pytest.fixture
def at_service(issuer: str) -> Callable[..., str]:
    """The person signs in at the service; returns the address that it sends the browser back to."""

    def sign_in(there: str, subject: str = "sub-ana", **changes: Any) -> str:
        requests.put(f"{issuer}/users/{subject}", json=dict[str, Any](ANA | changes), timeout=5).raise_for_status()
        answer = requests.post(there, data={"sub": subject}, allow_redirects=False, timeout=5)
        return answer.headers["Location"]

    return sign_in


def going(client: Client, target: str = "") -> str:
    response = client.post("/login/service/", {"next": target})
    assert response.status_code == 200
    return str(response["Refresh"]).removeprefix("0; url=")


def asked(there: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(there).query).items()}


@pytest.fixture
def come(client: Client, at_service: Callable[..., str]) -> Callable[..., Any]:
    def whole_way(subject: str = "sub-ana", target: str = "", **changes: Any) -> Any:
        back = at_service(going(client, target), subject, **changes)
        return client.get(back.partition("//")[2].partition("/")[2].join(["/", ""]))

    return whole_way


def test_the_way_there_carries_state_nonce_pkce_and_the_exact_way_back(client: Client) -> None:
    query = asked(going(client))
    assert query["redirect_uri"] == "http://testserver/login/service/back/"
    assert (query["response_type"], query["code_challenge_method"]) == ("code", "S256")
    assert len(query["code_challenge"]) > 40
    assert query["nonce"] == oidc.nonce_of(query["state"])
    assert "openid" in query["scope"].split()


def test_somebody_new_gets_an_account_without_a_password_and_it_is_on_record(come: Any, client: Client) -> None:
    assert come(target="/search/?q=a")["Location"] == "/search/?q=a"
    ana = User.objects.get()
    assert (ana.username, ana.email, str(ana), ana.role) == ("ana", "ana@corp.example", "Ana Ortiz", "viewer")
    assert not ana.has_usable_password()
    assert client.get("/account/").status_code == 200
    names = list(Event.objects.order_by("id").values_list("name", flat=True))
    assert names == ["accounts.PersonCreated", "accounts.SignedIn"]


def test_the_second_time_it_is_the_same_person_whatever_their_name_is_by_now(come: Any) -> None:
    come()
    come(preferred_username="ana.lopez", email="ana.lopez@corp.example")
    assert User.objects.count() == 1


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_nobody_is_sent_elsewhere_afterwards(come: Any, target: str) -> None:
    assert come(target=target)["Location"] == "/"


def test_a_verified_address_links_the_account_that_an_administrator_made(come: Any) -> None:
    made = UserFactory(username="a.ortiz", email="Ana@Corp.example", role="steward")
    come()
    assert User.objects.get() == made
    assert Event.objects.filter(name="accounts.PersonLinked", subject="user:a.ortiz").exists()


@pytest.mark.parametrize("verified", [False, None, "no"])
def test_an_unverified_address_links_nobody_and_is_not_kept(come: Any, verified: object) -> None:
    UserFactory(username="a.ortiz", email="ana@corp.example")
    come(email_verified=verified)
    assert User.objects.get(username="ana").email == ""


def test_an_address_may_be_trusted_by_setting(come: Any, settings: Any) -> None:
    settings.OIDC_TRUST_EMAIL = True
    made = UserFactory(username="a.ortiz", email="ana@corp.example")
    come(email_verified=None)
    assert User.objects.get() == made


def test_a_name_chosen_at_the_service_makes_nobody_somebody_here(come: Any) -> None:
    UserFactory(username="Root", role="administrator", email="root@corp.example")
    assert come("sub-eve", preferred_username="root", email="eve@corp.example")["Location"] == "/login/?refused=taken"
    assert User.objects.count() == 1


def test_a_second_account_at_the_service_does_not_take_a_person_over_by_address(come: Any) -> None:
    come()
    assert come("sub-other", preferred_username="other")["Location"] == "/login/?refused=taken"


def test_somebody_deactivated_is_refused_and_told_so(come: Any, client: Client) -> None:
    come()
    client.post("/logout/")
    User.objects.update(is_active=False)
    assert come()["Location"] == "/login/?refused=inactive"
    assert "not active any more" in client.get("/login/?refused=inactive").content.decode()
    assert client.get("/account/").status_code == 302


def teams(person: User) -> set[str]:
    return set(Team.objects.filter(user=person).values_list("slug", flat=True))


def test_groups_become_teams_at_each_sign_in(come: Any) -> None:
    for slug in ("finance", "growth", "platform"):
        TeamFactory(slug=slug)
    come(groups=["finance", "growth", "unheard-of"])
    ana = User.objects.get()
    assert teams(ana) == {"finance", "growth"}
    come(groups=["platform"])
    assert teams(ana) == {"platform"}
    come(groups=None)  # the service tells none: nothing is known, so nothing changes
    assert teams(ana) == {"platform"}
    told = Event.objects.filter(name__startswith="accounts.TeamMember").values_list("name", "subject")
    assert len(told) == 5


def test_with_a_map_of_groups_only_its_teams_follow(come: Any, settings: Any) -> None:
    settings.OIDC_GROUPS = {"G-1": "finance", "G-2": "growth"}
    for slug in ("finance", "growth", "by-hand"):
        TeamFactory(slug=slug)
    come(groups=["G-1", "by-hand"])
    ana = User.objects.get()
    assert teams(ana) == {"finance"}
    Team.objects.get(slug="by-hand").user_set.add(ana)
    come(groups=["G-2"])
    assert teams(ana) == {"growth", "by-hand"}


def test_roles_follow_groups_and_the_last_administrator_stays(come: Any, settings: Any) -> None:
    settings.OIDC_ADMINISTRATORS, settings.OIDC_STEWARDS = "admins", "stewards"
    for groups, role in ((["stewards"], "steward"), (["admins"], "administrator"), ([], "administrator")):
        come(groups=groups)
        assert User.objects.get().role == role
    UserFactory(role="administrator")
    come(groups=[])
    assert User.objects.get(username="ana").role == "viewer"


def test_a_state_of_nobody_or_of_another_browser_is_refused(client: Client, at_service: Callable[..., str]) -> None:
    back = "/" + at_service(going(client)).split("/", 3)[3]
    stranger = Client()
    assert stranger.get(back)["Location"] == "/login/?refused=failed"
    assert client.get(back.replace("state=", "state=x"))["Location"] == "/login/?refused=failed"
    assert client.get("/login/service/back/")["Location"] == "/login/?refused=failed"
    assert not User.objects.exists()


def test_a_state_works_once(client: Client, at_service: Callable[..., str]) -> None:
    back = "/" + at_service(going(client)).split("/", 3)[3]
    assert client.get(back)["Location"] == "/"
    assert client.get(back)["Location"] == "/login/?refused=failed"


def test_a_code_of_another_sign_in_is_refused_by_its_nonce(client: Client, at_service: Callable[..., str]) -> None:
    """An attacker plants the code of their own sign-in into the victim's way back."""
    foreign = asked(at_service(going(Client()), "sub-eve"))["code"]
    state = asked(going(client))["state"]
    back = "/login/service/back/?" + urlencode({"code": foreign, "state": state})
    assert client.get(back)["Location"] == "/login/?refused=failed"
    assert not User.objects.exists()


def test_who_cancels_is_told_so(client: Client) -> None:
    state = asked(going(client))["state"]
    back = client.get("/login/service/back/", {"error": "access_denied", "state": state})
    assert back["Location"] == "/login/?refused=cancelled"


def test_a_service_that_calls_itself_otherwise_is_not_asked(client: Client, settings: Any, issuer: str) -> None:
    settings.OIDC_ISSUER = issuer.replace("localhost", "127.0.0.1") + "/"
    assert client.post("/login/service/")["Location"] == "/login/?refused=failed"


def test_a_service_that_is_down_is_told(client: Client, settings: Any) -> None:
    settings.OIDC_ISSUER = "http://localhost:9"
    assert client.post("/login/service/")["Location"] == "/login/?refused=failed"


KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def token(key: Any = KEY, algorithm: str = "RS256", **changes: Any) -> str:
    now = int(time.time())
    claims = {
        "iss": "http://issuer.example",
        "aud": "gazetteer",
        "sub": "s",
        "iat": now,
        "exp": now + 60,
        "nonce": oidc.nonce_of("the-state"),
    }
    claims = {name: value for name, value in (claims | changes).items() if value is not None}
    return jwt.encode(claims, key, algorithm=algorithm, headers={"kid": "1"})


@pytest.fixture
def decode(rf: Any, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Any]:
    settings.OIDC_ISSUER = "http://issuer.example"
    adapter = oidc.IssuerAdapter(rf.get("/", {"state": "the-state"}), oidc.provider_id())
    public = jwt.PyJWK({**RSAAlgorithm.to_jwk(KEY.public_key(), as_dict=True), "kid": "1", "alg": "RS256"})
    monkeypatch.setattr(adapter, "_key", lambda id_token: public)
    app = type("App", (), {"client_id": "gazetteer"})
    return lambda text: adapter._decode_id_token(app, text)


def test_a_right_token_is_taken(decode: Callable[[str], Any]) -> None:
    assert decode(token())["sub"] == "s"


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "http://evil.example"},
        {"aud": "another"},
        {"exp": 1},
        {"nonce": "guessed"},
        {"nonce": None},
        {"sub": None},
        {"key": OTHER},
        {"key": "", "algorithm": "none"},
        {"key": "x" * 64, "algorithm": "HS256"},
    ],
    ids=lambda wrong: "-".join(wrong),
)
def test_a_wrong_token_is_refused(decode: Callable[[str], Any], wrong: dict[str, Any]) -> None:
    with pytest.raises(OAuth2Error):
        decode(token(**wrong))


def test_the_page_offers_it_only_where_it_is_configured(client: Client, settings: Any) -> None:
    assert "Sign in with Corp Login" in client.get("/login/").content.decode()
    settings.OIDC_ISSUER = ""
    assert "Corp Login" not in client.get("/login/").content.decode()
    assert client.post("/login/service/").status_code == client.get("/login/service/back/").status_code == 404


def test_passwords_can_be_switched_off(client: Client, settings: Any) -> None:
    settings.LOCAL_SIGN_IN = False
    person = UserFactory(username="ana")
    person.set_password("correct horse battery")
    person.save()
    assert 'name="password"' not in client.get("/login/").content.decode()
    assert client.post("/login/", {"username": "ana", "password": "correct horse battery"}).status_code == 403
    assert client.get("/account/").status_code == 302


def test_the_clients_secret_is_nowhere(come: Any, client: Client, caplog: Any) -> None:
    caplog.set_level("DEBUG")
    come()
    assert "client-secret" not in caplog.text + client.get("/account/").content.decode()
    assert not ApiToken.objects.exists()
