"""Entries of the lineage room in the main navigation."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse

from portal.kernel.slots import NavItem


def coverage(request: HttpRequest) -> NavItem:
    return NavItem(label="Lineage coverage", url=reverse("lineage:coverage"), icon="ruler", section="coverage")


def explorer(request: HttpRequest) -> NavItem:
    return NavItem(label="Lineage", url=reverse("lineage:explorer"), icon="sitemap", section="lineage")
