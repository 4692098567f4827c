"""What every request passes through."""

from __future__ import annotations

import logging

import pytest
from django.test import Client

from portal.kernel.logs import OneLine, RequestIdFilter, request_id

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def test_every_answer_has_a_request_id_of_its_own(as_viewer: Client) -> None:
    ids = {as_viewer.get(path)["X-Request-Id"] for path in ("/", "/search/", "/nowhere/", "/healthz")}
    assert len(ids) == 4
    assert all(len(found) == 16 for found in ids)


def test_a_request_id_from_outside_is_not_believed(client: Client) -> None:
    assert client.get("/healthz", headers={"X-Request-Id": "forged"})["X-Request-Id"] != "forged"


@pytest.mark.parametrize("path", ["/", "/search/", "/account/", "/nowhere/", "/api/v1/assets/"])
def test_what_a_signed_in_person_sees_is_never_stored(as_viewer: Client, path: str) -> None:
    assert "no-store" in as_viewer.get(path)["Cache-Control"]


def test_what_a_token_fetches_is_never_stored(client: Client, bearer: object, viewer: object) -> None:
    headers = bearer(viewer)  # type: ignore[operator]
    assert "no-store" in client.get("/api/v1/assets/", headers=headers)["Cache-Control"]


def test_a_page_sends_who_is_not_signed_in_to_the_sign_in_page_and_back(client: Client) -> None:
    assert client.get("/search/?q=a")["Location"] == "/login/?next=/search/%3Fq%3Da"


def test_a_fragment_redirects_the_whole_page_and_holds_no_form(client: Client) -> None:
    here = {"HX-Current-URL": "https://gazetteer.example/search/?q=a"}
    response = client.get("/search/typeahead/?q=a", headers=HTMX | here)
    assert (response.status_code, response.content) == (401, b"")
    assert response["HX-Redirect"] == "/login/?next=/search/%3Fq%3Da"


@pytest.mark.parametrize("here", ["https://evil.example//evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_nobody_is_sent_elsewhere_after_signing_in(client: Client, here: str) -> None:
    target = client.get("/search/typeahead/", headers=HTMX | {"HX-Current-URL": here})["HX-Redirect"]
    path = target.partition("next=")[2]
    assert target.startswith("/login/?next=/")
    assert not path.startswith(("//", "/%2F", "/%5C")) or _stays_here(client, path)


def _stays_here(client: Client, path: str) -> bool:
    """Django's own sign-in page refuses such a target."""
    return f'value="{path}"' not in client.get(f"/login/?next={path}").content.decode()


def test_a_boosted_link_is_a_page_not_a_fragment(client: Client) -> None:
    assert client.get("/search/", headers=HTMX | {"HX-Boosted": "true"}).status_code == 302


def test_a_fragment_and_its_page_are_kept_apart_by_caches(as_viewer: Client) -> None:
    for headers in ({}, HTMX):
        assert "HX-Request" in as_viewer.get("/search/", headers=headers)["Vary"]


def test_a_log_entry_is_one_line_with_the_requests_id() -> None:
    record = logging.LogRecord("x", logging.INFO, "f", 1, "first\nforged entry\r", None, None)
    token = request_id.set("abc")
    RequestIdFilter().filter(record)
    request_id.reset(token)
    assert OneLine("[%(request_id)s] %(message)s").format(record) == "[abc] first\\nforged entry\\r"
