"""The catalog's entries of the main navigation."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse

from portal.kernel.authz import ask
from portal.kernel.slots import NavItem


def domains(request: HttpRequest) -> NavItem:
    return NavItem(label="Domains", url=reverse("catalog:domains"), icon="map", section="domains")


def sources(request: HttpRequest) -> NavItem | None:
    if not ask(request.user, "catalog.see_source"):
        return None
    return NavItem(label="Sources", url=reverse("catalog:sources"), icon="plug", section="sources")
