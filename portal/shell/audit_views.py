"""The audit as a page, as files and in the API."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any

from django.core.cache import cache
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, views
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from portal.kernel import audit as chain
from portal.kernel.api import PROBLEMS
from portal.kernel.authz import require
from portal.shell import audit
from portal.shell.audit import Asked, Line

HEAD = ["at", "event", "by", "subject", "content", "request", "number in the chain"]
VERIFIED_FOR = 60  # seconds: checking reads the whole chain


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    require(request.user, "audit.see")
    asked = Asked.of(request.GET)
    context = {"asked": asked, "page": audit.page(request.user, asked), "chain": _verdict(), "query": request.GET}
    return render(request, "shell/audit.html", context)


@require_GET
def export(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """``?format=json`` or CSV; the same filters as the page."""
    require(request.user, "audit.see")
    lines = audit.export(request.user, Asked.of(request.GET))
    as_json = request.GET.get("format") == "json"
    body = _json(lines) if as_json else _csv(lines)
    kind, name = ("application/json", "audit.json") if as_json else ("text/csv; charset=utf-8", "audit.csv")
    response = StreamingHttpResponse(body, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


class LineSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField(read_only=True)
    at = serializers.DateTimeField(read_only=True)
    name = serializers.CharField(read_only=True)
    actor = serializers.CharField(read_only=True, allow_null=True)
    subject = serializers.CharField(read_only=True)
    payload = serializers.DictField(read_only=True)
    request_id = serializers.CharField(read_only=True)
    number = serializers.IntegerField(read_only=True, allow_null=True, help_text="In the hash chain.")
    withheld = serializers.BooleanField(read_only=True, help_text="It is about what you may not see.")


class AuditPageSerializer(serializers.Serializer[Any]):
    results = LineSerializer(many=True, read_only=True)
    next = serializers.CharField(read_only=True, allow_null=True, help_text="Where to go on.")


PARAMETERS = [
    OpenApiParameter("actor", str, description="User name of who did it."),
    OpenApiParameter("name", str, description="Beginning of the event's name: accounts.Role."),
    OpenApiParameter("subject", str, description="Beginning of what it is about: user:ana."),
    OpenApiParameter("q", str, description="Words anywhere in it."),
    OpenApiParameter("since", str, description="A day or a moment."),
    OpenApiParameter("until", str, description="A day or a moment, itself included."),
    OpenApiParameter("chained", str, description="yes: only events of the hash chain."),
    OpenApiParameter("before", int, description="Go on before this id."),
]


class AuditView(views.APIView):
    @extend_schema(
        summary="What happened, newest first", parameters=PARAMETERS, responses={200: AuditPageSerializer, **PROBLEMS}
    )
    def get(self, request: Request) -> Response:
        """For administrators and Security."""
        require(request.user, "audit.see")
        asked = Asked.of(request.query_params)
        if asked.wrong:
            raise ValidationError({name: ["This is neither a day nor a moment."] for name in asked.wrong})
        found = audit.page(request.user, asked)
        query = request.query_params.copy()
        query["before"] = str(found.before)
        following = request.build_absolute_uri(f"?{query.urlencode()}") if found.before else None
        lines = LineSerializer([audit.record(line) for line in found.lines], many=True)
        return Response({"results": lines.data, "next": following})


def _verdict() -> chain.Verdict:
    """At most a minute old; where the cache does not answer, checked now."""
    try:
        found: chain.Verdict | None = cache.get("audit:chain")
    except Exception:
        return chain.verify()
    if found is None:
        found = chain.verify()
        cache.set("audit:chain", found, timeout=VERIFIED_FOR)
    return found


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


def _csv(lines: Iterator[Line]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield writer.writerow(HEAD)
    for line in lines:
        yield writer.writerow(audit.cells(line))


def _json(lines: Iterator[Line]) -> Iterator[str]:
    encode = DjangoJSONEncoder(ensure_ascii=False).encode
    yield "["
    for number, line in enumerate(lines):
        yield (",\n" if number else "\n") + encode(audit.record(line))
    yield "\n]\n"
