"""The only place that knows when a request wants a fragment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def wants_fragment(request: HttpRequest) -> bool:
    details: Any = getattr(request, "htmx", None)
    return bool(details) and not details.boosted and not details.history_restore_request


def page(
    request: HttpRequest, template: str, part: str, context: Mapping[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """The whole page, or its partial ``part`` for htmx. Both carry ``Vary: HX-Request`` so that no cache mixes them."""
    name = f"{template}#{part}" if wants_fragment(request) else template
    response = render(request, name, dict(context or {}), status=status)
    response["Vary"] = "HX-Request, Cookie"
    return response
