"""What people say of edges, over REST: state or correct one, reject it, take that back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ValidationError as Invalid
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from lineage.claims import ColumnUse
from lineage.queries.naming import named
from lineage.services import verdicts
from lineage.services.verdicts import MOST_PAIRS, MOST_WORDS, Pair
from lineage.states import Use
from portal.accounts.states import Scope
from portal.kernel.api import PROBLEMS, JsonBody, clean_text
from portal.kernel.http import signed_in

USES = {str(use.label): use for use in Use}


class StatedPairSerializer(serializers.Serializer[Any]):
    """``to`` empty: the column decides which rows there are."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return {
            "from": serializers.CharField(max_length=500),
            "to": serializers.CharField(max_length=500, required=False, allow_blank=True, default=""),
            "use": serializers.ChoiceField(choices=[(use, use) for use in USES], required=False, default="identity"),
        }


class PairSerializer(serializers.Serializer[Any]):
    upstream = serializers.CharField(max_length=2000, help_text="Id, or any known name, of what is read.")
    downstream = serializers.CharField(max_length=2000, help_text="Of what is made from it.")


class RejectEdgeSerializer(PairSerializer):
    reason = serializers.CharField(max_length=MOST_WORDS)


class NewEdgeSerializer(RejectEdgeSerializer):
    columns = StatedPairSerializer(many=True, required=False, max_length=MOST_PAIRS)  # type: ignore[call-arg]  # the list's
    complete = serializers.BooleanField(required=False, default=False, help_text="No other column of it is used.")
    correct = serializers.BooleanField(
        required=False, default=False, help_text="It takes the place of what sources tell, now and later."
    )


class StatedEdgeSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    upstream = serializers.UUIDField()
    downstream = serializers.UUIDField()
    reason = serializers.CharField()
    url = serializers.CharField()


class EdgeVerdictSerializer(serializers.Serializer[Any]):
    upstream = serializers.UUIDField()
    downstream = serializers.UUIDField()
    judgement = serializers.CharField(help_text="rejected, or lifted: what was lifted stands in reason.")
    reason = serializers.CharField()


def _asked(request: Request, serializer: type[PairSerializer]) -> tuple[Mapping[str, Any], Pair]:
    """What is said, and of which edge.

    Raises:
        ValidationError: by field; what is hidden is as if it were not there.
    """
    body = serializer(data=request.data)
    body.is_valid(raise_exception=True)
    return body.validated_data, _pair(request, body.validated_data)


def _pair(request: Request, data: Mapping[str, Any]) -> Pair:
    found = {}
    for side in ("upstream", "downstream"):
        try:
            found[side] = named(request.user, clean_text(data[side]))
        except Invalid as error:
            raise ValidationError({side: error.messages}) from error
    return Pair(**found)


@contextmanager
def _told() -> Iterator[None]:
    """What the verb has against it is said of the edge."""
    try:
        yield
    except Invalid as error:
        raise ValidationError({"edge": error.messages}) from error


class EdgeView(APIView):
    parser_classes = [JsonBody]
    write_scope = Scope.WRITE


class NewEdgeView(EdgeView):
    @extend_schema(
        summary="State an edge, or correct one",
        description="The same again changes nothing and answers 200.",
        operation_id="lineage_edges_state",
        request=NewEdgeSerializer,
        responses={201: StatedEdgeSerializer, 200: StatedEdgeSerializer, **PROBLEMS},
    )
    def post(self, request: Request) -> Response:
        data, pair = _asked(request, NewEdgeSerializer)
        columns = [ColumnUse(one["from"], one["to"], USES[one["use"]]) for one in data.get("columns", ())]
        verb = verdicts.correct if data["correct"] else verdicts.state
        with _told():
            edge, new = verb(
                pair=pair, columns=columns, complete=data["complete"], reason=data["reason"], by=signed_in(request)
            )
        answer = {
            "id": edge.uuid,
            "upstream": pair.upstream.uuid,
            "downstream": pair.downstream.uuid,
            "reason": edge.reason,
            "url": reverse("lineage:evidence", args=[edge.uuid]),
        }
        return Response(
            StatedEdgeSerializer(answer).data, status=status.HTTP_201_CREATED if new else status.HTTP_200_OK
        )


class RejectEdgeView(EdgeView):
    @extend_schema(
        summary="Reject an edge",
        description="It counts no more, whoever tells of it, until that is taken back. The same again changes nothing.",
        operation_id="lineage_edges_reject",
        request=RejectEdgeSerializer,
        responses={200: EdgeVerdictSerializer, **PROBLEMS},
    )
    def post(self, request: Request) -> Response:
        data, pair = _asked(request, RejectEdgeSerializer)
        with _told():
            made, _ = verdicts.reject(pair=pair, reason=data["reason"], by=signed_in(request))
        return Response(_verdict(pair, str(made.judgement), made.reason))


class LiftEdgeView(EdgeView):
    @extend_schema(
        summary="Take back what people said of an edge",
        description="A rejection; else what they stated, and the correction with it. Sources count again.",
        operation_id="lineage_edges_lift",
        request=PairSerializer,
        responses={200: EdgeVerdictSerializer, **PROBLEMS},
    )
    def post(self, request: Request) -> Response:
        _, pair = _asked(request, PairSerializer)
        with _told():
            what = verdicts.lift(pair=pair, by=signed_in(request))
        return Response(_verdict(pair, "lifted", what))


def _verdict(pair: Pair, judgement: str, reason: str) -> dict[str, str]:
    ends = {"upstream": str(pair.upstream.uuid), "downstream": str(pair.downstream.uuid)}
    return {**ends, "judgement": judgement, "reason": reason}
