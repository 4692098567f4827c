"""Who is who: names that wait, merging, splitting, namespaces with two names; everything with its way back."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.identity.candidates import Likeness
from catalog.models import Apart, Asset, Merge, NamespaceAlias, Source, Split
from catalog.queries import identity as queries
from catalog.services import identity, namespaces, splitting
from portal.kernel.authz import require
from portal.kernel.htmx import page
from portal.kernel.http import signed_in, undo_at, way_back


@require_safe
def unmatched(request: HttpRequest) -> HttpResponse:
    require(request.user, "catalog.merge")
    after = request.GET.get("after", "")
    rows = queries.waiting(request.user, int(after) if after.isdecimal() and len(after) < 16 else 0)
    context = {
        "rows": rows,
        "count": queries.count_waiting(request.user),
        "after": rows[-1].asset.pk if len(rows) == queries.PAGE else None,
        "alike": queries.look_alikes(request.user),
        "renamed": queries.renamed_twice(request.user),
        "aliases": queries.aliases(),
        "assumed": queries.assumed(),
        "merges": queries.newest_merges(request.user),
        "splits": queries.newest_splits(request.user),
        "aparts": queries.newest_aparts(request.user),
        "alias": request.GET.get("alias", "")[:300],
        "namespace": request.GET.get("namespace", "")[:300],
    }
    return render(request, "catalog/identity/unmatched.html", context)


@require_http_methods(["GET", "POST"])
def merge(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Looks for what the asset is one with, and merges it into that."""
    gone = _visible(request, uuid)
    require(request.user, "catalog.merge", gone)
    if request.method == "POST":
        kept = _visible(request, request.POST.get("into", ""))
        reason = request.POST.get("reason", "").replace("\0", "")[:300]
        return _done(
            request,
            partial(identity.merge, kept=kept, gone=gone, by=signed_in(request), reason=reason),
            f"{gone} and {kept} are one now.",
            gone,
        )
    text = request.GET.get("q", "").replace("\0", "")[:200]
    context = {"asset": gone, "q": text, "found": _targets(request, gone, text)}
    return page(request, "catalog/identity/merge.html", "found", context)


def _targets(request: HttpRequest, gone: Asset, text: str) -> list[queries.Candidate]:
    """What is likely, or what is asked for."""
    if not text.strip():
        return queries.candidates(request.user, [gone])[gone.pk][:10]
    nothing = Likeness(0, ())
    return [
        queries.Candidate(asset, nothing)
        for asset in queries.named_like(request.user, text, gone.section)
        if asset.pk != gone.pk
    ]


@require_POST
def apart(request: HttpRequest, uuid: UUID) -> HttpResponse:
    found = _visible(request, uuid)
    other = _visible(request, request.POST["other"]) if request.POST.get("other") else None
    words = f"{found} and {other} are two things." if other else f"{found} is something of its own."
    return _done(request, partial(identity.set_apart, asset=found, other=other, by=signed_in(request)), words, found)


@require_POST
def undo_apart(request: HttpRequest, pk: int) -> HttpResponse:
    said = get_object_or_404(queries.aparts(request.user).select_related("asset", "other"), pk=pk)
    words = (
        f"{said.asset} and {said.other} may be one again."
        if said.other
        else f"{said.asset} may be something else again."
    )
    return _done(request, partial(identity.undo_apart, apart=said, by=signed_in(request)), words, said.asset)


@require_POST
def undo_merge(request: HttpRequest, uuid: UUID) -> HttpResponse:
    found = get_object_or_404(Merge.objects.filter(kept__in=Asset.objects.visible_to(request.user)), uuid=uuid)
    call = partial(identity.undo, merge=found, by=signed_in(request))
    return _done(request, call, f"{found.kept} and {found.gone} are two again.", found.kept)


@require_http_methods(["GET", "POST"])
def split(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Chooses which sources speak of something else."""
    found = _visible(request, uuid)
    require(request.user, "catalog.merge", found)
    told = list(found.sightings.select_related("source").order_by("retired_at", "pk"))
    chosen = {row.pk for row in told if str(row.pk) in request.POST.getlist("leaves")}
    reason = request.POST.get("reason", "").replace("\0", "")[:300]
    problem = ""
    if request.method == "POST":
        try:
            made = splitting.split(asset=found, sightings=chosen, by=signed_in(request), reason=reason)
        except ValidationError as error:
            problem = " ".join(error.messages)
        else:
            messages.success(request, f"{found} was split.", extra_tags=_undo_of(made))
            return redirect(way_back(request) or made.made)
    context = {"asset": found, "told": told, "chosen": chosen, "reason": reason, "problem": problem}
    return render(request, "catalog/identity/split.html", context, status=422 if problem else 200)


@require_POST
def undo_split(request: HttpRequest, uuid: UUID) -> HttpResponse:
    found = get_object_or_404(Split.objects.filter(asset__in=Asset.objects.visible_to(request.user)), uuid=uuid)
    call = partial(splitting.undo, split=found, by=signed_in(request))
    return _done(request, call, f"What left {found.asset} is back.", found.asset)


@require_POST
def add_alias(request: HttpRequest) -> HttpResponse:
    require(request.user, "catalog.merge")
    alias, space = (request.POST.get(name, "").strip() for name in ("alias", "namespace"))
    call = partial(namespaces.add_alias, alias=alias, namespace=space, by=signed_in(request))
    return _done(request, call, f"Names under {alias} mean names under {space}.")


@require_POST
def remove_alias(request: HttpRequest, pk: int) -> HttpResponse:
    require(request.user, "catalog.merge")
    found = get_object_or_404(NamespaceAlias, pk=pk)
    call = partial(namespaces.remove_alias, alias=found, by=signed_in(request))
    return _done(request, call, f"{found.alias} is a platform instance of its own again.")


@require_POST
def declare(request: HttpRequest, slug: str) -> HttpResponse:
    require(request.user, "catalog.merge")
    found = get_object_or_404(Source.objects.present(), slug=slug)
    call = partial(namespaces.declare, source=found, by=signed_in(request))
    return _done(request, call, f"{found} lives on {found.namespace}.")


def _visible(request: HttpRequest, uuid: UUID | str) -> Asset:
    """404 for what is not there, is not for this person, or is no id at all."""
    try:
        wanted = uuid if isinstance(uuid, UUID) else UUID(uuid)
    except ValueError:
        wanted = UUID(int=0)
    return get_object_or_404(Asset.objects.visible_to(request.user).select_related("domain"), uuid=wanted)


def _done(request: HttpRequest, call: Callable[[], Any], words: str, asset: Asset | None = None) -> HttpResponse:
    """Back to where one came from, with what happened or why it did not."""
    result: Any = None
    try:
        result = call()
        messages.success(request, words, extra_tags=_undo_of(result))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    if back := way_back(request):
        return redirect(back)
    if isinstance(result, (Merge, Split)) and asset is not None and result.undone_at is None:
        return redirect(result.kept if isinstance(result, Merge) else result.made)
    return redirect(asset) if asset else redirect("catalog:unmatched")


def _undo_of(result: Any) -> str:
    if isinstance(result, Apart):
        return undo_at("catalog:undo_apart", result.pk)
    if not isinstance(result, (Merge, Split)) or result.undone_at is not None:
        return ""
    return undo_at("catalog:undo_merge" if isinstance(result, Merge) else "catalog:undo_split", result.uuid)
