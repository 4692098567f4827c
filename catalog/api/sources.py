"""``/api/v1/sources/`` and their ingestions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
from django.conf import settings
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import transaction
from django.http import Http404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, parsers, permissions, viewsets
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.serializers import (
    ConnectionSerializer,
    IngestionRequestSerializer,
    NewSourceSerializer,
    RunDetailSerializer,
    RunSerializer,
    SourceChangesSerializer,
    SourceSerializer,
    UploadSerializer,
)
from catalog.intake.running import progress
from catalog.models import IngestionRun, Source
from catalog.queries.runs import sees_all_of, told_to, warnings_told_to
from catalog.services import connections, credentials, runs, schedules
from catalog.services.sources import create_source, remove_source, update_source
from catalog.tasks import start
from portal.accounts.states import Scope
from portal.kernel import wiring
from portal.kernel.api import PROBLEMS, CursorPages, JsonBody, TooLarge
from portal.kernel.authz import ask, require
from portal.kernel.sealing import CannotOpen

CSRF_FIELD = "csrfmiddlewaretoken"  # comes with a form of the browser


class MaySeeSources(permissions.BasePermission):
    def has_permission(self, request: Request, view: Any) -> bool:
        answer = ask(request.user, "catalog.see_source")
        self.message = answer.reason
        return bool(answer)


class BySlug(CursorPages):
    ordering = ("slug", "id")


class NewestFirst(CursorPages):
    ordering = ("-created_at", "-id")


@extend_schema_view(
    list=extend_schema(summary="Sources", responses={200: SourceSerializer(many=True), **PROBLEMS}),
    retrieve=extend_schema(summary="One source", responses={200: SourceSerializer, **PROBLEMS}),
)
class SourceViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Source]):
    queryset = Source.objects.present()
    serializer_class = SourceSerializer
    pagination_class = BySlug
    lookup_field = "slug"
    lookup_value_converter = "slug"
    write_scope = Scope.INGEST
    parser_classes = [JsonBody]

    def get_permissions(self) -> Any:
        return [*super().get_permissions(), MaySeeSources()]

    @extend_schema(summary="A new source", request=NewSourceSerializer, responses={201: SourceSerializer, **PROBLEMS})
    def create(self, request: Request) -> Response:
        body = NewSourceSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        with _told():
            source = create_source(by=request.user, **body.validated_data)
        return Response(SourceSerializer(source).data, status=201)

    @extend_schema(
        summary="Change a source",
        request=SourceChangesSerializer,
        responses={200: SourceSerializer, **PROBLEMS},
    )
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        body = SourceChangesSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        changes = dict(body.validated_data)
        source = self.get_object()
        with _told(), transaction.atomic():
            if "schedule" in changes:
                schedules.set_schedule(source=source, schedule=changes.pop("schedule"), by=request.user)
            if "paused" in changes:
                schedules.set_paused(source=source, paused=changes.pop("paused"), by=request.user)
            update_source(source=source, clear=changes.pop("forget", ()), by=request.user, **changes)
        return Response(SourceSerializer(self.get_object()).data)

    @extend_schema(summary="Remove a source", responses={204: None, **PROBLEMS})
    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """For administrators. A last run retires what only this source reports."""
        with transaction.atomic():
            run = remove_source(source=self.get_object(), by=request.user)
            if run is not None:
                start(run)
        return Response(status=204)

    @extend_schema(summary="Test the connection", request=None, responses={200: ConnectionSerializer, **PROBLEMS})
    def test(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Asks the system with the stored options, for ten seconds at most."""
        source = self.get_object()
        try:
            secrets = credentials.opened(source)
        except CannotOpen as error:
            raise ValidationError({"secrets": [str(error)]}) from error
        answer = connections.test(kind=source.kind, options=source.options, secrets=secrets, by=request.user)
        return Response(ConnectionSerializer(answer).data)


