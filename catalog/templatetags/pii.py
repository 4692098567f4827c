"""Words and small charts of personal data: ``{% load pii %}``."""

from __future__ import annotations

from typing import Any

from django import template

from catalog.pii import classes

register = template.Library()

_ICONS = {
    "name": "user",
    "email": "mail",
    "phone": "id-badge",
    "address": "home",
    "location": "map-pin",
    "birth_date": "calendar",
    "username": "user-circle",
    "ip_address": "world",
    "device_id": "fingerprint",
    "iban": "building",
    "password": "password",
    "health": "heartbeat",
    "biometric": "fingerprint",
}
_TONES = {"special": "bad", "high": "attention", "personal": "info"}


@register.filter
def pii_label(pii: str) -> str:
    """``email``: E-mail address."""
    return classes.label(pii)


@register.inclusion_tag("ui/badge.html")
def pii_pill(pii: str, reason: str = "") -> dict[str, Any]:
    """The class by its word, an icon of its own, and a colour for how much harm a leak does."""
    tone = _TONES[classes.sensitivity(pii)]
    return {"word": classes.label(pii), "tone": tone, "icon": _ICONS.get(pii, "shield-lock"), "title": reason}


@register.inclusion_tag("catalog/pii/share.html")
def pii_share(figures: dict[str, Any]) -> dict[str, Any]:
    """How many of the values that were looked at fit, as a bar; the sentence beside it has the numbers."""
    looked_at = figures.get("looked_at") or 0
    share = 100 * (figures.get("matched") or 0) / looked_at if looked_at else 0
    return {"looked_at": looked_at, "width": f"{share:.1f}"}
