"""The page of the owners' rules."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from catalog.curation.codeowners import converted
from catalog.services import owner_rules as services
from portal.kernel.authz import require
from portal.kernel.htmx import page
from portal.kernel.http import signed_in

MAX_TEXT = 200_000


@require_http_methods(["GET", "HEAD", "POST"])
def owner_rules(request: HttpRequest) -> HttpResponse:
    """While somebody writes, what each line matches and would change stands beside it."""
    user = signed_in(request)
    require(user, "catalog.rule_owners")
    text = services.text()
    if request.method == "POST":
        text = _given(request)
        if request.POST.get("action") == "save":
            try:
                now, later = services.save(text=text, by=user)
            except ValidationError as error:
                messages.error(request, " ".join(error.messages[:5]))
            else:
                rest = f" {later:,} more will with the next intake of their sources." if later else ""
                messages.success(
                    request, f"Saved. {now:,} {'asset has' if now == 1 else 'assets have'} other owners.{rest}"
                )
                return redirect("catalog:owner_rules")
    context = {"text": text, "preview": services.preview(text=text, by=user)}
    return page(request, "catalog/curation/owners.html", "preview", context)


def _given(request: HttpRequest) -> str:
    if file := request.FILES.get("file"):
        return converted(file.read(MAX_TEXT).decode("utf-8", "replace"))
    return request.POST.get("text", "")[:MAX_TEXT].replace("\r\n", "\n")
