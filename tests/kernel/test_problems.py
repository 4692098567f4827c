"""Errors of the API are problem details (RFC 9457) that say no more than they should."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions

from portal.kernel.api import TooLarge, clean_text, problem


def body(error: Exception) -> dict[str, Any]:
    response = problem(error, {})
    assert response is not None
    assert response.content_type == "application/problem+json"
    assert response.data["status"] == response.status_code
    found: dict[str, Any] = response.data
    return found


def test_a_404_never_tells_what_was_looked_for() -> None:
    secret, plain = body(Http404("No Asset matches salaries")), body(exceptions.NotFound())
    assert secret == plain
    assert "salaries" not in str(secret)


def test_a_refusal_gives_its_reason() -> None:
    assert body(PermissionDenied("Only stewards may."))["detail"] == "Only stewards may."


@pytest.mark.parametrize(
    ("error", "status", "title"),
    [
        (exceptions.NotAuthenticated(), 401, "Unauthorized"),
        (exceptions.Throttled(), 429, "Too Many Requests"),
        (TooLarge(), 413, None),
        (exceptions.ParseError("broken"), 400, "Bad Request"),
    ],
)
def test_title_and_status_are_those_of_http(error: Exception, status: int, title: str | None) -> None:
    found = body(error)
    assert found["status"] == status
    assert title is None or found["title"] == title
    assert found["type"] == "about:blank"


def test_faults_of_fields_are_listed_by_field() -> None:
    found = body(exceptions.ValidationError({"name": ["Too short."], "files": {"a": ["Not JSON."]}}))
    assert found["errors"] == {"name": ["Too short."], "files": ["a: Not JSON."]}


def test_faults_without_a_field_are_the_detail() -> None:
    assert body(exceptions.ValidationError(["one", "two"]))["detail"] == "one; two"


def test_what_is_not_an_error_of_http_is_left_to_the_server() -> None:
    assert problem(ZeroDivisionError(), {}) is None


def test_nul_has_no_place_in_the_database() -> None:
    assert clean_text("a\0b") == "ab"
