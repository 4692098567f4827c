"""Personal data over REST: what was found and waits for a decision, and deciding it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError as Invalid
from django.urls import reverse
from django.utils.http import urlencode
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from catalog.models import Asset
from catalog.pii.classes import CLASSES
from catalog.queries import pii as queries
from catalog.queries.pii import Filters
from catalog.services.pii import AS_FOUND, KEEP, MAX_DECISIONS, NONE, RESTORE, Refusal, decide_each, decisions_of
from catalog.states import Evidence
from portal.accounts.states import Scope
from portal.kernel.api import PROBLEMS, CursorPages, JsonBody, clean_text
from portal.kernel.authz import require
from portal.kernel.http import signed_in

SAID = [AS_FOUND, KEEP, NONE, RESTORE, *CLASSES]


class EvidenceSerializer(serializers.Serializer[Any]):
    evidence = serializers.ChoiceField(choices=Evidence.choices, read_only=True)
    pii = serializers.CharField(read_only=True, help_text="The class that it speaks for.")
    reason = serializers.CharField(read_only=True)
    confidence = serializers.FloatField(read_only=True)
    figures = serializers.DictField(child=serializers.IntegerField(), read_only=True, help_text="Counts, never values.")


class FindingSerializer(serializers.Serializer[Any]):
    """One column that waits, with its strongest evidence first."""

    asset = serializers.UUIDField(source="finding.asset.uuid", read_only=True)
    path = serializers.CharField(source="finding.asset.path", read_only=True)
    column = serializers.CharField(source="finding.column", read_only=True)
    standing = serializers.CharField(
        source="column.pii", read_only=True, help_text="The class that counts now, or none."
    )
    standing_reason = serializers.CharField(source="column.pii_reason", read_only=True)
    contradicts = serializers.BooleanField(source="conflicts", read_only=True, help_text="Something else is declared.")
    evidence = serializers.SerializerMethodField()

    @extend_schema_field(EvidenceSerializer(many=True))
    def get_evidence(self, item: queries.Item) -> Any:
        return EvidenceSerializer([item.finding, *item.also], many=True).data


class FindingPageSerializer(serializers.Serializer[Any]):
    next = serializers.CharField(read_only=True, allow_null=True, help_text="The next page; null at the end.")
    results = FindingSerializer(many=True, read_only=True)


class ColumnKeySerializer(serializers.Serializer[Any]):
    asset = serializers.UUIDField()
    column = serializers.CharField(max_length=500, trim_whitespace=False)


class NewDecisionSerializer(serializers.Serializer[Any]):
    decision = serializers.ChoiceField(
        choices=SAID,
        help_text="as-found, keep what stands, none for not personal, restore to leave it to the sources, or a class.",
    )
    reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=200)
    columns = ColumnKeySerializer(many=True, allow_empty=False, max_length=MAX_DECISIONS)  # type: ignore[call-arg]  # of the list


class RefusedSerializer(serializers.Serializer[Any]):
    asset = serializers.UUIDField(read_only=True)
    column = serializers.CharField(read_only=True)
    why = serializers.CharField(read_only=True)


class DecidedSerializer(serializers.Serializer[Any]):
    decided = serializers.IntegerField(read_only=True)
    edit = serializers.UUIDField(
        read_only=True, allow_null=True, help_text="Can be undone; null where nothing changed."
    )
    refused = RefusedSerializer(many=True, read_only=True)


FILTERS = [
    OpenApiParameter("pii", str, enum=list(CLASSES), description="The class that was found."),
    OpenApiParameter("domain", str, description="Slug of a domain."),
    OpenApiParameter("schema", str),
    OpenApiParameter("evidence", str, enum=["values", "name"]),
    OpenApiParameter("sure", str, enum=["yes", "no"], description="Whether it sets the class by itself."),
    OpenApiParameter("what", str, enum=["open", "conflict"], description="Nobody declared it, or it contradicts that."),
    OpenApiParameter("cursor", str, description="Of the page before."),
    OpenApiParameter("limit", {"type": "integer", "minimum": 1, "maximum": CursorPages.max_page_size}),
]


class FindingsView(APIView):
    parser_classes = [JsonBody]
    write_scope = Scope.WRITE

    @extend_schema(
        summary="What was found of personal data and waits for a decision",
        description="The surest first, among the columns that you may see.",
        parameters=FILTERS,
        responses={200: FindingPageSerializer, **PROBLEMS},
    )
    def get(self, request: Request) -> Response:
        query = request.query_params
        filters = Filters.of(query.dict())
        text = query.get("limit", "")
        asked = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else CursorPages.page_size
        size = min(max(asked, 1), CursorPages.max_page_size)
        page = queries.page(request.user, filters, clean_text(query.get("cursor", "")), size)
        further = urlencode({name: str(value) for name, value in query.items()} | {"cursor": page.after})
        address = request.build_absolute_uri(f"{reverse('catalog-api:pii-findings')}?{further}") if page.after else None
        return Response(FindingPageSerializer({"next": address, "results": page.items}).data)


class DecisionsView(APIView):
    parser_classes = [JsonBody]
    write_scope = Scope.WRITE

    @extend_schema(
        summary="Decide which columns are personal data",
        description="One edit of all that you may decide on; what is refused stays as it is, and is told with the reason.",
        request=NewDecisionSerializer,
        responses={200: DecidedSerializer, **PROBLEMS},
    )
    def post(self, request: Request) -> Response:
        require(request.user, "catalog.decide_pii")
        body = NewDecisionSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        told = body.validated_data
        wanted = list(dict.fromkeys((str(one["asset"]), clean_text(one["column"])) for one in told["columns"]))
        seen = Asset.objects.visible_to(request.user).filter(uuid__in=[asset for asset, _ in wanted])
        ids = {str(asset.uuid): asset.pk for asset in seen}
        places = [(ids[asset], column) for asset, column in wanted if asset in ids]
        try:
            decisions, refused = decisions_of(told["decision"], places)
            made = decide_each(decisions=decisions, reason=told["reason"], by=signed_in(request)) if decisions else None
        except Invalid as error:
            raise ValidationError({"columns": error.messages}) from error
        refused += made.refused if made else []
        missing = [(asset, column, "There is no such asset.") for asset, column in wanted if asset not in ids]
        answer = {
            "decided": made.decided if made else 0,
            "edit": made.edit.uuid if made and made.edit else None,
            "refused": [_told(row) for row in [*missing, *_public(refused, ids)]],
        }
        return Response(DecidedSerializer(answer).data)


def _public(refused: list[Refusal], ids: dict[str, int]) -> list[tuple[str, str, str]]:
    uuids = {pk: asset for asset, pk in ids.items()}
    return [(uuids[one.asset_id], one.column, one.why) for one in refused]


def _told(row: tuple[str, str, str]) -> dict[str, str]:
    return dict(zip(("asset", "column", "why"), row, strict=True))
