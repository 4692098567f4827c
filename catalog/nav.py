"""The catalog's entries of the main navigation."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from catalog.queries import pii
from catalog.queries import suggestions as waiting
from catalog.queries.identity import stubs
from portal.kernel.authz import ask
from portal.kernel.slots import NavItem


def domains(request: HttpRequest) -> NavItem:
    return NavItem(label="Domains", url=reverse("catalog:domains"), icon="map", section="domains")


def personal_data(request: HttpRequest) -> NavItem:
    """With the number of columns that wait, for those who may decide."""
    return NavItem(
        label="Privacy",
        url=reverse("catalog:personal_data"),
        icon="shield-lock",
        section="privacy",
        waiting=pii.waiting if ask(request.user, "catalog.decide_pii") else None,
    )


def sources(request: HttpRequest) -> NavItem | None:
    if not ask(request.user, "catalog.see_source"):
        return None
    return NavItem(label="Sources", url=reverse("catalog:sources"), icon="plug", section="sources")


def glossary(request: HttpRequest) -> NavItem:
    return NavItem(label="Glossary", url=reverse("catalog:glossary"), icon="book", section="glossary")


def suggestions(request: HttpRequest) -> NavItem | None:
    """For who has something to decide; stewards find their way there even when nothing waits."""
    user: Any = request.user
    if not user.is_authenticated:
        return None
    return NavItem(
        label="Suggestions",
        url=reverse("catalog:suggestions"),
        icon="bulb",
        section="suggestions",
        waiting=waiting.for_stewards if user.is_steward else waiting.for_others,
        only_waiting=not user.is_steward,
    )


def unmatched(request: HttpRequest) -> NavItem | None:
    """Names that wait, counted as far as the person sees them."""
    if not ask(request.user, "catalog.merge"):
        return None
    return NavItem(
        label="Unmatched",
        url=reverse("catalog:unmatched"),
        icon="git-merge",
        section="unmatched",
        waiting=stubs,
    )
