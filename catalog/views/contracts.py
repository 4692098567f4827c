"""All contracts, the editor of one, and its text as a file."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from catalog.contracts import diff, model, reports
from catalog.contracts.problems import Problem, Refused
from catalog.contracts.reading import read
from catalog.models import Asset
from catalog.queries import contracts as queries
from catalog.queries.contracts import Standing
from catalog.services.contracts import promised, save_contract
from portal.kernel.authz import require
from portal.kernel.htmx import page
from portal.kernel.http import signed_in


@require_GET
def contracts(request: HttpRequest) -> HttpResponse:
    schema = request.GET.get("schema", "").replace("\0", "")
    pages = Paginator(queries.listed(request.user, schema), queries.PAGE)
    shown = pages.get_page(request.GET.get("page"))
    coverage = queries.coverage(request.user)
    context = {
        "rows": queries.with_newest(shown.object_list),
        "number": shown.number,
        "last": pages.num_pages,
        "coverage": coverage,
        "promised": sum(each.promised for each in coverage),
        "total": sum(each.total for each in coverage),
        "schema": schema,
    }
    return render(request, "catalog/contracts/list.html", context)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, uuid: str) -> HttpResponse:
    """The text of the newest version, or a proposal; every post says what is wrong with the text and what it changes, and
    one with ``action=save`` makes it a version."""
    asset = get_object_or_404(Asset.objects.visible_to(request.user), uuid=uuid)
    require(request.user, "catalog.edit_contract", asset)
    standing = queries.of_asset(request.user, asset)
    if standing is not None and not standing.whole:
        raise PermissionDenied("This contract promises tables that you may not see: its stewards change it.")
    if request.method == "GET":
        text = _first_text(request, asset, standing)
        return render(request, "catalog/contracts/edit.html", _context(asset, standing, text))
    text = request.POST.get("text", "").replace("\r\n", "\n")
    context = _context(asset, standing, text)
    if request.POST.get("action") == "save" and not context["problems"]:
        if problem := _save(request, asset, text):
            context["problems"] = [problem]
        else:
            return redirect(f"{asset.get_absolute_url()}?tab=contract")
    status = 422 if context["problems"] and request.POST.get("action") == "save" else 200
    return page(request, "catalog/contracts/edit.html", "check", context, status=status)


def _first_text(request: HttpRequest, asset: Asset, standing: Standing | None) -> str:
    if standing is None:
        return queries.proposal(asset)
    return queries.text_of(standing, "own" if request.GET.get("form") == "own" else "source") or ""


def _save(request: HttpRequest, asset: Asset, text: str) -> Problem | None:
    seen = request.POST.get("seen", "")
    expected = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 9 else None
    try:
        save_contract(asset=asset, content=text.encode(), by=signed_in(request), expected=expected)
    except ValidationError as error:
        return Problem(message=" ".join(error.messages))
    return None


def _context(asset: Asset, standing: Standing | None, text: str) -> dict[str, Any]:
    found = _checked(asset, standing, text)
    lines = {problem.line for problem in found["problems"]}
    return {"asset": asset, "standing": standing, "text": text, "bad_lines": sorted(lines - {0}), **found}


def _checked(asset: Asset, standing: Standing | None, text: str) -> dict[str, Any]:
    """``problems`` that hinder, ``notes`` that do not, and the comparison with the newest version."""
    nothing: dict[str, Any] = {"problems": [], "notes": [], "comparison": None, "summary": "", "tables": 0}
    try:
        found = read(text.encode("utf-8", "surrogatepass"))
        promised(found.document, asset, standing.name if standing else "")
    except Refused as refused:
        return nothing | {"problems": list(refused.problems)}
    except ValidationError as error:
        return nothing | {"problems": [Problem(message=" ".join(error.messages))]}
    told = nothing | {"notes": found.notes, "document": found.document, "tables": len(found.document.tables)}
    if standing is None:
        return told
    old = model.from_json(standing.newest.document)
    comparison = diff.compare(old, found.document, asset.platform)
    same = standing.newest.sha256 == found.sha256
    return told | {"comparison": comparison, "summary": reports.summary(comparison), "same": same}


@require_GET
def download(request: HttpRequest, uuid: str) -> HttpResponse:
    """The text of one version in one form, as a file."""
    asset = get_object_or_404(Asset.objects.visible_to(request.user), uuid=uuid)
    sequence = request.GET.get("version", "")
    number = int(sequence) if sequence.isascii() and sequence.isdigit() and len(sequence) < 9 else None
    standing = queries.of_asset(request.user, asset, number)
    form = request.GET.get("form", "source")
    text = queries.text_of(standing, form) if standing and form in {"own", "odcs", "source"} else None
    if standing is None or text is None:
        raise Http404
    response = HttpResponse(text.encode(), content_type="application/yaml; charset=utf-8")
    safe = "".join(
        letter if letter.isascii() and (letter.isalnum() or letter in "._-") else "_" for letter in asset.path
    )
    response["Content-Disposition"] = f'attachment; filename="{safe[:100]}.{form}.yaml"'
    return response
