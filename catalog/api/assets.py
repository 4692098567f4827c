"""``/api/v1/assets/``: list, detail, look-up by any known name."""

from __future__ import annotations

from typing import Any

from django.db.models import BigIntegerField, F, TextField, Value
from django.db.models.functions import Cast, Collate, Concat, LPad
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import mixins, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.serializers import AssetDetailSerializer, AssetSerializer, MovedSerializer
from catalog.models import Asset
from catalog.queries import assets
from catalog.search.filters import condition
from catalog.search.request import SearchRequest, facet_names
from catalog.search.results import matching
from portal.kernel.api import PROBLEMS, CursorPages, clean_text


class ByPath(CursorPages):
    ordering = ("path", "id")


class ByScore(CursorPages):
    """By one value that no two rows share: pages of a cursor are exact in both directions only then."""

    ordering = ("place",)


# Best first, then by address, as one text that sorts by its bytes
PLACE = Collate(
    Concat(
        LPad(Cast(10**9 - Cast(F("rank") * 1_000_000, BigIntegerField()), TextField()), 10, Value("0")),
        Value(" "), "section", Value(" "), "address",
        output_field=TextField(),
    ),
    "C",
)  # fmt: skip
FILTERS = [
    OpenApiParameter(
        "q",
        str,
        description="Words of names, columns, tags, owners, descriptions; best first. Filters may stand between them as in"
        " the portal's search box: `revenue owner:ana schema:marts pii:yes -deprecated updated:<7d`.",
    ),
    *[
        OpenApiParameter(name, str, many=True, explode=True, description=f"One or more values of {name}.")
        for name in facet_names()
    ],
    OpenApiParameter("retired", bool, description="true: only what no source reports any more."),
]


@extend_schema_view(
    list=extend_schema(
        summary="Assets that you may see", parameters=FILTERS, responses={200: AssetSerializer(many=True), **PROBLEMS}
    ),
    retrieve=extend_schema(
        summary="One asset with its columns",
        description="An asset that was merged into another one is answered with the way to that one (308).",
        responses={200: AssetDetailSerializer, 308: MovedSerializer, **PROBLEMS},
    ),
)
class AssetViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Asset]):
    queryset = Asset.objects.none()
    serializer_class = AssetSerializer
    lookup_field = "uuid"
    lookup_url_kwarg = "id"
    lookup_value_converter = "uuid"

    def get_serializer_class(self) -> Any:
        return AssetSerializer if self.action == "list" else AssetDetailSerializer

    @property
    def paginator(self) -> Any:
        if not hasattr(self, "_paginator"):
            self._paginator = ByScore() if self.request.query_params.get("q") else ByPath()
        return self._paginator

    def get_queryset(self) -> Any:
        rows = self._listed() if self.action == "list" else self._detailed()
        return rows.select_related("domain").prefetch_related("owners__user", "owners__team")

    def _detailed(self) -> Any:
        visible = Asset.objects.visible_to(self.request.user)
        return visible.select_related("definition").prefetch_related("names")

    def _listed(self) -> Any:
        query = self.request.query_params
        request = SearchRequest.of(query)
        if query.get("retired", "").lower() in {"true", "1", "yes"}:
            gone = Asset.objects.visible_to(self.request.user).filter(retired_at__isnull=False)
            return gone.filter(condition(self.request.user, request.active)).annotate(place=Value(""))
        return matching(self.request.user, request).annotate(place=PLACE)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        asset = self.get_object()
        if asset.merged_into_id is None:
            return Response(self.get_serializer(asset).data)
        other = get_object_or_404(Asset.objects.visible_to(request.user), pk=asset.merged_into_id)
        address = reverse("catalog-api:asset-detail", args=[other.uuid])
        body = {"detail": "This asset was merged into another one.", "merged_into": other.uuid}
        return Response(MovedSerializer(body).data, status=308, headers={"Location": address})

    @extend_schema(
        summary="Find one asset by any name that a tool calls it",
        parameters=[
            OpenApiParameter(
                "name",
                {"type": "string", "pattern": r"\S"},  # more than blanks
                required=True,
                description="e.g. marts.revenue_by_day, or a dbt unique_id",
            ),
            OpenApiParameter("namespace", str, description="Platform instance, e.g. snowflake://org-account"),
        ],
        responses={200: AssetDetailSerializer, 300: OpenApiTypes.OBJECT, **PROBLEMS},
    )
    @action(detail=False, pagination_class=None)
    def lookup(self, request: Request) -> Response:
        """Several assets of that name are answered with 300 and their list."""
        name = clean_text(request.query_params.get("name", ""))
        if not name.strip():
            raise ValidationError({"name": ["Say which name to look up."]})
        found = assets.by_name(request.user, name, clean_text(request.query_params.get("namespace", "")))
        if not found:
            raise Http404
        if len(found) > 1:
            choices = AssetSerializer(found, many=True).data
            return Response({"detail": "Several assets have this name.", "assets": choices}, status=300)
        return Response(AssetDetailSerializer(found[0], context=self.get_serializer_context()).data)
