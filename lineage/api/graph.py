"""``GET /api/v1/lineage/graph/``: what stands around an asset or a column, today or at any day of the past."""

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
from lineage.answers import as_json
from lineage.queries.naming import NotKnown
from lineage.states import Confidence, Detail, Use
from portal.kernel.api import PROBLEMS


class ReasonSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(help_text="One of depth, width, time, restricted, filter, unparsed, history, nothing.")
    message = serializers.CharField()


class MoreSerializer(serializers.Serializer[Any]):
    up = serializers.IntegerField()
    down = serializers.IntegerField()


class ChangedSerializer(serializers.Serializer[Any]):
    added = serializers.IntegerField()
    removed = serializers.IntegerField()


class MoreChangedSerializer(serializers.Serializer[Any]):
    up = ChangedSerializer()
    down = ChangedSerializer()


class GraphBadgeSerializer(serializers.Serializer[Any]):
    word = serializers.CharField()
    tone = serializers.CharField()
    icon = serializers.CharField()
    slot = serializers.CharField()


class GraphMarkSerializer(serializers.Serializer[Any]):
    word = serializers.CharField()
    tone = serializers.CharField()
    icon = serializers.CharField()


class GraphColumnSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    type = serializers.CharField()
    pii = serializers.CharField()


class GraphNodeSerializer(serializers.Serializer[Any]):
    """A restricted neighbour has nothing but ``id``, ``restricted`` and ``level``."""

    id = serializers.CharField()
    restricted = serializers.BooleanField(required=False)
    level = serializers.IntegerField(help_text="Distance from the focus; upstream is negative.")
    kind = serializers.CharField(required=False)
    kind_label = serializers.CharField(required=False)
    icon = serializers.CharField(required=False)
    title = serializers.CharField(required=False)
    path = serializers.CharField(required=False)
    platform = serializers.CharField(required=False)
    schema = serializers.CharField(required=False)
    domain = serializers.CharField(required=False)
    url = serializers.CharField(required=False)
    api_url = serializers.CharField(required=False)
    owner = serializers.CharField(required=False)
    tier = serializers.CharField(required=False)
    pii = serializers.ListField(child=serializers.CharField(), required=False)
    stub = serializers.BooleanField(
        required=False,
        help_text="Known by its name alone: something reads or writes it, no source describes it. It is on the page of "
        "unmatched names. What you may not see is `restricted`, and has no such field.",
    )
    retired = serializers.BooleanField(required=False)
    badges = GraphBadgeSerializer(many=True, required=False)
    marks = serializers.DictField(
        child=GraphMarkSerializer(), required=False, help_text="By layer: quality, freshness, contract."
    )
    columns = GraphColumnSerializer(many=True, required=False)
    column_count = serializers.IntegerField(required=False)
    more = MoreSerializer(required=False, help_text="Visible neighbours that the answer leaves out.")
    more_changed = MoreChangedSerializer(
        required=False, help_text="How many of those were added or removed since the moment compared with."
    )


class OriginSerializer(serializers.Serializer[Any]):
    source = serializers.CharField(allow_null=True)  # type: ignore[assignment]  # a field, named as in the answer
    title = serializers.CharField()
    confidence = serializers.ChoiceField(choices=Confidence.choices)


class GraphJobSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    title = serializers.CharField()
    url = serializers.CharField()


GraphPairSerializer = type(
    "GraphPairSerializer",
    (serializers.Serializer,),
    {
        "__doc__": "``to`` is empty where the column decides which rows there are, or what a dashboard shows.",
        "from": serializers.CharField(allow_blank=True),
        "to": serializers.CharField(allow_blank=True),
        "use": serializers.ChoiceField(choices=[(use.label, use.label) for use in Use]),
    },
)


