"""What the page shell needs on every page."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from portal.kernel import wiring


def page(request: HttpRequest) -> dict[str, Any]:
    """``nav`` is lazy: a fragment never draws it."""
    return {"nav": lambda: [item for build in wiring.listed("NAV") if (item := build(request))], "demo": settings.DEMO}
