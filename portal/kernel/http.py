"""Small helpers between Django's requests and our views."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest


def signed_in(request: HttpRequest) -> Any:
    """The person of the request, for views that the middleware has already guarded.

    Raises:
        PermissionDenied: nobody is signed in, which the middleware should have caught.
    """
    if not request.user.is_authenticated:
        raise PermissionDenied("Sign in first.")
    return request.user