GraphEdgeSerializer = type(
    "GraphEdgeSerializer",
    (serializers.Serializer,),
    {
        "id": serializers.CharField(),
        "from": serializers.CharField(),
        "to": serializers.CharField(),
        "restricted": serializers.BooleanField(required=False),
        "confidence": serializers.ListField(child=serializers.ChoiceField(choices=Confidence.choices), required=False),
        "origins": OriginSerializer(many=True, required=False),
        "jobs": GraphJobSerializer(many=True, required=False),
        "first_seen": serializers.DateTimeField(required=False),
        "last_seen": serializers.DateTimeField(required=False),
        "closed_at": serializers.DateTimeField(allow_null=True, required=False),
        "detail": serializers.ChoiceField(
            choices=[(one.name.lower(), str(one.label)) for one in Detail],
            required=False,
            help_text="How much is known of columns.",
        ),
        "columns": GraphPairSerializer(many=True, required=False),
        "change": serializers.ChoiceField(
            choices=[("added", "added"), ("removed", "removed"), ("same", "same")], allow_null=True, required=False
        ),
        "evidence_url": serializers.CharField(required=False),
    },
)


KNOWN_SINCE = (
    "When the first evidence came, where the moment lies before it: then nothing was known, not: there was nothing."
)
AS_OF = "A date (its end) or a moment, as far as it was known then: by when evidence came. None of the future."


class GraphSerializer(serializers.Serializer[Any]):
    focus = serializers.UUIDField(allow_null=True)
    column = serializers.CharField(allow_null=True)
    as_of = serializers.DateTimeField(allow_null=True)
    compare = serializers.CharField(allow_null=True)
    known_since = serializers.DateTimeField(allow_null=True, help_text=KNOWN_SINCE)
    grain = serializers.ChoiceField(choices=[("table", "table"), ("column", "column")])
    nodes = GraphNodeSerializer(many=True)
    edges = GraphEdgeSerializer(many=True)
    circles = serializers.ListField(
        child=serializers.ListField(child=serializers.UUIDField()),
        help_text="Ways round: each asset is made from the one before it, the first from the last.",
    )
    partial = serializers.BooleanField()  # type: ignore[assignment]  # a field, named as in the answer
    reasons = ReasonSerializer(many=True)


def _text(name: str, help_text: str, **more: Any) -> OpenApiParameter:
    return OpenApiParameter(name, OpenApiTypes.STR, description=help_text, **more)


PARAMETERS = [
    _text("asset", "Its id, or any known name."),
    _text("column", "Only this column's way."),
    _text("direction", "What it is made from, what is made from it, or both.", enum=list(asking.DIRECTIONS)),
    OpenApiParameter("depth", OpenApiTypes.INT, description=f"Hops, at most {asking.MOST_HOPS}."),
    OpenApiParameter(
        "width", OpenApiTypes.INT, description=f"Neighbours a node and side, at most {asking.MOST_WIDTH}."
    ),
    _text("grain", "column: with the pairs of columns of each edge.", enum=["table", "column"]),
    _text("as_of", AS_OF),
    _text("compare", "Another such moment, or now: each edge says whether it was added or removed since."),
    _text("kinds", "Neighbours of these kinds alone: dashboard,ml_model."),
    _text("platform", "Neighbours of these platforms alone."),
    _text("schema", "Neighbours of these schemas alone."),
    _text("select", "dbt's selection syntax in place of asset: +marts.revenue_by_day+2."),
    _text("expand", "<id>:up|down:<number>: so many neighbours of that node; may be given several times."),
]


class GraphView(APIView):
    @extend_schema(
        summary="Lineage around an asset",
        operation_id="lineage_graph",
        parameters=PARAMETERS,
        responses={200: GraphSerializer, **PROBLEMS},
    )
    def get(self, request: Request) -> Response:
        """The graph around an asset, as far as the person may see it."""
        query = request.query_params
        try:
            look = asking.look_of(request.user, query)
            found = asking.graph(look, query)
        except NotKnown as error:
            raise Http404(str(error.message)) from error
        except Invalid as error:
            raise serializers.ValidationError(asking.complaints(error)) from error
        by_column = bool(query.get("column")) or query.get("grain") == "column"
        return Response(as_json(found, look, by_column=by_column))
