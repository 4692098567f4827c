"""``POST /api/v1/lineage``: OpenLineage events, one or an array of them. Marquez's path: a client changes its URL alone."""

from __future__ import annotations

import zlib
from typing import Any

from django.conf import settings
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import exceptions, parsers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from lineage.openlineage.accepting import NoJson, Refused, accepted
from lineage.services.receiving import receive
from lineage.tasks import wake_events
from portal.accounts.states import Scope
from portal.kernel.api import PROBLEMS, ProblemSerializer, TooLarge

GZIP = 16 + zlib.MAX_WBITS
REFUSED = {(422, "application/problem+json"): ProblemSerializer}


class EventsBody(parsers.BaseParser):
    """The body as it is, unpacked where it came packed. Never more of it than is allowed comes into memory."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        most = settings.EVENTS_MAX_BYTES
        body: bytes = stream.read(most + 1)
        encoding = (parser_context or {})["request"].headers.get("Content-Encoding", "").strip().lower()
        if encoding == "gzip" and len(body) <= most:
            body = _unpacked(body, most)
        elif encoding not in {"", "identity", "gzip"}:
            raise exceptions.UnsupportedMediaType(f"Content-Encoding: {encoding[:40]}")
        if len(body) > most:
            raise TooLarge(
                f"At most {most // 1024**2} MB of events a request. Send fewer at once, or less in an event."
            )
        return body


def _unpacked(body: bytes, most: int) -> bytes:
    try:
        unpacking = zlib.decompressobj(GZIP)
        found = unpacking.decompress(body, most + 1)
    except zlib.error as error:
        raise exceptions.ParseError("The body says that it is packed by gzip, and is not.") from error
    if not unpacking.eof and len(found) <= most:
        raise exceptions.ParseError("The packed body ends before its end.")
    return found


class NotAnEvent(exceptions.APIException):
    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    default_code = "not_an_event"


class EventsView(APIView):
    parser_classes = [EventsBody]
    write_scope = Scope.INGEST

    @extend_schema(
        summary="Send OpenLineage events",
        operation_id="lineage_events",
        request={"application/json": {"oneOf": [{"type": "object"}, {"type": "array", "items": {"type": "object"}}]}},
        responses={201: OpenApiResponse(description="Kept; what they say shows in a moment."), **PROBLEMS, **REFUSED},
    )
    def post(self, request: Request) -> Response:
        """A run, job or dataset event of any version of the specification, or an array of them, which is kept as a whole or
        not at all. The same event twice is the same as once, and they may come in any order."""
        body: Any = request.data
        try:
            bodies = accepted(body if isinstance(body, bytes) else b"")
        except NoJson as error:
            raise exceptions.ParseError(f"JSON parse error: {error}") from error
        except Refused as error:
            told: dict[str, list[str]] = {}
            for fault in error.faults:
                told.setdefault(fault.place or "event", []).append(fault.message)
            raise NotAnEvent({"detail": str(error), "errors": told}) from error
        receive(bodies=bodies, by=request.user)
        wake_events()
        return Response(status=status.HTTP_201_CREATED)


@extend_schema(exclude=True)
class EventsSlashView(EventsView):
    """The same under the address with a slash at its end, which some clients make."""
