"""Headers of every answer: pages, errors, redirects, files, JSON."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path as url_path

from catalog.models import Asset
from portal import urls as real
from portal.accounts.models import User
from tests.catalog.facts import platform
from tests.factories import SourceFactory, pour
from tests.security.dom import Dom
from tests.security.walk import Walk, all_domains

pytestmark = pytest.mark.django_db


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("a secret of the server")


urlpatterns = [url_path("broken/", broken), url_path("api/broken/", broken), *real.urlpatterns]
handler400, handler403, handler404, handler500 = real.handler400, real.handler403, real.handler404, real.handler500


@pytest.fixture
def shop() -> None:
    pour(SourceFactory(slug="shop"), platform(1))


def policy(response: Any) -> dict[str, list[str]]:
    found = {}
    for part in response["Content-Security-Policy"].split(";"):
        name, *values = part.split()
        found[name] = values
    return found


def check(response: Any, where: str) -> None:
    rules = policy(response)
    assert rules["default-src"] == ["'none'"], where
    for name in ("object-src", "base-uri", "frame-ancestors"):
        assert rules[name] == ["'none'"], (where, name)
    assert rules["form-action"] == ["'self'"], where
    assert "unsafe" not in response["Content-Security-Policy"], where
    assert not re.search(r"https?:|\*", response["Content-Security-Policy"]), where
    assert response["X-Content-Type-Options"] == "nosniff", where
    assert response["Referrer-Policy"] == "same-origin", where
    assert response["Cross-Origin-Opener-Policy"] == "same-origin", where


@pytest.mark.parametrize("who", ["nobody", "administrator"])
def test_every_answer_of_every_url_has_them(who: str, shop: None, administrator: User) -> None:
    client = Client()
    if who != "nobody":
        client.force_login(administrator)
    walk = Walk(["orders"], assets=list(Asset.objects.all()[:1]), domains=all_domains()[:1])
    for name, paths in walk.paths().items():
        for path in paths[:2]:
            response = client.get(path)
            response.getvalue()
            check(response, path)
            if who != "nobody":
                assert "no-store" in response["Cache-Control"], path
            if response["Content-Type"].startswith("text/html"):
                assert Dom(response.getvalue().decode()).faults() == [], (name, path)


@pytest.mark.parametrize("path", ["/nowhere/", "/static/nowhere.css", "/api/nowhere/", "/login", "/datasets/a%00b/"])
def test_what_is_not_there_has_them(as_viewer: Client, path: str) -> None:
    response = as_viewer.get(path)
    assert response.status_code in {301, 404}
    check(response, path)


@pytest.mark.urls("tests.security.test_headers")
@pytest.mark.parametrize("path", ["/broken/", "/api/broken/"])
def test_a_fault_of_ours_has_them_and_tells_nothing(viewer: User, path: str) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(viewer)
    response = client.get(path)
    assert response.status_code == 500
    check(response, path)
    assert "no-store" in response["Cache-Control"]
    assert "secret of the server" not in response.content.decode()
    assert response["X-Request-Id"]
    if path.startswith("/api/"):
        assert response["Content-Type"] == "application/problem+json"
    else:
        assert response["X-Request-Id"] in response.content.decode()


def test_a_form_without_its_token_has_them(viewer: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(viewer)
    response = client.post("/account/", {})
    assert response.status_code == 403
    check(response, "csrf")


def test_a_method_that_is_not_allowed_has_them(as_viewer: Client) -> None:
    for path in ("/search/", "/account/tokens/1/revoke/", "/domains/"):
        for method in ("put", "delete", "patch"):
            response = getattr(as_viewer, method)(path)
            assert response.status_code in {404, 405}, path
            check(response, path)


def test_a_redirect_to_sign_in_has_them(client: Client) -> None:
    response = client.get("/search/")
    assert response.status_code == 302
    check(response, "redirect")


def test_a_static_file_has_them(client: Client, settings: Any) -> None:
    settings.WHITENOISE_USE_FINDERS = True
    settings.WHITENOISE_AUTOREFRESH = True
    response = Client().get("/static/css/tokens.css")
    assert response.status_code == 200
    response.getvalue()
    check(response, "static")


def test_the_policy_leaves_nothing_to_others_servers() -> None:
    directives = django_settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    assert set(map(str, [value for values in directives.values() for value in values])) <= {"'none'", "'self'", "data:"}
    assert "data:" not in directives["script-src"] + directives["style-src"] + directives["default-src"]


def test_every_page_switches_off_what_htmx_could_evaluate(as_viewer: Client) -> None:
    page = Dom(as_viewer.get("/").content.decode())
    (config,) = [e.attributes["content"] for e in page.elements if e.attributes.get("name") == "htmx-config"]
    for words in (
        '"allowEval": false',
        '"attributesToSettle": ["class"]',
        '"selfRequestsOnly": true',
        '"allowScriptTags": false',
        '"includeIndicatorStyles": false',
        '"historyCacheSize": 0',
    ):
        assert words in config


def test_every_page_sends_the_csrf_token_with_htmx(as_viewer: Client) -> None:
    (body,) = [e for e in Dom(as_viewer.get("/").content.decode()).elements if e.tag == "body"]
    assert "X-CSRFToken" in body.attributes["hx-headers"]
