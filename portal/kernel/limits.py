"""How often one may ask (ACCESS.md 6, item 30): counted by person and address in the cache, for views that
``settings.RATE_LIMITS`` names.

Fixed windows: cheap, and exact enough for limits that only people who are no people reach. Where the cache does not answer
nobody is refused; it is the broker's server, without which little else works.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from portal.kernel.http import client_address

logger = logging.getLogger(__name__)

GetResponse = Callable[[HttpRequest], HttpResponse]


@dataclass(frozen=True, slots=True)
class Limit:
    """``by`` names a field of the form that counts beside the address: a password is guessed for one name at a time."""

    times: int
    seconds: int
    method: str = ""
    by: str = ""


class RateLimits:
    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponse | None:
        name = request.resolver_match.view_name if request.resolver_match else ""
        for limit in (Limit(*numbers) for numbers in settings.RATE_LIMITS.get(name, ())):
            if limit.method in {"", request.method} and (wait := over(name, limit, request)):
                logger.warning("%s: more than %s in %s s", name, limit.times, limit.seconds)
                return refusal(request, wait)
        return None


def over(name: str, limit: Limit, request: HttpRequest) -> int:
    """Seconds to wait, 0 where it is still fine. Counts this request."""
    now = time.time()
    window = int(now // limit.seconds)
    who = f"{request.user.pk}|{client_address(request)}|{request.POST.get(limit.by, '') if limit.by else ''}"
    key = f"limit:{name}:{limit.seconds}:{limit.by}:{hashlib.sha256(who.encode()).hexdigest()[:32]}:{window}"
    try:
        cache.add(key, 0, timeout=limit.seconds + 1)
        count = cache.incr(key)
    except Exception:
        logger.debug("no limit for %s: the cache does not answer", name)
        return 0
    return max(1, int((window + 1) * limit.seconds - now)) if count > limit.times else 0


def refusal(request: HttpRequest, wait: int) -> HttpResponse:
    words = f"Too many requests. Try again in {wait} seconds."
    if request.path.startswith("/api/"):
        title = HTTPStatus.TOO_MANY_REQUESTS.phrase
        body = {"type": "about:blank", "title": title, "status": 429, "detail": words}
        response: HttpResponse = JsonResponse(body, status=429, content_type="application/problem+json")
    else:
        response = render(request, "429.html", {"words": words}, status=429)
    response["Retry-After"] = str(wait)
    return response
