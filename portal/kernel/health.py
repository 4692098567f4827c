"""Is the portal well? For load balancers and people on call; anonymous, so no detail that helps an intruder."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

logger = logging.getLogger(__name__)

SILENCE = 60  # seconds without a sign of life until a process counts as gone


def _database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return True


def _broker() -> bool:
    cache.set("alive:web", time.time(), timeout=SILENCE)
    return cache.get("alive:web") is not None


def _alive(name: str) -> Callable[[], bool]:
    return lambda: time.time() - float(cache.get(f"alive:{name}") or 0) < SILENCE


CHECKS: dict[str, Callable[[], bool]] = {
    "database": _database,
    "broker": _broker,
    "worker": _alive("worker"),
    "beat": _alive("beat"),
}


def _ask(names: list[str]) -> JsonResponse:
    answers = {"web": "ok"}
    for name in names:
        try:
            answers[name] = "ok" if CHECKS[name]() else "no sign of life"
        except Exception as error:
            logger.warning("health: %s: %s", name, error)
            answers[name] = "unreachable"
    well = all(answer == "ok" for answer in answers.values())
    return JsonResponse({"status": "ok" if well else "unwell", "parts": answers}, status=200 if well else 503)


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """All parts: web, database, broker, worker, beat."""
    return _ask(list(CHECKS))


@login_not_required
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """May this web process get requests? It needs the database and the broker, not the workers."""
    return _ask(["database", "broker"])
