"""Small helpers between Django's requests and our views."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import ip_address
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

_ANY = UUID(int=0)


def signed_in(request: HttpRequest) -> Any:
    """The person of the request, for views that the middleware has already guarded.

    Raises:
        PermissionDenied: nobody is signed in, which the middleware should have caught.
    """
    if not request.user.is_authenticated:
        raise PermissionDenied("Sign in first.")
    return request.user


def client_address(request: HttpRequest) -> str:
    """Whose address it is; behind a proxy, the one that the proxy itself saw: what stands before it anybody can write."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.BEHIND_PROXY else ""
    found = forwarded.rsplit(",", 1)[-1].strip() or request.META.get("REMOTE_ADDR", "")
    try:
        return str(ip_address(found.partition("%")[0]))
    except ValueError:
        return ""


def way_back(request: HttpRequest) -> str:
    """Where the form says that it came from, if that is an address of ours; else ""."""
    back = str(request.POST.get("next", ""))
    own = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return back if own else ""


def addresses(name: str) -> Callable[[UUID], str]:
    """URLs of that name by id. The router is asked once: for many ids it costs more than all else that is said of them."""
    before, after = reverse(name, args=[_ANY]).split(str(_ANY))
    return lambda key: f"{before}{key}{after}"


def undo_at(name: str, key: object) -> str:
    """``extra_tags`` of a message that offers the way back: the URL of that name, which takes a POST."""
    return f"undo:{reverse(name, args=[key])}"
