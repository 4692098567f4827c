"""Export of what counts, import with a look at it first."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib import messages
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from catalog.curation.sheets import BadSheet
from catalog.exchange import reading, writing
from catalog.exchange.view import COLUMNS
from catalog.search.request import SearchRequest
from catalog.search.results import matching
from catalog.services.curation import MAX_ASSETS, annotate
from portal.kernel.http import signed_in, undo_at

LASTS = 3600  # seconds of a preview


@require_GET
def export(request: HttpRequest, form: str) -> HttpResponseBase:
    """What the search finds, up to as many assets as an import takes back."""
    user = signed_in(request)
    rows = matching(user, SearchRequest.of(request.GET)).order_by("path", "pk")
    ids = list(rows.values_list("pk", flat=True)[:MAX_ASSETS])
    pieces = writing.written(user, ids, form, columns=request.GET.get("columns") != "no")
    headers = {"Content-Disposition": f'attachment; filename="catalog.{form}"'}
    return StreamingHttpResponse(pieces, content_type=writing.TYPES[form], headers=headers)


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    problems: list[str] = []
    name = ""
    if request.method == "POST":
        file = request.FILES.get("file")
        content = file.read(reading.MAX_BYTES + 1) if file else b""
        name = "".join(letter for letter in (file.name or "" if file else "") if letter.isprintable())[:100]
        try:
            reading.plan(user, content, name)
        except BadSheet as error:
            problems = error.problems
        else:
            token = secrets.token_urlsafe(16)
            cache.set(f"import:{token}", {"user": user.pk, "content": content, "name": name}, LASTS)
            return redirect("catalog:import_preview", token)
    context = {"problems": problems, "name": name, "columns": COLUMNS}
    return render(request, "catalog/curation/import.html", context, status=422 if problems else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: HttpRequest, token: str) -> HttpResponse:
    """What would change. It is applied as it was shown, as one edit, or not at all."""
    user = signed_in(request)
    kept = cache.get(f"import:{token}")
    if not kept or kept["user"] != user.pk:
        raise Http404
    context: dict[str, Any] = {"name": kept["name"]}
    try:
        plan = reading.plan(user, kept["content"], kept["name"])
    except BadSheet as error:
        return render(request, "catalog/curation/import.html", context | {"problems": error.problems}, status=422)
    if request.method == "POST":
        try:
            if plan.digest != request.POST.get("digest"):
                raise ValidationError("Something of this has changed since it was shown. Look at it again.")
            edit = annotate(lines=plan.lines, by=user, summary=f"Import of {kept['name'] or 'a file'}")
        except (ValidationError, PermissionDenied) as error:
            messages.error(request, " ".join(getattr(error, "messages", [str(error)])))
            return redirect("catalog:import_preview", token)
        cache.delete(f"import:{token}")
        if edit is None:
            messages.info(request, "Nothing changed.")
            return redirect("shell:search")
        lines = "line" if len(plan.changes) == 1 else "lines"
        told = f"Imported: {len(plan.changes):,} {lines}."
        messages.success(request, told, extra_tags=undo_at("catalog:undo_edit", edit.uuid))
        return redirect("catalog:edit_page", edit.uuid)
    return render(request, "catalog/curation/import_preview.html", context | {"plan": plan})
