"""The evidence of an edge, and what people say of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.models import Asset
from lineage.forms import EdgeForm
from lineage.queries.evidence import Evidence, as_lines
from lineage.queries.evidence import evidence as find
from lineage.queries.naming import named
from lineage.services import verdicts
from lineage.services.verdicts import Pair
from portal.kernel.authz import ask
from portal.kernel.htmx import page
from portal.kernel.http import signed_in


@require_safe
def evidence(request: HttpRequest, uuid: UUID) -> HttpResponse:
    found = _found(request, uuid)
    context = {"evidence": found, "may_edit": ask(request.user, "lineage.edit", found.downstream)}
    return page(request, "lineage/evidence.html", "panel", context)


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """An edge that nobody tells of."""
    user = signed_in(request)
    if request.method == "POST":
        form = EdgeForm(request.POST, user=user)
        if form.is_valid() and (done := _said(request, form, verdicts.state)):
            return done
        return render(request, "lineage/edge_form.html", {"form": form, "evidence": None}, status=422)
    given = {name: _path(request, name) for name in ("upstream", "downstream")}
    return render(request, "lineage/edge_form.html", {"form": EdgeForm(user=user, initial=given), "evidence": None})


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What a person states of the pair takes the place of what sources tell."""
    found = _found(request, uuid)
    pair = Pair(found.upstream, found.downstream)
    start = {"columns": as_lines(found), "complete": True}
    form = EdgeForm(
        request.POST if request.method == "POST" else None, user=signed_in(request), pair=pair, initial=start
    )
    if form.is_valid() and (done := _said(request, form, verdicts.correct)):
        return done
    return render(
        request, "lineage/edge_form.html", {"form": form, "evidence": found}, status=422 if form.is_bound else 200
    )


@require_POST
def reject(request: HttpRequest, uuid: UUID) -> HttpResponse:
    found = _found(request, uuid)
    call = partial(
        verdicts.reject,
        pair=Pair(found.upstream, found.downstream),
        reason=request.POST.get("reason", ""),
        by=signed_in(request),
    )
    return _done(request, call, "This edge counts no more, whoever tells of it.", uuid)


@require_POST
def lift(request: HttpRequest, uuid: UUID) -> HttpResponse:
    found = _found(request, uuid)
    call = partial(verdicts.lift, pair=Pair(found.upstream, found.downstream), by=signed_in(request))
    return _done(request, call, "Taken back. What sources tell counts again.", uuid)


def _found(request: HttpRequest, uuid: UUID) -> Evidence:
    found = find(request.user, uuid)
    if found is None:
        raise Http404
    return found


def _path(request: HttpRequest, name: str) -> str:
    """What the address names, by the path that people read; nothing where it names nothing."""
    try:
        asset: Asset = named(request.user, request.GET.get(name, ""))
    except ValidationError:
        return ""
    return asset.path


def _said(request: HttpRequest, form: EdgeForm, verb: Callable[..., Any]) -> HttpResponse | None:
    """None shows the form again, with what is wrong."""
    data = form.cleaned_data
    try:
        edge, new = verb(
            pair=form.wanted,
            columns=data["columns"],
            complete=data["complete"],
            reason=data["reason"],
            by=signed_in(request),
        )
    except ValidationError as error:
        form.add_error(None, error)
        return None
    except PermissionDenied as error:
        form.add_error(None, str(error))
        return None
    messages.success(request, "It counts from now on." if new else "That is said so already.")
    return redirect("lineage:evidence", edge.uuid)


def _done(request: HttpRequest, call: Callable[[], Any], words: str, uuid: UUID) -> HttpResponse:
    try:
        call()
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, words)
    return redirect("lineage:evidence", uuid)
