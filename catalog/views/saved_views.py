"""Saved views of search: keep one, rename, share, delete. They are opened on the search page."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from catalog.models import SavedView
from catalog.queries import saved_views as queries
from catalog.search.request import SearchRequest
from catalog.services import views as services
from portal.kernel.http import signed_in


@require_http_methods(["GET", "HEAD", "POST"])
def saved_views(request: HttpRequest) -> HttpResponse:
    """All that there are; POST keeps one more."""
    user = signed_in(request)
    if request.method != "POST":
        return render(request, "catalog/saved_views.html", {"views": queries.listed(user, 500)})
    values, query = request.POST, request.POST.get("query", "")
    try:
        view = services.save(name=values.get("name", ""), query=query, shared=values.get("shared") == "on", by=user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(reverse("shell:search") + SearchRequest.of(QueryDict(query.lstrip("?")[:2000])).url())
    messages.success(request, f"Kept as “{view.name}”.")
    return redirect(f"{reverse('shell:search')}?view={view.uuid}")


@require_POST
def change(request: HttpRequest, uuid: UUID) -> HttpResponse:
    view, user = _known(request, uuid), signed_in(request)
    try:
        services.change(
            view=view, name=request.POST.get("name", ""), shared=request.POST.get("shared") == "on", by=user
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("catalog:saved_views")


@require_POST
def delete(request: HttpRequest, uuid: UUID) -> HttpResponse:
    view = _known(request, uuid)
    services.delete(view=view, by=signed_in(request))
    messages.success(request, f"“{view.name}” is deleted.")
    return redirect("catalog:saved_views")


def _known(request: HttpRequest, uuid: UUID) -> SavedView:
    return get_object_or_404(queries.known_to(request.user), uuid=uuid)
