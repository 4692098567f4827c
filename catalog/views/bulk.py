"""Bulk edit of a search result: choose, look, apply. The set is fixed by ids when it is looked at."""

from __future__ import annotations

import secrets

from django import forms
from django.contrib import messages
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from catalog.search.request import SearchRequest
from catalog.search.results import matching
from catalog.services import bulk_edit
from catalog.services.bulk_edit import OPERATIONS, Operation
from catalog.services.curation import MAX_ASSETS
from portal.kernel.http import signed_in, undo_at

LASTS = 3600  # seconds of a preview


class BulkForm(forms.Form):
    operation = forms.ChoiceField(label="Do", choices=[(name, label) for name, (_, label) in OPERATIONS.items()])
    value = forms.CharField(
        max_length=500,
        required=False,
        label="What",
        help_text="The tag, term, owner, domain or tier; a note where you certify or deprecate.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "list": "bulk-choices"}),
    )
    day = forms.DateField(
        required=False,
        label="From",
        help_text="Today, where nothing is said.",
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def made(self) -> Operation:
        """What another operation would take stands in fields that are not shown, and does not count."""
        given = self.cleaned_data
        name = given["operation"]
        value = "" if name.endswith(":restore") else given["value"].replace("\0", "").strip()
        day = given["day"].isoformat() if given["day"] and name == "deprecation:set" else ""
        return Operation(name, value, day)


@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    """What shall be done with what the search finds. Going on keeps the ids that it finds now."""
    user = signed_in(request)
    asked = SearchRequest.of(request.GET)
    ids = list(matching(user, asked).order_by().values_list("pk", flat=True)[: MAX_ASSETS + 1])
    form = BulkForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and 0 < len(ids) <= MAX_ASSETS:
        try:
            operation = form.made()
            bulk_edit.plan(asset_ids=ids, operation=operation, by=user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            token = secrets.token_urlsafe(16)
            kept = {"user": user.pk, "ids": ids, "operation": [operation.name, operation.value, operation.day]}
            cache.set(f"bulk:{token}", kept | {"query": asked.url()}, LASTS)
            return redirect("catalog:bulk_preview", token)
    context = {
        "form": form,
        "number": min(len(ids), MAX_ASSETS),
        "too_many": len(ids) > MAX_ASSETS,
        "maximum": MAX_ASSETS,
        "query": asked.url(),
    }
    return render(request, "catalog/curation/bulk.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: HttpRequest, token: str) -> HttpResponse:
    """Before and after. What is applied is what was shown, or nothing."""
    user = signed_in(request)
    kept = cache.get(f"bulk:{token}")
    if not kept or kept["user"] != user.pk:
        raise Http404
    operation = Operation(*kept["operation"])
    if request.method == "POST":
        try:
            edit = bulk_edit.apply(
                asset_ids=kept["ids"], operation=operation, digest=request.POST.get("digest", ""), by=user
            )
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect("catalog:bulk_preview", token)
        cache.delete(f"bulk:{token}")
        if edit is None:
            messages.info(request, "Nothing changed.")
        else:
            messages.success(request, f"Done: {edit.summary}.", extra_tags=undo_at("catalog:undo_edit", edit.uuid))
        return redirect(reverse("shell:search") + kept["query"])
    context = {"plan": bulk_edit.plan(asset_ids=kept["ids"], operation=operation, by=user), "operation": operation}
    return render(request, "catalog/curation/bulk_preview.html", context | {"query": kept["query"]})
