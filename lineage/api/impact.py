"""``GET /api/v1/lineage/impact/``: what a change hits, or what could have caused what is wrong."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError as Invalid
from django.http import Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from lineage import asking
from lineage.api.graph import AS_OF, KNOWN_SINCE, GraphBadgeSerializer, ReasonSerializer
from lineage.impact_answer import as_json
from lineage.queries.impact import CHANGES, DIRECTIONS, LIMIT, impact
from lineage.queries.naming import NotKnown, named
from lineage.states import Use
from portal.kernel.api import PROBLEMS, clean_text

MOST = 1000
FARTHEST = 10_000_000


class ImpactAssetSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    kind = serializers.CharField()
    title = serializers.CharField()
    path = serializers.CharField()
    url = serializers.CharField()


class ImpactStepSerializer(serializers.Serializer[Any]):
    """One or several steps in a row that you may not see are ``{"restricted": true}`` and nothing else."""

    restricted = serializers.BooleanField(required=False)
    id = serializers.UUIDField(required=False)
    kind = serializers.CharField(required=False)
    title = serializers.CharField(required=False)
    path = serializers.CharField(required=False)
    url = serializers.CharField(required=False)
    column = serializers.CharField(required=False, allow_null=True)
    use = serializers.CharField(required=False, allow_null=True)


class HitSerializer(serializers.Serializer[Any]):
    asset = ImpactAssetSerializer()
    column = serializers.CharField(allow_null=True, help_text="null: the asset as a whole, its rows.")
    use = serializers.ChoiceField(
        choices=[(use.label, use.label) for use in Use],
        allow_null=True,
        help_text="How what is before it on the path is used here; null: it is read as a whole.",
    )
    distance = serializers.IntegerField(help_text="Steps between assets.")
    path = ImpactStepSerializer(many=True)
    owners = serializers.ListField(child=serializers.CharField())
    tier = serializers.CharField(allow_blank=True)
    sure = serializers.BooleanField(help_text="false: on the path is a table of which nobody told the columns.")
    root = serializers.BooleanField(  # type: ignore[assignment]  # a field, named as in the answer
        help_text="Upstream: it is made from nothing."
    )
    badges = GraphBadgeSerializer(many=True, help_text="Upstream: its health.")


class ImpactSerializer(serializers.Serializer[Any]):
    asset = ImpactAssetSerializer()
    column = serializers.CharField(allow_null=True)
    change = serializers.ChoiceField(choices=CHANGES)
    direction = serializers.ChoiceField(choices=DIRECTIONS)
    as_of = serializers.DateTimeField(allow_null=True)
    known_since = serializers.DateTimeField(allow_null=True, help_text=KNOWN_SINCE)
    totals = serializers.DictField(child=serializers.IntegerField(), help_text="Assets by kind, listed or not.")
    count = serializers.IntegerField(help_text="Hits, listed or not: an asset and each of its columns are one each.")
    hits = HitSerializer(many=True, help_text="Nearest first.")
    after = serializers.IntegerField(allow_null=True, help_text="For the next page; null on the last.")
    partial = serializers.BooleanField()  # type: ignore[assignment]  # a field, named as in the answer
    reasons = ReasonSerializer(many=True)


def _text(name: str, help_text: str, **more: Any) -> OpenApiParameter:
    return OpenApiParameter(name, OpenApiTypes.STR, description=help_text, **more)


class ImpactView(APIView):
    @extend_schema(
        summary="What a change hits",
        operation_id="lineage_impact",
        parameters=[
            _text("asset", "Its id, or any known name.", required=True),
            _text("column", "One of its columns; without, the asset as a whole."),
            _text("change", "What happens. A delay is one of the whole asset.", enum=list(CHANGES)),
            _text("kinds", "Hits of these kinds alone: dashboard,ml_model,endpoint."),
            _text("direction", "up: what could be the cause, with its health.", enum=list(DIRECTIONS)),
            _text("as_of", AS_OF),
            OpenApiParameter(
                "limit", OpenApiTypes.INT, description=f"Hits, {LIMIT} where nothing is said, {MOST} at most."
            ),
            OpenApiParameter("after", OpenApiTypes.INT, description="What the page before said."),
        ],
        responses={200: ImpactSerializer, **PROBLEMS},
    )
    def get(self, request: Request) -> Response:
        """Everything downstream of an asset or column, by exact distance, with the path and how it is used there."""
        query = request.query_params
        try:
            found = impact(
                request.user,
                named(request.user, clean_text(query.get("asset", ""))),
                clean_text(query.get("column", "")),
                query.get("change") or "drop",
                [kind.strip() for kind in query.get("kinds", "").split(",") if kind.strip()],
                query.get("direction") or "down",  # type: ignore[arg-type]  # is checked
                limit=asking.number(query, "limit", LIMIT, 1, MOST),
                after=asking.number(query, "after", 0, 0, FARTHEST),
                at=asking.past(query),
            )
        except NotKnown as error:
            raise Http404(str(error.message)) from error
        except Invalid as error:
            raise serializers.ValidationError(asking.complaints(error)) from error
        return Response(as_json(found))
