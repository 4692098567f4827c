"""System checks: a switchboard that points at nothing fails ``manage.py check``, not a user's page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register

from portal.kernel.wiring import dotted_strings, load


@register()
def switchboard_resolves(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    errors: list[CheckMessage] = []
    for slot, dotted in dotted_strings():
        try:
            found = load(dotted)
        except ImportError as error:
            errors.append(
                Error(f"portal/wiring.py: {slot} names {dotted}, which does not load: {error}", id="kernel.E001")
            )
            continue
        if not callable(found):
            errors.append(Error(f"portal/wiring.py: {slot} names {dotted}, which cannot be called", id="kernel.E002"))
    return errors
