"""Pages for when something goes wrong. None asks the database: the database may be what is wrong."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.csrf import requires_csrf_token

from portal.kernel.htmx import wants_fragment
from portal.kernel.logs import request_id

# Django's own words for a failure of its own, which say nothing to a person
_EMPTY = {"", "[]", "()"}


def _page(request: HttpRequest, status: int, reason: str = "") -> HttpResponse:
    if request.path.startswith("/api/"):
        return _problem(status, reason)
    values = {"reason": reason, "status": status, "request_id": request_id.get().strip("-")}
    response = render(request, f"{status}.html", values, status=status)
    if wants_fragment(request):
        # what failed was a part of a page: the whole error page would stand inside it
        response["HX-Reswap"] = "none"
    return response


def _problem(status: int, reason: str) -> HttpResponse:
    """For programs, as the API's own errors look."""
    title = HTTPStatus(status).phrase
    body = {"type": "about:blank", "title": title, "status": status, "detail": reason or f"{title}."}
    return JsonResponse(body, status=status, content_type="application/problem+json")


@requires_csrf_token
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 413 if _too_large(exception) else 400)


@requires_csrf_token
def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    reason = str(exception or "").strip()
    return _page(request, 403, "" if reason in _EMPTY else reason)


@requires_csrf_token
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Says the same of what does not exist and of what the person may not see."""
    return _page(request, 404)


@requires_csrf_token
def too_large(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 413, str(exception or ""))


def server_error(request: HttpRequest) -> HttpResponse:
    """Rendered without a request context: no session, no navigation, no query."""
    if request.path.startswith("/api/"):
        return _problem(500, "")
    html = render_to_string("500.html", {"request_id": request_id.get().strip("-")})
    return HttpResponse(html, status=500)


@requires_csrf_token
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token is missing or old: reloading the page mends it."""
    words = "The form was open for too long, or was sent from elsewhere. Go back, reload the page and send it again."
    return _page(request, 403, words)


def _too_large(exception: Exception | None) -> bool:
    return type(exception).__name__ in {"RequestDataTooBig", "TooManyFilesSent"}
