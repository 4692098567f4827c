"""What all REST answers share: problem details (RFC 9457) and cursor pages."""

from __future__ import annotations

from typing import Any

import msgspec
from django.core.exceptions import PermissionDenied
from django.core.exceptions import ValidationError as InvalidValue
from django.db import DataError
from django.http import Http404
from rest_framework import exceptions, pagination, parsers, serializers, status
from rest_framework.response import Response
from rest_framework.views import exception_handler

from portal.kernel.nesting import fault


class CursorPages(pagination.CursorPagination):
    """Keyset pages: no count, no offset, stable while rows come and go."""

    page_size = 50
    max_page_size = 200
    page_size_query_param = "limit"
    ordering: Any = "id"

    def decode_cursor(self, request: Any) -> Any:
        found = super().decode_cursor(request)
        if found and "\0" in str(found.position or ""):
            raise exceptions.NotFound(self.invalid_cursor_message)
        return found

    def paginate_queryset(self, queryset: Any, request: Any, view: Any = None) -> Any:
        """A cursor that nobody gave out may name a position that the column's type does not have."""
        try:
            return super().paginate_queryset(queryset, request, view)
        except (ValueError, InvalidValue, DataError) as error:
            if self.cursor_query_param not in request.query_params:
                raise
            raise exceptions.NotFound(self.invalid_cursor_message) from error


MAX_BODY = 2 * 1024 * 1024  # of views that do not say otherwise (max_body)


class JsonBody(parsers.BaseParser):
    """JSON of any size that its view allows. Unlike the framework's own parser it refuses lone surrogates, which no
    database keeps, and nesting without end."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        limit = getattr((parser_context or {}).get("view"), "max_body", MAX_BODY)
        content = stream.read(limit + 1)
        if len(content) > limit:
            raise TooLarge(f"At most {limit // 1024**2} MB a request.")
        try:
            return msgspec.json.decode(content)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise exceptions.ParseError(f"JSON parse error: {fault(error, content)}") from error


class ProblemSerializer(serializers.Serializer[Any]):
    """RFC 9457 problem details."""

    type = serializers.CharField(read_only=True)
    title = serializers.CharField(read_only=True)
    status = serializers.IntegerField(read_only=True)
    detail = serializers.CharField(read_only=True)
    errors = serializers.DictField(  # type: ignore[assignment]  # RFC 9457 names the field, the base class a property
        child=serializers.ListField(child=serializers.CharField()), required=False
    )


PROBLEMS = {(code, "application/problem+json"): ProblemSerializer for code in (400, 401, 403, 404, 405, 406, 413, 415)}


def clean_text(text: str) -> str:
    """Without NUL, which PostgreSQL has no place for."""
    return text.replace("\0", "")


class TooLarge(exceptions.APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = "The request's body is too large."
    default_code = "too_large"


def problem(error: Exception, context: dict[str, Any]) -> Response | None:
    """``{type, title, status, detail, errors?}`` as ``application/problem+json``."""
    response = exception_handler(_known(error), context)
    if response is None:
        return None
    detail, errors = _words(response.data)
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": response.status_text,
        "status": response.status_code,
        "detail": detail,
    }
    if errors:
        body["errors"] = errors
    response.data = body
    response.content_type = "application/problem+json"
    return response


def _known(error: Exception) -> Exception:
    """Django's 404 and 403 lose their messages in DRF; a 404's text must not tell what was looked for."""
    if isinstance(error, Http404):
        return exceptions.NotFound()
    if isinstance(error, PermissionDenied):
        return exceptions.PermissionDenied(str(error) or None)
    return error


def _words(data: Any) -> tuple[str, dict[str, Any]]:
    if isinstance(data, dict) and set(data) == {"detail"}:
        return str(data["detail"]), {}
    if isinstance(data, dict) and set(data) == {"detail", "errors"}:
        return str(data["detail"]), {key: _texts(value) for key, value in data["errors"].items()}
    if isinstance(data, dict):
        return "The request is not valid.", {key: _texts(value) for key, value in data.items()}
    return "; ".join(_texts(data)), {}


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [f"{key}: {text}" for key, inner in value.items() for text in _texts(inner)]
    return [str(item) for item in value] if isinstance(value, list) else [str(value)]
