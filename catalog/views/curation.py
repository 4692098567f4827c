"""Editing one field in place, choices while typing, edits and their undoing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import F, Func
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from catalog.models import Asset, Domain, Edit
from catalog.queries import curation, edits, glossary
from catalog.queries.curation import Place
from catalog.search.finding import best_of
from catalog.services import suggestions
from catalog.services.bulk_edit import OPERATIONS
from catalog.services.curation import Line, annotate, undo
from catalog.states import Field
from catalog.views.assets import column_page
from catalog.views.fields import FORMS, OF_COLUMNS, FieldForm
from portal.accounts.models import Team, User
from portal.kernel.authz import Answer, ask, require
from portal.kernel.htmx import page, wants_fragment
from portal.kernel.http import signed_in, undo_at, way_back

CHOICES = 12


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, uuid: UUID, field: str) -> HttpResponse:
    """The form of one field. Who may not edit it may suggest."""
    place = _place(request, uuid, field)
    user = signed_in(request)
    answer = ask(user, "catalog.curate", [_line(place, None)])
    form = FORMS[field](request.POST if request.method == "POST" else None, place=place, user=user)
    if request.method == "POST" and (done := _act(request, place, form, answer)):
        return done
    context = {
        "asset": place.asset,
        "place": place,
        "form": form,
        "may": answer,
        "fragment": wants_fragment(request),
        "preview": form.data.get("text", "") if form.data.get("action") == "preview" else "",
        "tiers": _tiers(request) if field == Field.TIER else (),
    }
    status = 422 if form.is_bound and form.errors and not wants_fragment(request) else 200
    return page(request, "catalog/curation/edit.html", "form", context, status=status)


def _place(request: HttpRequest, uuid: UUID, field: str) -> Place:
    asset = get_object_or_404(Asset.objects.visible_to(request.user).live().select_related("domain"), uuid=uuid)
    name = request.GET.get("column", "")
    if field not in (OF_COLUMNS if name else FORMS) or "\0" in name:
        raise Http404
    column = get_object_or_404(asset.columns.filter(retired_at=None), name=name) if name else None
    return curation.place(asset, Field(field), column)


def _line(place: Place, value: Any) -> Line:
    return Line(place.asset.pk, place.column_name, place.field, value)


def _act(request: HttpRequest, place: Place, form: FieldForm, answer: Answer) -> HttpResponse | None:
    """What the pressed button does; None shows the form again."""
    action = request.POST.get("action", "save")
    if action == "restore":
        return _save(request, place, None, form)
    if action == "clear" and place.field == Field.DEPRECATION:
        return _save(request, place, {} if place.source_value else None, form)
    if action == "preview" or not form.is_valid():
        return None
    if action == "suggest" or not answer:
        return _suggest(request, place, form)
    return _save(request, place, form.value(), form)


def _save(request: HttpRequest, place: Place, value: Any, form: FieldForm) -> HttpResponse | None:
    try:
        edit = annotate(lines=[_line(place, value)], by=signed_in(request))
    except ValidationError as error:
        form.is_valid()
        form.add_error(None, error)
        return None
    if edit is None:
        messages.info(request, "Nothing changed.")
    else:
        messages.success(request, f"Saved: {edit.summary}.", extra_tags=undo_at("catalog:undo_edit", edit.uuid))
    return _back(request, place)


def _suggest(request: HttpRequest, place: Place, form: FieldForm) -> HttpResponse | None:
    try:
        suggestions.suggest(
            line=_line(place, form.value()), note=form.cleaned_data["note"].strip(), by=signed_in(request)
        )
    except ValidationError as error:
        form.add_error(None, error)
        return None
    messages.success(request, "Suggested. Stewards and owners are asked; you see the answer on your home page.")
    return _back(request, place)


def _back(request: HttpRequest, place: Place) -> HttpResponse:
    """To the asset; in the side panel its column is drawn anew and the table behind it too."""
    if place.column and wants_fragment(request):
        asset = Asset.objects.select_related("domain").get(pk=place.asset.pk)
        response = column_page(request, asset, place.column.name)
        response["HX-Retarget"], response["HX-Reswap"] = "#drawer-body", "innerHTML"
        response["HX-Trigger"] = "words-changed"
        return response
    url = place.asset.get_absolute_url()
    if wants_fragment(request):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return redirect(url)


def _tiers(request: HttpRequest) -> list[str]:
    rows = Asset.objects.visible_to(request.user).live().exclude(tier="")
    return list(rows.order_by("tier").values_list("tier", flat=True).distinct()[:20])


# --- choices while typing ----------------------------------------------------------------------------------------------


@require_GET
def choices(request: HttpRequest, what: str) -> HttpResponse:
    """``<option>``s for an input's list: (value, label)."""
    sources = {"people": _people, "tags": _tags, "terms": _terms, "assets": _assets, "bulk": _bulk}
    if what not in sources:
        raise Http404
    given = (
        request.GET.get(name, "") for name in ("add", "successor", "value", "q", "upstream", "downstream", "asset")
    )
    text = next((text for text in given if text), "").replace("\0", "").strip()[:100]
    return render(request, "catalog/curation/choices.html", {"choices": sources[what](request, text)})


