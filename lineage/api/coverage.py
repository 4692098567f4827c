"""``GET /api/v1/lineage/coverage/``: what is known of lineage and what is not."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from lineage.api.graph import ReasonSerializer
from lineage.queries import coverage as queries
from lineage.queries import testimony
from lineage.queries.coverage import Known, Share
from portal.kernel.api import PROBLEMS, clean_text
from portal.kernel.authz import ask

MOST = 200


class ShareSerializer(serializers.Serializer[Any]):
    schema = serializers.CharField(allow_blank=True)
    columns = serializers.IntegerField(help_text="assets with lineage of columns")
    tables = serializers.IntegerField(help_text="with lineage of whole assets alone")
    restricted = serializers.IntegerField(help_text="with lineage that leads only to what you may not see")
    none = serializers.IntegerField(help_text="without any")
    total = serializers.IntegerField()


class NamedSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="uuid")
    path = serializers.CharField()
    kind = serializers.CharField()


class PlacedSerializer(serializers.Serializer[Any]):
    asset = NamedSerializer()
    known = serializers.ChoiceField([str(known) for known in Known])


class NotReadSerializer(serializers.Serializer[Any]):
    asset = NamedSerializer()
    source = serializers.CharField()  # type: ignore[assignment]  # the answer names it so
    reason = serializers.CharField()
    partly = serializers.BooleanField()
    at = serializers.DateTimeField()


class SourceEvidenceSerializer(serializers.Serializer[Any]):
    source = serializers.CharField(source="source.slug")  # type: ignore[assignment]  # the answer names it so
    confidence = serializers.CharField()
    edges = serializers.IntegerField()
    with_columns = serializers.IntegerField()
    newest = serializers.DateTimeField()


class WaitingSerializer(serializers.Serializer[Any]):
    asset = NamedSerializer()
    edges = serializers.IntegerField()


class RetiredSerializer(serializers.Serializer[Any]):
    upstream = NamedSerializer()
    downstream = NamedSerializer()
    confidence = serializers.CharField()
    first_seen = serializers.DateTimeField()
    closed_at = serializers.DateTimeField()


class CoverageSerializer(serializers.Serializer[Any]):
    together = ShareSerializer()
    schemas = ShareSerializer(many=True)
    assets = PlacedSerializer(many=True)
    unread = NotReadSerializer(many=True)
    evidence = SourceEvidenceSerializer(many=True, help_text="by source, for who may see sources; the oldest first")
    waiting = WaitingSerializer(many=True, help_text="names that match nothing, whose edges wait with them")
    retired = RetiredSerializer(many=True, help_text="edges of the last 30 days that nobody tells any more")
    partial = serializers.BooleanField()  # type: ignore[assignment]  # the answer names it so
    reasons = ReasonSerializer(many=True)


class CoverageView(APIView):
    @extend_schema(
        summary="Coverage of lineage",
        operation_id="lineage_coverage",
        parameters=[
            OpenApiParameter("schema", str, description="Only this schema; empty: things without one."),
            OpenApiParameter("known", str, enum=[str(known) for known in Known], description="Default: none."),
            OpenApiParameter(
                "limit", {"type": "integer", "minimum": 1, "maximum": MOST}, description="Assets to list, at most 200."
            ),
        ],
        responses={200: CoverageSerializer, **PROBLEMS},
    )
    def get(self, request: Request) -> Response:
        """Shares by schema, assets of which so much is known, SQL that was not understood, age of the evidence."""
        given = request.query_params
        schema = clean_text(given["schema"]) if "schema" in given else None
        known = _known(given.get("known", ""))
        user = request.user
        shares = queries.shares(user)
        whole = queries.together([one for one in shares if schema is None or one.schema == schema])
        unread = testimony.unread(user, schema)
        count = unread.count()
        return Response(
            CoverageSerializer(
                {
                    "together": whole,
                    "schemas": shares,
                    "assets": queries.listed(user, [known], schema, limit=_limit(given.get("limit", ""))),
                    "unread": testimony.not_read(user, list(unread[:MOST])),
                    "evidence": testimony.evidence(user) if ask(user, "catalog.see_source") else [],
                    "waiting": testimony.waiting(user),
                    "retired": testimony.retired(user),
                    "partial": bool(count or whole.restricted),
                    "reasons": list(_reasons(whole, count)),
                }
            ).data
        )


def _reasons(whole: Share, unread: int) -> Iterable[dict[str, str]]:
    if unread:
        yield {"code": "unparsed", "message": "Some SQL was not understood; what it reads is not all known."}
    if whole.restricted:
        yield {"code": "restricted", "message": "Some lineage leads to what you may not see."}


def _known(text: str) -> Known:
    if text and text not in set(Known):
        raise serializers.ValidationError({"known": [f"One of {', '.join(Known)}."]})
    return Known(text) if text else Known.NONE


def _limit(text: str) -> int:
    if text and not (text.isascii() and text.isdecimal() and 0 < int(text[:9]) <= MOST):
        raise serializers.ValidationError({"limit": [f"A number from 1 to {MOST}."]})
    return int(text) if text else 50
