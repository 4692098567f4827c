"""What people say of assets, over REST: words beside what sources say, suggestions, the glossary."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError as Invalid
from django.db.models import Prefetch
from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import mixins, serializers, viewsets
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from catalog.models import Annotation, Asset, Edit, Suggestion, Term, TermRelation
from catalog.queries import curation, glossary
from catalog.queries import suggestions as waiting
from catalog.services import suggestions
from catalog.services.curation import Line, annotate
from catalog.states import Field, SuggestionState
from portal.accounts.states import Scope
from portal.kernel.api import PROBLEMS, CursorPages, JsonBody, clean_text
from portal.kernel.http import signed_in

MAX_WORDS = 500  # of one request
NULL_HELP = "Its shape depends on the field; null leaves the field to the sources."


@extend_schema_field({"description": NULL_HELP, "nullable": True})
class Value(serializers.JSONField):
    """Any JSON: a text, or an object with add and drop."""


class ToldSerializer(serializers.Serializer[Any]):
    source = serializers.CharField(read_only=True)  # type: ignore[assignment]  # a field called source
    value = Value(read_only=True)


class WordSerializer(serializers.Serializer[Any]):
    column = serializers.CharField(read_only=True, help_text="Empty for the asset itself.")
    field = serializers.ChoiceField(choices=Field.choices, read_only=True)
    value = Value(read_only=True)
    by = serializers.CharField(source="by.username", read_only=True)
    at = serializers.DateTimeField(read_only=True)
    sources = ToldSerializer(many=True, read_only=True)


class WordsSerializer(serializers.Serializer[Any]):
    words = WordSerializer(many=True, read_only=True)
    edit = serializers.UUIDField(read_only=True, allow_null=True, help_text="Of a PATCH that changed something.")


class NewWordSerializer(serializers.Serializer[Any]):
    column = serializers.CharField(required=False, allow_blank=True, default="", max_length=500, trim_whitespace=False)
    field = serializers.ChoiceField(choices=Field.choices)
    value = Value(allow_null=True)


class NewWordsSerializer(serializers.Serializer[Any]):
    words = NewWordSerializer(many=True, allow_empty=False, max_length=MAX_WORDS)  # type: ignore[call-arg]  # of the list
    summary = serializers.CharField(required=False, allow_blank=True, default="", max_length=300)


class AnnotationsView(APIView):
    """Words of people on one asset and its columns, each with what sources say of the same field."""

    parser_classes = [JsonBody]
    write_scope = Scope.WRITE

    @extend_schema(summary="What people say of an asset", responses={200: WordsSerializer, **PROBLEMS})
    def get(self, request: Request, id: UUID) -> Response:
        return Response(WordsSerializer({"words": _words(_asset(request, id)), "edit": None}).data)

    @extend_schema(
        summary="Write, or take back, what people say of an asset",
        description="All words or none, as one edit. A null value leaves the field to the sources again.",
        request=NewWordsSerializer,
        responses={200: WordsSerializer, **PROBLEMS},
    )
    def patch(self, request: Request, id: UUID) -> Response:
        asset = _asset(request, id)
        body = NewWordsSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        lines = [_line(asset, word) for word in body.validated_data["words"]]
        try:
            summary = clean_text(body.validated_data["summary"])
            edit: Edit | None = annotate(lines=lines, by=signed_in(request), summary=summary)
        except Invalid as error:
            raise ValidationError({"words": error.messages}) from error
        return Response(WordsSerializer({"words": _words(asset), "edit": edit.uuid if edit else None}).data)


class SuggestionSerializer(serializers.ModelSerializer[Suggestion]):
    id = serializers.UUIDField(source="uuid", read_only=True)
    asset = serializers.UUIDField(source="asset.uuid", read_only=True)
    path = serializers.CharField(source="asset.path", read_only=True)
    field = serializers.ChoiceField(choices=Field.choices, read_only=True)
    state = serializers.ChoiceField(choices=SuggestionState.choices, read_only=True)
    value = Value(read_only=True)
    by = serializers.CharField(source="by.username", read_only=True)

    class Meta:
        model = Suggestion
        fields = ("id", "asset", "path", "column", "field", "value", "note", "by", "at", "state", "answer")
        read_only_fields = fields


class NewSuggestionSerializer(NewWordSerializer):
    note = serializers.CharField(required=False, allow_blank=True, default="", max_length=500)


class DecisionSerializer(serializers.Serializer[Any]):
    action = serializers.ChoiceField(choices=["accept", "decline", "withdraw"])
    answer = serializers.CharField(required=False, allow_blank=True, default="", max_length=500)
    value = Value(required=False, allow_null=True, default=None)


class OldestFirst(CursorPages):
    ordering = ("at", "id")


@extend_schema_view(
    list=extend_schema(
        summary="Suggestions that wait for your word", responses={200: SuggestionSerializer(many=True), **PROBLEMS}
    )
)
class SuggestionViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[Suggestion]):
    queryset = Suggestion.objects.none()
    serializer_class = SuggestionSerializer
    pagination_class = OldestFirst
    parser_classes = [JsonBody]
    write_scope = Scope.WRITE

    def get_queryset(self) -> Any:
        return waiting.for_(self.request.user).select_related("asset", "by")

    @extend_schema(
        summary="Accept, decline or withdraw a suggestion",
        request=DecisionSerializer,
        responses={200: SuggestionSerializer, **PROBLEMS},
    )
    def decide(self, request: Request, id: UUID) -> Response:
        user = signed_in(request)
        found = waiting.one(user, id)
        if found is None:
            raise Http404
        body = DecisionSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        answer = clean_text(given["answer"])
        try:
            if given["action"] == "accept":
                suggestions.accept(suggestion=found, by=user, answer=answer, value=given["value"])
            elif given["action"] == "decline":
                suggestions.decline(suggestion=found, by=user, answer=answer)
            else:
                suggestions.withdraw(suggestion=found, by=user)
        except Invalid as error:
            raise ValidationError({"action": error.messages}) from error
        found.refresh_from_db()
        return Response(SuggestionSerializer(found).data)


class NewSuggestionView(APIView):
    parser_classes = [JsonBody]
    write_scope = Scope.WRITE

    @extend_schema(
        summary="Suggest a word for an asset",
        request=NewSuggestionSerializer,
        responses={201: SuggestionSerializer, **PROBLEMS},
    )
    def post(self, request: Request, id: UUID) -> Response:
        asset = _asset(request, id)
        body = NewSuggestionSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        try:
            made = suggestions.suggest(line=_line(asset, given), note=clean_text(given["note"]), by=signed_in(request))
        except Invalid as error:
            raise ValidationError({"value": error.messages}) from error
        return Response(SuggestionSerializer(made).data, status=201)


class TermSerializer(serializers.ModelSerializer[Term]):
    page = serializers.CharField(source="get_absolute_url", read_only=True)
    domain = serializers.CharField(source="domain.slug", default=None, read_only=True, allow_null=True)
    retired = serializers.SerializerMethodField()
    relations = serializers.SerializerMethodField()

    class Meta:
        model = Term
        fields = ("slug", "name", "definition", "synonyms", "domain", "relations", "page", "retired")
        read_only_fields = fields

    @extend_schema_field(serializers.BooleanField())
    def get_retired(self, term: Term) -> bool:
        return term.retired_at is not None

    @extend_schema_field(serializers.DictField(child=serializers.ListField(child=serializers.CharField())))
    def get_relations(self, term: Term) -> dict[str, list[str]]:
        """Slugs of other terms by relation: broader, part, related, replaces."""
        found: dict[str, list[str]] = {}
        for row in term.relations.all():
            found.setdefault(row.relation, []).append(row.object.slug)
        return found


class ByName(CursorPages):
    ordering = ("name", "id")


@extend_schema_view(
    list=extend_schema(summary="Glossary terms", responses={200: TermSerializer(many=True), **PROBLEMS}),
    retrieve=extend_schema(summary="One glossary term", responses={200: TermSerializer, **PROBLEMS}),
)
class TermViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Term]):
    queryset = Term.objects.none()
    serializer_class = TermSerializer
    pagination_class = ByName
    lookup_field = "slug"
    lookup_value_converter = "str"

    def get_queryset(self) -> Any:
        seen = glossary.visible(self.request.user)
        live = seen.filter(retired_at=None)
        related = TermRelation.objects.filter(object__in=live).select_related("object").order_by("id")
        rows = live if self.action == "list" else seen
        return rows.prefetch_related(Prefetch("relations", queryset=related))


def _asset(request: Request, id: UUID) -> Asset:
    return get_object_or_404(Asset.objects.visible_to(request.user).live(), uuid=id)


def _line(asset: Asset, word: dict[str, Any]) -> Line:
    return Line(asset.pk, clean_text(word["column"]), word["field"], word["value"])


def _words(asset: Asset) -> list[dict[str, Any]]:
    rows = Annotation.objects.filter(asset=asset).select_related("by").order_by("column", "field")
    facts = curation.facts_by_source(asset) if rows else []
    return [
        {
            "column": row.column,
            "field": row.field,
            "value": row.value,
            "by": row.by,
            "at": row.at,
            "sources": curation.told(facts, row.field, row.column),
        }
        for row in rows
    ]
