"""The shell's own entries of the main navigation."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse

from portal.kernel.slots import NavItem


def home(request: HttpRequest) -> NavItem:
    return NavItem(label="Home", url=reverse("shell:home"), icon="home", section="home")


def search(request: HttpRequest) -> NavItem:
    return NavItem(label="Search", url=reverse("shell:search"), icon="search", section="search")


def audit(request: HttpRequest) -> NavItem | None:
    """Security finds it on their account's page: to look for offices here would cost every page a query."""
    if not request.user.is_authenticated or not request.user.is_administrator:
        return None
    return NavItem(label="Audit", url=reverse("shell:audit"), icon="list-details", section="audit")
