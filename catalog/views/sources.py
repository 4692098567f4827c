"""Sources and their runs: for those who look after them."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from catalog.capabilities import Live, Reader
from catalog.forms import ScheduleForm
from catalog.intake.running import progress
from catalog.models import Asset, IngestionRun, Source
from catalog.queries import activity
from catalog.queries.runs import sees_all_of, told_to, warnings_told_to
from catalog.queries.sources import chart, present
from catalog.services import credentials, runs
from catalog.services.schedules import in_words
from catalog.tasks import start
from portal.kernel import wiring
from portal.kernel.authz import ask, require
from portal.kernel.htmx import page


@require_GET
def sources(request: HttpRequest) -> HttpResponse:
    require(request.user, "catalog.see_source")
    context = {"sources": present(request.user), "may_add": ask(request.user, "catalog.ingest")}
    return render(request, "catalog/sources.html", context)


@require_GET
def source(request: HttpRequest, slug: str) -> HttpResponse:
    return render(request, "catalog/source.html", shown(request, find(request, slug)))


def find(request: HttpRequest, slug: str) -> Source:
    """The source; whether there is one is told to nobody else."""
    require(request.user, "catalog.see_source")
    return get_object_or_404(Source.objects.present(), slug=slug)


def shown(request: HttpRequest, source: Source, **more: object) -> dict[str, object]:
    reader: Reader = wiring.named("READERS", source.kind)()
    newest = told_to(request.user, source.runs.select_related("requested_by").order_by("-id")[:30])
    return {
        "source": source,
        "reader": reader,
        "is_live": isinstance(reader, Live),
        "options": sorted(source.options.items()),
        "secrets": sorted(credentials.stored_names(source)),
        "runs": newest,
        "chart": chart(source, newest),
        "live": Asset.objects.visible_to(request.user).live().filter(sightings__source=source).distinct().count(),
        "may_ingest": ask(request.user, "catalog.ingest", source),
        "may_remove": ask(request.user, "catalog.administer", source),
        "schedule": ScheduleForm.of(source),
        "schedule_words": in_words(source.schedule),
        **more,
    }


@require_POST
def upload(request: HttpRequest, slug: str) -> HttpResponse:
    """Files of a form become a run; its page shows the rest."""
    require(request.user, "catalog.ingest")
    found = find(request, slug)
    if int(request.META.get("CONTENT_LENGTH") or 0) > settings.INGEST_MAX_BYTES:
        return render(request, "413.html", status=413)
    files = [(file.name or name, file.read()) for name, file in _uploaded(request)]
    if not files:
        context = shown(request, found, error="Choose at least one file.")
        return render(request, "catalog/source.html", context, status=422)
    try:
        with transaction.atomic():
            run = runs.request_run(source=found, files=files, options={}, by=request.user)
            start(run)
    except ValidationError as error:
        context = shown(request, found, error=" ".join(error.messages))
        return render(request, "catalog/source.html", context, status=422)
    return redirect(run)


def _uploaded(request: HttpRequest) -> list[tuple[str, UploadedFile[bytes]]]:
    return [(name, file) for name in request.FILES for file in request.FILES.getlist(name)]


@require_GET
def run(request: HttpRequest, slug: str, uuid: str) -> HttpResponse:
    require(request.user, "catalog.see_source")
    found = get_object_or_404(
        IngestionRun.objects.select_related("source", "requested_by"), source__slug=slug, uuid=uuid
    )
    context = {
        "run": told_to(request.user, [found])[0],
        "source": found.source,
        "progress": _progress(request, found) if found.is_open else None,
        "files": found.files.defer("content").order_by("id"),
        "warnings": warnings_told_to(request.user, found)[:200],
        "activities": activity.of_run(request.user, found) if not found.is_open else [],
    }
    return page(request, "catalog/run.html", "status", context)


def _progress(request: HttpRequest, run: IngestionRun) -> dict[str, int]:
    """Zeros, which say only that something goes on, where the numbers would count hidden things too."""
    return progress(run) if sees_all_of(request.user, run.source) else {"done": 0, "total": 0}
