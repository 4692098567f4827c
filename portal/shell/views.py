"""Pages that belong to no single room: home, search, the style guide."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "shell/home.html", {"section": "home"})


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    return render(request, "shell/home.html", {"section": "search"})


@require_GET
def typeahead(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")


@require_GET
def peek(request: HttpRequest, asset_id: str) -> HttpResponse:
    return HttpResponse("")


@require_GET
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component in one place, for whoever builds the next page."""
    if not (settings.DEMO or settings.DEBUG):
        raise Http404
    return render(request, "shell/styleguide.html", {"section": "styleguide"})
