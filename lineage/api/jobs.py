"""``/api/v1/jobs/``: what makes data, and its runs."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field, extend_schema_view
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.models import Asset
from lineage.models import JobRun
from lineage.openlineage.adding import values
from lineage.queries import jobs
from lineage.states import JobState
from portal.kernel.api import PROBLEMS, CursorPages, clean_text


class ByPath(CursorPages):
    ordering = ("path", "id")


class NewestFirst(CursorPages):
    ordering = ("-first_at", "-id")


class JobSerializer(serializers.ModelSerializer[Asset]):
    id = serializers.UUIDField(source="uuid", read_only=True)
    state = serializers.ChoiceField(
        source="run_state", choices=JobState.choices, allow_null=True, read_only=True, help_text="Of its newest run."
    )
    started_at = serializers.DateTimeField(source="run_started_at", allow_null=True, read_only=True)
    ended_at = serializers.DateTimeField(source="run_ended_at", allow_null=True, read_only=True)
    url = serializers.CharField(source="get_absolute_url", read_only=True)

    class Meta:
        model = Asset
        fields: tuple[str, ...] = (
            *("id", "namespace", "name", "title", "platform", "description", "url", "state", "started_at", "ended_at"),
        )
        read_only_fields = fields


class NeighbourSerializer(serializers.ModelSerializer[Asset]):
    id = serializers.UUIDField(source="uuid", read_only=True)
    kind = serializers.CharField(read_only=True)
    url = serializers.CharField(source="get_absolute_url", read_only=True)

    class Meta:
        model = Asset
        fields = ("id", "kind", "namespace", "name", "path", "url")
        read_only_fields = fields


class JobDetailSerializer(JobSerializer):
    inputs = serializers.SerializerMethodField()
    outputs = serializers.SerializerMethodField()
    parents = serializers.SerializerMethodField()
    tasks = serializers.SerializerMethodField()
    schedule = serializers.SerializerMethodField()
    partial = serializers.SerializerMethodField(  # type: ignore[assignment]  # the API's word, the base class has a flag
        help_text="Something that you may not see is left out."
    )

    class Meta(JobSerializer.Meta):
        fields = (*JobSerializer.Meta.fields, "inputs", "outputs", "parents", "tasks", "schedule", "partial")
        read_only_fields = fields

    @extend_schema_field(NeighbourSerializer(many=True))
    def get_inputs(self, asset: Asset) -> Any:
        return NeighbourSerializer(self._page.inputs.assets, many=True).data

    @extend_schema_field(NeighbourSerializer(many=True))
    def get_outputs(self, asset: Asset) -> Any:
        return NeighbourSerializer(self._page.outputs.assets, many=True).data

    @extend_schema_field(NeighbourSerializer(many=True))
    def get_parents(self, asset: Asset) -> Any:
        return NeighbourSerializer(self._page.parents, many=True).data

    @extend_schema_field(NeighbourSerializer(many=True))
    def get_tasks(self, asset: Asset) -> Any:
        return NeighbourSerializer([task for task, _ in self._page.tasks], many=True).data

    @extend_schema_field(serializers.CharField())
    def get_schedule(self, asset: Asset) -> str:
        return self._page.schedule

    @extend_schema_field(serializers.BooleanField())
    def get_partial(self, asset: Asset) -> bool:
        return self._page.inputs.hidden or self._page.outputs.hidden

    @property
    def _page(self) -> jobs.JobPage:
        found: jobs.JobPage = self.context["page"]
        return found


class JobRunSerializer(serializers.ModelSerializer[JobRun]):
    id = serializers.CharField(source="run_id", read_only=True)
    seconds = serializers.FloatField(read_only=True, allow_null=True)
    error = serializers.SerializerMethodField(help_text="Empty where it may name what you may not see.")
    facets = serializers.SerializerMethodField(help_text="As they came; none where they may name what you may not see.")

    class Meta:
        model = JobRun
        fields = (
            *("id", "state", "started_at", "ended_at", "seconds", "nominal_at", "rows_written", "error", "parent_run"),
            "facets",
        )
        read_only_fields = fields

    @extend_schema_field(serializers.CharField())
    def get_error(self, run: JobRun) -> str:
        return "" if self.context["withheld"] else run.error

    @extend_schema_field(serializers.DictField())
    def get_facets(self, run: JobRun) -> dict[str, Any]:
        return {} if self.context["withheld"] else values(run.facets)


@extend_schema_view(
    list=extend_schema(
        summary="Jobs that you may see",
        parameters=[
            OpenApiParameter("namespace", str, description="As their tool calls it: the whole."),
            OpenApiParameter("q", str, description="Part of a name."),
        ],
        responses={200: JobSerializer(many=True), **PROBLEMS},
    ),
    retrieve=extend_schema(
        summary="One job: what it reads and writes", responses={200: JobDetailSerializer, **PROBLEMS}
    ),
)
class JobViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Asset]):
    queryset = Asset.objects.none()
    serializer_class = JobSerializer
    pagination_class = ByPath
    lookup_field = "uuid"
    lookup_url_kwarg = "id"
    lookup_value_converter = "uuid"

    def get_queryset(self) -> Any:
        rows = jobs.jobs(self.request.user)
        query = self.request.query_params
        if namespace := clean_text(query.get("namespace", "")):
            rows = rows.filter(namespace=namespace)
        if text := clean_text(query.get("q", "")):
            rows = rows.filter(name__icontains=text)
        return rows

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        asset = self.get_object()
        page = jobs.of_asset(request.user, asset)
        return Response(JobDetailSerializer(asset, context={**self.get_serializer_context(), "page": page}).data)

    @extend_schema(
        summary="Its runs, the newest first", filters=False, responses={200: JobRunSerializer(many=True), **PROBLEMS}
    )
    @action(detail=True, pagination_class=NewestFirst)
    def runs(self, request: Request, **kwargs: Any) -> Response:
        asset = get_object_or_404(jobs.jobs(request.user), uuid=kwargs["id"])
        withheld = bool(jobs.with_hidden_datasets(request.user, [asset.pk]))
        pages = NewestFirst()
        page = pages.paginate_queryset(jobs.runs_of(asset), request, view=self)
        context = {**self.get_serializer_context(), "withheld": withheld}
        return pages.get_paginated_response(JobRunSerializer(page, many=True, context=context).data)
