"""What every request passes through."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse

from portal.kernel.htmx import wants_fragment
from portal.kernel.logs import request_id

GetResponse = Callable[[HttpRequest], HttpResponse]


class RequestId:
    """Names each request, in its logs, its events and its answer."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = request_id.set(uuid.uuid4().hex[:16])
        try:
            response = self.get_response(request)
            response["X-Request-Id"] = request_id.get()
            return response
        finally:
            request_id.reset(token)


class LoginRequired(LoginRequiredMiddleware):
    """Pages need a session. A fragment is answered with a redirect of the whole page, never with a form inside a table."""

    def handle_no_permission(  # type: ignore[override]  # a fragment gets an answer that is no redirect
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseBase:
        if not wants_fragment(request):
            return super().handle_no_permission(request, view_func)
        here = request.headers.get("HX-Current-URL", "/")
        response = HttpResponse(status=401)
        response["HX-Redirect"] = redirect_to_login(_path(here), reverse("accounts:login")).url
        return response


def _path(url: str) -> str:
    """The path and query of a URL of ours, so that nobody is sent elsewhere after signing in."""
    rest = url.split("://", 1)[-1]
    return "/" + rest.split("/", 1)[1] if "/" in rest and "://" in url else "/"


class NoStore:
    """What a signed-in person sees stays out of every cache (ACCESS.md 6, item 2)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated or request.headers.get("Authorization"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response
