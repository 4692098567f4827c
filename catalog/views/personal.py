"""Follow, favourite, visits; announcements; suggestions and their answers."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from catalog.models import Announcement, Asset
from catalog.queries import personal as queries
from catalog.queries import suggestions as waiting
from catalog.services import announcements, personal, suggestions
from catalog.states import Field
from portal.kernel.authz import require
from portal.kernel.htmx import wants_fragment
from portal.kernel.http import signed_in, undo_at


@require_POST
def follow(request: HttpRequest, uuid: UUID) -> HttpResponse:
    asset = _asset(request, uuid)
    personal.follow(asset=asset, on=request.POST.get("on") == "1", by=signed_in(request))
    return _kept(request, asset)


@require_POST
def favour(request: HttpRequest, uuid: UUID) -> HttpResponse:
    asset = _asset(request, uuid)
    personal.favour(asset=asset, on=request.POST.get("on") == "1", by=signed_in(request))
    return _kept(request, asset)


@require_POST
def visit(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The page itself tells that it is read, so that asking for it changes nothing."""
    personal.visit(asset=_asset(request, uuid), by=signed_in(request))
    return HttpResponse(status=204)


def _asset(request: HttpRequest, uuid: UUID) -> Asset:
    return get_object_or_404(Asset.objects.visible_to(request.user).select_related("domain"), uuid=uuid)


def _kept(request: HttpRequest, asset: Asset) -> HttpResponse:
    if not wants_fragment(request):
        return redirect(asset)
    context = {"asset": asset, "kept": queries.kept(request.user, asset)}
    return render(request, "catalog/curation/keep.html", context)


# --- announcements -----------------------------------------------------------------------------------------------------


class AnnouncementForm(forms.Form):
    title = forms.CharField(max_length=200, help_text="What happens, in a few words: “Moves to Snowflake”.")
    text = forms.CharField(max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 4}))
    begins = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), label="On")
    ends = forms.DateField(
        required=False, widget=forms.DateInput(attrs={"type": "date"}), label="Until", help_text="Shown to this day."
    )


@require_http_methods(["GET", "HEAD", "POST"])
def announce(request: HttpRequest, uuid: UUID) -> HttpResponse:
    asset = get_object_or_404(Asset.objects.visible_to(request.user).live().select_related("domain"), uuid=uuid)
    require(request.user, "catalog.curate", asset)
    initial = {"begins": timezone.now().date()}
    form = (
        AnnouncementForm(request.POST, initial=initial)
        if request.method == "POST"
        else AnnouncementForm(initial=initial)
    )
    if form.is_valid():
        try:
            given = form.cleaned_data
            announcements.announce(
                asset=asset,
                title=given["title"],
                text=given["text"],
                begins_at=_moment(given["begins"]),
                ends_at=_moment(given["ends"], last=True) if given["ends"] else None,
                by=signed_in(request),
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, "Announced to everybody who looks at it, its owners and followers.")
            return redirect(asset)
    status = 422 if form.is_bound else 200
    return render(request, "catalog/curation/announce.html", {"asset": asset, "form": form}, status=status)


def _moment(day: Any, *, last: bool = False) -> datetime:
    found = datetime(day.year, day.month, day.day, tzinfo=timezone.get_current_timezone())
    return found.replace(hour=23, minute=59) if last else found


@require_POST
def withdraw_announcement(request: HttpRequest, uuid: UUID) -> HttpResponse:
    visible = Asset.objects.visible_to(request.user).values("pk")
    found = get_object_or_404(Announcement.objects.select_related("asset"), uuid=uuid, asset__in=visible)
    announcements.withdraw(announcement=found, by=signed_in(request))
    messages.success(request, "The announcement is withdrawn.")
    return redirect(found.asset)


# --- suggestions -------------------------------------------------------------------------------------------------------


@require_GET
def suggestion_list(request: HttpRequest) -> HttpResponse:
    """Those that wait for this person's word, and what they have suggested themselves."""
    user = signed_in(request)
    context = {"waiting": waiting.waiting(user), "mine": waiting.mine(user)}
    return render(request, "catalog/curation/suggestions.html", context)


@require_POST
def decide(request: HttpRequest, uuid: UUID) -> HttpResponse:
    user = signed_in(request)
    found = waiting.one(user, uuid)
    if found is None:
        raise Http404
    answer, action = request.POST.get("answer", "").replace("\0", "").strip()[:500], request.POST.get("action", "")
    try:
        if action == "accept":
            value = request.POST.get("text") if found.field == Field.DESCRIPTION else None
            edit = suggestions.accept(suggestion=found, by=user, answer=answer, value=value)
            messages.success(request, "Accepted.", extra_tags=undo_at("catalog:undo_edit", edit.uuid) if edit else "")
        elif action == "decline":
            suggestions.decline(suggestion=found, by=user, answer=answer)
            messages.success(request, f"Declined; {found.by} is told.")
        elif action == "withdraw":
            suggestions.withdraw(suggestion=found, by=user)
            messages.success(request, "Withdrawn.")
        else:
            raise Http404
    except (ValidationError, PermissionDenied) as error:
        messages.error(request, " ".join(getattr(error, "messages", [str(error)])))
    return redirect("catalog:suggestions")
