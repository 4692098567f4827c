"""Forms and buttons of sources: make, edit, test, schedule, pause, read now, remove."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from catalog.forms import ScheduleForm, SourceForm
from catalog.models import Source
from catalog.services import connections, credentials, schedules
from catalog.services.sources import create_source, remove_source, update_source
from catalog.tasks import start
from catalog.views.sources import find, shown
from portal.kernel import wiring
from portal.kernel.authz import require
from portal.kernel.htmx import page
from portal.kernel.sealing import CannotOpen

FORM = "catalog/source_form.html"


@require_http_methods(["GET", "POST"])
def new_source(request: HttpRequest) -> HttpResponse:
    """First the kind, then what its reader wants to know."""
    require(request.user, "catalog.ingest")
    kind = (request.POST or request.GET).get("kind", "")
    if kind not in wiring.names("READERS"):
        return render(request, "catalog/source_kinds.html", {"kinds": _kinds()}, status=422 if request.POST else 200)
    form = SourceForm(request.POST or None, kind=kind)
    if request.method == "POST" and form.is_valid():
        try:
            made = create_source(
                slug=form.cleaned_data["slug"], kind=form.cleaned_data["kind"], by=request.user, **form.values()
            )
            return redirect(made)
        except ValidationError as error:
            form.add_error(None, error)
    return _form(request, form, kind)


@require_POST
def test_new(request: HttpRequest) -> HttpResponse:
    """Of a source that is not saved yet."""
    require(request.user, "catalog.ingest")
    kind = request.POST.get("kind", "")
    if kind not in wiring.names("READERS"):
        raise Http404
    return _tested_form(request, SourceForm(request.POST, kind=kind), kind)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    source = _to_change(request, slug)
    form = SourceForm(request.POST or None, kind=source.kind, source=source)
    if request.method == "POST" and form.is_valid():
        try:
            update_source(source=source, by=request.user, clear=form.forgotten(), **form.values())
            return redirect(source)
        except ValidationError as error:
            form.add_error(None, error)
    return _form(request, form, source.kind)


@require_POST
def test(request: HttpRequest, slug: str) -> HttpResponse:
    """Of the form's values where a form sends them, else of what is stored."""
    source = _to_change(request, slug)
    if "title" in request.POST:
        return _tested_form(request, SourceForm(request.POST, kind=source.kind, source=source), source.kind)
    answer = connections.test(kind=source.kind, options=source.options, secrets=_opened(source), by=request.user)
    return page(request, "catalog/source.html", "answer", shown(request, source, answer=answer))


@require_POST
def schedule(request: HttpRequest, slug: str) -> HttpResponse:
    source = _to_change(request, slug)
    form = ScheduleForm(request.POST)
    if form.is_valid():
        try:
            schedules.set_schedule(source=source, schedule=form.schedule(), by=request.user)
            return redirect(source)
        except ValidationError as error:
            form.add_error("crontab", error)
    return render(request, "catalog/source.html", shown(request, source) | {"schedule": form}, status=422)


@require_POST
def pause(request: HttpRequest, slug: str) -> HttpResponse:
    source = _to_change(request, slug)
    schedules.set_paused(source=source, paused=request.POST.get("paused") == "on", by=request.user)
    return redirect(source)


@require_POST
def read_now(request: HttpRequest, slug: str) -> HttpResponse:
    source = _to_change(request, slug)
    try:
        with transaction.atomic():
            run = schedules.run_now(source=source, by=request.user)
            start(run)
    except ValidationError as error:
        return render(
            request, "catalog/source.html", shown(request, source, error=" ".join(error.messages)), status=422
        )
    return redirect(run)


@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest, slug: str) -> HttpResponse:
    source = find(request, slug)
    require(request.user, "catalog.administer", source)
    if request.method == "GET":
        return render(request, "catalog/source_remove.html", shown(request, source))
    with transaction.atomic():
        run = remove_source(source=source, by=request.user)
        if run is not None:
            start(run)
    messages.success(request, f"{source.title} was removed.")
    return redirect("catalog:sources")


def _to_change(request: HttpRequest, slug: str) -> Source:
    source = find(request, slug)
    require(request.user, "catalog.ingest", source)
    return source


def _kinds() -> list[dict[str, Any]]:
    names = wiring.names("READERS")
    return [
        {"kind": name, "reader": wiring.named("READERS", name)(), "live": connections.is_live(name)} for name in names
    ]


def _form(request: HttpRequest, form: SourceForm, kind: str, **more: object) -> HttpResponse:
    status = 422 if form.errors and not more else 200  # a test answers, also that it cannot be made
    return page(request, FORM, "answer", _context(form, kind) | more, status=status)


def _context(form: SourceForm, kind: str) -> dict[str, object]:
    return {"form": form, "kind": kind, "reader": wiring.named("READERS", kind)(), "source": form.source}


def _tested_form(request: HttpRequest, form: SourceForm, kind: str) -> HttpResponse:
    """Stored secrets take part only where the form leads to the place that they were given for."""
    form.is_valid()
    if wrong := form.errors.keys() - {"title", "slug"}:  # what it is called has no part in a connection
        words = " ".join(f"{form[name].label}: {form.errors[name][0]}" for name in form.fields if name in wrong)
        return _form(request, form, kind, answer=connections.Answer(False, words, 0.0))
    given = form.values()
    secrets: dict[str, str] = given["secrets"]
    if source := form.source:
        stored = _opened(source)
        kept = {name: value for name, value in stored.items() if name not in form.forgotten()} | secrets
        before = connections.place(kind, {**source.options, **stored})
        if before == connections.place(kind, {**given["options"], **kept}):
            secrets = kept
    answer = connections.test(kind=kind, options=given["options"], secrets=secrets, by=request.user)
    return _form(request, form, kind, answer=answer)


def _opened(source: Source) -> dict[str, str]:
    """Secrets that cannot be opened any more are none: the system's answer then says that they are missing."""
    try:
        return credentials.opened(source)
    except CannotOpen:
        return {}