@extend_schema_view(
    list=extend_schema(summary="Runs of a source, newest first", responses={200: RunSerializer(many=True), **PROBLEMS}),
    retrieve=extend_schema(
        summary="One run: state, progress, figures, warnings", responses={200: RunDetailSerializer, **PROBLEMS}
    ),
)
class IngestionViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[IngestionRun]):
    queryset = IngestionRun.objects.none()
    serializer_class = RunSerializer
    pagination_class = NewestFirst
    parser_classes = [JsonBody, parsers.MultiPartParser]
    lookup_field = "uuid"
    lookup_url_kwarg = "id"
    lookup_value_converter = "uuid"
    write_scope = Scope.INGEST
    max_body = settings.INGEST_MAX_BYTES

    def get_permissions(self) -> Any:
        return [*super().get_permissions(), MaySeeSources()]

    def get_queryset(self) -> Any:
        rows = IngestionRun.objects.filter(source=self._source())
        return rows.select_related("source", "requested_by")

    def _source(self) -> Source:
        found = Source.objects.present().filter(slug=self.kwargs["slug"]).first()
        if found is None:
            raise Http404
        return found

    def paginate_queryset(self, queryset: Any) -> Any:
        rows = super().paginate_queryset(queryset)
        return None if rows is None else told_to(self.request.user, rows)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        (run,) = told_to(request.user, [self.get_object()])
        context = {
            "warnings": warnings_told_to(request.user, run)[:200],
            "progress": progress(run) if run.is_open and sees_all_of(request.user, run.source) else {},
        }
        return Response(RunDetailSerializer(run, context=context).data)

    @extend_schema(
        summary="Send files to a source",
        request={"application/json": IngestionRequestSerializer, "multipart/form-data": UploadSerializer},
        responses={202: RunSerializer, **PROBLEMS},
    )
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Answers at once with a run to ask after; the work is a worker's."""
        source = self._source()
        require(request.user, "catalog.ingest", source)
        if int(request.META.get("CONTENT_LENGTH") or 0) > settings.INGEST_MAX_BYTES:
            raise TooLarge(f"At most {settings.INGEST_MAX_BYTES // 1024**2} MB a request.")
        files, options = self._parts(request, source)
        with _told(), transaction.atomic():
            run = runs.request_run(source=source, files=files, options=options, by=request.user)
            start(run)
        answer = RunSerializer(run).data
        return Response(answer, status=202, headers={"Location": answer["url"]})

    def _parts(self, request: Request, source: Source) -> tuple[list[tuple[str, bytes]], dict[str, str]]:
        if request.FILES:
            parts: Any = request.data
            options = {name: value for name, value in parts.items() if isinstance(value, str) and name != CSRF_FIELD}
            files = [(file.name or name, file.read()) for name in request.FILES for file in request.FILES.getlist(name)]
            return files, _known(options, source)
        body = IngestionRequestSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        if not body.validated_data["files"] and not connections.is_live(source.kind):
            raise ValidationError({"files": ["Send at least one file."]})
        files = [(name[:200], msgspec.json.encode(content)) for name, content in body.validated_data["files"].items()]
        return files, _known(body.validated_data["options"], source)


@contextmanager
def _told() -> Iterator[None]:
    """What a service refuses, as the API says it."""
    try:
        yield
    except DjangoValidationError as error:
        raise ValidationError({"source": error.messages}) from error


def _known(options: dict[str, str], source: Source) -> dict[str, str]:
    """An option that its reader does not know is told at once: a typing error would do nothing, and nobody would know."""
    names = sorted(option.name for option in wiring.named("READERS", source.kind).options)
    if unknown := [name for name in options if name not in names]:
        raise ValidationError(
            {"options": [f"“{name[:60]}” is no option; there are: {', '.join(names)}." for name in unknown]}
        )
    if any("\0" in value for value in options.values()):
        raise ValidationError({"options": ["An option holds a NUL character."]})
    return options
