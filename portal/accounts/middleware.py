"""What a signed-in request passes through."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

from portal.accounts import sessions

GetResponse = Callable[[HttpRequest], HttpResponse]


class SessionLimits:
    """A session ends after half an hour without a request and after its hours (ACCESS.md 6, item 10); whoever comes with
    one that has ended is a stranger."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            if sessions.has_ended(request.session):
                logout(request)
            else:
                sessions.mark_seen(request.session)
        return self.get_response(request)
