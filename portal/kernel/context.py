"""What the page shell needs on every page."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from portal.kernel.navigation import items


def page(request: HttpRequest) -> dict[str, Any]:
    """``nav`` is lazy, since a fragment never draws it, and built once for the rail and the tab bar: its counts are a query."""
    return {"nav": SimpleLazyObject(lambda: items(request)), "demo": settings.DEMO}
