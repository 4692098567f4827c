"""Who is who, over REST: merge two assets, and take a merge back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError as Invalid
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from catalog.models import Asset, Merge
from catalog.services import identity
from portal.accounts.states import Scope
from portal.kernel.api import PROBLEMS, JsonBody, clean_text
from portal.kernel.http import signed_in


class MergeSerializer(serializers.ModelSerializer[Merge]):
    id = serializers.UUIDField(source="uuid", read_only=True)
    kept = serializers.UUIDField(source="kept.uuid", read_only=True)
    gone = serializers.UUIDField(source="gone.uuid", read_only=True)
    by = serializers.CharField(source="by.username", default=None, read_only=True, allow_null=True)

    class Meta:
        model = Merge
        fields = ("id", "kept", "gone", "reason", "by", "at", "undone_at")
        read_only_fields = fields


class NewMergeSerializer(serializers.Serializer[Any]):
    into = serializers.UUIDField(help_text="The asset that this one is; of a restricted and an open one that is kept.")
    reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=300)


class MergeView(APIView):
    parser_classes = [JsonBody]
    write_scope = Scope.WRITE

    @extend_schema(
        summary="Merge an asset into another one",
        description="Everything that hangs on it moves, and whatever sources say of it from then on. It can be undone.",
        request=NewMergeSerializer,
        responses={201: MergeSerializer, **PROBLEMS},
    )
    def post(self, request: Request, id: UUID) -> Response:
        visible = Asset.objects.visible_to(request.user)
        gone = get_object_or_404(visible, uuid=id)
        body = NewMergeSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        kept = visible.filter(uuid=body.validated_data["into"]).first()
        if kept is None:
            raise ValidationError({"into": ["There is no such asset."]})
        reason = clean_text(body.validated_data["reason"])
        try:
            made = identity.merge(kept=kept, gone=gone, by=signed_in(request), reason=reason)
        except Invalid as error:
            raise ValidationError({"into": error.messages}) from error
        return Response(MergeSerializer(made).data, status=status.HTTP_201_CREATED)


class UndoMergeView(APIView):
    parser_classes = [JsonBody]
    write_scope = Scope.WRITE

    @extend_schema(summary="Take a merge back", request=None, responses={200: MergeSerializer, **PROBLEMS})
    def post(self, request: Request, id: UUID) -> Response:
        seen = Merge.objects.filter(kept__in=Asset.objects.visible_to(request.user).values("pk"))
        found = get_object_or_404(seen, uuid=id)
        try:
            undone = identity.undo(merge=found, by=signed_in(request))
        except Invalid as error:
            raise ValidationError({"merge": error.messages}) from error
        return Response(MergeSerializer(undone).data)