def _people(request: HttpRequest, text: str) -> list[tuple[str, str]]:
    low = text.lower()
    teams = [(team.slug, f"{team.name} (team)") for team in Team.objects.order_by("name")]
    people = [(user.username, str(user)) for user in User.objects.filter(is_active=True).order_by("username")[:2000]]
    return [pair for pair in [*teams, *people] if low in f"{pair[0]} {pair[1]}".lower()][:CHOICES]


def _tags(request: HttpRequest, text: str) -> list[tuple[str, str]]:
    rows = Asset.objects.visible_to(request.user).live().exclude(tags=[])
    tags = (
        rows.annotate(one=Func(F("tags"), function="unnest")).values_list("one", flat=True).order_by("one").distinct()
    )
    return [(tag, "") for tag in tags[:5000] if text.lower() in tag.lower()][:CHOICES]


def _terms(request: HttpRequest, text: str) -> list[tuple[str, str]]:
    rows = glossary.visible(request.user).filter(retired_at=None, name__icontains=text).order_by("name")
    return [(term.name, ", ".join(term.synonyms)) for term in rows[:CHOICES]]


def _assets(request: HttpRequest, text: str) -> list[tuple[str, str]]:
    if not text:
        return []
    visible = Asset.objects.visible_to(request.user).live()
    return [(asset.path, asset.look.label) for asset in best_of(request.user, text, visible, CHOICES)]


def _bulk(request: HttpRequest, text: str) -> list[tuple[str, str]]:
    """What the one field of a bulk edit takes depends on the operation; a note has no choices."""
    sources: dict[Field, Callable[[HttpRequest, str], list[tuple[str, str]]]] = {
        Field.TAGS: _tags,
        Field.TERMS: _terms,
        Field.OWNERS: _people,
        Field.DOMAIN: _domains,
        Field.TIER: lambda request, text: [(tier, "") for tier in _tiers(request) if text.lower() in tier.lower()],
    }
    name = request.GET.get("operation", "")
    source = sources.get(OPERATIONS[name][0]) if name in OPERATIONS and not name.endswith(":restore") else None
    return source(request, text) if source else []


def _domains(request: HttpRequest, text: str) -> list[tuple[str, str]]:
    rows = Domain.objects.visible_to(request.user).order_by("name").values_list("slug", "name")
    return [(slug, name) for slug, name in rows if text.lower() in f"{slug} {name}".lower()][:CHOICES]


# --- edits -------------------------------------------------------------------------------------------------------------


@require_GET
def edit_list(request: HttpRequest) -> HttpResponse:
    """Of everybody or one's own, newest first; what is hidden from the reader is not told."""
    mine = request.GET.get("by") == "me"
    before = request.GET.get("before", "")
    at = int(before) if before.isascii() and before.isdecimal() and len(before) < 18 else None
    found = edits.listed(signed_in(request), mine=mine, before=at)
    return render(request, "catalog/curation/edits.html", {"page": found, "mine": mine})


@require_GET
def edit_page(request: HttpRequest, uuid: UUID) -> HttpResponse:
    found = edits.one(signed_in(request), uuid)
    if found is None:
        raise Http404
    return render(request, "catalog/curation/one_edit.html", {"edit": found})


@require_POST
def undo_edit(request: HttpRequest, uuid: UUID) -> HttpResponse:
    user = signed_in(request)
    found = edits.one(user, uuid)
    if found is None:
        raise Http404
    row = Edit.objects.get(uuid=uuid)
    require(user, "catalog.undo", row)
    try:
        undone, _ = undo(edit=row, by=user)
    except (ValidationError, PermissionDenied) as error:
        messages.error(request, " ".join(getattr(error, "messages", [str(error)])))
        return redirect("catalog:edit_page", uuid)
    if undone is None:
        messages.info(request, "Nothing was undone: everything in it has changed since.")
    else:
        left = found.total - undone.lines.count()
        rest = f" {left} newer {'word was' if left == 1 else 'words were'} left alone." if left else ""
        messages.success(request, f"Undone.{rest}", extra_tags=undo_at("catalog:undo_edit", undone.uuid))
    if back := way_back(request):
        return redirect(back)
    only = found.only_asset
    return redirect(only) if only else redirect("catalog:edit_page", uuid)
