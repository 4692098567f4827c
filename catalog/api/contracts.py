"""``/api/v1/assets/{id}/contract/`` and ``/api/v1/contracts/check/``."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from django.core.exceptions import ValidationError as Invalid
from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_field
from rest_framework import exceptions, parsers, serializers, status
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from catalog.contracts import diff, reports
from catalog.contracts.loading import MAX_BYTES
from catalog.contracts.model import Document
from catalog.contracts.problems import Problem, Refused
from catalog.contracts.reading import read
from catalog.contracts.verdicts import Verdict
from catalog.models import Asset, ContractVersion
from catalog.queries import contracts as queries
from catalog.services.contracts import Conflict, save_contract
from portal.accounts.states import Scope
from portal.kernel.api import PROBLEMS, JsonBody, ProblemSerializer, TooLarge
from portal.kernel.http import signed_in

YAML_TYPES = ("application/yaml", "text/yaml", "application/x-yaml")
UNREADABLE = {(422, "application/problem+json"): ProblemSerializer}
STALE = {(412, "application/problem+json"): ProblemSerializer}


class ChangeSerializer(serializers.Serializer[Any]):
    verdict = serializers.ChoiceField(choices=[str(verdict) for verdict in Verdict], read_only=True)
    rule = serializers.CharField(read_only=True, help_text="The rule that says so: column-dropped, type-narrowed …")
    table = serializers.CharField(read_only=True)
    column = serializers.CharField(read_only=True)
    before = serializers.CharField(read_only=True)
    after = serializers.CharField(read_only=True)
    words = serializers.CharField(read_only=True)
    why = serializers.CharField(read_only=True)


class NoteSerializer(serializers.Serializer[Any]):
    place = serializers.CharField(read_only=True)
    line = serializers.IntegerField(read_only=True)
    message = serializers.CharField(read_only=True)


class ContractSerializer(serializers.Serializer[Any]):
    """A version; ``text`` is the contract in the form that was asked for."""

    version = serializers.CharField(source="number", read_only=True, help_text="Semantic number.")
    sequence = serializers.IntegerField(read_only=True, help_text="Counts the versions; also the ETag.")
    status = serializers.CharField(read_only=True)
    form = serializers.CharField(read_only=True, help_text="What it was written in: own, odcs or dcs.")
    verdict = serializers.ChoiceField(choices=[str(verdict) for verdict in Verdict], read_only=True)
    at = serializers.DateTimeField(read_only=True)
    notes = serializers.SerializerMethodField(help_text="What was not understood, and is kept as written.")
    changes = serializers.SerializerMethodField()
    text = serializers.SerializerMethodField()

    def get_changes(self, version: ContractVersion) -> list[dict[str, str]]:
        changes: list[dict[str, str]] = self.context["changes"]
        return changes

    @extend_schema_field(NoteSerializer(many=True))
    def get_notes(self, version: ContractVersion) -> list[dict[str, Any]]:
        notes: list[dict[str, Any]] = self.context["notes"]
        return notes

    def get_text(self, version: ContractVersion) -> str:
        return str(self.context["text"])


class CheckSerializer(serializers.Serializer[Any]):
    old = serializers.CharField(trim_whitespace=False, help_text="A contract as YAML or JSON, in any form.")
    new = serializers.CharField(trim_whitespace=False, help_text="What shall follow it.")
    platform = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=60, help_text="What types mean: snowflake, postgres …"
    )


class NumbersSerializer(serializers.Serializer[Any]):
    old = serializers.CharField(read_only=True)
    new = serializers.CharField(read_only=True)
    suggested = serializers.CharField(read_only=True)
    enough = serializers.BooleanField(read_only=True)


class VerdictSerializer(serializers.Serializer[Any]):
    verdict = serializers.ChoiceField(choices=[str(verdict) for verdict in Verdict], read_only=True)
    breaking = serializers.BooleanField(read_only=True)
    counts = serializers.DictField(child=serializers.IntegerField(), read_only=True)
    version = NumbersSerializer(read_only=True)
    changes = ChangeSerializer(many=True, read_only=True)


class Unreadable(exceptions.APIException):
    """A document that is no contract; ``errors`` names each line."""

    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    default_code = "unreadable"


class Stale(exceptions.APIException):
    status_code = status.HTTP_412_PRECONDITION_FAILED
    default_code = "stale"


def unreadable(problems: list[Problem], field: str = "contract") -> Unreadable:
    return Unreadable({field: [str(problem) for problem in problems]})


class Text(parsers.BaseParser):
    """The body as it is, of at most the size of a contract."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        content = stream.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise TooLarge(f"A contract has at most {MAX_BYTES // 1024} kB.")
        return content


class YamlText(Text):
    media_type = "application/yaml"


class PlainYamlText(Text):
    media_type = "text/yaml"


class OldYamlText(Text):
    media_type = "application/x-yaml"


class JsonText(Text):
    media_type = "application/json"


class YamlAnswer(BaseRenderer):
    """For clients that ask for YAML by name: the text alone."""

    media_type = "application/yaml"
    format = "yaml"

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        if isinstance(data, dict) and isinstance(data.get("text"), str):
            return str(data["text"]).encode()
        return msgspec.json.encode(data)  # a problem; JSON is YAML too


class ContractView(APIView):
    """The contract of one asset. ``PUT`` takes YAML or JSON in any form and makes it a new version; what ``GET`` answers can
    be sent back with another ``text``, and is refused where somebody has saved a newer version meanwhile."""

    write_scope = Scope.WRITE
    parser_classes = [YamlText, JsonText, PlainYamlText, OldYamlText]
    renderer_classes = [JSONRenderer, YamlAnswer]

    @extend_schema(
        summary="The contract of an asset",
        parameters=[
            OpenApiParameter("form", str, enum=["own", "odcs", "source"], description="Of the text; default source."),
            OpenApiParameter("version", int, description="Sequence of a version; default the newest."),
        ],
        responses={200: ContractSerializer, (200, "application/yaml"): OpenApiTypes.STR, **PROBLEMS},
    )
    def get(self, request: Request, id: UUID) -> Response:
        asset = self._asset(request, id)
        form = request.query_params.get("form", "") or "source"
        if form not in {"own", "odcs", "source"}:
            raise exceptions.ValidationError({"form": ["One of own, odcs, source."]})
        standing = queries.of_asset(request.user, asset, _sequence(request.query_params.get("version", "")))
        if standing is None:
            raise Http404
        text = queries.text_of(standing, form)
        if text is None:
            raise exceptions.PermissionDenied(
                "It promises tables too that you may not see: ask for form=own, this table's part."
            )
        notes = standing.version.notes if standing.whole else []
        context = {"changes": standing.changes_of(standing.version), "notes": notes, "text": text}
        body = ContractSerializer(standing.version, context=context).data
        return Response(body, headers={"ETag": f'"{standing.version.sequence}"'})

    @extend_schema(
        summary="Save a new version of an asset's contract",
        parameters=[
            OpenApiParameter("If-Match", str, location="header", description="ETag of the version that was read."),
            OpenApiParameter("If-None-Match", str, location="header", description="`*`: only where there is none yet."),
        ],
        request=dict.fromkeys(YAML_TYPES, OpenApiTypes.STR) | {"application/json": OpenApiTypes.OBJECT},
        responses={
            200: OpenApiResponse(ContractSerializer, description="The very same bytes: no new version."),
            201: ContractSerializer,
            **PROBLEMS,
            **STALE,
            **UNREADABLE,
        },
    )
    def put(self, request: Request, id: UUID) -> Response:
        asset = self._asset(request, id)
        told: Any = request.data  # a mapping where there is no body at all
        content, read_at = _unwrapped(told if isinstance(told, bytes) else b"")
        expected = _expected(request, read_at)
        by = signed_in(request)
        try:
            version, is_new = save_contract(asset=asset, content=content, by=by, expected=expected)
        except Refused as refused:
            raise unreadable(list(refused.problems)) from refused
        except Conflict as conflict:
            raise Stale(" ".join(conflict.messages)) from conflict
        except Invalid as invalid:
            raise Unreadable({"contract": invalid.messages}) from invalid
        context = {"changes": version.changes, "notes": version.notes, "text": content.decode("utf-8-sig")}
        code = status.HTTP_201_CREATED if is_new else status.HTTP_200_OK
        body = ContractSerializer(version, context=context).data
        return Response(body, status=code, headers={"ETag": f'"{version.sequence}"'})

    def _asset(self, request: Request, uuid: UUID) -> Asset:
        return get_object_or_404(Asset.objects.visible_to(request.user), uuid=uuid)


def _sequence(told: str) -> int | None:
    if not told:
        return None
    if not (told.isascii() and told.isdigit() and 0 < len(told) < 9):
        raise exceptions.ValidationError({"version": ["A whole number."]})
    return int(told)


def _unwrapped(content: bytes) -> tuple[bytes, int | None]:
    """(the contract, the sequence that was read): what GET answers as JSON can be sent back, with another ``text``."""
    if not content.lstrip().startswith(b"{"):
        return content, None
    try:
        told = msgspec.json.decode(content, type=Answered)
    except (msgspec.ValidationError, msgspec.DecodeError, RecursionError):
        return content, None
    return told.text.encode(), told.sequence


class Answered(msgspec.Struct):
    """What makes an answer of GET: no contract has these keys."""

    text: str
    sequence: int


def _expected(request: Request, read_at: int | None) -> int | None:
    """``If-Match: "3"`` asks for that version, ``If-None-Match: *`` for none; ``If-Match: *`` and nothing at all take
    whatever stands, but for what a body that was read here says of itself."""
    if request.headers.get("If-None-Match", "").strip() == "*":
        return 0
    told = request.headers.get("If-Match", "").strip().removeprefix("W/").strip('"')
    if told in {"", "*"}:
        return None if told else read_at
    if not (told.isascii() and told.isdigit() and len(told) < 9):
        raise Stale("There is no version with this ETag.")
    return int(told)


class CheckView(APIView):
    """The gate of a pull request: what changes from one contract to the other, line by line. Nothing is kept."""

    write_scope = Scope.READ  # it writes nothing
    parser_classes = [JsonBody]

    @extend_schema(
        summary="Compare two contracts",
        request=CheckSerializer,
        responses={200: VerdictSerializer, **PROBLEMS, **UNREADABLE},
    )
    def post(self, request: Request) -> Response:
        body = CheckSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        told = body.validated_data
        old, new = (_document(told[side], side) for side in ("old", "new"))
        return Response(reports.as_json(diff.compare(old, new, told["platform"])))


def _document(text: str, side: str) -> Document:
    try:
        return read(text.encode()).document
    except Refused as refused:
        raise unreadable(list(refused.problems), side) from refused
